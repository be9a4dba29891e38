import type { SearchEntry } from '../../src/kiosk/search/entry.ts';
import { concepts, numberConcepts, qualifiers, titles, topics, type ConceptId, type Concept } from './search-concepts.ts';

/** An entry and what it says, known because it was put together from it. */
export interface KnownEntry {
  readonly entry: SearchEntry;
  /** Concepts in its title and keywords; in its topic; by language. */
  readonly says: { readonly km: ReadonlySet<ConceptId>; readonly en: ReadonlySet<ConceptId> };
  readonly topicSays: { readonly km: ReadonlySet<ConceptId>; readonly en: ReadonlySet<ConceptId> };
}

export const queryKinds = ['exact', 'prefix', 'encoding', 'missingCoeng', 'digits', 'english', 'typo', 'romanized', 'synonym'] as const;
export type QueryKind = (typeof queryKinds)[number];

export interface KnownQuery {
  readonly kind: QueryKind;
  readonly text: string;
  /** Entries that must be found, by number. */
  readonly wanted: ReadonlySet<number>;
  /** Entries that are no false finds. */
  readonly fitting: ReadonlySet<number>;
}

const all: Readonly<Record<string, Concept>> = concepts;
const ids = Object.keys(concepts) as ConceptId[];

/** A small seeded generator (mulberry32): the same corpus and queries in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function fill(template: string, language: 'km' | 'en'): { text: string; said: ConceptId[] } {
  const said: ConceptId[] = [];
  const text = template.replace(/\{(\w+)\}/gu, (_, id: string) => {
    const concept = all[id];
    if (concept === undefined) throw new Error(`no concept ${id}`);
    said.push(id as ConceptId);
    return concept[language];
  });
  return { text: language === 'en' ? text.charAt(0).toUpperCase() + text.slice(1) : text, said };
}

/** The corpus: real titles × what tells sister services apart. */
export function makeCorpus(): KnownEntry[] {
  const random = seeded(1);
  return titles.flatMap((title, t) =>
    qualifiers.map((qualifier, q) => {
      const km = fill(title.km + qualifier.km, 'km');
      const en = fill(title.en + qualifier.en, 'en');
      const topic = { km: fill(topics[title.topic].km, 'km'), en: fill(topics[title.topic].en, 'en') };
      // Authors give keywords to about half of the services: words of the title.
      const keyed = random() < 0.5 ? [pick(random, km.said)] : [];
      return {
        entry: {
          id: `service-${t}-${q}`,
          title: { km: km.text, en: en.text },
          keywords: { km: keyed.map((id) => concepts[id].km), en: keyed.map((id) => concepts[id].en), latn: [] },
          extra: { km: [topic.km.text], en: [topic.en.text] },
        },
        says: { km: new Set(km.said), en: new Set([...en.said, ...keyed]) },
        topicSays: { km: new Set(topic.km.said), en: new Set(topic.en.said) },
      };
    }),
  );
}

/** The synonym table: only it knows the words in `same`. */
export function makeSynonyms(): string[][] {
  return ids.flatMap((id) => (all[id]?.same === undefined ? [] : [[concepts[id].km, concepts[id].en, ...(all[id]?.same ?? [])]]));
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Two or three concepts that one entry says, or one. */
function pickSaid(random: () => number, corpus: readonly KnownEntry[], language: 'km' | 'en', fits: (id: ConceptId) => boolean): ConceptId[] {
  for (;;) {
    const said = [...pick(random, corpus).says[language]].filter(fits);
    if (said.length === 0) continue;
    const count = Math.min(said.length, 1 + Math.floor(random() * 3));
    const start = Math.floor(random() * (said.length - count + 1));
    const chosen = said.slice(start, start + count);
    return random() < 0.2 ? chosen.toReversed() : chosen;
  }
}

type Saying = (known: KnownEntry) => boolean;

function carrying(corpus: readonly KnownEntry[], saying: Saying): Set<number> {
  return new Set(corpus.flatMap((known, number) => (saying(known) ? [number] : [])));
}

function says(known: KnownEntry, language: 'km' | 'en', id: ConceptId): boolean {
  return known.says[language].has(id) || known.topicSays[language].has(id);
}

/** Other spellings that look the same or nearly so; changes nothing where there is nothing to change. */
const encodings: readonly ((text: string) => string)[] = [
  (text) => text.replace(/(\u17d2[\u1780-\u17a2])([\u17b6-\u17c5])/u, '$2$1'),
  (text) => text.replace(/\u17d2\u178f/u, '\u17d2\u178a'),
  (text) => text.replace(/\u17be/u, '\u17c1\u17b8'),
  (text) => text.replace(/\u17c4/u, '\u17c1\u17b6'),
  (text) => text.replace(/\u17c4(?=\u17c7)/u, '\u17c1\u17b6'),
  (text) => text.replace(/([\u17b6\u17bb])\u17c6/u, '\u17c6$1'),
  (text) => text.replace(/([\u1780-\u17a2])([\u17c1-\u17c5])(\u17d2[\u1780-\u17a2])/u, '$1$3$2'),
  (text) => text.replace(/\u17c9([\u17b6-\u17c5])/u, '$1\u17c9'),
  (text) => text.replace(/(\u17d2[\u1780-\u1799\u179b-\u17a2])(\u17d2\u179a)/u, '$2$1'),
  (text) => text.replace(/(?<=[\u1780-\u17d3]{3})(?=[\u1780-\u17a2])(?<!\u17d2)/u, '\u200b'),
  (text) => text.replace(/(?<=[\u1780-\u17d3]{2})(?=[\u17b6-\u17c5])/u, '\u200c'),
];

function typo(random: () => number, word: string): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const letter = String.fromCharCode(97 + Math.floor(random() * 26));
  const kind = Math.floor(random() * 4);
  if (kind === 0) return word.slice(0, at) + word.slice(at + 1);
  if (kind === 1) return word.slice(0, at) + letter + word.slice(at);
  if (kind === 2) return word.slice(0, at) + letter + word.slice(at + 1);
  return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
}

