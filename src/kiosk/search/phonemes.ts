
/**
 * Khmer as it sounds and Latin letters as Cambodians type Khmer with them, both
 * brought to one coarse alphabet. There is no agreed romanization: of ស ំ ប ុ ត ្រ
 * come sombot, sambotr, sombut. What nearly all spellings keep are the places of
 * eight consonants; r, h, y, v and vowels come and go and weigh little.
 */
export type Phoneme = string;

/** Consonants that nearly every spelling keeps. `n` also stands for ng and nh. */
const firm = 'kctpmnls';
/** Consonants that are often silent or left out. In upper case: a stacked consonant that may be silent, or the glide of ៅ. */
const weak = 'rhyv';

/** Is it one of the consonants that nearly every spelling keeps? */
export function isFirm(phoneme: Phoneme): boolean {
  return firm.includes(phoneme);
}

/** Is it a vowel? */
export function isVowel(phoneme: Phoneme): boolean {
  return 'aeiou'.includes(phoneme);
}

const khmerConsonants: Readonly<Record<string, Phoneme>> = {
  'ក': 'k', 'ខ': 'k', 'គ': 'k', 'ឃ': 'k', 'ង': 'n', 'ច': 'c', 'ឆ': 'c', 'ជ': 'c', 'ឈ': 'c', 'ញ': 'n', 'ដ': 't', 'ឋ': 't', 'ឌ': 't', 'ឍ': 't', 'ណ': 'n',
  'ត': 't', 'ថ': 't', 'ទ': 't', 'ធ': 't', 'ន': 'n', 'ប': 'p', 'ផ': 'p', 'ព': 'p', 'ភ': 'p', 'ម': 'm', 'យ': 'y', 'រ': 'r', 'ល': 'l', 'វ': 'v', 'ឝ': 's', 'ឞ': 's', 'ស': 's',
  'ហ': 'h', 'ឡ': 'l', 'អ': '',
};
const khmerVowels: Readonly<Record<string, Phoneme>> = {
  'ា': 'a', 'ិ': 'i', 'ី': 'i', 'ឹ': 'e', 'ឺ': 'e', 'ុ': 'u', 'ូ': 'u', 'ួ': 'u', 'ើ': 'e', 'ឿ': 'e', 'ៀ': 'i', 'េ': 'e', 'ែ': 'a', 'ៃ': 'ai', '័': 'a', 'ោ': 'o', 'ៅ': 'oV',
  'ឥ': 'i', 'ឦ': 'i', 'ឧ': 'u', 'ឩ': 'u', 'ឪ': 'oV', 'ឫ': 'r', 'ឬ': 'r', 'ឭ': 'l', 'ឮ': 'l', 'ឯ': 'a', 'ឰ': 'ai', 'ឱ': 'o', 'ឲ': 'o', 'ឳ': 'oV',
};

/** Sounds with, for each, the index of its code unit in the source. */
export interface Sounds {
  readonly phonemes: string;
  readonly at: readonly number[];
}

/** The sounds of a text in Khmer script; Latin words in it are read as Latin. */
export function khmerSounds(source: string): Sounds {
  let phonemes = '';
  const at: number[] = [];
  const push = (sounds: string, index: number): void => {
    for (const sound of sounds) {
      phonemes += sound;
      at.push(index);
    }
  };
  const chars = source.split('');
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    const next = chars[i + 1] ?? '';
    if (char === '\u17d2') continue;
    // ៍ silences the consonant before it, ៌ is an r that is not spoken.
    if (next === '\u17cd') continue;
    const consonant = khmerConsonants[char];
    if (consonant !== undefined) {
      const stacked = chars[i - 1] === '\u17d2';
      // ហ្វ is how f is written; it is typed f or v.
      if (char === 'ហ' && next === '\u17d2') {
        if (chars[i + 2] === 'វ') {
          push('p', i);
          i += 2;
        }
        continue;
      }
      if (stacked && consonant !== '' && phonemes.endsWith(consonant)) continue;
      const followed = khmerVowels[next] !== undefined || next === '\u17c6' || next === '\u17c7' || next === '\u17d2';
      push(stacked && !followed ? consonant.toUpperCase() : consonant, i);
      continue;
    }
    if (char === '\u17c6') {
      // ាំង is said ang, not amng.
      push(chars[i - 1] === 'ា' && next === 'ង' ? '' : 'm', i);
      continue;
    }
    if (char === '\u17c7') {
      push('h', i);
      continue;
    }
    const vowel = khmerVowels[char];
    if (vowel !== undefined) push(vowel, i);
  }
  return { phonemes, at };
}

