import { khnormal } from 'khmer-normalizer';

/**
 * Khmer encoding. One word can be typed in several orders of code points that
 * look the same; NFC does nothing about it. Clusters are put in the order of
 * Unicode L2/22-290 at compile time for content and at typing time for queries.
 */

/**
 * The library's order of a run. Of marks that no word has side by side it makes,
 * once in three thousand random runs, what it orders differently again: until it
 * agrees with itself, or a text and the same text would not be found by each other.
 */
function settled(run: string): string {
  let before = khnormal(run);
  for (let left = 4; left > 0; left--) {
    const after = khnormal(before);
    if (after === before) break;
    before = after;
  }
  return before;
}

/**
 * Normalizes Khmer clusters and applies NFC to the rest. Zero-width break hints
 * stay. Only runs of Khmer are handed to the library: with a character outside
 * the Basic Multilingual Plane (an emoji) in its text it loses letters.
 */
export function normalizeKhmer(text: string): string {
  return text.normalize('NFC').replace(/[\u1780-\u17ff\u19e0-\u19ff\u200b-\u200d\u2060\u25cc]+/gu, settled);
}

/** Removes zero-width spaces, joiners and the like: for indexes and comparison, not for display. */
export function stripInvisible(text: string): string {
  return text.replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/gu, '');
}

/** Folds Khmer digits to ASCII. */
export function foldDigits(text: string): string {
  return text.replace(/[\u17e0-\u17e9]/gu, (digit) => String((digit.codePointAt(0) ?? 0) - 0x17e0));
}
