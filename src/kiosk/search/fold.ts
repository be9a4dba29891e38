import { foldDigits, normalizeKhmer } from '../../model/khmer.ts';

/**
 * Khmer text folded for comparison. Both folds keep one cluster's code points
 * together and in order, so that a place in the fold leads back to a cluster of
 * the shown text:
 *
 * - `text`: normalized order, no coeng signs (្ is the code point people leave
 *   out most), no diacritics that change no word, independent vowels as អ with a
 *   vowel, Khmer digits as ASCII, separators gone;
 * - `loose`: the same length, with the vowels and consonants that are most often
 *   taken for each other made one.
 */
export interface KhmerFold {
  readonly text: string;
  readonly loose: string;
  /** For each code unit of `text`: where its cluster starts and ends in the source. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** 1 where a cluster begins, 2 where moreover the text or a part after a separator begins. */
  readonly edge: Uint8Array;
}

const invisible = '\\u200b-\\u200d\\u2060\\ufeff\\u00ad';
/** A base with everything that hangs on it, in whatever order it was typed; or a lone mark; or a digit. */
const clusterPattern = new RegExp(
  `[\\u1780-\\u17b3\\u25cc](?:[${invisible}]*(?:\\u17d2[${invisible}]*[\\u1780-\\u17b3]|[\\u17b4-\\u17d3\\u17dd]))*[${invisible}]*` +
    `|[\\u17b4-\\u17d3\\u17dd][${invisible}]*|[\\u17e0-\\u17e90-9]`,
  'gu',
);
const invisiblePattern = new RegExp(`[${invisible}]`, 'gu');

/** Coeng, register shifters, bantoc, robat, toandakhiat, samyok sannya and other marks, yuukaleapintu's twin, repetition. */
const dropped = /[\u17b4\u17b5\u17c9-\u17d3\u17dd\u25cc]/gu;
const rewritten: Readonly<Record<string, string>> = {
  'ឣ': 'អ', 'ឤ': 'អា', 'ឥ': 'អិ', 'ឦ': 'អី', 'ឧ': 'អុ', 'ឨ': 'អុ', 'ឩ': 'អូ', 'ឪ': 'អៅ', 'ឫ': 'រិ', 'ឬ': 'រី', 'ឭ': 'លិ', 'ឮ': 'លី',
  'ឯ': 'អែ', 'ឰ': 'អៃ', 'ឱ': 'អោ', 'ឲ': 'អោ', 'ឳ': 'អៅ', 'ដ': 'ត', '\u17c8': '\u17c7',
};
const looseTwins: Readonly<Record<string, string>> = {
  'ី': 'ិ', 'ឺ': 'ឹ', 'ូ': 'ុ', 'ណ': 'ន', 'ឡ': 'ល', 'ឋ': 'ថ', 'ឌ': 'ទ', 'ឍ': 'ធ', 'ឝ': 'ស', 'ឞ': 'ស', 'ែ': 'េ', 'ើ': 'េ', 'ៅ': 'ោ',
};

/** One base, subscripts with រ last, one vowel, one sign: in order already. */
const ordered = /^[\u1780-\u17b3](?:\u17d2[\u1780-\u1799\u179b-\u17a2])?(?:\u17d2[\u1780-\u17a2])?[\u17b6-\u17c5]?[\u17c6-\u17c8]?$/u;

/** Clusters are few and come again; normalizing one compiles regular expressions, so it is done once each. */
const folded = new Map<string, string>();
const cacheLimit = 20_000;

function foldCluster(cluster: string): string {
  const known = folded.get(cluster);
  if (known !== undefined) return known;
  const visible = cluster.replace(invisiblePattern, '');
  const clean = (ordered.test(visible) ? visible : normalizeKhmer(visible)).replace(dropped, '');
  const fold = foldDigits(clean.replace(/[\u17a3-\u17b3\u178a\u17c8]/gu, (char) => rewritten[char] ?? char));
  if (folded.size >= cacheLimit) folded.clear();
  folded.set(cluster, fold);
  return fold;
}

/** Folds the Khmer clusters and the digits of a text; everything else separates. */
export function foldKhmer(source: string): KhmerFold {
  let text = '';
  const from: number[] = [];
  const to: number[] = [];
  const edges: number[] = [];
  let end = -1;
  for (const match of source.matchAll(clusterPattern)) {
    const fold = foldCluster(match[0]);
    const stop = match.index + match[0].length;
    for (let i = 0; i < fold.length; i++) {
      from.push(match.index);
      to.push(stop);
      edges.push(i > 0 ? 0 : match.index === end ? 1 : 2);
    }
    text += fold;
    end = stop;
  }
  return { text, loose: loosen(text), from, to, edge: Uint8Array.from(edges) };
}

/** The loose twin of a fold; same length. */
export function loosen(text: string): string {
  return text.replace(/[\u17b8\u17ba\u17bc\u178e\u17a1\u178b\u178c\u178d\u179d\u179e\u17c2\u17be\u17c5]/gu, (char) => looseTwins[char] ?? char);
}

/** Is there a Khmer letter in it? */
export function hasKhmer(text: string): boolean {
  return /[\u1780-\u17d3]/u.test(text);
}

/** Latin words and numbers of a text, lower case, without accents; Khmer digits count as digits. */
export function latinWords(text: string): readonly { readonly word: string; readonly start: number; readonly end: number }[] {
  const words: { word: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(/[\p{Script=Latin}\p{M}\d\u17e0-\u17e9]+(?:['’][\p{Script=Latin}]+)?/gu)) {
    const word = foldDigits(match[0].normalize('NFKD').toLowerCase()).replace(/['’]s$|[^a-z0-9]/gu, '');
    if (word !== '') words.push({ word, start: match.index, end: match.index + match[0].length });
  }
  return words;
}
