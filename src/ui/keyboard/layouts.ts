import { codeLetters } from '../../model/registration-code.ts';

/** What the keyboard is for: Khmer, Latin, numbers only, a registration code of the standard format, or one of an office's own. */
export type KeyboardLayout = 'khmer' | 'latin' | 'numbers' | 'code' | 'ownCode';

/** The layers of a layout; a layer holds for one key. */
export type KeyboardLayer = 'base' | 'shift' | 'altGr';

/** Rows of keys, keys apart by a space; `{…}` are keys that type no character of their own. */
export type LayerRows = readonly string[];

/**
 * The Khmer Unicode keyboard of NiDA (as in xkeyboard-config `kh`), by physical
 * key from the digit row down. Two differences, for a touchscreen: the space bar
 * types a space and shift + space the zero-width one (NiDA: the reverse), and the
 * AltGr layer leaves out the empty places.
 */
const khmer: Readonly<Record<KeyboardLayer, LayerRows>> = {
  base: [
    '« ១ ២ ៣ ៤ ៥ ៦ ៧ ៨ ៩ ០ ឥ ឲ',
    'ឆ ឹ េ រ ត យ ុ ិ ោ ផ ៀ ឪ ឮ',
    'ា ស ដ ថ ង ហ ្ ក ល ើ ់',
    '{shift} ឋ ខ ច វ ប ន ម ុំ ។ ៊ {backspace}',
    '{layout} {altGr} {space} {clear} {enter}',
  ],
  shift: [
    '» ! ៗ " ៛ % ៍ ័ ៏ ( ) ៌ =',
    'ឈ ឺ ែ ឬ ទ ួ ូ ី ៅ ភ ឿ ឧ ឭ',
    'ាំ ៃ ឌ ធ អ ះ ញ គ ឡ ោះ ៉',
    '{shift} ឍ ឃ ជ េះ ព ណ ំ ុះ ៕ ? {backspace}',
    '{layout} {altGr} {zwsp} {clear} {enter}',
  ],
  altGr: [
    '{zwj} {zwnj} @ ៑ $ € ៙ ៚ * { } × ៎ \\',
    'ៜ ៝ ឯ ឫ ឨ ឦ ឱ ឰ ឩ ឳ',
    'ឝ ៖ ៈ ឞ , . /',
    '{shift} {backspace}',
    '{layout} {altGr} {nbsp} {clear} {enter}',
  ],
};

const latin: Readonly<Record<KeyboardLayer, LayerRows>> = {
  base: ['1 2 3 4 5 6 7 8 9 0', 'q w e r t y u i o p', 'a s d f g h j k l', '{shift} z x c v b n m - {backspace}', '{layout} {space} {clear} {enter}'],
  shift: ['1 2 3 4 5 6 7 8 9 0', 'Q W E R T Y U I O P', 'A S D F G H J K L', "{shift} Z X C V B N M ' {backspace}", '{layout} {space} {clear} {enter}'],
  altGr: [],
};

const single = (base: LayerRows): Readonly<Record<KeyboardLayer, LayerRows>> => ({ base, shift: [], altGr: [] });

/** Every layer of every layout. An empty layer does not exist. */
export const layouts: Readonly<Record<KeyboardLayout, Readonly<Record<KeyboardLayer, LayerRows>>>> = {
  khmer,
  latin,
  numbers: single(['1 2 3', '4 5 6', '7 8 9', '{clear} 0 {backspace}', '{enter}']),
  // No key to submit: the button that checks the code stands beside the field, in sight.
  code: single(['1 2 3 4 5 6 7 8 9 0', 'A C D H J K L M', 'N P R T V X Y {clear} {backspace}']),
  ownCode: single(['1 2 3 4 5 6 7 8 9 0', 'Q W E R T Y U I O P', 'A S D F G H J K L', 'Z X C V B N M {clear} {backspace}']),
};

/** What the keys that type no visible character put in. */
export const typedBy: Readonly<Record<string, string>> = { '{space}': ' ', '{zwsp}': '\u200b', '{zwnj}': '\u200c', '{zwj}': '\u200d', '{nbsp}': '\u00a0' };

/** The Khmer twin that a key of the code keypad shows beside its own sign. */
export function codeTwin(key: string): string | undefined {
  return /^\d$/.test(key) ? String.fromCodePoint(0x17e0 + Number(key)) : codeLetters[key];
}

/** How a key's character is shown: combining signs stand on a dotted circle. */
export function shownOnKey(key: string): string {
  return /^[\u17b6-\u17d3\u17dd]/u.test(key) ? `◌${key}` : key;
}
