import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeLetters } from '../../../src/model/registration-code.ts';
import { normalizeKhmer } from '../../../src/model/khmer.ts';
import { codeTwin, layouts, shownOnKey, typedBy, type KeyboardLayer, type KeyboardLayout } from '../../../src/ui/keyboard/layouts.ts';
import { press } from '../../../src/ui/keyboard/typing.ts';

const keysOf = (layout: KeyboardLayout, ...layers: KeyboardLayer[]): string[] => layers.flatMap((layer) => layouts[layout][layer].flatMap((row) => row.split(' ')));
const typeAll = (keys: readonly string[], layout: KeyboardLayout = 'khmer'): string =>
  keys.reduce((value, key) => {
    const effect = press(key, value, layout, 'base');
    return effect.kind === 'input' ? effect.value : value;
  }, '');

describe('the Khmer keyboard', () => {
  const characters = new Set(keysOf('khmer', 'base', 'shift', 'altGr').map((key) => typedBy[key] ?? key).join(''));
  test('types every letter, vowel, sign and digit of modern Khmer', () => {
    const needed: string[] = [];
    for (let point = 0x1780; point <= 0x17e9; point++) needed.push(String.fromCodePoint(point));
    // Unassigned, deprecated, inherent vowels and the archaic bathamasat are on no NiDA key.
    const none = new Set([0x17a3, 0x17a4, 0x17b4, 0x17b5, 0x17d3, 0x17d8, 0x17de, 0x17df].map((point) => String.fromCodePoint(point)));
    expect(needed.filter((char) => !none.has(char) && !characters.has(char))).toEqual([]);
  });
  test('has each character on one key only', () => {
    const keys = keysOf('khmer', 'base', 'shift', 'altGr').filter((key) => !/^\{\w+\}$/u.test(key));
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });
  test('stands as NiDA has it: the home row and its shift', () => {
    expect(layouts.khmer.base[2]).toBe('ា ស ដ ថ ង ហ ្ ក ល ើ ់');
    expect(layouts.khmer.shift[2]).toBe('ាំ ៃ ឌ ធ អ ះ ញ គ ឡ ោះ ៉');
  });
  test('never puts more than fourteen keys in a row, so that each stays wide enough', () => {
    for (const layout of Object.values(layouts)) for (const rows of Object.values(layout)) for (const row of rows) expect(row.split(' ').length).toBeLessThanOrEqual(14);
  });
  test('builds a stack from consonant, coeng and consonant', () => {
    expect(typeAll(['ខ', '្', 'ម', 'ែ', 'រ'])).toBe('ខ្មែរ');
    expect(normalizeKhmer(typeAll(['ស', 'ំ', 'ប', 'ុ', 'ត', '្', 'រ']))).toBe('សំបុត្រ');
  });
  test('shows combining signs on a dotted circle and others plainly', () => {
    expect(shownOnKey('ា')).toBe('◌ា');
    expect(shownOnKey('ុំ')).toBe('◌ុំ');
    expect(shownOnKey('្')).toBe('◌្');
    expect(shownOnKey('ក')).toBe('ក');
    expect(shownOnKey('១')).toBe('១');
  });
});

describe('pressing', () => {
  test('backspace takes one code point, not the whole stack', () => {
    expect(press('{backspace}', 'ខ្មែ', 'khmer', 'base')).toMatchObject({ value: 'ខ្ម' });
    expect(press('{backspace}', 'a😀', 'latin', 'base')).toMatchObject({ value: 'a' });
    expect(press('{backspace}', '', 'khmer', 'base')).toMatchObject({ value: '' });
  });
  test('typing then as many backspaces as code points leaves nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keysOf('khmer', 'base', 'shift', 'altGr').filter((key) => !/^\{(shift|altGr|backspace|clear|enter|layout)\}$/u.test(key)))), (keys) => {
        const text = typeAll(keys);
        expect(text).toBe(keys.map((key) => typedBy[key] ?? key).join(''));
        expect(typeAll([...keys, ...[...text].map(() => '{backspace}')])).toBe('');
      }),
    );
  });
  test('shift and AltGr hold for one key and go off when pressed again', () => {
    expect(press('{shift}', '', 'khmer', 'base')).toEqual({ kind: 'layer', layer: 'shift' });
    expect(press('{shift}', '', 'khmer', 'shift')).toEqual({ kind: 'layer', layer: 'base' });
    expect(press('{altGr}', '', 'khmer', 'shift')).toEqual({ kind: 'layer', layer: 'altGr' });
    expect(press('ធ', '', 'khmer', 'shift')).toEqual({ kind: 'input', value: 'ធ', layer: 'base' });
  });
  test('clear, enter and the language key', () => {
    expect(press('{clear}', 'ក', 'khmer', 'shift')).toEqual({ kind: 'input', value: '', layer: 'base' });
    expect(press('{enter}', 'ក', 'khmer', 'base')).toEqual({ kind: 'submit' });
    expect(press('{layout}', 'ក', 'khmer', 'base')).toEqual({ kind: 'layout', layout: 'latin' });
    expect(press('{layout}', 'ក', 'latin', 'base')).toEqual({ kind: 'layout', layout: 'khmer' });
  });
});

describe('the code keypad', () => {
  const keys = keysOf('code', 'base').filter((key) => !key.startsWith('{'));
  test('has the digits and exactly the letters of registration codes', () => {
    expect(keys.toSorted()).toEqual([...'0123456789', ...Object.keys(codeLetters)].toSorted());
  });
  test('shows each with its Khmer twin', () => {
    expect(keys.map((key) => codeTwin(key) ?? '').join('')).toBe('១២៣៤៥៦៧៨៩០អចដហជកលមនពរតវខយ');
  });
});
