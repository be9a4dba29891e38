/**
 * Whether Khmer is shaped, told from measures of single syllables: a consonant
 * below another takes no room beside it and hangs below the line, the coeng form
 * of រ stands before its consonant, a vowel sits above. Without shaping, each code
 * point stands beside the last one, and the coeng sign shows as a cross.
 */

/** Syllables that are measured at {@link khmerSize} pixels. */
export const khmerSyllables = ['ស', 'រ', 'ស្ត', 'ស្រ', 'សី', 'ស្ត្រី'] as const;
export type KhmerSyllable = (typeof khmerSyllables)[number];
export const khmerSize = 100;

/** Of one syllable, in pixels: its advance, and how far its ink reaches above and below the line. */
export interface Measure {
  readonly width: number;
  readonly above: number;
  readonly below: number;
}
export type Measures = Readonly<Record<KhmerSyllable, Measure>>;

/** Least reach of a sign above or below the consonant that carries it. */
const reach = khmerSize * 0.1;
const same = (a: number, b: number): boolean => Math.abs(a - b) <= khmerSize * 0.03;

/** What is wrong with the shape of Khmer; nothing if it is right. */
export function khmerFault(measures: Measures): string | undefined {
  const { ស: sa, រ: ro } = measures;
  const [below, before, above, all] = [measures['ស្ត'], measures['ស្រ'], measures['សី'], measures['ស្ត្រី']];
  if (sa.width === 0 || ro.width === 0) return 'nothing is drawn';
  if (!same(below.width, sa.width) || below.below < sa.below + reach) return 'a consonant does not go below another (ស្ត)';
  if (before.width <= sa.width || before.width > sa.width + ro.width * 1.6 || before.below < sa.below + reach) return 'the form of រ does not go before its consonant (ស្រ)';
  if (!same(above.width, sa.width) || above.above < sa.above + reach) return 'a vowel does not sit above its consonant (សី)';
  if (!same(all.width, before.width) || all.below < sa.below + reach || all.above < sa.above + reach) return 'a syllable of several signs falls apart (ស្ត្រី)';
  return undefined;
}
