import { alignWhole, encodeSounds, isFirm, isFirmCode, khmerSounds, latinSounds, skeleton } from './phonemes.ts';

interface Spoken {
  readonly folded: string;
  readonly sounds: Uint8Array;
}

/** One part of a spelled-out query and the known words it may stand for, folded. */
export interface SpelledPart {
  readonly words: readonly string[];
}

/** A part more is dearer than a few vowels that differ. */
const partCost = 0.25;
/** Cutting where no space was typed. */
const unspacedCost = 0.15;
/** Words that sound nearly as alike as the best one are meant too. */
const ambiguity = 0.1;
/** The same for words of one or two firm consonants, which vowels alone tell apart. */
const shortAmbiguity = 0.2;
/** A k typed for the catch in the throat after a bare consonant: កសិកម្ម kaksekam. */
const glottalCost = 0.15;
const longestPart = 24;

/**
 * Reads Khmer typed in Latin letters as a row of known words, as an input method
 * does: the cheapest way to cut the sounds into words of the lexicon.
 */
export class SpellingReader {
  readonly #bySkeleton = new Map<string, Spoken[]>();
  /** The last answer: finding and marking ask the same. */
  #last: { readonly query: string; readonly parts: readonly SpelledPart[] } = { query: '', parts: [] };

  /** Adds a word of the lexicon, folded and as written. */
  add(folded: string, written: string): void {
    const { phonemes } = khmerSounds(written);
    if (phonemes === '') return;
    const spoken = { folded, sounds: encodeSounds(phonemes) };
    // ះ is typed s as often as h.
    const hissed = phonemes.replace(/h/gu, 's');
    for (const key of new Set([...skeletons(phonemes), ...skeletons(hissed)])) {
      const bucket = this.#bySkeleton.get(key);
      if (bucket === undefined) this.#bySkeleton.set(key, [spoken]);
      else bucket.push(spoken);
    }
  }

  /** The known words a query spells, in order; empty when some of it is no known word. */
  read(words: readonly string[]): readonly SpelledPart[] {
    const query = words.join(' ');
    if (query !== this.#last.query) this.#last = { query, parts: this.#readParts(words) };
    return this.#last.parts;
  }

  #readParts(words: readonly string[]): SpelledPart[] {
    const sounds = words.map((word) => latinSounds(word).phonemes);
    const phonemes = sounds.join('');
    const codes = encodeSounds(phonemes);
    const bones = skeleton(phonemes, true);
    /** How many firm consonants stand before each place. */
    const bonesBefore = [0];
    for (const phoneme of phonemes) bonesBefore.push((bonesBefore.at(-1) ?? 0) + (isFirm(phoneme) ? 1 : 0));
    const spaced = new Set<number>();
    let length = 0;
    for (const part of sounds) {
      spaced.add(length);
      length += part.length;
    }
    spaced.add(length);
    const best: ({ cost: number; from: number; words: readonly string[] } | undefined)[] = [{ cost: 0, from: -1, words: [] }];
    for (let to = 1; to <= length; to++) {
      const cut = spaced.has(to) ? 0 : unspacedCost;
      for (let from = Math.max(0, to - longestPart); from < to; from++) {
        const before = best[from];
        if (before === undefined || before.cost + partCost + cut >= (best[to]?.cost ?? Infinity)) continue;
        const found = this.#lookUp(bones.slice(bonesBefore[from], bonesBefore[to]), codes.subarray(from, to));
        if (found === undefined) continue;
        const cost = before.cost + partCost + cut + found.cost;
        if (cost < (best[to]?.cost ?? Infinity)) best[to] = { cost, from, words: found.words };
      }
    }
    const parts: SpelledPart[] = [];
    for (let at = length; at > 0; ) {
      const step = best[at];
      if (step === undefined) return [];
      parts.unshift({ words: step.words });
      at = step.from;
    }
    return parts;
  }

  /** @param bones the firm consonants of the sounds */
  #lookUp(bones: string, codes: Uint8Array): { cost: number; words: string[] } | undefined {
    const near: { cost: number; word: string }[] = [];
    this.#addNear(near, bones, codes, 0);
    for (let k = bones.indexOf('k', 1); near.length === 0 && k >= 0; k = bones.indexOf('k', k + 1)) {
      const rest = bones.slice(0, k) + bones.slice(k + 1);
      if (this.#bySkeleton.has(rest)) this.#addNear(near, rest, withoutBone(codes, k), glottalCost);
    }
    if (near.length === 0) return undefined;
    const least = Math.min(...near.map(({ cost }) => cost));
    const meant = least + (bones.length < 3 ? shortAmbiguity : ambiguity);
    return { cost: least, words: [...new Set(near.filter(({ cost }) => cost <= meant).map(({ word }) => word))] };
  }

  #addNear(near: { cost: number; word: string }[], bones: string, codes: Uint8Array, extra: number): void {
    const most = bones.length < 2 ? 0.2 : bones.length < 3 ? 0.45 : 0.3 + 0.12 * bones.length;
    for (const { folded, sounds } of this.#bySkeleton.get(bones) ?? []) {
      const cost = alignWhole(codes, sounds) + extra;
      if (cost <= most) near.push({ cost, word: folded });
    }
  }
}

/** Sounds without their nth firm consonant. */
function withoutBone(codes: Uint8Array, bone: number): Uint8Array {
  let left = bone;
  const at = codes.findIndex((code) => isFirmCode(code) && left-- === 0);
  return codes.filter((_, i) => i !== at);
}

/** A word's firm consonants with and without each that may be silent. */
function skeletons(phonemes: string): string[] {
  let keys = [''];
  for (const phoneme of phonemes) {
    const lower = phoneme.toLowerCase();
    if (!isFirm(lower)) continue;
    keys = lower === phoneme || keys.length > 8 ? keys.map((key) => key + lower) : keys.flatMap((key) => [key, key + lower]);
  }
  return keys;
}
