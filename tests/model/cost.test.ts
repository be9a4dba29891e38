import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { agree, amountFor, amountSchema, candidateCosts, costSchema, inForce, isOverdueForReview, priceRange, timeOfCase, type Amount, type Cost } from '../../src/model/cost.ts';

const khr = (riel: number) => ({ currency: 'KHR' as const, riel });

function cost(more: Partial<Cost> = {}): Cost {
  return v.parse(costSchema, { identifier: 'standard', amount: { kind: 'fixed', price: khr(5_000) }, reviewBy: '2027-06-30', source: { confidence: 'high' }, ...more });
}

describe('a posted price', () => {
  it('is in force from its first to its last day, both included', () => {
    const dated = cost({ validFrom: '2026-01-01', validTo: '2026-12-31' });
    expect(['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01'].map((day) => inForce(dated, day))).toEqual([false, true, true, false]);
    expect(inForce(cost(), '1999-01-01')).toBe(true);
  });

  it('is marked only after the day on which it was to be reviewed', () => {
    expect(['2027-06-29', '2027-06-30', '2027-07-01'].map((day) => isOverdueForReview(cost(), day))).toEqual([false, false, true]);
  });

  it('remains a candidate while its question is open, and drops out on another answer', () => {
    const costs = [cost({ identifier: 'small', appliesTo: { size: ['small'] } }), cost({ identifier: 'big', appliesTo: { size: ['big'] } }), cost({ identifier: 'old', validTo: '2020-01-01' })];
    const names = (answers: Record<string, string>) => candidateCosts(costs, answers, '2026-11-23').map((one) => one.identifier);
    expect(names({})).toEqual(['small', 'big']);
    expect(names({ size: 'big' })).toEqual(['big']);
    expect(names({ size: 'huge' })).toEqual([]);
  });
});

describe('prices agree', () => {
  const both = (one: Partial<Cost>, other: Partial<Cost>): boolean => agree([cost(one), cost(other)]);
  const sheet = { km: 'ក្នុងមួយសន្លឹក', en: 'per sheet' };
  const page = { km: 'ក្នុងមួយទំព័រ', en: 'per page' };

  it('where nobody has to choose a case to know what is to be paid', () => {
    expect(agree([cost()])).toBe(true);
    expect(both({ identifier: 'a' }, { identifier: 'b', reviewBy: '2026-01-01' })).toBe(true);
    expect(both({ amount: { kind: 'free' }, unit: sheet }, { amount: { kind: 'free' } })).toBe(true);
  });
  it('neither where amount, unit or what multiplies them differs, nor where there is none', () => {
    expect(agree([])).toBe(false);
    expect(both({}, { amount: { kind: 'free' } })).toBe(false);
    expect(both({ unit: sheet }, { unit: page })).toBe(false);
    expect(both({ quantity: 'sheets' }, {})).toBe(false);
  });
});

describe('the amount to pay', () => {
  const perSheet = (amount: Amount) => cost({ amount, quantity: 'sheets' });

  it('is multiplied by the count, ceiling and concession alike', () => {
    expect(amountFor(perSheet({ kind: 'fixed', price: khr(1_000) }), { sheets: 7 })).toEqual({ kind: 'fixed', price: khr(7_000) });
    expect(amountFor(perSheet({ kind: 'ceiling', max: khr(2_000) }), { sheets: 3 })).toEqual({ kind: 'ceiling', max: khr(6_000) });
    expect(amountFor(perSheet({ kind: 'ceiling', max: khr(2_000), concession: khr(1_500) }), { sheets: 3 })).toEqual({ kind: 'ceiling', max: khr(6_000), concession: khr(4_500) });
  });

  it('is that of one while the count is open', () => {
    expect(amountFor(perSheet({ kind: 'fixed', price: khr(1_000) }), {})).toEqual({ kind: 'fixed', price: khr(1_000) });
  });

  it('does not depend on a count that is not its own', () => {
    expect(amountFor(cost(), { sheets: 7 })).toEqual({ kind: 'fixed', price: khr(5_000) });
  });

  it('stays free or not posted however many', () => {
    expect(amountFor(perSheet({ kind: 'free' }), { sheets: 9 })).toEqual({ kind: 'free' });
    expect(amountFor(perSheet({ kind: 'notPosted' }), { sheets: 9 })).toEqual({ kind: 'notPosted' });
  });

  it('is never a fraction, nothing or not a number, whatever was answered', () => {
    const price = perSheet({ kind: 'fixed', price: khr(1_000) });
    for (const sheets of [0, -2, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 'many', '']) {
      expect(amountFor(price, { sheets })).toEqual({ kind: 'fixed', price: khr(1_000) });
    }
    expect(amountFor(price, { sheets: '3' })).toEqual({ kind: 'fixed', price: khr(3_000) });
  });
});