const latinRules: readonly (readonly [RegExp, string])[] = [
  [/ngk|nkh|nhk/y, 'nk'], [/nhch|nch|nj|ngch/y, 'nc'], [/ng|nh|gn/y, 'n'], [/chh|ch|cch/y, 'c'], [/kh|gh|ck|q/y, 'k'], [/th|dh/y, 't'], [/ph/y, 'p'], [/sh/y, 's'],
  [/x/y, 'ks'], [/z/y, 's'], [/[kg]/y, 'k'], [/c(?=[eiy])/y, 's'], [/c/y, 'k'], [/j/y, 'c'], [/[td]/y, 't'], [/[pbf]/y, 'p'], [/m/y, 'm'], [/n/y, 'n'], [/l/y, 'l'], [/s/y, 's'],
  [/r/y, 'r'], [/h/y, 'h'], [/[vw]/y, 'v'], [/y(?![aeiou])/y, 'i'], [/y/y, 'y'],
  [/a[eiou]*/y, 'a'], [/e[aeiou]*/y, 'e'], [/i[aeiou]*/y, 'i'], [/o[aeiou]*/y, 'o'], [/u[aeiou]*/y, 'u'],
];

/** The sounds of Khmer typed in Latin letters; spaces and everything else are passed over. */
export function latinSounds(source: string): Sounds {
  const text = source.toLowerCase().normalize('NFKD').replace(/[^a-z ]/gu, '');
  let phonemes = '';
  const at: number[] = [];
  let i = 0;
  while (i < text.length) {
    let step = 1;
    for (const [pattern, sounds] of latinRules) {
      pattern.lastIndex = i;
      const match = pattern.exec(text);
      if (match === null) continue;
      step = match[0].length;
      for (const sound of sounds) {
        // A doubled letter is one sound: bann = ban.
        if (isFirm(sound) && phonemes.endsWith(sound) && (text[i] === text[i - 1] || (sound === 'n' && text[i - 1] !== ' '))) continue;
        phonemes += sound;
        at.push(i);
      }
      break;
    }
    i += step;
  }
  return { phonemes, at };
}

/** The firm consonants only; silent ones on request. */
export function skeleton(phonemes: string, withSilent: boolean): string {
  let out = '';
  for (const phoneme of phonemes) {
    const lower = phoneme.toLowerCase();
    if (isFirm(lower) && (withSilent || lower === phoneme)) out += lower;
  }
  return out;
}

const vowelCost: Readonly<Record<string, number>> = { ao: 0.1, ae: 0.1, oa: 0.1, ou: 0.05, uo: 0.05, ea: 0.1, ei: 0.05, ie: 0.05, eo: 0.12, oe: 0.12, eu: 0.12, ue: 0.12, ai: 0.2, ia: 0.15, au: 0.2, ua: 0.2, oi: 0.2, io: 0.2, ui: 0.15, iu: 0.15 };

/** What it costs to leave a sound out. */
function gapCost(phoneme: Phoneme): number {
  if (isVowel(phoneme)) return 0.1;
  if (phoneme !== phoneme.toLowerCase()) return 0.08;
  if (phoneme === 'v') return 0.35;
  return weak.includes(phoneme) ? 0.15 : 1;
}

/** May a vowel be written with this consonant: o as w, i as y? */
function glides(vowel: Phoneme, consonant: Phoneme): boolean {
  return (consonant === 'v' && 'ou'.includes(vowel)) || (consonant === 'y' && 'ei'.includes(vowel));
}

/** What it costs to take one sound for another. */
function swapCost(a: Phoneme, b: Phoneme): number {
  const y = b.toLowerCase();
  if (a === y) return 0;
  if (isVowel(a)) return isVowel(y) ? (vowelCost[a + y] ?? 0.2) : glides(a, y) ? 0.15 : 2;
  if (isVowel(y)) return glides(y, a) ? 0.15 : 2;
  if ((a === 'n' && y === 'm') || (a === 'm' && y === 'n')) return 0.5;
  if ((a === 'v' && y === 'p') || (a === 'p' && y === 'v')) return 0.4;
  // ះ is typed h or s: ចុះ chuh, chos.
  if (a === 's' && y === 'h') return 0.2;
  if ((a === 's' && y === 'c') || (a === 'c' && (y === 's' || y === 't')) || (a === 't' && y === 'c')) return 0.6;
  return weak.includes(a) && weak.includes(y) ? 0.3 : 1;
}

