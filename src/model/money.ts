import * as v from 'valibot';

/**
 * An amount as posted: whole riel, or whole US cents for the few prices that
 * the law states in dollars. Never a floating-point number, never converted
 * from one currency to the other.
 */
export const moneySchema = v.variant('currency', [
  v.strictObject({
    currency: v.literal('KHR'),
    /** Whole riel. */
    riel: v.pipe(v.number(), v.integer('riel are whole numbers'), v.minValue(1, 'a price is at least 1 riel; use kind: free'), v.maxValue(10_000_000_000)),
  }),
  v.strictObject({
    currency: v.literal('USD'),
    /** Whole US cents. */
    cents: v.pipe(v.number(), v.integer('cents are whole numbers'), v.minValue(1), v.maxValue(100_000_000_00)),
  }),
]);
export type Money = v.InferOutput<typeof moneySchema>;

/** Multiplies an amount by a whole quantity (sheets, rooms, plates). */
export function times(money: Money, quantity: number): Money {
  return money.currency === 'KHR'
    ? { currency: 'KHR', riel: money.riel * quantity }
    : { currency: 'USD', cents: money.cents * quantity };
}

/** Is an amount less than another of the same currency? Amounts of two currencies are never compared. */
export function isLess(a: Money, b: Money): boolean {
  if (a.currency === 'KHR') return b.currency === 'KHR' && a.riel < b.riel;
  return b.currency === 'USD' && a.cents < b.cents;
}

/** Sums of amounts by currency; the two currencies are never added together. */
export interface Totals {
  readonly riel: number;
  readonly cents: number;
}

/** Adds amounts up, each currency on its own. */
export function sum(amounts: readonly Money[]): Totals {
  let riel = 0;
  let cents = 0;
  for (const amount of amounts) {
    if (amount.currency === 'KHR') riel += amount.riel;
    else cents += amount.cents;
  }
  return { riel, cents };
}
