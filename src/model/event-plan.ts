import { holds, type CaseAnswers } from './case.ts';
import { isWindowAt, type Channel, type Level } from './channel.ts';
import { amountFor, candidateCosts, timeOfCase, type Amount, type CaseTime, type Cost } from './cost.ts';
import { documentsOf, type ObtainedDocument, type PlanDocument } from './event-documents.ts';
import type { Event, LinkedEventStation } from './event.ts';
import type { IsoDate } from './identifier.ts';
import { sum, type Money, type Totals } from './money.ts';
import { lastDayOf } from './processing-time.ts';
import type { PublicService, Requirement } from './public-service.ts';
import type { LocalizedText } from './text.ts';

/**
 * The way through a life or business event, computed from the event and the
 * services it passes: what it costs, how long, where, what to bring, in which
 * order. Nothing is guessed: the four kinds of price are summed apart, and what
 * no source states is counted as unknown, not left out.
 */

/** What a plan depends on besides the content. */
export interface PlanContext {
  readonly today: IsoDate;
  /** The day on which the way can begin, where that is not today; `unknown`: nobody can tell, and no day follows from it. */
  readonly start?: IsoDate | 'unknown' | undefined;
  readonly holidays: ReadonlySet<IsoDate>;
  readonly lastKnownYear: number;
  /** Level of the office in which it is read. */
  readonly level: Level | undefined;
}

/** Something that only some people need: stations that share one condition. */
export interface PlanChoice {
  /** Identifier of the first station under the condition. */
  readonly identifier: string;
  readonly condition: LocalizedText;
  /** Titles of the stations that depend on it. */
  readonly titles: readonly LocalizedText[];
  readonly chosen: boolean;
}

/** What a station costs. `none`: it is no service. `depends`: several posted prices are still possible, or it is priced by a count. */
export type StationFee =
  | { readonly kind: 'none' }
  /** `costs`: the posted prices that agree on it, with their units and notes; none where none is posted. */
  | { readonly kind: 'posted'; readonly amount: Amount; readonly costs: readonly Cost[] }
  | { readonly kind: 'depends'; readonly candidates: readonly Cost[] };

/** How long a station takes. `none`: it is no service. */
export type StationTime = { readonly kind: 'none' } | CaseTime;

/** One station of the way. */
export interface PlanStation {
  /** Place in the order, from 1; absent where the citizen does not need it. */
  readonly number: number | undefined;
  readonly identifier: string;
  readonly title: LocalizedText;
  readonly service: PublicService | undefined;
  readonly answers: CaseAnswers;
  readonly phase: LocalizedText | undefined;
  readonly condition: LocalizedText | undefined;
  readonly note: LocalizedText | undefined;
  /** Where to go; empty for what is done outside offices. */
  readonly channels: readonly Pick<Channel, 'level' | 'place'>[];
  /** Can it be done at the office of the context? */
  readonly here: boolean;
  readonly fee: StationFee;
  readonly time: StationTime;
  /** The day it is done by, if the way begins at the {@link EventPlan.start} and everything before it has a posted time. */
  readonly readyBy: IsoDate | undefined;
  /** Conditions that name a deadline. */
  readonly deadlines: readonly Requirement[];
}

/** An office of the way, with the numbers of its stations. */
export interface PlanPlace {
  readonly level: Level;
  readonly title: LocalizedText | undefined;
  readonly here: boolean;
  readonly stations: readonly number[];
}

/** Posted prices of the way, each kind on its own. Every service station is counted in exactly one of the counts. */
export interface PlanFees {
  /** Sum of the specific prices. */
  readonly fixed: Totals;
  readonly fixedCount: number;
  /** Sum of the ceilings. */
  readonly atMost: Totals;
  readonly ceilingCount: number;
  readonly free: number;
  readonly notPosted: number;
  /** Stations whose price depends on the citizen's case. */
  readonly depends: number;
}

/** Posted times of the way, longest ones, one after the other; units are never converted. */
export interface PlanTime {
  readonly workingDays: number;
  readonly calendarDays: number;
  readonly months: number;
  /** "Days" of sources that do not say which. */
  readonly daysUnstated: number;
  readonly atOnce: number;
  /** Service stations without a posted time, or whose time depends on the case. */
  readonly unknown: number;
  /** Stations that are no service: a wedding, building the house. */
  readonly own: number;
  /** The day everything is done by if it begins at the start; absent unless every station has a time that a date follows from. */
  readonly readyBy: IsoDate | undefined;
}

