import type { Language, LocalizedText } from '../../model/text.ts';
import { foldKhmer, latinWords, type KhmerFold } from './fold.ts';
import type { TextRange } from './entry.ts';
import { coverPieces, wholePlace } from './khmer-match.ts';
import { hear, locate } from './sound-match.ts';
import type { Lexicon } from './words.ts';

/** A query taken apart: Khmer runs, and Latin words with numbers. */
export interface QueryParts {
  readonly khmer: readonly KhmerFold[];
  readonly words: readonly string[];
  /** Folded Khmer words that the Latin words may spell. */
  readonly spelled?: readonly string[];
}

interface ReadTitle {
  readonly words: ReturnType<typeof latinWords>;
  readonly fold: KhmerFold;
}

/** Marks the parts of shown titles that answer a query. Titles come again with every letter typed, so each is read once. */
export class TitleMarker {
  readonly #lexicon: Lexicon;
  readonly #read = new Map<string, ReadTitle>();

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /**
   * Whole Khmer clusters only, sorted and apart.
   * @param terms words of the entry that the Latin words found, where they did
   */
  ranges(title: LocalizedText, language: Language, parts: QueryParts, terms: readonly string[]): TextRange[] {
    const read = this.#readTitle(title[language]);
    const ranges: TextRange[] = wordRanges(read, parts.words, terms);
    if (language === 'km') {
      for (const run of parts.khmer) ranges.push(...this.#khmerRanges(read.fold, run));
      if (parts.words.length > 0 && ranges.length === 0) ranges.push(...this.#soundRanges(title.km, read.fold, parts));
    }
    return mergeRanges(ranges);
  }

  /** The parts of a text in either script that answer as it is written: not by its sound. */
  written(text: string, parts: QueryParts, terms: readonly string[]): TextRange[] {
    const read = this.#readTitle(text);
    return mergeRanges([...wordRanges(read, parts.words, terms), ...parts.khmer.flatMap((run) => this.#khmerRanges(read.fold, run))]);
  }

  #readTitle(shown: string): ReadTitle {
    const known = this.#read.get(shown);
    if (known !== undefined) return known;
    const fold = foldKhmer(shown);
    this.#lexicon.markEdges(fold.text, fold.edge);
    const read = { words: latinWords(shown), fold };
    this.#read.set(shown, read);
    return read;
  }

  #khmerRanges(fold: KhmerFold, run: KhmerFold): TextRange[] {
    const strict = fold.text.indexOf(run.text);
    const place = strict >= 0 ? strict : fold.loose.indexOf(run.loose);
    if (place >= 0) return [clusters(fold, place, run.text.length)];
    const pieces = coverPieces(run, false, fold, this.#lexicon) ?? coverPieces(run, true, fold, this.#lexicon) ?? [];
    return pieces.map((piece) => clusters(fold, piece.place, piece.end - piece.start));
  }

  #soundRanges(shown: string, fold: KhmerFold, parts: QueryParts): TextRange[] {
    const read = (parts.spelled ?? []).flatMap((word) => {
      const place = wholePlace(fold.text, fold.edge, word, false);
      return place < 0 ? [] : [clusters(fold, place, word.length)];
    });
    if (read.length > 0) return read;
    const heard = hear(shown, this.#lexicon);
    const found = locate(parts.words.join(' '), heard);
    if (found === undefined) return [];
    const first = heard.at[found.start] ?? 0;
    const last = heard.at[found.end - 1] ?? first;
    const start = fold.from.findLast((from) => from <= first);
    const end = fold.to.find((to) => to > last);
    return start === undefined || end === undefined ? [] : [{ start, end }];
  }
}

/** The clusters in which a part of a fold lies. */
function clusters(fold: KhmerFold, place: number, length: number): TextRange {
  return { start: fold.from[place] ?? 0, end: fold.to[place + length - 1] ?? 0 };
}

function wordRanges(read: ReadTitle, words: readonly string[], terms: readonly string[]): TextRange[] {
  if (words.length === 0) return [];
  const known = new Set(terms);
  return read.words.flatMap(({ word, start, end }) => {
    const typed = words.find((candidate) => word.startsWith(candidate));
    if (typed !== undefined && end - start === word.length) return [{ start, end: start + typed.length }];
    return known.has(word) || (word.endsWith('s') && known.has(word.slice(0, -1))) ? [{ start, end }] : [];
  });
}

/** Sorts ranges and joins those that touch or overlap. */
export function mergeRanges(ranges: readonly TextRange[]): TextRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (range.end <= range.start) continue;
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged;
}
