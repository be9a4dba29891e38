import * as v from 'valibot';
import { amountSchema } from '../../model/cost.ts';
import { formatMoney } from '../../model/format.ts';
import type { ObjectChange, Review } from '../../repository/review.ts';
import { stableJson } from '../../trust/compose.ts';

/**
 * What a signature would change, in the words of the official who is asked for
 * it: prices with their old and new amounts, everything else by name. What was
 * signed before may have been compiled by an older version, so nothing is taken
 * for granted of its form.
 */

const textSchema = v.looseObject({ en: v.string() });
const titledSchema = v.looseObject({ title: textSchema });
const costSchema = v.looseObject({
  identifier: v.string(),
  title: v.optional(textSchema),
  amount: v.unknown(),
  unit: v.optional(textSchema),
  validFrom: v.optional(v.string()),
  validTo: v.optional(v.string()),
});
type Cost = v.InferOutput<typeof costSchema>;
const costsSchema = v.looseObject({ costs: v.array(costSchema) });

type Json = Readonly<Record<string, unknown>>;

/** Parts of a cost of which its price's words consist. */
const priced = ['amount', 'validFrom', 'validTo'];

function amountText(amount: unknown): string {
  const parsed = v.safeParse(amountSchema, amount);
  if (!parsed.success) return stableJson(amount);
  switch (parsed.output.kind) {
    case 'fixed':
      return formatMoney(parsed.output.price, 'en');
    case 'ceiling': {
      const { max, concession } = parsed.output;
      return `at most ${formatMoney(max, 'en')}${concession === undefined ? '' : `, reduced ${formatMoney(concession, 'en')}`}`;
    }
    case 'free':
      return 'free';
    case 'notPosted':
      return 'not posted';
  }
}

function priceText({ amount, unit, validFrom, validTo }: Cost): string {
  return [amountText(amount), unit && ` ${unit.en}`, validFrom !== undefined && ` from ${validFrom}`, validTo !== undefined && ` until ${validTo}`].filter((part) => typeof part === 'string').join('');
}

function fieldsThatDiffer(before: Json, after: Json, but: readonly string[]): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !but.includes(name) && stableJson(before[name]) !== stableJson(after[name])).sort();
}

function costLines(service: string, before: readonly Cost[], after: readonly Cost[]): readonly string[] {
  const name = (cost: Cost): string => (cost.title === undefined ? service : `${service}, ${cost.title.en}`);
  const lines: string[] = [];
  for (const cost of after) {
    const old = before.find(({ identifier }) => identifier === cost.identifier);
    if (old === undefined) {
      lines.push(`  ${name(cost)}: ${priceText(cost)} (new price)`);
      continue;
    }
    const isShown = priceText(old) !== priceText(cost);
    if (isShown) lines.push(`  ${name(cost)}: ${priceText(old)} → ${priceText(cost)}`);
    const others = fieldsThatDiffer(old, cost, isShown ? priced : []);
    if (others.length > 0) lines.push(`  ${name(cost)}: also changed: ${others.join(', ')}`);
  }
  for (const old of before) if (!after.some(({ identifier }) => identifier === old.identifier)) lines.push(`  ${name(old)}: ${priceText(old)} → no price any more`);
  if (lines.length === 0 && stableJson(before) !== stableJson(after)) lines.push(`  ${service}: the order of its prices`);
  return lines;
}

function changeLines({ path, before, after }: ObjectChange): readonly string[] {
  const json = after ?? (before === 'unreadable' ? undefined : before) ?? {};
  const titled = v.safeParse(titledSchema, json);
  const title = titled.success ? titled.output.title.en : path;
  const named = titled.success ? `${title} (${path})` : path;
  const costsOf = (object: Json | undefined): readonly Cost[] | undefined => {
    const parsed = v.safeParse(costsSchema, object ?? { costs: [] });
    return parsed.success ? parsed.output.costs : undefined;
  };
  if (before === 'unreadable') return [`${named}: changed, and what it said before cannot be read`, ...costLines(title, [], costsOf(after) ?? [])];
  if (before === undefined) return [`${named}: new`, ...costLines(title, [], costsOf(after) ?? [])];
  if (after === undefined) return [`${named}: no longer there`, ...costLines(title, costsOf(before) ?? [], [])];
  const [old, fresh] = [costsOf('costs' in before ? before : undefined), costsOf('costs' in after ? after : undefined)];
  const costs = old === undefined || fresh === undefined ? [] : costLines(title, old, fresh);
  const others = fieldsThatDiffer(before, after, ['statements', ...(old === undefined || fresh === undefined ? [] : ['costs'])]);
  return [`${named}: changed`, ...costs, ...(others.length === 0 ? [] : [`  also changed: ${others.join(', ')}`])];
}

/** A review as lines to be read before signing. @param role whose objects they are */
export function reviewLines(role: string, { version, changes, unchanged }: Review): readonly string[] {
  if (changes.length === 0) return [`Nothing differs from ${role} version ${version ?? 0}, which is signed.`];
  return [
    version === undefined ? `${role} has signed nothing yet. You sign:` : `What you sign, compared with ${role} version ${version}, the newest that is signed:`,
    ...changes.flatMap(changeLines),
    unchanged === 0 ? 'That is all.' : `${unchanged} other ${unchanged === 1 ? 'text of' : 'texts of'} ${role} ${unchanged === 1 ? 'stays as it is' : 'stay as they are'}.`,
  ];
}
