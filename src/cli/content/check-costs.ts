import * as v from 'valibot';
import { addDays } from '../../model/day.ts';
import { caseConditionSchema, caseQuestionSchema, holds } from '../../model/case.ts';
import { inForce, type Cost } from '../../model/cost.ts';
import { isoDateSchema, type IsoDate } from '../../model/identifier.ts';
import { editedOn } from './check-dates.ts';
import type { Content, Entry } from './load.ts';
import { findAll, get, items } from './raw.ts';
import type { Report } from './report.ts';
import { sourceOf } from './source-file.ts';

/** Cases above which a service is too finely divided to be checked, or asked. */
const mostCases = 5_000;
/** Faulty cases named in one message. */
const named = 3;

/** As much of the costs as the cases depend on, so that a fault elsewhere does not hide a missing price. */
const casesSchema = v.object({
  questions: v.optional(v.array(caseQuestionSchema), []),
  costs: v.pipe(
    v.array(v.object({ identifier: v.string(), appliesTo: v.optional(caseConditionSchema, {}), validFrom: v.optional(isoDateSchema), validTo: v.optional(isoDateSchema) })),
    v.minLength(1),
  ),
});
type Cases = v.InferOutput<typeof casesSchema>;

type Answers = Readonly<Record<string, string>>;

/** Every combination of answers to the choice questions. */
function combinations(questions: Cases['questions']): Answers[] | undefined {
  let all: Answers[] = [{}];
  for (const question of questions) {
    if (question.kind !== 'choice') continue;
    if (all.length * question.options.length > mostCases) return undefined;
    all = all.flatMap((answers) => question.options.map((option) => ({ ...answers, [question.identifier]: option.identifier })));
  }
  return all;
}

function nameCases(cases: readonly Answers[]): string {
  const shown = cases.slice(0, named).map((answers) => {
    const pairs = Object.entries(answers).map(([question, option]) => `${question} = ${option}`);
    return pairs.length === 0 ? 'the only case' : pairs.join(', ');
  });
  return `${shown.join('; ')}${cases.length > named ? `; and ${cases.length - named} more` : ''}`;
}

/** Every combination of answers must be met by exactly one cost in force on a day. */
function checkCases(service: Entry<unknown>, { questions, costs }: Cases, day: IsoDate, edited: IsoDate, report: Report): void {
  const all = combinations(questions);
  if (all === undefined) {
    report.error(service, ['questions'], `the questions make more than ${mostCases} cases; ask fewer or split the service`);
    return;
  }
  const when = day === edited ? '' : ` from ${day} on`;
  const none: Answers[] = [];
  const many = new Map<string, { second: number; names: string; cases: Answers[] }>();
  for (const answers of all) {
    const matching = costs.flatMap((cost, index) => (inForce(cost as Cost, day) && holds(cost.appliesTo, answers) === true ? [index] : []));
    if (matching.length === 0) none.push(answers);
    else if (matching.length > 1) {
      const key = matching.join();
      const group = many.get(key) ?? { second: matching[1] ?? 0, names: matching.map((index) => `"${costs[index]?.identifier ?? ''}"`).join(' and '), cases: [] };
      group.cases.push(answers);
      many.set(key, group);
    }
  }
  if (none.length > 0) {
    const message = `no cost applies${when} to: ${nameCases(none)}; add one, of kind notPosted where no price is known`;
    // A price that will end is not wrong today; its author should know all the same.
    if (day === edited) report.error(service, ['costs'], message);
    else report.warning(service, ['costs'], message);
  }
  for (const { second, names, cases } of many.values()) {
    report.error(service, ['costs', second], `the costs ${names} all apply${when} to: ${nameCases(cases)}; narrow appliesTo or the dates so that one is left`);
  }
}

/** The days on which the set of prices in force changes, from the day of the edit on. */
function changingDays(costs: Cases['costs'], edited: IsoDate): IsoDate[] {
  const days = costs.flatMap((cost) => [...(cost.validFrom === undefined ? [] : [cost.validFrom]), ...(cost.validTo === undefined ? [] : [addDays(cost.validTo, 1)])]);
  return [edited, ...[...new Set(days)].filter((day) => day > edited).sort()];
}

