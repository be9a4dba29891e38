import { loosen, type KhmerFold } from './fold.ts';
import type { GramIndex } from './grams.ts';
import type { Lexicon } from './words.ts';
import { searchFields, type SearchField } from './entry.ts';

/** An entry's Khmer texts, folded, one after another with {@link zoneBreak} between. */
export interface KhmerDocument {
  readonly text: string;
  readonly loose: string;
  /** As {@link KhmerFold}'s, with known words' beginnings marked 2. */
  readonly edge: Uint8Array;
  /** Where each field's texts end, in the order of `searchFields`. */
  readonly zoneEnds: readonly number[];
}

export const zoneBreak = '\n';

/** How well one part of a query matches an entry. */
export interface Match {
  /** 1 as written … 0 not at all. */
  readonly quality: number;
  readonly field: SearchField;
  /** Only something like the query is there: it sounds so, or a short word differs by a letter. */
  readonly alike?: boolean;
}

/** The field in which a place of the text lies. */
function fieldAt(document: KhmerDocument, place: number): SearchField {
  const zone = document.zoneEnds.findIndex((end) => place < end);
  return searchFields[zone] ?? 'extra';
}

/**
 * Finds a run of Khmer in the entries: first in one piece, then in several
 * pieces of whole clusters, as citizens leave words out and official titles put
 * them in ("សំបុត្រកំណើត" is in "សំបុត្របញ្ជាក់កំណើត"). The loose fold is asked only
 * where the strict one finds nothing.
 */
export class KhmerMatcher {
  readonly #documents: readonly KhmerDocument[];
  readonly #grams: GramIndex;
  readonly #lexicon: Lexicon;

  /** @param grams bigrams of the loose texts */
  constructor(documents: readonly KhmerDocument[], grams: GramIndex, lexicon: Lexicon) {
    this.#documents = documents;
    this.#grams = grams;
    this.#lexicon = lexicon;
  }

  /** Matches of a run by entry number. */
  match(run: KhmerFold): Map<number, Match> {
    const strict = this.#matchIn(run, false);
    return strict.size > 0 ? strict : this.#matchIn(run, true);
  }

  /** Entries in which a known word, folded, stands whole. */
  matchWord(word: string): Map<number, Match> {
    const matches = new Map<number, Match>();
    for (const [number, document] of this.#documents.entries()) {
      const place = wholePlace(document.text, document.edge, word, false);
      if (place >= 0) matches.set(number, { quality: 1, field: fieldAt(document, place) });
    }
    return matches;
  }

  #matchIn(run: KhmerFold, loose: boolean): Map<number, Match> {
    const text = loose ? run.loose : run.text;
    const matches = new Map<number, Match>();
    if (text === '') return matches;
    const full = loose ? 0.75 : 1;
    // What is this short is found in every other word unless it begins one.
    const short = clusterCount(run) < 2 || text.length < 3;
    for (const [number, document] of this.#documents.entries()) {
      const place = bestPlace(loose ? document.loose : document.text, document.edge, text, short);
      if (place < 0) continue;
      const begins = document.edge[place] === 2;
      const whole = standsAlone(document, text) ? 0.05 : 0;
      matches.set(number, { quality: full * (begins ? 0.95 + whole : 0.8), field: fieldAt(document, place) });
    }
    if (clusterCount(run) < 3) return matches;
    const grams = this.#grams.gramsOf(run.loose);
    const mostPieces = Math.min(4, Math.floor(clusterCount(run) / 2) + 1);
    for (const [number, shared] of this.#grams.count(grams)) {
      if (shared < grams.size - (mostPieces - 1) || matches.has(number)) continue;
      const document = this.#documents[number];
      if (document === undefined) continue;
      const pieces = coverPieces(run, loose, document, this.#lexicon);
      if (pieces === undefined || pieces.length > mostPieces) continue;
      matches.set(number, { quality: full * (0.8 - 0.1 * pieces.length), field: fieldAt(document, pieces[0]?.place ?? 0) });
    }
    return matches;
  }
}

function clusterCount(run: KhmerFold): number {
  let count = 0;
  for (const edge of run.edge) if (edge !== 0) count += 1;
  return count;
}

/** First place of a text, preferring places where a word begins; -1: none. */
function bestPlace(haystack: string, edge: Uint8Array, text: string, onlyWords: boolean): number {
  let fallback = -1;
  for (let place = haystack.indexOf(text); place >= 0; place = haystack.indexOf(text, place + 1)) {
    if (edge[place] === 2) return place;
    if (fallback < 0) fallback = place;
  }
  return onlyWords ? -1 : fallback;
}

/** Is a text a whole title or keyword? Of two services that name a paper, the one that gives it comes first. */
function standsAlone(document: KhmerDocument, text: string): boolean {
  const named = document.text.slice(0, document.zoneEnds[1]);
  return named.startsWith(text + zoneBreak) || named.includes(zoneBreak + text + zoneBreak);
}

/** A part of the query found in an entry. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Where in the entry's text. */
  readonly place: number;
}

/**
 * Cuts a run into the fewest parts that all stand in the entry. A part is whole
 * clusters, begins a word there and is two clusters or a known word: anything
 * less matches everything.
 */
export function coverPieces(run: KhmerFold, loose: boolean, document: Pick<KhmerDocument, 'text' | 'loose' | 'edge'>, lexicon: Lexicon): Piece[] | undefined {
  const text = loose ? run.loose : run.text;
  const haystack = loose ? document.loose : document.text;
  const cuts: number[] = [];
  for (let i = 0; i < text.length; i++) if (run.edge[i] !== 0) cuts.push(i);
  cuts.push(text.length);
  const best: (Piece[] | undefined)[] = [[]];
  for (let to = 1; to < cuts.length; to++) {
    for (let from = 0; from < to; from++) {
      const before = best[from];
      if (before === undefined || (best[to] !== undefined && (best[to]?.length ?? 0) <= before.length + 1)) continue;
      const start = cuts[from] ?? 0;
      const end = cuts[to] ?? 0;
      const part = text.slice(start, end);
      if (to - from < 2 && !lexicon.has(loose ? run.text.slice(start, end) : part)) continue;
      const place = wholePlace(haystack, document.edge, part, to === cuts.length - 1);
      if (place >= 0) best[to] = [...before, { start, end, place }];
    }
  }
  return best[cuts.length - 1];
}

/** First place where a text begins a word and does not end inside a cluster (the last part may: it is being typed). */
export function wholePlace(haystack: string, edge: Uint8Array, text: string, last: boolean): number {
  for (let place = haystack.indexOf(text); place >= 0; place = haystack.indexOf(text, place + 1)) {
    const end = place + text.length;
    if (edge[place] === 2 && (last || end === haystack.length || edge[end] !== 0)) return place;
  }
  return -1;
}

/** Puts an entry's folds one after another. */
export function joinFolds(zones: readonly (readonly KhmerFold[])[]): KhmerDocument {
  let text = '';
  const edges: number[] = [];
  const zoneEnds: number[] = [];
  for (const folds of zones) {
    for (const fold of folds) {
      text += fold.text + zoneBreak;
      edges.push(...fold.edge, 2);
    }
    zoneEnds.push(text.length);
  }
  return { text, loose: loosen(text), edge: Uint8Array.from(edges), zoneEnds };
}
