import type { Synonyms } from '../../model/pack.ts';
import { foldKhmer, hasKhmer, latinWords, type KhmerFold } from './fold.ts';
import { searchFields, type SearchAnswer, type SearchEntry, type SearchField, type SearchHit, type SearchOptions } from './entry.ts';
import { GramIndex } from './grams.ts';
import { TitleMarker, type QueryParts } from './highlight.ts';
import { joinFolds, KhmerMatcher, type KhmerDocument, type Match } from './khmer-match.ts';
import { LatinMatcher, type LatinMatch } from './latin-match.ts';
import { SoundMatcher } from './sound-match.ts';
import { SpellingReader } from './spelling.ts';
import { SynonymTable } from './synonyms.ts';
import { commonWords, Lexicon } from './words.ts';

/** Longer queries are cut: nobody types more, and a paste must not stall the screen. */
export const maxQueryLength = 80;
/** How many near misses are offered when nothing matches. */
const maxApproximate = 6;
const fieldWeight: Readonly<Record<SearchField, number>> = { title: 10, keyword: 7, synonym: 5, extra: 2.5 };

/**
 * The forgiving search over services. It never throws, whatever is typed.
 *
 * A query is a conjunction of its Khmer runs and its Latin words. Khmer is found
 * by folded text ({@link KhmerMatcher}), English by MiniSearch
 * ({@link LatinMatcher}), Khmer in Latin letters by its sound
 * ({@link SpellingReader}, {@link SoundMatcher}). Nothing here asks Intl.Segmenter: its builds disagree.
 */
export class SearchIndex {
  readonly #entries: readonly SearchEntry[];
  readonly #khmer: KhmerMatcher;
  readonly #latin: LatinMatcher;
  readonly #sounds: SoundMatcher;
  readonly #spelling: SpellingReader;
  readonly #marker: TitleMarker;
  readonly #khmerGrams: GramIndex;
  readonly #latinGrams: GramIndex;

