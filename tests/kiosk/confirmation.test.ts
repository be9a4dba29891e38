import { expect, test } from 'vitest';
import { confirmationOf } from '../../src/kiosk/confirmation.ts';

const confirmed = Date.parse('2026-11-24T02:00:00Z');
const days = (n: number): number => n * 24 * 3_600_000;

test('content that was confirmed lately says by whom and on which day in Cambodia', () => {
  expect(confirmationOf(false, confirmed, confirmed + days(3), 30)).toEqual({ kind: 'confirmed', on: '2026-11-24' });
  expect(confirmationOf(false, Date.parse('2026-11-24T18:00:00Z'), confirmed + days(3), 30)).toEqual({ kind: 'confirmed', on: '2026-11-25' });
});

test('past the limit of the ministry it says since when nobody has', () => {
  expect(confirmationOf(false, confirmed, confirmed + days(30), 30).kind).toBe('confirmed');
  expect(confirmationOf(false, confirmed, confirmed + days(30) + 1, 30)).toEqual({ kind: 'stale', since: '2026-11-24' });
  expect(confirmationOf(false, undefined, confirmed, 30)).toEqual({ kind: 'stale', since: undefined });
});

test('a sample stays a sample, however lately it was signed', () => {
  expect(confirmationOf(true, confirmed, confirmed, 30)).toEqual({ kind: 'sample' });
});