const asciiDigits = (text: string): string => text.replace(/[\u17e0-\u17e9]/gu, (digit) => String((digit.codePointAt(0) ?? 0) - 0x17e0));
const khmerDigits = (text: string): string => text.replace(/\d/gu, (digit) => String.fromCodePoint(0x17e0 + Number(digit)));

/** Queries of one kind with what each must and may find. */
export function makeQueries(kind: QueryKind, corpus: readonly KnownEntry[], count: number): KnownQuery[] {
  const random = seeded(queryKinds.indexOf(kind) + 100);
  const queries: KnownQuery[] = [];
  const isNumber = (id: ConceptId): boolean => (numberConcepts as readonly string[]).includes(id);
  const add = (text: string, saying: Saying, fitting: Saying = saying): void => {
    const wanted = carrying(corpus, saying);
    queries.push({ kind, text, wanted, fitting: new Set([...wanted, ...carrying(corpus, fitting)]) });
  };
  const every = (chosen: readonly ConceptId[], language: 'km' | 'en'): Saying => (known) => chosen.every((id) => says(known, language, id));
  const khmer = (chosen: readonly ConceptId[]): string => chosen.map((id) => concepts[id].km).join(random() < 0.5 ? '' : ' ');
  while (queries.length < count) {
    if (kind === 'exact') {
      const chosen = pickSaid(random, corpus, 'km', () => true);
      add(khmer(chosen), every(chosen, 'km'));
    } else if (kind === 'prefix') {
      const chosen = pickSaid(random, corpus, 'km', (id) => !isNumber(id));
      const before = chosen.slice(0, -1);
      const last = chosen.at(-1) as ConceptId;
      const word = concepts[last].km;
      const typed = word.slice(0, Math.min(word.length, 2 + Math.floor(random() * (word.length - 1))));
      // Whoever has typed so much may be on the way to any word that begins so.
      const possible = ids.filter((id) => concepts[id].km.startsWith(typed));
      add(before.map((id) => concepts[id].km).join('') + (before.length > 0 ? ' ' : '') + typed, every(chosen, 'km'), (known) => every(before, 'km')(known) && possible.some((id) => says(known, 'km', id)));
    } else if (kind === 'encoding') {
      const chosen = pickSaid(random, corpus, 'km', () => true);
      const text = khmer(chosen);
      const changed = pick(random, encodings)(text);
      if (changed !== text) add(changed, every(chosen, 'km'));
    } else if (kind === 'missingCoeng') {
      const chosen = pickSaid(random, corpus, 'km', () => true);
      const text = khmer(chosen);
      const coengs = [...text.matchAll(/\u17d2/gu)].map((match) => match.index);
      if (coengs.length === 0) continue;
      const at = pick(random, coengs);
      add(text.slice(0, at) + text.slice(at + 1), every(chosen, 'km'));
    } else if (kind === 'digits') {
      const number = pick(random, numberConcepts);
      const others = pickSaid(random, corpus, 'km', (id) => !isNumber(id)).slice(0, 1);
      const chosen = random() < 0.5 ? [number] : [...others, number];
      const language = random() < 0.7 ? 'km' : 'en';
      const text = chosen.map((id) => concepts[id][language]).join(' ');
      const saying = every(chosen, language);
      if (carrying(corpus, saying).size > 0) add(language === 'km' ? asciiDigits(text) : khmerDigits(text), saying);
    } else if (kind === 'english' || kind === 'typo') {
      const chosen = pickSaid(random, corpus, 'en', () => true);
      let words = chosen.map((id) => concepts[id].en).join(' ').split(' ');
      if (kind === 'typo') {
        const long = words.filter((word) => word.length >= 5 && !/\d/u.test(word));
        if (long.length === 0) continue;
        const wrong = pick(random, long);
        const mistyped = typo(random, wrong);
        if (mistyped === wrong) continue;
        words = words.map((word) => (word === wrong ? mistyped : word));
      }
      add(words.join(' '), every(chosen, 'en'));
    } else if (kind === 'romanized') {
      const chosen = pickSaid(random, corpus, 'km', (id) => concepts[id].latn.length > 0);
      // A space between two words; within a word some type it and some do not.
      const words = chosen.map((id) => pick(random, concepts[id].latn as readonly string[]));
      add(words.map((word) => (random() < 0.3 ? word.replaceAll(' ', '') : word)).join(' '), every(chosen, 'km'));
    } else {
      const id = pick(random, ids.filter((candidate) => all[candidate]?.same !== undefined));
      const other = pickSaid(random, corpus, 'km', (candidate) => !isNumber(candidate)).slice(0, 1).filter((candidate) => candidate !== id);
      const word = pick(random, all[id]?.same ?? []);
      const named: Saying = (known) => known.says.km.has(id) || known.says.en.has(id);
      if (random() < 0.6) add(word, named);
      else {
        const saying: Saying = (known) => named(known) && every(other, 'km')(known);
        if (carrying(corpus, saying).size > 0) add(`${other.map((candidate) => concepts[candidate].km).join(' ')} ${word}`.trim(), saying);
      }
    }
  }
  return queries;
}
