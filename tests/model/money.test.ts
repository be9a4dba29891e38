import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { moneySchema, sum, times, type Money } from '../../src/model/money.ts';

const riel = fc.integer({ min: 1, max: 10_000_000_000 }).map((n): Money => ({ currency: 'KHR', riel: n }));
const dollars = fc.integer({ min: 1, max: 10_000_000_000 }).map((n): Money => ({ currency: 'USD', cents: n }));
const money = fc.oneof(riel, dollars);

describe('an amount', () => {
  it.each([
    ['a fraction of a riel', { currency: 'KHR', riel: 0.5 }],
    ['a fraction of a cent', { currency: 'USD', cents: 99.5 }],
    ['nothing (that is "free")', { currency: 'KHR', riel: 0 }],
    ['less than nothing', { currency: 'KHR', riel: -100 }],
    ['a number as text', { currency: 'KHR', riel: '5000' }],
    ['not a number', { currency: 'KHR', riel: Number.NaN }],
    ['without end', { currency: 'KHR', riel: Number.POSITIVE_INFINITY }],
    ['cents of riel', { currency: 'KHR', cents: 5000 }],
    ['another currency', { currency: 'THB', cents: 5000 }],
    ['both currencies', { currency: 'KHR', riel: 1, cents: 1 }],
  ])('is refused when it is %s', (_, amount) => {
    expect(v.safeParse(moneySchema, amount).success).toBe(false);
  });

  it('of any whole riel or cents is kept as it is', () => {
    fc.assert(fc.property(money, (amount) => void expect(v.parse(moneySchema, amount)).toEqual(amount)));
  });
});

describe('sums', () => {
  it('keep the two currencies apart and are exact', () => {
    expect(sum([{ currency: 'KHR', riel: 5_000 }, { currency: 'USD', cents: 150 }, { currency: 'KHR', riel: 100 }])).toEqual({ riel: 5_100, cents: 150 });
    expect(sum([])).toEqual({ riel: 0, cents: 0 });
  });

  it('do not depend on the order', () => {
    fc.assert(fc.property(fc.array(money, { maxLength: 50 }), (amounts) => void expect(sum([...amounts].reverse())).toEqual(sum(amounts))));
  });

  it('of a price taken n times are n times the price', () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 1, max: 999 }), (price, n) => {
        expect(sum([times(price, n)])).toEqual(sum(Array.from({ length: n }, () => price)));
      }),
    );
  });

  it('stay exact for the highest price times the highest count', () => {
    expect(Number.isSafeInteger(10_000_000_000 * 999)).toBe(true);
  });
});