/** The whole way. */
export interface EventPlan {
  /** The day on which it begins at the earliest; absent: today, or nobody can tell. */
  readonly start: IsoDate | undefined;
  readonly choices: readonly PlanChoice[];
  /** All stations in order; those not needed have no number. */
  readonly stations: readonly PlanStation[];
  /** How many of them are needed. */
  readonly count: number;
  readonly places: readonly PlanPlace[];
  readonly fees: PlanFees;
  readonly time: PlanTime;
  /** What to bring, each document once. */
  readonly documents: readonly PlanDocument[];
  /** What one station gives for a later one. */
  readonly obtained: readonly ObtainedDocument[];
  /** Numbers of service stations for which no source lists documents, or not all of them. */
  readonly documentsUnsure: readonly number[];
}

/**
 * Plans an event for a citizen.
 * @param chosen identifiers of the {@link PlanChoice}s that apply to them
 * @param cases answers they gave in the guides, by station; what the event itself decides stays
 */
export function planEvent(event: Event, services: ReadonlyMap<string, PublicService>, context: PlanContext, chosen: ReadonlySet<string> = new Set(), cases: ReadonlyMap<string, CaseAnswers> = new Map()): EventPlan {
  const choices = choicesOf(event, services, chosen);
  const needed = (station: LinkedEventStation): boolean => {
    const { condition } = station;
    return condition === undefined || choices.some((choice) => choice.chosen && sameText(choice.condition, condition));
  };

  let number = 0;
  const start = context.start === context.today || context.start === 'unknown' ? undefined : context.start;
  let day: IsoDate | undefined = context.start === 'unknown' ? undefined : (start ?? context.today);
  const stations: PlanStation[] = [];
  for (const station of event.stations) {
    const service = station.service === undefined ? undefined : services.get(station.service);
    const title = station.title ?? service?.title;
    // A station whose service left the catalogue and that has no name of its own says nothing.
    if (title === undefined) continue;
    const counted = needed(station);
    const answers: CaseAnswers = { ...cases.get(station.identifier), ...station.answers };
    const { fee, time } = priceAndTime(service, answers, context.today);
    if (counted) {
      number += 1;
      day = dayAfter(day, time, context);
    }
    const channels = service === undefined ? placeOf(station) : service.channels.filter((channel) => holds(channel.appliesTo, answers) !== false);
    stations.push({
      number: counted ? number : undefined,
      identifier: station.identifier,
      title,
      service,
      answers,
      phase: station.phase,
      condition: station.condition,
      note: station.note,
      channels,
      here: channels.some((channel) => isWindowAt(channel, context.level)),
      fee,
      time,
      readyBy: counted && time.kind === 'posted' ? day : undefined,
      deadlines: service === undefined ? [] : service.requirements.filter((requirement) => requirement.deadline !== undefined && holds(requirement.appliesTo, answers) !== false),
    });
  }

  const counted = stations.filter((station) => station.number !== undefined);
  const sources = new Map(event.stations.map((station) => [station.identifier, station]));
  const { documents, obtained } = documentsOf(
    counted.map((station) => ({ number: station.number ?? 0, service: station.service, answers: station.answers, evidence: sources.get(station.identifier)?.evidence ?? [], outputs: sources.get(station.identifier)?.outputs ?? [] })),
  );
  return {
    start,
    choices,
    stations,
    count: counted.length,
    places: placesOf(counted, context),
    fees: feesOf(counted),
    time: timeOf(counted, counted.length === 0 ? undefined : day),
    documents,
    obtained,
    documentsUnsure: counted.flatMap(({ service, number: at }) => (service !== undefined && at !== undefined && (service.evidence.length === 0 || service.certification.documentsMayBeIncomplete) ? [at] : [])),
  };
}

function sameText(a: LocalizedText, b: LocalizedText): boolean {
  return a.km === b.km && a.en === b.en;
}