describe('an author', () => {
  it.each([
    ['a price without its kind', { price: khr(5_000) }],
    ['a free service with a price', { kind: 'free', price: khr(5_000) }],
    ['a ceiling without a maximum', { kind: 'ceiling', concession: khr(5_000) }],
    ['a concession that is not below the maximum', { kind: 'ceiling', max: khr(5_000), concession: khr(5_000) }],
    ['a concession in another currency', { kind: 'ceiling', max: khr(5_000), concession: { currency: 'USD', cents: 50 } }],
    ['a float price', { kind: 'fixed', price: khr(4_999.99) }],
  ])('is told of %s', (_, amount) => {
    expect(v.safeParse(amountSchema, amount).success).toBe(false);
  });

  it('is told of a price that ends before it begins, and of one without a review date', () => {
    const base = { identifier: 'standard', amount: { kind: 'free' }, source: { confidence: 'high' } };
    expect(v.safeParse(costSchema, { ...base, reviewBy: '2027-01-01', validFrom: '2026-02-01', validTo: '2026-01-31' }).success).toBe(false);
    expect(v.safeParse(costSchema, base).success).toBe(false);
    expect(v.safeParse(costSchema, { ...base, reviewBy: '2027-01-01', validFrom: '2026-02-01', validTo: '2026-02-01' }).success).toBe(true);
  });
});

describe('the span of the prices still open', () => {
  const fixed = (riel: number) => cost({ amount: { kind: 'fixed', price: khr(riel) } });

  it('goes from the lowest to the highest specific price', () => {
    expect(priceRange([fixed(30_000), fixed(5_000), fixed(20_000)])).toEqual({ from: khr(5_000), to: khr(30_000) });
  });

  it('is none where all are the same, or where kinds or currencies would be mixed', () => {
    expect(priceRange([fixed(5_000), fixed(5_000)])).toBeUndefined();
    expect(priceRange([])).toBeUndefined();
    for (const amount of [{ kind: 'free' }, { kind: 'notPosted' }, { kind: 'ceiling', max: khr(9_000) }, { kind: 'fixed', price: { currency: 'USD', cents: 100 } }] satisfies Amount[]) {
      expect(priceRange([fixed(5_000), fixed(7_000), cost({ amount })])).toBeUndefined();
    }
  });
});

describe('the time of a case', () => {
  const days = (atMost: number) => ({ unit: 'workingDay' as const, atMost });

  it('is that of the price, else that of the service', () => {
    expect(timeOfCase([cost({ processingTime: days(3) })], days(10))).toEqual({ kind: 'posted', time: days(3) });
    expect(timeOfCase([cost()], days(10))).toEqual({ kind: 'posted', time: days(10) });
    expect(timeOfCase([], days(10))).toEqual({ kind: 'posted', time: days(10) });
  });

  it('depends while prices that are still open take different times, and is unknown where no source states one', () => {
    expect(timeOfCase([cost({ processingTime: days(1) }), cost({ processingTime: days(20) })], undefined)).toEqual({ kind: 'depends' });
    expect(timeOfCase([cost({ processingTime: days(1) }), cost()], undefined)).toEqual({ kind: 'depends' });
    expect(timeOfCase([cost(), cost()], undefined)).toEqual({ kind: 'unknown' });
  });
});