// The firm consonants come first: isFirmCode counts on it.
const alphabet = 'kctpmnlsrhyvaeiouKCTPMNLSRHYV';
const size = alphabet.length;
const codes = new Map([...alphabet].map((phoneme, code) => [phoneme, code]));
const gaps = Float64Array.from(alphabet, gapCost);
const swaps = Float64Array.from({ length: size * size }, (_, i) => swapCost(alphabet[Math.floor(i / size)] ?? '', alphabet[i % size] ?? ''));

/** Sounds as numbers, for {@link align}. */
export function encodeSounds(phonemes: string): Uint8Array {
  return Uint8Array.from(phonemes, (phoneme) => codes.get(phoneme) ?? 0);
}

/** Is an encoded sound one of the firm consonants? */
export function isFirmCode(code: number): boolean {
  return code < firm.length;
}

/** Where the best alignment of a query within a text lies. */
export interface Alignment {
  readonly cost: number;
  readonly start: number;
  readonly end: number;
}

let row = new Float64Array(256);
let begin = new Int32Array(256);

/** What it costs to take the whole of one for the whole of the other. */
export function alignWhole(query: Uint8Array, text: Uint8Array): number {
  const columns = text.length + 1;
  if (row.length < columns) row = new Float64Array(columns * 2);
  row[0] = 0;
  for (let j = 1; j < columns; j++) row[j] = (row[j - 1] ?? 0) + (gaps[text[j - 1] ?? 0] ?? 1);
  for (let i = 0; i < query.length; i++) {
    const q = query[i] ?? 0;
    const gapQuery = gaps[q] ?? 1;
    let diagonal: number = row[0] ?? 0;
    row[0] = diagonal + gapQuery;
    for (let j = 1; j < columns; j++) {
      const t = text[j - 1] ?? 0;
      const up: number = row[j] ?? 0;
      row[j] = Math.min(diagonal + (swaps[q * size + t] ?? 1), up + gapQuery, (row[j - 1] ?? 0) + (gaps[t] ?? 1));
      diagonal = up;
    }
  }
  return row[columns - 1] ?? 0;
}

/**
 * Best alignment of the whole query with a part of the text (Sellers 1980).
 * @param startAt marks sounds of the text at which a part may begin; elsewhere beginning costs `innerStart`
 */
export function align(query: Uint8Array, text: Uint8Array, startAt: Uint8Array, innerStart: number): Alignment {
  const columns = text.length + 1;
  if (row.length < columns) row = new Float64Array(columns * 2);
  if (begin.length < columns) begin = new Int32Array(columns * 2);
  for (let j = 0; j < columns; j++) {
    row[j] = startAt[j] === 1 ? 0 : innerStart;
    begin[j] = j;
  }
  for (let i = 0; i < query.length; i++) {
    const q = query[i] ?? 0;
    const gapQuery = gaps[q] ?? 1;
    let diagonal = row[0] ?? 0;
    let diagonalBegin = 0;
    row[0] = diagonal + gapQuery;
    for (let j = 1; j < columns; j++) {
      const t = text[j - 1] ?? 0;
      const up = row[j] ?? 0;
      const upBegin = begin[j] ?? 0;
      let best = diagonal + (swaps[q * size + t] ?? 1);
      let from = diagonalBegin;
      const skipQuery = up + gapQuery;
      if (skipQuery < best) {
        best = skipQuery;
        from = upBegin;
      }
      const skipText = (row[j - 1] ?? 0) + (gaps[t] ?? 1);
      if (skipText < best) {
        best = skipText;
        from = begin[j - 1] ?? 0;
      }
      diagonal = up;
      diagonalBegin = upBegin;
      row[j] = best;
      begin[j] = from;
    }
  }
  let end = 0;
  for (let j = 1; j < columns; j++) if ((row[j] ?? 0) < (row[end] ?? 0)) end = j;
  return { cost: row[end] ?? 0, start: begin[end] ?? 0, end };
}
