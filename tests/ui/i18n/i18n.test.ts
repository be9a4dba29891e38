import { describe, expect, it } from 'vitest';
import { addStrings, translateTo } from '../../../src/ui/i18n/i18n.ts';
import { core } from '../../../src/ui/i18n/strings/core.ts';
import { events } from '../../../src/ui/i18n/strings/events.ts';
import { find } from '../../../src/ui/i18n/strings/find.ts';
import { prices } from '../../../src/ui/i18n/strings/prices.ts';

describe('texts', () => {
  it('come in both languages before and after the first sentence with values', () => {
    const both = (): readonly string[] => [translateTo('km', 'home'), translateTo('en', 'home'), translateTo('en', 'core:home')];
    const before = both();
    expect(before).toEqual([core.home[0], core.home[1], core.home[1]]);
    expect(translateTo('en', 'idleText', { seconds: 7 })).toContain('7');
    expect(translateTo('km', 'idleText', { seconds: 7 })).toContain('៧');
    expect(both()).toEqual(before);
  });

  it('of an area added before or after i18next has begun have plurals in the digits of the language', () => {
    addStrings('find', find);
    expect([1, 2, 1, 2].map((count) => translateTo('en', 'find:services', { count }))).toEqual(['1 service', '2 services', '1 service', '2 services']);
    expect(translateTo('km', 'find:services', { count: 12 })).toContain('១២');
    addStrings('prices', prices);
    expect(translateTo('en', 'prices:rows', { count: 3 })).toContain('3');
  });

  it('asked for before their area is there are not taken for known', () => {
    const ask = (): readonly string[] => [translateTo('km', 'events:steps', { count: 2 }), translateTo('en', 'events:steps', { count: 2 })];
    const before = ask();
    addStrings('events', events);
    expect(before).not.toContain('2 steps');
    expect(ask()[1]).toBe('2 steps');
  });
});
