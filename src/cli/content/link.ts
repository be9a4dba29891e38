import * as v from 'valibot';
import { calendarSchema } from '../../model/calendar.ts';
import { eventSchema, type Event, type EventSource } from '../../model/event.ts';
import type { EvidenceType } from '../../model/evidence.ts';
import { officeSchema } from '../../model/office.ts';
import { packSchema, type Pack } from '../../model/pack.ts';
import { stripInvisible } from '../../model/khmer.ts';
import { publicServiceSchema, type PublicService, type PublicServiceSource } from '../../model/public-service.ts';
import { assert } from '../../model/result.ts';
import { languages, type Language } from '../../model/text.ts';
import type { Content, Entry } from './load.ts';

/** An object of the release before it is written. */
export interface LinkedObject {
  /** Path inside the release, see the release's schema. */
  readonly path: string;
  readonly value: unknown;
  /** The source it mainly comes from, for messages. */
  readonly source: Entry<unknown>;
}

function value<T>(entry: Entry<T> | undefined): T {
  assert(entry?.value !== undefined, 'only content without faults is linked');
  return entry.value;
}

function find<T>(entries: ReadonlyMap<string, T>, identifier: string): T {
  const found = entries.get(identifier);
  assert(found !== undefined, `"${identifier}" was checked to exist`);
  return found;
}

function byIdentifier<T extends { identifier: string }>(entries: readonly Entry<T>[]): Map<string, T> {
  return new Map(entries.map((entry) => [entry.identifier, value(entry)]));
}

function linkService(source: PublicServiceSource, evidence: ReadonlyMap<string, EvidenceType>, legal: ReadonlyMap<string, PublicService['legalResources'][number]>): PublicService {
  return v.parse(publicServiceSchema, {
    ...source,
    evidence: source.evidence.map((line) => ({
      ...line,
      anyOf: line.anyOf.map((need) => {
        const { title, description, outputOf } = find(evidence, need.type);
        return { ...need, title, ...(description && { description }), ...(outputOf && { outputOf }) };
      }),
    })),
    legalResources: source.legalResources.map((identifier) => find(legal, identifier)),
  });
}

function linkEvent(source: EventSource, evidence: ReadonlyMap<string, EvidenceType>): Event {
  return v.parse(eventSchema, {
    ...source,
    stations: source.stations.map((station) => ({
      ...station,
      evidence: station.evidence.map((type) => {
        const { title, description, outputOf } = find(evidence, type);
        return { type, title, ...(description && { description }), ...(outputOf && { outputOf }) };
      }),
    })),
  });
}

/** Service identifiers in the alphabetical order of a language; equal titles by identifier. */
function alphabetical(services: readonly PublicServiceSource[], language: Language): string[] {
  assert(Intl.Collator.supportedLocalesOf(language).length === 1, `this Node.js has no sorting data for "${language}"; use one with full ICU`);
  const collator = new Intl.Collator(language, { numeric: true });
  return services
    .map((service) => ({ identifier: service.identifier, title: stripInvisible(service.title[language]) }))
    .sort((a, b) => collator.compare(a.title, b.title) || (a.identifier < b.identifier ? -1 : 1))
    .map((service) => service.identifier);
}

/** Turns content without faults into the objects of a release, sorted by path. */
export function linkContent(content: Content): LinkedObject[] {
  const evidence = byIdentifier(content.evidence);
  const legal = byIdentifier(content.legal);
  const services = content.services.map(value);
  const packSource = value(content.pack);
  const pack: Pack = v.parse(packSchema, {
    ...packSource,
    topics: content.topics.map(value),
    sectors: content.sectors.map(value),
    organisations: content.organisations.map(value),
    synonyms: content.synonyms === undefined ? [] : value(content.synonyms),
    order: Object.fromEntries(languages.map((language) => [language, alphabetical(services, language)])),
    authorities: Object.fromEntries(services.map((service) => [service.identifier, service.competentAuthority])),
  });

  assert(content.pack !== undefined && content.calendar !== undefined, 'pack and calendar were checked to exist');
  const objects: LinkedObject[] = [
    { path: 'catalogue/pack.json', value: pack, source: content.pack },
    { path: 'catalogue/calendar.json', value: v.parse(calendarSchema, value(content.calendar)), source: content.calendar },
    ...content.services.map((entry) => ({ path: `services/${value(entry).competentAuthority}/${entry.identifier}.json`, value: linkService(value(entry), evidence, legal), source: entry })),
    ...content.events.map((entry) => ({ path: `catalogue/event-${entry.identifier}.json`, value: linkEvent(value(entry), evidence), source: entry })),
    ...content.offices.map((entry) => ({ path: `offices/${entry.identifier}/office.json`, value: v.parse(officeSchema, value(entry)), source: entry })),
  ];
  return objects.sort((a, b) => (a.path < b.path ? -1 : 1));
}
