import MiniSearch, { type Query, type SearchResult } from 'minisearch';
import { latinWords } from './fold.ts';
import type { SearchField } from './entry.ts';
import type { Match } from './khmer-match.ts';

/** An entry's texts in Latin letters, and the numbers of all its texts. */
export interface LatinDocument {
  readonly id: number;
  readonly title: string;
  readonly keyword: string;
  /** Khmer in Latin letters, as the content's author foresaw it. */
  readonly latn: string;
  readonly synonym: string;
  readonly extra: string;
}

const fields = ['title', 'keyword', 'latn', 'synonym', 'extra'] as const;
type LatinField = (typeof fields)[number];
const fieldOf: Readonly<Record<LatinField, SearchField>> = { title: 'title', keyword: 'keyword', latn: 'keyword', synonym: 'synonym', extra: 'extra' };
const stopWords = new Set('a an and are at by can do for from get give have how i if in is it its me my need of on or our the their this to want we what when where which who with you your'.split(' '));

/** A word of so many letters that is one edit from a known one is meant to be it; of a shorter one that is a guess. */
const surelyMended = 5;

/** Plural and singular are one word. */
function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** A match found in Latin letters: which of the entry's words, and whether as English or as Khmer spelled out. */
export interface LatinMatch extends Match {
  readonly terms: readonly string[];
  /** How: every word whole; at least one as a beginning; at least one mistyped. */
  readonly how: 'exact' | 'prefix' | 'typo';
  /** Found only in what the author foresaw as Latin spelling of Khmer. */
  readonly onlyLatn: boolean;
}

/** English words: MiniSearch for beginnings, conjunction and rank; mistyped words are first mended against its vocabulary. */
export class LatinMatcher {
  readonly #mini = new MiniSearch<LatinDocument>({
    fields: [...fields],
    idField: 'id',
    tokenize: (text) => latinWords(text).map(({ word }) => word),
    processTerm: singular,
    searchOptions: { boost: { title: 4, keyword: 3, latn: 3, synonym: 2, extra: 1 }, combineWith: 'AND' },
  });
  readonly #vocabulary = new Set<string>();
  /** Every beginning of every word: tells at once that a word cannot match. */
  readonly #beginnings = new Set<string>();

  add(document: LatinDocument): void {
    this.#mini.add(document);
    for (const field of fields) for (const { word } of latinWords(document[field])) this.#addWord(singular(word));
  }

  #addWord(word: string): void {
    if (this.#vocabulary.has(word)) return;
    this.#vocabulary.add(word);
    for (let end = 1; end <= word.length; end++) this.#beginnings.add(word.slice(0, end));
  }

  /** Entries in which every word stands, whole or as a beginning. */
  match(words: readonly string[]): Map<number, LatinMatch> {
    const content = contentWords(words);
    if (content.some((word) => !this.#beginnings.has(singular(word)))) return new Map();
    const matches = this.#matches(this.#mini.search({ combineWith: 'AND', queries: content.map((word) => wordQuery(word, [singular(word)], true)) }), words, 'prefix');
    // Digits among words that say nothing are no name of anything.
    return content.length < words.length && content.every((word) => /^\d$/.test(word)) ? alike(matches) : matches;
  }

  /** The same with each unknown word replaced by the nearest known ones; empty when none is near. */
  matchMended(words: readonly string[]): Map<number, LatinMatch> {
    const queries: Query[] = [];
    let most = 0;
    let sure = true;
    for (const word of contentWords(words)) {
      const { terms, edits } = this.#mend(word);
      if (terms.length === 0) return new Map();
      most = Math.max(most, edits);
      sure &&= edits === 0 || (edits === 1 && singular(word).length >= surelyMended);
      queries.push(wordQuery(word, terms, edits === 0));
    }
    // One slip is likelier than a Khmer word that happens to sound so.
    const matches = this.#matches(this.#mini.search({ combineWith: 'AND', queries }), words, 'typo', most < 2 ? 0.8 : 0.6);
    return sure ? matches : alike(matches);
  }

  /** The vocabulary's words nearest to a word, within what is forgiven; the word itself where it begins a known one. */
  #mend(word: string): { readonly terms: readonly string[]; readonly edits: number } {
    const term = singular(word);
    if (this.#beginnings.has(term)) return { terms: [term], edits: 0 };
    let nearest: string[] = [];
    let least = /\d/.test(word) || term.length < 4 ? 0 : term.length < 8 ? 1 : 2;
    for (const known of this.#vocabulary) {
      if (known.length < term.length - least) continue;
      const distance = prefixDistance(term, known, least);
      if (distance < least) nearest = [];
      if (distance <= least && distance > 0) {
        least = distance;
        nearest.push(known);
      }
    }
    return { terms: nearest, edits: least };
  }

  #matches(results: readonly SearchResult[], words: readonly string[], how: 'prefix' | 'typo', mended = 1): Map<number, LatinMatch> {
    const whole = new Set(words.map(singular));
    const best = results[0]?.score ?? 1;
    const matches = new Map<number, LatinMatch>();
    for (const result of results) {
      const fieldsHit = new Set(Object.values(result.match).flat() as LatinField[]);
      const field = fields.find((candidate) => fieldsHit.has(candidate)) ?? 'extra';
      const exact = how === 'prefix' && [...whole].every((word) => stopWords.has(word) || result.match[word] !== undefined);
      const base = how === 'typo' ? mended : exact ? 1 : 0.85;
      matches.set(result.id as number, {
        quality: base * (0.7 + (0.3 * result.score) / best),
        field: fieldOf[field],
        terms: result.terms,
        how: exact ? 'exact' : how,
        onlyLatn: [...fieldsHit].every((candidate) => candidate === 'latn'),
      });
    }
    return matches;
  }
}

function alike(matches: ReadonlyMap<number, LatinMatch>): Map<number, LatinMatch> {
  return new Map([...matches].map(([number, match]) => [number, { ...match, alike: true }]));
}

function contentWords(words: readonly string[]): readonly string[] {
  const content = words.filter((word) => !stopWords.has(word));
  return content.length > 0 ? content : words;
}

function wordQuery(word: string, terms: readonly string[], prefix: boolean): Query {
  return { queries: [...terms], combineWith: 'OR', prefix: prefix && !/^\d$/.test(word) };
}

/**
 * Edits (with swaps of neighbours, Damerau) that make a word the beginning of
 * another, or the other itself; more than `most` is told as `most + 1`.
 */
export function prefixDistance(word: string, other: string, most: number): number {
  // Fingers miss the first letter least.
  if (word[0] !== other[0] && word[0] !== other[1] && word[1] !== other[0]) return most + 1;
  const columns = Math.min(other.length, word.length + most) + 1;
  let before = new Uint8Array(columns);
  let last = Uint8Array.from({ length: columns }, (_, j) => j);
  let row = new Uint8Array(columns);
  for (let i = 1; i <= word.length; i++) {
    row[0] = i;
    let least = i;
    for (let j = 1; j < columns; j++) {
      let cost = Math.min((last[j - 1] ?? 0) + (word[i - 1] === other[j - 1] ? 0 : 1), (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  return Math.min(...last, most + 1);
}