function choicesOf(event: Event, services: ReadonlyMap<string, PublicService>, chosen: ReadonlySet<string>): PlanChoice[] {
  const choices: { identifier: string; condition: LocalizedText; titles: LocalizedText[]; chosen: boolean }[] = [];
  for (const station of event.stations) {
    const { condition } = station;
    const title = station.title ?? (station.service === undefined ? undefined : services.get(station.service)?.title);
    if (condition === undefined || title === undefined) continue;
    const known = choices.find((choice) => sameText(choice.condition, condition));
    if (known !== undefined) known.titles.push(title);
    else choices.push({ identifier: station.identifier, condition, titles: [title], chosen: chosen.has(station.identifier) });
  }
  return choices;
}

function placeOf({ place }: LinkedEventStation): readonly Pick<Channel, 'level' | 'place'>[] {
  return place === undefined ? [] : [{ level: place.level, place: place.title }];
}

/** The one value of a list, if all its members say the same. */
function only<T>(values: readonly T[]): T | undefined {
  const [first] = values;
  return new Set(values.map((value) => JSON.stringify(value))).size === 1 ? first : undefined;
}

function priceAndTime(service: PublicService | undefined, answers: CaseAnswers, today: IsoDate): { readonly fee: StationFee; readonly time: StationTime } {
  if (service === undefined) return { fee: { kind: 'none' }, time: { kind: 'none' } };
  const candidates = candidateCosts(service.costs, answers, today);
  const time = timeOfCase(candidates, service.processingTime);
  // No price in force is none posted.
  if (candidates.length === 0) return { fee: { kind: 'posted', amount: { kind: 'notPosted' }, costs: [] }, time };
  const amount = only(candidates.map((cost) => amountFor(cost, answers)));
  const priced = amount?.kind === 'fixed' || amount?.kind === 'ceiling';
  const countOpen = priced && candidates.some((cost) => cost.quantity !== undefined && answers[cost.quantity] === undefined);
  return { fee: amount === undefined || countOpen ? { kind: 'depends', candidates } : { kind: 'posted', amount, costs: candidates }, time };
}

/** The last day of a station that begins on `start`; `undefined` once nothing can be said any more. */
function dayAfter(start: IsoDate | undefined, time: StationTime, context: PlanContext): IsoDate | undefined {
  return start === undefined || time.kind !== 'posted' ? undefined : lastDayOf(time.time, start, context.holidays, context.lastKnownYear);
}

function placesOf(stations: readonly PlanStation[], context: PlanContext): PlanPlace[] {
  const places: { level: Level; title: LocalizedText | undefined; here: boolean; stations: number[] }[] = [];
  for (const { channels, number } of stations) {
    const channel = channels.find((candidate) => isWindowAt(candidate, context.level)) ?? channels[0];
    if (channel === undefined || number === undefined) continue;
    const known = places.find((place) => place.level === channel.level && place.title?.en === channel.place?.en);
    if (known !== undefined) known.stations.push(number);
    else places.push({ level: channel.level, title: channel.place, here: isWindowAt(channel, context.level), stations: [number] });
  }
  return places;
}

function feesOf(stations: readonly PlanStation[]): PlanFees {
  const fixed: Money[] = [];
  const atMost: Money[] = [];
  let free = 0;
  let notPosted = 0;
  let depends = 0;
  for (const { fee } of stations) {
    if (fee.kind === 'none') continue;
    if (fee.kind === 'depends') depends += 1;
    else if (fee.amount.kind === 'fixed') fixed.push(fee.amount.price);
    else if (fee.amount.kind === 'ceiling') atMost.push(fee.amount.max);
    else if (fee.amount.kind === 'free') free += 1;
    else notPosted += 1;
  }
  return { fixed: sum(fixed), fixedCount: fixed.length, atMost: sum(atMost), ceilingCount: atMost.length, free, notPosted, depends };
}

function timeOf(stations: readonly PlanStation[], readyBy: IsoDate | undefined): PlanTime {
  const total = { workingDays: 0, calendarDays: 0, months: 0, daysUnstated: 0, atOnce: 0, unknown: 0, own: 0 };
  for (const { time } of stations) {
    if (time.kind === 'none') total.own += 1;
    else if (time.kind !== 'posted') total.unknown += 1;
    else if (time.time.unit === 'atOnce') total.atOnce += 1;
    else if (time.time.unit === 'workingDay') total.workingDays += time.time.atMost;
    else if (time.time.unit === 'calendarDay') total.calendarDays += time.time.atMost;
    else if (time.time.unit === 'month') total.months += time.time.atMost;
    else total.daysUnstated += time.time.atMost;
  }
  return { ...total, readyBy };
}
