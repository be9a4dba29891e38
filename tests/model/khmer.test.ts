import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldDigits, normalizeKhmer, stripInvisible } from '../../src/model/khmer.ts';
import { khmerDigits } from '../../src/model/format.ts';

const khmerText = fc.string({ unit: fc.integer({ min: 0x1780, max: 0x17dd }).map((point) => String.fromCodePoint(point)), maxLength: 20 });

describe('Khmer that looks alike', () => {
  it('becomes alike: the vowel before or after the subscript', () => {
    expect('ខែ្មរ').not.toBe('ខ្មែរ');
    expect(normalizeKhmer('ខែ្មរ')).toBe('ខ្មែរ');
  });

  it('is left alone where it is in order', () => {
    for (const word of ['សំបុត្រកំណើត', 'ការិយាល័យច្រកចេញចូលតែមួយ', 'ព្រហស្បតិ៍', 'បញ្ជាក់ទីលំនៅ', 'អាពាហ៍ពិពាហ៍', 'ស្តីពី', '១៥ ០០០ ៛']) expect(normalizeKhmer(word)).toBe(word);
  });

  it('is normalized once and for all: again changes nothing', () => {
    fc.assert(
      fc.property(khmerText, (text) => {
        const once = normalizeKhmer(text);
        expect(normalizeKhmer(once)).toBe(once);
      }),
      { examples: [['\u1780\u17bb\u17dd\u17c1']] },
    );
  });

  it('keeps its break hints, and whatever is not Khmer', () => {
    expect(normalizeKhmer('សេវា\u200bសាធារណៈ')).toBe('សេវា\u200bសាធារណៈ');
    expect(normalizeKhmer('OWSO 12 – cafe\u0301')).toBe('OWSO 12 – café');
  });

  it('never throws, on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void expect(typeof normalizeKhmer(text)).toBe('string')));
  });
});

it('invisible characters do not get in the way of comparing', () => {
  expect(stripInvisible('សេវា\u200bសាធារណៈ\u200c\u200d\ufeff\u2060\u00ad')).toBe('សេវាសាធារណៈ');
});

it('digits of either script are the same number', () => {
  expect(foldDigits('១២៣ 456 ៧')).toBe('123 456 7');
  fc.assert(fc.property(fc.nat(), (n) => void expect(foldDigits(khmerDigits(String(n)))).toBe(String(n))));
});
