import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeKhmer } from '../../../src/model/khmer.ts';
import { foldKhmer, latinWords } from '../../../src/kiosk/search/fold.ts';

const range = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
const consonant = fc.constantFrom(...range(0x1780, 0x17a2).filter((char) => char !== 'ឝ' && char !== 'ឞ'));
const coeng = consonant.map((char) => `\u17d2${char}`);
const vowel = fc.constantFrom(...range(0x17b6, 0x17c5));
const sign = fc.constantFrom('\u17c6', '\u17c7', '\u17cb');
const parts = fc.tuple(consonant, fc.array(coeng, { maxLength: 1 }), fc.option(vowel, { nil: '' }), fc.option(sign, { nil: '' })).map(([base, coengs, v, s]) => ({ base, marks: [...coengs, v, s] }));

describe('folding', () => {
  test('is the same for every order in which the marks of a cluster were typed', () => {
    const typed = fc.array(fc.tuple(parts, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(typed, (clusters) => {
        const ordered = clusters.map(([{ base, marks }]) => base + marks.join('')).join('');
        const shuffled = clusters.map(([{ base, marks }, order]) => base + order.map((i) => marks[i] ?? '').join('')).join('');
        expect(foldKhmer(shuffled).text).toBe(foldKhmer(ordered).text);
      }),
    );
  });
  test('agrees with the normalizer, whose slow way it avoids where it can', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 8 }), (clusters) => {
        const text = clusters.map(({ base, marks }) => base + marks.join('')).join('');
        expect(foldKhmer(text).text).toBe(foldKhmer(normalizeKhmer(text)).text);
      }),
    );
  });
  test('leads every code unit back to a whole cluster of the source', () => {
    const source = 'សំបុត្រ\u200bកំណើត ១២ (ខ)';
    const fold = foldKhmer(source);
    expect(fold.text).toBe('សំបុតរកំណើត12ខ');
    const shown = [...fold.text].map((_, i) => source.slice(fold.from[i], fold.to[i]));
    expect(shown.slice(0, 6)).toEqual(['សំ', 'សំ', 'បុ', 'បុ', 'ត្រ\u200b', 'ត្រ\u200b']);
    expect(shown.at(-1)).toBe('ខ');
    expect(fold.edge.length).toBe(fold.text.length);
    expect(fold.loose.length).toBe(fold.text.length);
  });
  test('takes independent vowels and their spelled-out forms for one', () => {
    expect(foldKhmer('ឥតគិតថ្លៃ').text).toBe(foldKhmer('អិតគិតថ្លៃ').text);
    expect(foldKhmer('ឱ្យ').text).toBe(foldKhmer('ឲ្យ').text);
  });
});

test('Latin words come without accents, in lower case, with Khmer digits as ASCII', () => {
  expect(latinWords('Villa’s Café ២A, 10%').map(({ word }) => word)).toEqual(['villa', 'cafe', '2a', '10']);
});
