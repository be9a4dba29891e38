import * as v from 'valibot';
import { caseConditionSchema, holds, type CaseAnswers } from './case.ts';
import { sourceSchema } from './certification.ts';
import { identifierSchema, isoDateSchema, type IsoDate } from './identifier.ts';
import { isLess, moneySchema, times, type Money } from './money.ts';
import { processingTimeSchema, validitySchema, type ProcessingTime } from './processing-time.ts';
import { localizedTextSchema } from './text.ts';

/**
 * A posted price is one of four different things, never mixed: a specific
 * price, a ceiling with an optional lower concession price, free, or not posted.
 * (Columns of Inter-ministerial Prakas 14342 of 29 December 2016.)
 */
export const amountSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('fixed'), price: moneySchema }),
  v.pipe(
    v.strictObject({ kind: v.literal('ceiling'), max: moneySchema, concession: v.optional(moneySchema) }),
    v.check(({ max, concession }) => concession === undefined || isLess(concession, max), 'a concession price is lower than the maximum, in the same currency'),
  ),
  v.strictObject({ kind: v.literal('free') }),
  v.strictObject({ kind: v.literal('notPosted') }),
]);
export type Amount = v.InferOutput<typeof amountSchema>;

const costEntries = {
  identifier: identifierSchema,
  /** The case in words, as it reads in the price list; absent where the service has one case. */
  title: v.optional(localizedTextSchema),
  appliesTo: v.optional(caseConditionSchema, {}),
  amount: amountSchema,
  /** "per sheet", "per vehicle". */
  unit: v.optional(localizedTextSchema),
  /** Identifier of the count question that multiplies this price. */
  quantity: v.optional(identifierSchema),
  /** What else may be paid, or what this price is not ("stamp duty is separate"). */
  note: v.optional(localizedTextSchema),
  /** Where it differs from the service's own. */
  processingTime: v.optional(processingTimeSchema),
  /** Where it differs from the output's own. */
  validity: v.optional(validitySchema),
  validFrom: v.optional(isoDateSchema),
  validTo: v.optional(isoDateSchema),
  /** From this day on the price is shown as possibly outdated: "ask at the counter". */
  reviewBy: isoDateSchema,
  /** Legal resource that sets this price. */
  legalResource: v.optional(identifierSchema),
  /** The source states the price but the legal text was inferred, not read. */
  legalResourceInferred: v.optional(v.boolean(), false),
  source: sourceSchema,
};

/** One posted price for one case (`cv:Cost`): one row of the price list. */
export const costSchema = v.pipe(
  v.strictObject(costEntries),
  v.check(({ validFrom, validTo }) => validFrom === undefined || validTo === undefined || validFrom <= validTo, 'a price ends on or after the day it begins'),
);
export type Cost = v.InferOutput<typeof costSchema>;

/** The costs that may still apply to these answers on a day. */
export function candidateCosts(costs: readonly Cost[], answers: CaseAnswers, today: IsoDate): readonly Cost[] {
  return costs.filter((cost) => inForce(cost, today) && holds(cost.appliesTo, answers) !== false);
}

/** Is the price in force on this day (both ends included)? */
export function inForce(cost: Cost, today: IsoDate): boolean {
  return (cost.validFrom === undefined || cost.validFrom <= today) && (cost.validTo === undefined || today <= cost.validTo);
}

/** Past its review date a price is still shown, marked with its date. */
export function isOverdueForReview(cost: Cost, today: IsoDate): boolean {
  return cost.reviewBy < today;
}

/**
 * A cost with its count applied: what the citizen pays in this case. A count
 * that is open or no whole number from 1 up counts as one.
 */
export function amountFor(cost: Cost, answers: CaseAnswers): Amount {
  const count = cost.quantity === undefined ? 1 : Number(answers[cost.quantity]);
  const quantity = Number.isSafeInteger(count) && count >= 1 ? count : 1;
  const multiply = (money: Money): Money => times(money, quantity);
  switch (cost.amount.kind) {
    case 'fixed':
      return { kind: 'fixed', price: multiply(cost.amount.price) };
    case 'ceiling':
      return cost.amount.concession === undefined
        ? { kind: 'ceiling', max: multiply(cost.amount.max) }
        : { kind: 'ceiling', max: multiply(cost.amount.max), concession: multiply(cost.amount.concession) };
    case 'free':
    case 'notPosted':
      return cost.amount;
  }
}

/**
 * Do all the prices that may still apply say the same, so that nobody need
 * choose a case to know what is to be paid? Then any of them stands for all.
 */
export function agree(candidates: readonly Cost[]): boolean {
  const [first, ...others] = candidates;
  return first !== undefined && others.every((other) => JSON.stringify(priceOf(other)) === JSON.stringify(priceOf(first)));
}

/** What is to be paid, as far as it is a price: what is free or not posted has no unit that matters. */
function priceOf({ amount, unit, quantity }: Cost): unknown {
  return amount.kind === 'free' || amount.kind === 'notPosted' ? amount : { amount, unit, quantity };
}

/** How long a case takes. `unknown`: no source states a time. `depends`: on answers that are still open. */
export type CaseTime = { readonly kind: 'posted'; readonly time: ProcessingTime } | { readonly kind: 'unknown' } | { readonly kind: 'depends' };

/**
 * The time of the costs that may still apply, each with its own or else the
 * service's general one.
 */
export function timeOfCase(candidates: readonly Cost[], general: ProcessingTime | undefined): CaseTime {
  const times = candidates.length === 0 ? [general] : candidates.map((cost) => cost.processingTime ?? general);
  const known = times.filter((time) => time !== undefined);
  const [first] = known;
  if (first === undefined) return { kind: 'unknown' };
  const same = known.length === times.length && known.every((time) => JSON.stringify(time) === JSON.stringify(first));
  return same ? { kind: 'posted', time: first } : { kind: 'depends' };
}

/**
 * The span of the specific prices among which the case is still open.
 * `undefined` where they are not all specific and in one currency, or are all
 * the same: a span never mixes kinds of price.
 */
export function priceRange(costs: readonly Cost[]): { readonly from: Money; readonly to: Money } | undefined {
  let from: Money | undefined;
  let to: Money | undefined;
  for (const { amount } of costs) {
    if (amount.kind !== 'fixed' || (from !== undefined && from.currency !== amount.price.currency)) return undefined;
    if (from === undefined || isLess(amount.price, from)) from = amount.price;
    if (to === undefined || isLess(to, amount.price)) to = amount.price;
  }
  return from === undefined || to === undefined || !isLess(from, to) ? undefined : { from, to };
}
