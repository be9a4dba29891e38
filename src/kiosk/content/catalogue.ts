import * as v from 'valibot';
import { calendarSchema, type Calendar } from '../../model/calendar.ts';
import { levels, type Level } from '../../model/channel.ts';
import type { Cost } from '../../model/cost.ts';
import { eventSchema, type Event } from '../../model/event.ts';
import { officeSchema, type Office } from '../../model/office.ts';
import { packSchema, type Pack } from '../../model/pack.ts';
import { publicServiceSchema, type PublicService } from '../../model/public-service.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Language } from '../../model/text.ts';
import type { Sector } from '../../model/topic.ts';
import { createSlices } from './slices.ts';

/** Everything one release says, parsed: what all screens read. */
export interface Catalogue {
  readonly pack: Pack;
  readonly calendar: Calendar;
  /** By identifier, in Khmer alphabetical order. */
  readonly services: ReadonlyMap<string, PublicService>;
  /** By identifier, in the order in which they are offered. */
  readonly events: ReadonlyMap<string, Event>;
  /** By gazetteer code. */
  readonly offices: ReadonlyMap<string, Office>;
  /** Objects that were left out, so that one signer's mistake or malice costs nobody else's words. */
  readonly leftOut: readonly CatalogueError[];
}

/**
 * Why verified objects are no catalogue for this version of the app.
 * `unreadable`: the object does not fit its schema; `missing`: there is none;
 * `notDelegated`: it speaks in the name of another path than its own.
 */
export interface CatalogueError {
  readonly code: 'unreadable' | 'missing' | 'notDelegated';
  readonly path: string;
}

const packPath = 'catalogue/pack.json';
const calendarPath = 'catalogue/calendar.json';

/**
 * Parses a release's verified objects (path to bytes), in slices that yield.
 * A release whose objects are whole can still be written for another version of
 * the app: that is an expected error, not a bug.
 */
export async function buildCatalogue(objects: ReadonlyMap<string, Uint8Array>): Promise<Result<Catalogue, CatalogueError>> {
  const slices = createSlices();
  const claims = new Map<string, PublicService[]>();
  const events = new Map<string, Event>();
  const offices = new Map<string, Office>();
  const leftOut: CatalogueError[] = [];
  let pack: Pack | undefined;
  let calendar: Calendar | undefined;
  for (const [path, bytes] of objects) {
    const json = parseJson(bytes);
    if (path === packPath) pack = parse(packSchema, json);
    else if (path === calendarPath) calendar = parse(calendarSchema, json);
    else if (path.startsWith('services/')) {
      const service = parse(publicServiceSchema, json);
      if (service === undefined) return err({ code: 'unreadable', path });
      // A signature covers a path: what an object says of itself must be the same.
      if (path === `services/${service.competentAuthority}/${service.identifier}.json`) claims.set(service.identifier, [...(claims.get(service.identifier) ?? []), service]);
      else leftOut.push({ code: 'notDelegated', path });
    } else if (path.startsWith('offices/')) {
      const office = parse(officeSchema, json);
      if (office === undefined) leftOut.push({ code: 'unreadable', path });
      else if (path === `offices/${office.identifier}/office.json`) offices.set(office.identifier, office);
      else leftOut.push({ code: 'notDelegated', path });
    } else if (path.startsWith('catalogue/event-')) {
      const event = parse(eventSchema, json);
      if (event === undefined) return err({ code: 'unreadable', path });
      events.set(event.identifier, event);
    }
    await slices.pause();
  }
  if (pack === undefined) return err({ code: objects.has(packPath) ? 'unreadable' : 'missing', path: packPath });
  if (calendar === undefined) return err({ code: objects.has(calendarPath) ? 'unreadable' : 'missing', path: calendarPath });
  const found = ownedServices(claims, pack, leftOut);
  return ok({ pack, calendar, services: new Map(inOrder(found, pack.order.km).map((service) => [service.identifier, service])), events: new Map(inOrder(events, pack.events).map((event) => [event.identifier, event])), offices, leftOut });
}

/**
 * Each service once. Where several authorities claim one identifier, the one that
 * the pack names has it; if it names none of them, nobody has: otherwise one
 * authority could put its price in the place of another's.
 */
function ownedServices(claims: ReadonlyMap<string, readonly PublicService[]>, pack: Pack, leftOut: CatalogueError[]): ReadonlyMap<string, PublicService> {
  const owned = new Map<string, PublicService>();
  for (const [identifier, services] of claims) {
    const owner = services.length === 1 ? services[0] : services.find((service) => service.competentAuthority === pack.authorities[identifier]);
    if (owner !== undefined) owned.set(identifier, owner);
    for (const service of services) if (service !== owner) leftOut.push({ code: 'notDelegated', path: `services/${service.competentAuthority}/${identifier}.json` });
  }
  return owned;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function parse<S extends v.GenericSchema>(schema: S, json: unknown): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, json, { abortEarly: true });
  return result.success ? result.output : undefined;
}

/** What is known, in the given order; what the order does not name comes last, so that nothing is ever lost. */
function inOrder<T>(known: ReadonlyMap<string, T>, order: readonly string[]): readonly T[] {
  const identifiers = new Set([...order.filter((identifier) => known.has(identifier)), ...known.keys()]);
  return [...identifiers].flatMap((identifier) => known.get(identifier) ?? []);
}

/** All services in the alphabetical order of a language. */
export function servicesInOrder(catalogue: Catalogue, language: Language): readonly PublicService[] {
  return inOrder(catalogue.services, catalogue.pack.order[language]);
}

/** One row of the posted price list. */
export interface PriceRow {
  readonly sector: Sector;
  readonly service: PublicService;
  readonly cost: Cost;
}

/** The price list: one row for each cost, sectors in official order, services alphabetically inside a sector. */
export function priceRows(catalogue: Catalogue, language: Language = 'km'): readonly PriceRow[] {
  const bySector = group(servicesInOrder(catalogue, language), (service) => [service.sector]);
  return catalogue.pack.sectors.flatMap((sector) =>
    (bySector.get(sector.identifier) ?? []).flatMap((service) => service.costs.map((cost) => ({ sector, service, cost }))),
  );
}

/** Services by topic identifier: topics in the pack's order, empty topics left out. */
export function servicesByTopic(catalogue: Catalogue, language: Language = 'km'): ReadonlyMap<string, readonly PublicService[]> {
  const grouped = group(servicesInOrder(catalogue, language), (service) => [service.thematicArea]);
  return pick(grouped, catalogue.pack.topics.map((topic) => topic.identifier));
}

/** Services by the level of office at which they can be asked for, lowest level first, empty levels left out. */
export function servicesByLevel(catalogue: Catalogue, language: Language = 'km'): ReadonlyMap<Level, readonly PublicService[]> {
  const grouped = group(servicesInOrder(catalogue, language), (service) => service.channels.map((channel) => channel.level));
  return pick(grouped, levels);
}

function group<K>(services: readonly PublicService[], keysOf: (service: PublicService) => readonly K[]): Map<K, PublicService[]> {
  const groups = new Map<K, PublicService[]>();
  for (const service of services) {
    for (const key of new Set(keysOf(service))) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [service]);
      else members.push(service);
    }
  }
  return groups;
}

function pick<K>(groups: ReadonlyMap<K, readonly PublicService[]>, keys: readonly K[]): ReadonlyMap<K, readonly PublicService[]> {
  const picked = new Map<K, readonly PublicService[]>();
  for (const key of keys) {
    const members = groups.get(key);
    if (members !== undefined) picked.set(key, members);
  }
  return picked;
}
