import { stableJson } from '../../trust/compose.ts';
import type { Content, Entry } from './load.ts';
import { findAll, findTexts, get, items } from './raw.ts';
import type { Report } from './report.ts';
import { didYouMean } from './suggest.ts';

/** Collections that can be referred to, with the word for one of them and where it is defined. */
const collections = {
  organisations: { noun: 'organisation', place: 'organisations.yaml' },
  topics: { noun: 'topic', place: 'topics.yaml' },
  sectors: { noun: 'sector', place: 'sectors.yaml' },
  services: { noun: 'service', place: 'services/' },
  evidence: { noun: 'evidence type', place: 'evidence/' },
  legal: { noun: 'legal resource', place: 'legal/' },
} as const;
type Collection = keyof typeof collections;

/** Every reference across files: in which entities, at which field, to what. */
const references: readonly { readonly from: 'services' | 'events' | 'evidence'; readonly at: string; readonly to: Collection }[] = [
  { from: 'services', at: 'competentAuthority', to: 'organisations' },
  { from: 'services', at: 'thematicArea', to: 'topics' },
  { from: 'services', at: 'sector', to: 'sectors' },
  { from: 'services', at: 'evidence.*.anyOf.*.type', to: 'evidence' },
  { from: 'services', at: 'legalResources.*', to: 'legal' },
  { from: 'services', at: 'relatedServices.*', to: 'services' },
  { from: 'events', at: 'stations.*.service', to: 'services' },
  { from: 'events', at: 'stations.*.evidence.*', to: 'evidence' },
  { from: 'events', at: 'stations.*.outputs.*.type', to: 'evidence' },
  { from: 'evidence', at: 'outputOf', to: 'services' },
];

/** Lists inside an entity whose identifiers must differ from one another. */
const innerLists: readonly { readonly from: 'services' | 'events' | 'offices'; readonly at: string; readonly noun: string }[] = [
  { from: 'services', at: 'costs', noun: 'cost' },
  { from: 'services', at: 'questions', noun: 'question' },
  { from: 'services', at: 'questions.*.options', noun: 'option' },
  { from: 'services', at: 'requirements', noun: 'requirement' },
  { from: 'events', at: 'stations', noun: 'station' },
  { from: 'offices', at: 'notices', noun: 'notice' },
];

function placeName(entry: Entry<unknown>): string {
  return entry.at.length === 0 ? entry.file.name : `${entry.file.name} (${entry.identifier})`;
}

function checkUnique(entries: readonly Entry<unknown>[], noun: string, report: Report): void {
  const first = new Map<string, Entry<unknown>>();
  for (const entry of entries) {
    if (entry.identifier === '') continue;
    const other = first.get(entry.identifier);
    if (other === undefined) first.set(entry.identifier, entry);
    else report.error(entry, ['identifier'], `the ${noun} "${entry.identifier}" is already defined in ${placeName(other)}; rename one or delete it`);
  }
}

/** Several services may give the same output, but one identifier is one thing: it has one title. */
function checkOutputs(content: Content, report: Report): void {
  const first = new Map<string, { service: Entry<unknown>; title: unknown }>();
  for (const service of content.services) {
    for (const [index, output] of items(get(service.raw, 'outputs')).entries()) {
      const identifier = get(output, 'identifier');
      if (typeof identifier !== 'string') continue;
      const title = stableJson(get(output, 'title') ?? null);
      const other = first.get(identifier);
      const where = ['outputs', index, 'identifier'];
      if (other === undefined) first.set(identifier, { service, title });
      else if (other.service === service) report.error(service, where, `the output "${identifier}" stands here twice; delete one`);
      else if (other.title !== title) report.error(service, where, `the output "${identifier}" has another title in ${placeName(other.service)}; rename one, or write the same title in both`);
    }
  }
}

