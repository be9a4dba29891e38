import { foldKhmer, hasKhmer } from './fold.ts';
import type { SearchField } from './entry.ts';
import { GramIndex } from './grams.ts';
import type { Match } from './khmer-match.ts';
import { align, encodeSounds, khmerSounds, latinSounds, skeleton, type Alignment } from './phonemes.ts';
import type { Lexicon } from './words.ts';

interface Segment {
  readonly sounds: Uint8Array;
  readonly startAt: Uint8Array;
  readonly owners: { readonly number: number; readonly field: SearchField }[];
}

/** Starting inside a word costs this much. */
const innerStart = 0.3;
/** Texts that sound this much less like the query than the nearest are left out. */
const slack = 0.3;

/** No more texts than this are listened to closely: those that share most with the query. */
const mostHeard = 150;

/** Finds Khmer that was typed in Latin letters, by its sound. Equal texts of several entries are listened to once. */
export class SoundMatcher {
  readonly #segments: Segment[] = [];
  readonly #bySource = new Map<string, Segment>();
  readonly #grams = new GramIndex(2);
  readonly #lexicon: Lexicon;

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** Adds a text of an entry, in either script. */
  add(number: number, field: SearchField, source: string): void {
    let segment = this.#bySource.get(source);
    if (segment === undefined) {
      const heard = hear(source, this.#lexicon);
      segment = { sounds: encodeSounds(heard.phonemes), startAt: heard.startAt, owners: [] };
      this.#grams.add(this.#segments.length, [skeleton(heard.phonemes, true), skeleton(heard.phonemes, false)]);
      this.#segments.push(segment);
      this.#bySource.set(source, segment);
    }
    if (!segment.owners.some((owner) => owner.number === number)) segment.owners.push({ number, field });
  }

  /** Entries with a text that sounds like these words, taken as one. */
  match(words: readonly string[]): Map<number, Match> {
    const text = words.join(' ');
    const matches = new Map<number, Match>();
    const { phonemes } = latinSounds(text);
    const bones = skeleton(phonemes, false);
    if (bones.length < 2) return matches;
    const query = encodeSounds(phonemes);
    const most = tolerance(bones.length);
    const grams = this.#grams.gramsOf(bones);
    // One firm consonant gone wrong spoils two bigrams.
    const needed = bones.length < 4 ? grams.size : Math.max(2, grams.size - 2 * Math.ceil(most));
    const near: { cost: number; segment: Segment }[] = [];
    const likely = [...this.#grams.count(grams)].filter(([, shared]) => shared >= needed).sort((a, b) => b[1] - a[1]);
    for (const [index] of likely.slice(0, mostHeard)) {
      const segment = this.#segments[index];
      if (segment === undefined) continue;
      const { cost } = align(query, segment.sounds, segment.startAt, innerStart);
      if (cost <= most) near.push({ cost, segment });
    }
    const least = Math.min(...near.map(({ cost }) => cost));
    for (const { cost, segment } of near) {
      if (cost > least + slack) continue;
      const quality = 0.7 * (1 - cost / (most * 2));
      for (const { number, field } of segment.owners) {
        const known = matches.get(number);
        if (known === undefined || known.quality < quality) matches.set(number, { quality, field, alike: true });
      }
    }
    return matches;
  }
}

/** What may differ, by the number of firm consonants typed. */
function tolerance(bones: number): number {
  return bones < 3 ? 0.45 : bones < 4 ? 0.6 : 0.4 + 0.12 * bones;
}

/** The sounds of a text, with the beginnings of known words marked. */
export function hear(source: string, lexicon: Lexicon): { readonly phonemes: string; readonly at: readonly number[]; readonly startAt: Uint8Array } {
  if (!hasKhmer(source)) {
    const heard = latinSounds(source);
    return { ...heard, startAt: Uint8Array.from([...heard.at, -1], (at) => (at === 0 || source[at - 1] === ' ' ? 1 : 0)) };
  }
  const heard = khmerSounds(source);
  const fold = foldKhmer(source);
  lexicon.markEdges(fold.text, fold.edge);
  const starts = new Set<number>();
  for (const [i, edge] of fold.edge.entries()) if (edge === 2) starts.add(fold.from[i] ?? 0);
  // A word that begins with the silent អ begins with its vowel.
  const begins = (at: number): boolean => starts.has(at) || (source[at - 1] === 'អ' && starts.has(at - 1));
  return { ...heard, startAt: Uint8Array.from([...heard.at, -1], (at) => (at >= 0 && begins(at) ? 1 : 0)) };
}

/** Where in a text a query sounds, as an alignment of its sounds. */
export function locate(query: string, heard: { readonly phonemes: string; readonly startAt: Uint8Array }): Alignment | undefined {
  const { phonemes } = latinSounds(query);
  const bones = skeleton(phonemes, false).length;
  if (bones < 2) return undefined;
  const found = align(encodeSounds(phonemes), encodeSounds(heard.phonemes), heard.startAt, innerStart);
  return found.cost <= tolerance(bones) && found.end > found.start ? found : undefined;
}