function money(raw: unknown): { currency: unknown; amount: number } | undefined {
  const amount = get(raw, 'riel') ?? get(raw, 'cents');
  return typeof amount === 'number' ? { currency: get(raw, 'currency'), amount } : undefined;
}

/** What one price must say of itself. */
function checkCost(service: Entry<unknown>, index: number, cost: unknown, edited: IsoDate | undefined, report: Report): void {
  const at = ['costs', index] as const;
  const kind = get(cost, 'amount', 'kind');

  if (kind === 'ceiling') {
    const max = money(get(cost, 'amount', 'max'));
    const concession = money(get(cost, 'amount', 'concession'));
    if (max !== undefined && concession !== undefined) {
      if (max.currency !== concession.currency) report.error(service, [...at, 'amount', 'concession'], 'ceiling and concession are in two currencies; write both in one');
      else if (concession.amount >= max.amount) report.error(service, [...at, 'amount', 'concession'], `the concession ${concession.amount} is not below the ceiling ${max.amount}; mend one of them`);
    }
  }
  if (kind === 'notPosted' && get(cost, 'quantity') !== undefined) {
    report.error(service, [...at, 'quantity'], 'a price that is not posted cannot be multiplied; delete quantity');
  }
  if (get(cost, 'quantity') !== undefined && get(cost, 'unit') === undefined) {
    report.warning(service, [...at, 'quantity'], 'the price is multiplied but does not say per what; add unit: { km: …, en: … }');
  }
  for (const pattern of ['amount.*.riel', 'amount.*.cents']) {
    for (const { path, value } of findAll(cost, pattern)) {
      // YAML reads 2500.0 and 2.5e3 as the whole number 2500; the schema cannot see how it was written.
      const written = sourceOf(service.file, [...service.at, ...at, ...path]);
      if (Number.isInteger(value) && written !== undefined && !/^-?\d+$/.test(written)) {
        report.error(service, [...at, ...path], `a price is written in plain digits, found ${written}; write ${String(value)}`);
      }
    }
  }
  const hasLaw = get(cost, 'legalResource') !== undefined;
  if (kind === 'fixed' || kind === 'ceiling' || kind === 'free') {
    if (!hasLaw && get(cost, 'source', 'url') === undefined && get(cost, 'source', 'title') === undefined) {
      report.error(service, [...at, 'source'], 'a posted price says where it was read; add legalResource, source.url or source.title');
    }
  }
  if (get(cost, 'legalResourceInferred') === true && !hasLaw) report.error(service, [...at, 'legalResourceInferred'], 'no legal resource is named that could be inferred; add legalResource or delete this line');

  const reviewBy = get(cost, 'reviewBy');
  if (edited !== undefined && v.is(isoDateSchema, reviewBy) && get(cost, 'source', 'confidence') === 'low') {
    const latest = addDays(edited, 365);
    if (reviewBy > latest) report.error(service, [...at, 'reviewBy'], `a price of low confidence is reviewed within a year of the edit; write a day up to ${latest}`);
  }
  const validTo = get(cost, 'validTo');
  if (edited !== undefined && v.is(isoDateSchema, validTo) && validTo < edited) report.warning(service, [...at, 'validTo'], `this price ended on ${validTo}; delete it`);
}

/** Checks prices: one for each case, each with its ground, its limits and its review date. */
export function checkCosts(content: Content, report: Report): void {
  const edited = editedOn(content);
  for (const service of content.services) {
    const costs = items(get(service.raw, 'costs'));
    for (const [index, cost] of costs.entries()) {
      checkCost(service, index, cost, edited, report);
      if (costs.length > 1 && get(cost, 'title') === undefined) report.warning(service, ['costs', index], 'the price list cannot tell this price from the service\'s others; add title: { km: …, en: … }');
    }
    if (items(get(service.raw, 'steps')).length > 0 && get(service.raw, 'stepsBasis') === undefined) {
      report.warning(service, ['steps'], 'nothing says where the steps come from; add stepsBasis: source or generalPattern');
    }
    const cases = v.safeParse(casesSchema, service.raw);
    if (!cases.success || edited === undefined) continue;
    for (const day of changingDays(cases.output.costs, edited)) checkCases(service, cases.output, day, edited, report);
  }
}