function checkNames(content: Content, report: Report): void {
  for (const kind of ['services', 'events', 'offices'] as const) {
    for (const entry of content[kind]) {
      const fileName = (entry.file.path.split('/').at(-1) ?? '').replace(/\.yaml$/, '');
      if (typeof get(entry.raw, 'identifier') === 'string' && entry.identifier !== fileName) {
        report.error(entry, ['identifier'], `the identifier "${entry.identifier}" is not the file's name "${fileName}"; make them the same`);
      }
    }
  }
  for (const service of content.services) {
    const folder = service.file.path.split('/')[1] ?? '';
    const authority = get(service.raw, 'competentAuthority');
    if (typeof authority === 'string' && authority !== folder) {
      report.error(service, ['competentAuthority'], `the authority "${authority}" is not the folder "${folder}"; move the file to services/${authority}/ or mend the field`);
    }
  }
}

function checkInnerLists(content: Content, report: Report): void {
  for (const { from, at, noun } of innerLists) {
    for (const entry of content[from]) {
      for (const list of findAll(entry.raw, at)) {
        const seen = new Set<string>();
        for (const item of findTexts(list.value, '*.identifier')) {
          if (seen.has(item.value)) report.error(entry, [...list.path, ...item.path], `two ${noun}s are called "${item.value}"; rename one`);
          seen.add(item.value);
        }
      }
    }
  }
}

/** References inside one service: conditions to questions and options, quantities to count questions, prices to laws. */
function checkInsideService(service: Entry<unknown>, report: Report): void {
  const questions = new Map<string, { kind: unknown; options: string[] }>();
  for (const question of items(get(service.raw, 'questions'))) {
    const identifier = get(question, 'identifier');
    if (typeof identifier === 'string') questions.set(identifier, { kind: get(question, 'kind'), options: findTexts(question, 'options.*.identifier').map((item) => item.value) });
  }
  const counts = [...questions].filter(([, question]) => question.kind === 'count').map(([identifier]) => identifier);
  const choiceNames = [...questions].filter(([, question]) => question.kind !== 'count').map(([identifier]) => identifier);

  const asked = new Set<string>();
  for (const list of ['costs', 'evidence', 'requirements', 'steps', 'channels']) {
    for (const condition of findAll(service.raw, `${list}.*.appliesTo.*`)) {
      const name = String(condition.path.at(-1));
      const question = questions.get(name);
      asked.add(name);
      if (question === undefined) {
        const mend = didYouMean(name, choiceNames) || (choiceNames.length > 0 ? `; its choices are: ${choiceNames.join(', ')}` : '; add the question');
        report.error(service, condition.path, `this service has no question "${name}"${mend}`);
        continue;
      }
      if (question.kind === 'count') {
        report.error(service, condition.path, `"${name}" counts something; a condition names a choice question`);
        continue;
      }
      for (const option of findTexts(condition.value, '*')) {
        if (!question.options.includes(option.value)) {
          const mend = didYouMean(option.value, question.options) || `; its options are: ${question.options.join(', ')}`;
          report.error(service, [...condition.path, ...option.path], `the question "${name}" has no option "${option.value}"${mend}`);
        }
      }
    }
  }
  for (const quantity of findTexts(service.raw, 'costs.*.quantity')) {
    asked.add(quantity.value);
    if (!counts.includes(quantity.value)) {
      const mend = questions.has(quantity.value) ? 'it is a choice; make it a question of kind "count"' : counts.length > 0 ? `its count questions are: ${counts.join(', ')}` : 'add a question of kind "count"';
      report.error(service, quantity.path, `this service has no count question "${quantity.value}"; ${mend}`);
    }
  }
  for (const [index, question] of items(get(service.raw, 'questions')).entries()) {
    const identifier = get(question, 'identifier');
    if (typeof identifier === 'string' && !asked.has(identifier)) report.warning(service, ['questions', index, 'identifier'], `nothing depends on the question "${identifier}"; use it in appliesTo or quantity, or delete it`);
  }

  const laws = findTexts(service.raw, 'legalResources.*').map((item) => item.value);
  for (const law of findTexts(service.raw, 'costs.*.legalResource')) {
    if (!laws.includes(law.value)) report.error(service, law.path, `"${law.value}" is not among the service's legalResources${didYouMean(law.value, laws) || '; add it there'}`);
  }
  for (const related of findTexts(service.raw, 'relatedServices.*')) {
    if (related.value === service.identifier) report.error(service, related.path, 'a service is not related to itself; delete this line');
  }
}

