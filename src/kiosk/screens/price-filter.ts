import type { CaseAnswers, CaseCondition } from '../../model/case.ts';
import { isWindowAt, type Level } from '../../model/channel.ts';
import { inForce, type Amount, type Cost } from '../../model/cost.ts';
import type { IsoDate } from '../../model/identifier.ts';
import type { Office } from '../../model/office.ts';
import type { Validity } from '../../model/processing-time.ts';
import type { PublicService } from '../../model/public-service.ts';
import type { PriceRow } from '../content/catalogue.ts';

/** Which part of the price list is wanted; what is absent does not matter. */
export interface PriceFilter {
  /** Identifier of a sector. */
  readonly sector?: string | undefined;
  /** Where the service is asked for; `here`: in the office of this terminal. */
  readonly level?: Level | 'here' | undefined;
  readonly kind?: Amount['kind'] | undefined;
}

/** The kinds of price in the order in which they are offered. */
export const priceKinds = ['fixed', 'ceiling', 'free', 'notPosted'] as const satisfies readonly Amount['kind'][];

/** The rows that are posted on a day: neither past nor future prices. */
export function postedRows(rows: readonly PriceRow[], today: IsoDate): readonly PriceRow[] {
  return rows.filter((row) => inForce(row.cost, today));
}

/**
 * Inside each sector the services with a posted price first: no official table
 * begins with what has none. Otherwise the rows keep their order, and those of a
 * service stay together.
 */
export function pricesFirst(rows: readonly PriceRow[]): readonly PriceRow[] {
  const isPosted = (row: PriceRow): boolean => row.cost.amount.kind !== 'notPosted';
  return [...Map.groupBy(rows, (row) => row.sector.identifier).values()].flatMap((sector) => {
    const services = [...Map.groupBy(sector, (row) => row.service.identifier).values()].map((of) => [...of.filter(isPosted), ...of.filter((row) => !isPosted(row))]);
    return [...services.filter((of) => of.some(isPosted)), ...services.filter((of) => !of.some(isPosted))].flat();
  });
}

/** The rows that a filter lets through, in the order they came. */
export function filterRows(rows: readonly PriceRow[], filter: PriceFilter, office: Office | undefined): readonly PriceRow[] {
  return rows.filter(
    (row) =>
      (filter.sector === undefined || row.sector.identifier === filter.sector) &&
      (filter.kind === undefined || row.cost.amount.kind === filter.kind) &&
      (filter.level === undefined || isOfferedAt(row.service, row.cost, filter.level, office)),
  );
}

/** Can this case of a service be asked for at a level, or in this very office (not at another body of its level)? */
export function isOfferedAt(service: PublicService, cost: Cost, level: Level | 'here', office: Office | undefined): boolean {
  return service.channels.some((channel) => (level === 'here' ? isWindowAt(channel, office?.level) : channel.level === level) && compatible(channel.appliesTo, cost.appliesTo));
}

/** Is there a case in which both conditions hold? */
function compatible(one: CaseCondition, other: CaseCondition): boolean {
  return Object.entries(one).every(([question, options]) => other[question]?.some((option) => options.includes(option)) ?? true);
}

/** How many rows each sector has; sectors without any are left out. */
export function countBySector(rows: readonly PriceRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { sector } of rows) counts.set(sector.identifier, (counts.get(sector.identifier) ?? 0) + 1);
  return counts;
}

/** The answers that a row of the price list gives away: its guide need not ask them again. */
export function answersOf(cost: Cost): CaseAnswers {
  return Object.fromEntries(Object.entries(cost.appliesTo).flatMap(([question, options]) => (options.length === 1 && options[0] !== undefined ? [[question, options[0]]] : [])));
}

/** How long what is paid for is good for: the price's own validity, else that of the service's only output. */
export function validityOf({ service, cost }: Pick<PriceRow, 'service' | 'cost'>): Validity | undefined {
  return cost.validity ?? (service.outputs.length === 1 ? service.outputs[0]?.validity : undefined);
}

/** The rows of the services found, best hit first; rows of one service stay together and in order. */
export function inHitOrder(rows: readonly PriceRow[], found: readonly string[]): readonly PriceRow[] {
  const byService = Map.groupBy(rows, (row) => row.service.identifier);
  return found.flatMap((identifier) => byService.get(identifier) ?? []);
}
