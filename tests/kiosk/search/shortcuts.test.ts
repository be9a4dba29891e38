import { describe, expect, test } from 'vitest';
import { shortcutOf, shortcutPlaces } from '../../../src/kiosk/search/shortcuts.ts';

describe('a query that names a screen', () => {
  test.each([
    ['free', 'free'],
    ['Free of charge', 'free'],
    ['ឥតគិតថ្លៃ', 'free'],
    ['ឥត\u200bគិតថ្លៃ', 'free'],
    ['prices', 'prices'],
    ['តារាងតម្លៃ', 'prices'],
    ['complaints', 'office'],
    ['បណ្តឹងតវ៉ា', 'office'],
    ['application status', 'status'],
  ] as const)('%s leads there', (typed, shortcut) => expect(shortcutOf(typed, false)).toBe(shortcut));

  test('is recognised by its beginning only where no service is', () => {
    expect(shortcutOf('compl', true)).toBe('office');
    expect(shortcutOf('compl', false)).toBeUndefined();
    expect(shortcutOf('co', true)).toBeUndefined();
  });
  test.each(['', '   ', '%%%', 'birth', 'កំណើត'])('is no other text (%s)', (typed) => expect(shortcutOf(typed, true)).toBeUndefined());
  test('that asks for what is free opens the price list so filtered', () => expect(shortcutPlaces.free).toEqual({ screen: 'prices', kind: 'free' }));
});