/** An event's stations: a service or a title, and answers that the service's questions know. */
function checkEvent(event: Entry<unknown>, services: ReadonlyMap<string, Entry<unknown>>, report: Report): void {
  for (const [index, station] of items(get(event.raw, 'stations')).entries()) {
    const path = ['stations', index] as const;
    const name = get(station, 'service');
    if (name === undefined && get(station, 'title') === undefined) report.error(event, path, 'a station without a service needs a title; add one of them');
    const answers = findAll(station, 'answers.*');
    if (name === undefined && answers.length > 0) report.error(event, [...path, 'answers'], 'answers need a service whose questions they answer');
    const service = typeof name === 'string' ? services.get(name) : undefined;
    if (service === undefined || service.file.broken) continue;
    const questions = items(get(service.raw, 'questions'));
    for (const answer of answers) {
      const key = String(answer.path.at(-1));
      const question = questions.find((item) => get(item, 'identifier') === key);
      const where = [...path, ...answer.path];
      if (question === undefined) {
        report.error(event, where, `the service "${String(name)}" has no question "${key}"${didYouMean(key, findTexts(questions, '*.identifier').map((item) => item.value))}`);
      } else if (get(question, 'kind') === 'count') {
        const max = Number(get(question, 'max'));
        const count = Number(answer.value);
        if (!Number.isInteger(count) || count < 1 || count > max) report.error(event, where, `"${key}" counts something; answer with a whole number from 1 to ${max} in quotes`);
      } else {
        const options = findTexts(question, 'options.*.identifier').map((item) => item.value);
        if (typeof answer.value === 'string' && !options.includes(answer.value)) {
          report.error(event, where, `the question "${key}" of "${String(name)}" has no option "${answer.value}"${didYouMean(answer.value, options) || `; its options are: ${options.join(', ')}`}`);
        }
      }
    }
  }
}

/** The order in which events are offered names each once, and only events that exist. */
function checkEventOrder({ pack, events }: Content, report: Report): void {
  const identifiers = events.map((event) => event.identifier);
  const seen = new Set<string>();
  for (const { value, path } of pack === undefined ? [] : findTexts(pack.raw, 'events.*')) {
    if (pack === undefined) return;
    if (!identifiers.includes(value)) report.error(pack, path, `there is no event "${value}"${didYouMean(value, identifiers) || '; define it in events/'}`);
    else if (seen.has(value)) report.error(pack, path, `"${value}" stands here twice; delete one`);
    seen.add(value);
  }
}

/** Checks that every name that refers to something finds it, and that no name stands for two things. */
export function checkReferences(content: Content, report: Report): void {
  const known = Object.fromEntries(Object.keys(collections).map((key) => [key, new Map(content[key as Collection].map((entry) => [entry.identifier, entry as Entry<unknown>]))])) as Record<Collection, Map<string, Entry<unknown>>>;

  for (const [key, { noun }] of Object.entries(collections)) checkUnique(content[key as Collection], noun, report);
  checkUnique(content.events, 'event', report);
  checkUnique(content.offices, 'office', report);
  checkOutputs(content, report);
  checkNames(content, report);
  checkInnerLists(content, report);

  const used = new Set<string>();
  for (const { from, at, to } of references) {
    const { noun, place } = collections[to];
    for (const entry of content[from]) {
      const seen = new Set<string>();
      for (const reference of findTexts(entry.raw, at)) {
        used.add(`${to} ${reference.value}`);
        if (!known[to].has(reference.value)) {
          report.error(entry, reference.path, `there is no ${noun} "${reference.value}"${didYouMean(reference.value, known[to].keys()) || `; define it in ${place}`}`);
        }
        if (['legalResources.*', 'relatedServices.*'].includes(at) && seen.has(reference.value)) report.error(entry, reference.path, `"${reference.value}" stands here twice; delete one`);
        seen.add(reference.value);
      }
    }
  }
  for (const service of content.services) checkInsideService(service, report);
  for (const event of content.events) checkEvent(event, known.services, report);
  checkEventOrder(content, report);

  for (const to of ['topics', 'evidence', 'legal'] as const) {
    for (const entry of content[to]) {
      if (entry.identifier !== '' && !used.has(`${to} ${entry.identifier}`)) report.warning(entry, ['identifier'], `nothing refers to the ${collections[to].noun} "${entry.identifier}"`);
    }
  }
}