  /** Use {@link buildIndex} or {@link buildIndexInSlices}. */
  constructor(parts: IndexParts) {
    this.#entries = parts.entries;
    this.#khmer = new KhmerMatcher(parts.documents, parts.khmerGrams, parts.lexicon);
    this.#latin = parts.latin;
    this.#sounds = parts.sounds;
    this.#spelling = parts.spelling;
    this.#marker = new TitleMarker(parts.lexicon);
    this.#khmerGrams = parts.khmerGrams;
    this.#latinGrams = parts.latinGrams;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Finds entries, best first. When nothing matches, the nearest few come back
   * with `approximate: true`; an empty answer means that not even a few letters
   * agree (or nothing was typed): offer the topics then.
   */
  search(query: string, options: SearchOptions): readonly SearchHit[] {
    return this.answer(query, options).hits;
  }

  /** The same, with how many hits there are beyond the limit. */
  answer(query: string, options: SearchOptions): SearchAnswer {
    const text = query.slice(0, maxQueryLength);
    const parts = readQuery(text);
    if (parts.khmer.length === 0 && parts.words.length === 0) return { hits: [], sure: 0, total: 0 };
    const matches = this.#matchAll(parts);
    const spelled = options.language === 'km' && parts.words.length > 0 ? this.#spelling.read(parts.words).flatMap((part) => part.words) : [];
    const approximate = matches.size === 0;
    const found = approximate ? this.#nearest(parts) : matches;
    const ranked = [...found].map(([number, match]) => ({ number, match, score: this.#score(number, match, options) }));
    // A word that is really there says more than the best likeness.
    ranked.sort((a, b) => Number(a.match.alike ?? false) - Number(b.match.alike ?? false) || b.score - a.score || a.number - b.number);
    const most = approximate ? maxApproximate : Infinity;
    const hits = ranked.slice(0, Math.min(options.limit ?? Infinity, most)).flatMap(({ number, match, score }): SearchHit[] => {
      const entry = this.#entries[number];
      if (entry === undefined) return [];
      const alike = match.alike ?? false;
      const asked = { ...parts, spelled };
      const terms = 'terms' in match ? (match as LatinMatch).terms : [];
      const ranges = approximate ? [] : this.#marker.ranges(entry.title, options.language, asked, terms);
      const because = approximate || alike || ranges.length > 0 ? undefined : this.#because(entry, options, asked, terms);
      return [{ id: entry.id, score, field: match.field, ranges, because, approximate, alike }];
    });
    return { hits, sure: approximate ? 0 : ranked.filter(({ match }) => match.alike !== true).length, total: Math.min(ranked.length, most) };
  }

  /** The text of an entry, other than the title shown, in which a query's words stand. */
  #because(entry: SearchEntry, options: SearchOptions, parts: QueryParts, terms: readonly string[]): SearchHit['because'] {
    const other = entry.title[options.language === 'km' ? 'en' : 'km'];
    for (const text of [other, ...entry.keywords.km, ...entry.keywords.en, ...entry.keywords.latn]) {
      const ranges = this.#marker.written(text, parts, terms);
      if (ranges.length > 0) return { text, ranges };
    }
    return undefined;
  }

  #matchAll(parts: QueryParts): Map<number, Match> {
    let all: Map<number, Match> | undefined;
    for (const run of parts.khmer) {
      all = intersect(all, this.#khmer.match(run));
      if (all.size === 0) return all;
    }
    return parts.words.length === 0 ? (all ?? new Map()) : intersect(all, this.#matchWords(parts.words));
  }

  #matchWords(words: readonly string[]): Map<number, Match> {
    const english = this.#latin.match(words);
    const sure = [...english.values()].some((match) => match.how === 'exact' && !match.onlyLatn);
    if (sure) return english;
    const read = this.#read(words);
    if (english.size > 0) return union(english, read);
    const known = union(this.#latin.matchMended(words), read);
    const found = known.size > 0 ? known : this.#sounds.match(words);
    if (found.size > 0 || words.length < 2) return found;
    // Both languages in one query: "sombot birth".
    let all: Map<number, Match> | undefined;
    for (const word of words) {
      const one = this.#latin.match([word]);
      all = intersect(all, union(one.size > 0 ? one : this.#latin.matchMended([word]), this.#read([word])));
      if (all.size === 0) break;
    }
    return all ?? new Map();
  }

  /** Khmer in Latin letters, read as known words. */
  #read(words: readonly string[]): Map<number, Match> {
    let all: Map<number, Match> | undefined;
    for (const part of this.#spelling.read(words)) {
      let any: ReadonlyMap<number, Match> = new Map();
      for (const word of part.words) any = union(any, this.#khmer.matchWord(word));
      all = intersect(all, any);
    }
    return new Map([...(all ?? [])].map(([number, match]) => [number, { ...match, quality: 0.7 * match.quality, alike: true }]));
  }

  #score(number: number, match: Match, options: SearchOptions): number {
    const title = this.#entries[number]?.title[options.language] ?? '';
    // Of two equal matches the shorter title says it more plainly.
    return fieldWeight[match.field] * match.quality + 1 / (1 + title.length / 20);
  }

  /** Entries that share the most short pieces with the query. */
  #nearest(parts: QueryParts): Map<number, Match> {
    const near = new Map<number, Match>();
    const add = (index: GramIndex, texts: readonly string[]): void => {
      const grams = new Set(texts.flatMap((text) => [...index.gramsOf(text)]));
      for (const [number, shared] of index.count(grams)) {
        const quality = shared / (grams.size + 0.05 * index.sizeOf(number));
        const known = near.get(number)?.quality ?? 0;
        if (quality > 0.15) near.set(number, { quality: Math.min(1, known + quality), field: 'extra' });
      }
    };
    add(this.#khmerGrams, parts.khmer.map((run) => run.loose));
    add(this.#latinGrams, parts.words.map((word) => ` ${word} `));
    return near;
  }
}

interface IndexParts {
  readonly entries: readonly SearchEntry[];
  readonly documents: readonly KhmerDocument[];
  readonly latin: LatinMatcher;
  readonly sounds: SoundMatcher;
  readonly spelling: SpellingReader;
  readonly lexicon: Lexicon;
  readonly khmerGrams: GramIndex;
  readonly latinGrams: GramIndex;
}

/** Splits a query into Khmer runs and Latin words; numbers on their own are words. */
export function readQuery(query: string): QueryParts {
  const khmer: KhmerFold[] = [];
  const words: string[] = [];
  for (const chunk of query.split(/[\s.,;:!?()[\]{}"«»“”/\\|+*=<>_\-–—។៕៖៘៙៚]+/u)) {
    for (const part of chunk.match(/[\p{Script=Latin}\d\u17e0-\u17e9'’]*\p{Script=Latin}[\p{Script=Latin}\p{Mn}\d\u17e0-\u17e9'’]*|[^\p{Script=Latin}]+/gu) ?? []) {
      if (hasKhmer(part) && !/\p{Script=Latin}/u.test(part)) {
        const fold = foldKhmer(part);
        if (fold.text !== '') khmer.push(fold);
      } else words.push(...latinWords(part).map(({ word }) => word));
    }
  }
  return { khmer, words };
}

function intersect(all: ReadonlyMap<number, Match> | undefined, next: ReadonlyMap<number, Match>): Map<number, Match> {
  if (all === undefined) return new Map(next);
  const both = new Map<number, Match>();
  for (const [number, match] of next) {
    const other = all.get(number);
    if (other === undefined) continue;
    const field = fieldWeight[other.field] > fieldWeight[match.field] ? other.field : match.field;
    both.set(number, { ...match, quality: (match.quality + other.quality) / 2, field, alike: (match.alike ?? false) || (other.alike ?? false) });
  }
  return both;
}

function union(a: ReadonlyMap<number, Match>, b: ReadonlyMap<number, Match>): Map<number, Match> {
  const all = new Map(a);
  for (const [number, match] of b) {
    const known = all.get(number);
    if (known === undefined || better(match, known)) all.set(number, match);
  }
  return all;
}

function better(one: Match, other: Match): boolean {
  if ((one.alike ?? false) !== (other.alike ?? false)) return other.alike === true;
  return one.quality * fieldWeight[one.field] > other.quality * fieldWeight[other.field];
}

/** Builds the index in steps of at most one entry. */
function* build(entries: readonly SearchEntry[], synonyms: Synonyms): Generator<undefined, SearchIndex> {
  const lexicon = new Lexicon();
  for (const word of [...commonWords, ...synonyms.flat()]) {
    lexicon.add(word);
    yield;
  }
  for (const entry of entries) {
    for (const word of entry.keywords.km) lexicon.add(word);
    yield;
  }
  for (const entry of entries) {
    for (const text of [entry.title.km, ...entry.extra.km]) lexicon.learn(text);
    yield;
  }
  const table = new SynonymTable(synonyms, lexicon);
  yield;
  const documents: KhmerDocument[] = [];
  const latin = new LatinMatcher();
  const sounds = new SoundMatcher(lexicon);
  const khmerGrams = new GramIndex(2);
  const latinGrams = new GramIndex(3);
  for (const [number, entry] of entries.entries()) {
    const others = table.othersOf(entry);
    const texts: Readonly<Record<SearchField, readonly string[]>> = {
      title: [entry.title.km],
      keyword: entry.keywords.km,
      synonym: others.filter(hasKhmer),
      extra: entry.extra.km,
    };
    const document = joinFolds(searchFields.map((field) => texts[field].map(foldKhmer)));
    lexicon.markEdges(document.text, document.edge);
    documents.push(document);
    khmerGrams.add(number, document.loose.split('\n'));
    for (const field of searchFields) for (const text of texts[field]) sounds.add(number, field, text);
    for (const text of entry.keywords.latn) sounds.add(number, 'keyword', text);
    const latinTexts = {
      title: entry.title.en,
      keyword: entry.keywords.en.join('; '),
      latn: entry.keywords.latn.join('; '),
      synonym: others.filter((other) => !hasKhmer(other)).join('; '),
      // Numbers and Latin letters in Khmer titles are looked for too: "ប្រភេទ 2A", "១០០".
      extra: [...entry.extra.en, entry.title.km, ...entry.extra.km].join('; '),
    };
    latin.add({ id: number, ...latinTexts });
    latinGrams.add(number, latinWords(Object.values(latinTexts).join('; ')).map(({ word }) => ` ${word} `));
    yield;
  }
  const spelling = new SpellingReader();
  for (const [folded, written] of lexicon.words) {
    spelling.add(folded, written);
    yield;
  }
  return new SearchIndex({ entries, documents, latin, sounds, spelling, lexicon, khmerGrams, latinGrams });
}

/** Builds the index at once: for tests and tools. */
export function buildIndex(entries: readonly SearchEntry[], synonyms: Synonyms): SearchIndex {
  const steps = build(entries, synonyms);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

export interface SliceOptions {
  /** Longest time at work before pausing, in milliseconds. */
  readonly sliceMs?: number;
  readonly signal?: AbortSignal;
  /** How to pause; a macrotask by default. */
  readonly pause?: () => Promise<void>;
}

/**
 * Builds the index without holding up the screen: works in slices and pauses
 * between them. Rejects with the signal's reason when aborted.
 */
export async function buildIndexInSlices(entries: readonly SearchEntry[], synonyms: Synonyms, options: SliceOptions = {}): Promise<SearchIndex> {
  const { sliceMs = 4, signal, pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0)) } = options;
  const steps = build(entries, synonyms);
  let started = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - started >= sliceMs) {
      await pause();
      signal?.throwIfAborted();
      started = performance.now();
    }
  }
}
