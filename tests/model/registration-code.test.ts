import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  codeLetters,
  makeRegistrationCode,
  parseRegistrationCode,
  printRegistrationCode,
  receiptPayload,
  registrationCodeFormatSchema,
  type RegistrationCodeFormat,
} from '../../src/model/registration-code.ts';
import { foreignCodes } from '../fixtures/foreign-codes.ts';

const letters = Object.keys(codeLetters);
const office = fc.oneof(...[2, 4, 6].map((length) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })));
const random = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 8, maxLength: 8 });
const code = fc.tuple(office, random).map(([o, r]) => makeRegistrationCode(o, r));
const outcome = (text: string, format?: RegistrationCodeFormat) => {
  const result = parseRegistrationCode(text, format);
  return result.ok ? result.value.canonical : result.error.code;
};

describe('a code as it is printed', () => {
  it('is known by its example', () => {
    const example = { canonical: '990101KXTMNPRL61', office: '990101' };
    expect(parseRegistrationCode('990101-KXTM-NPRL-61')).toEqual({ ok: true, value: example });
    expect(printRegistrationCode(example, 'en')).toBe('990101-KXTM-NPRL-61');
    expect(printRegistrationCode(example, 'km')).toBe('៩៩០១០១-កខតម-នពរល-៦១');
    expect(receiptPayload(example)).toBe('OWSO1:990101KXTMNPRL61');
  });

  it('reads the same in Latin and Khmer script, and from the receipt', () => {
    fc.assert(
      fc.property(code, (made) => {
        const expected = { ok: true, value: made };
        expect(parseRegistrationCode(printRegistrationCode(made, 'en'))).toEqual(expected);
        expect(parseRegistrationCode(printRegistrationCode(made, 'km'))).toEqual(expected);
        expect(parseRegistrationCode(receiptPayload(made))).toEqual(expected);
      }),
    );
  });

  it('reads in any case, with any separators, spaces and invisible characters, and with the scripts mixed', () => {
    const noise = fc.constantFrom('', ' ', '-', '–', '\u200b', '\u200c', '\ufeff', '\u00a0', '/', '.');
    fc.assert(
      fc.property(code, fc.array(noise, { minLength: 16, maxLength: 16 }), fc.array(fc.nat(2), { minLength: 16, maxLength: 16 }), (made, noises, styles) => {
        const khmer = [...printRegistrationCode(made, 'km').replaceAll('-', '')];
        const text = [...made.canonical].map((char, i) => [char, char.toLowerCase(), khmer[i]][styles[i] ?? 0] + (noises[i] ?? '')).join('');
        expect(outcome(` ${text}\n`)).toBe(made.canonical);
      }),
    );
  });

  it('reads full-width digits and letters, as some keyboards send them', () => {
    expect(outcome('９９０１０１ＫＸＴＭＮＰＲＬ６１')).toBe('990101KXTMNPRL61');
  });

  it('uses letters that have exactly one Khmer twin each and are mistaken for no digit', () => {
    expect(new Set(Object.values(codeLetters)).size).toBe(letters.length);
    expect(letters.filter((letter) => 'OQIZSBG'.includes(letter))).toEqual([]);
  });

  it('understands O and I, which no code contains, as 0 and 1', () => {
    expect(outcome('99OIOi-KXTM-NPRL-6I')).toBe('990101KXTMNPRL61');
  });
});

describe('a mistyped code', () => {
  it('is noticed for every single wrong character, without exception', () => {
    const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    fc.assert(
      fc.property(code, (made) => {
        for (let at = 0; at < made.canonical.length; at++) {
          for (const wrong of alphabet) {
            if (wrong === made.canonical[at]) continue;
            const typed = made.canonical.slice(0, at) + wrong + made.canonical.slice(at + 1);
            const result = parseRegistrationCode(typed);
            // O typed for 0 is not wrong but understood.
            if (result.ok) expect([result.value.canonical, 'OI'.includes(wrong)]).toEqual([made.canonical, true]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is noticed for every swap of two neighbours', () => {
    fc.assert(
      fc.property(code, ({ canonical }) => {
        for (let at = 0; at + 1 < canonical.length; at++) {
          const swapped = canonical.slice(0, at) + canonical[at + 1] + canonical[at] + canonical.slice(at + 2);
          if (swapped !== canonical) expect(parseRegistrationCode(swapped).ok).toBe(false);
        }
      }),
    );
  });

  it('is noticed for 96 of 97 other codes that look right, whatever was changed', () => {
    let passed = 0;
    const tries = 20_000;
    let seed = 1;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let i = 0; i < tries; i++) {
      const body = `990101${Array.from({ length: 8 }, () => letters[Math.floor(next() * 15)]).join('')}`;
      const result = parseRegistrationCode(body + String(Math.floor(next() * 100)).padStart(2, '0'));
      if (result.ok) passed++;
      else expect(result.error.code).toBe('checkDigits');
    }
    expect(passed / tries).toBeGreaterThan(0.007);
    expect(passed / tries).toBeLessThan(0.013);
  });

  it('has one spelling of its check digits: 00, 01 and 99 are never right', () => {
    fc.assert(
      fc.property(code, ({ canonical }) => {
        const body = canonical.slice(0, -2);
        const right = Array.from({ length: 100 }, (_, n) => body + String(n).padStart(2, '0')).filter((text) => parseRegistrationCode(text).ok);
        expect(right).toEqual([canonical]);
      }),
    );
  });
});

describe('a code while it is being typed', () => {
  it('is incomplete after every key until the last, in both scripts', () => {
    fc.assert(
      fc.property(code, fc.constantFrom('en' as const, 'km' as const), (made, language) => {
        const printed = printRegistrationCode(made, language);
        for (let length = 0; length < printed.length; length++) expect(outcome(printed.slice(0, length))).toBe('incomplete');
        expect(outcome(printed)).toBe(made.canonical);
      }),
    );
  });

  it.each([
    ['', 'incomplete'],
    ['9', 'incomplete'],
    ['990', 'incomplete'],
    ['99K', 'incomplete'],
    ['9901010', 'notACode'],
    ['990K', 'notACode'],
    ['K', 'notACode'],
    ['99B', 'notACode'],
    ['99KXTMNPRL', 'incomplete'],
    ['99KXTMNPRLA', 'notACode'],
    ['99KXTM1', 'notACode'],
    ['99KXTMNPRL1', 'incomplete'],
    ['99KXTMNPRL00', 'checkDigits'],
    ['99KXTMNPRL001', 'notACode'],
    ['៩៩ក្ខ', 'notACode'],
  ])('%j is %s', (typed, expected) => {
    expect(outcome(typed)).toBe(expected);
  });

  it('never says "incomplete" of what no further key can make a code', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789', ...letters, 'B', 'Z', 'ក', '៣', '-'), maxLength: 18 });
    fc.assert(
      fc.property(text, (typed) => {
        if (outcome(typed) !== 'incomplete') return;
        // Some next key keeps it going or finishes it.
        const next = ['0', '1', '5', 'K', ...Array.from({ length: 10 }, (_, n) => String(n))].map((key) => outcome(typed + key));
        expect(next.some((result) => result !== 'notACode')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('anything else', () => {
  it.each(Object.entries(foreignCodes))('%s is no code', (_, text) => {
    expect(['notACode', 'incomplete']).toContain(outcome(text));
  });

  it('never throws, on any text up to 3 kB', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 3_072 }), fc.string({ unit: 'binary', maxLength: 64 })), (text) => {
        expect(parseRegistrationCode(text).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is answered at once, however long', () => {
    const text = '9'.repeat(1_000_000);
    const before = performance.now();
    for (let i = 0; i < 1_000; i++) parseRegistrationCode(text);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('an office with a format of its own', () => {
  const format = v.parse(registrationCodeFormatSchema, { pattern: '^(?<office>\\d{4})\\d{2}S\\d{5}$', check: 'none', groups: [4, 2, 6] });

  it('gets its codes read and printed its way', () => {
    const result = parseRegistrationCode('1203-26-s00417', format);
    expect(result).toEqual({ ok: true, value: { canonical: '120326S00417', office: '1203' } });
    if (result.ok) {
      expect(printRegistrationCode(result.value, 'en', format)).toBe('1203-26-S00417');
      expect(outcome(receiptPayload(result.value), format)).toBe('120326S00417');
    }
  });

  it('gets "incomplete" up to the length of its printed groups', () => {
    expect(outcome('1203-26-S', format)).toBe('incomplete');
    expect(outcome('1203-26-S004170', format)).toBe('notACode');
    expect(outcome('1203*', format)).toBe('notACode');
  });

  it('has a pattern that must match the whole code, anchored or not', () => {
    const loose = v.parse(registrationCodeFormatSchema, { pattern: '\\d{8}', check: 'none', groups: [8] });
    expect(outcome('12345678', loose)).toBe('12345678');
    expect(outcome('123456789', loose)).toBe('notACode');
  });

  it('may ask for check digits over its own codes', () => {
    const checked = v.parse(registrationCodeFormatSchema, { pattern: '^\\d{8}$', check: 'mod97-10' });
    const right = Array.from({ length: 100 }, (_, n) => `123456${String(n).padStart(2, '0')}`).filter((text) => parseRegistrationCode(text, checked).ok);
    expect(right).toHaveLength(1);
  });

  it('is refused with a pattern that is no regular expression', () => {
    expect(v.safeParse(registrationCodeFormatSchema, { pattern: '(', check: 'none' }).success).toBe(false);
  });

  it('is the standard one when it is written out in a file', () => {
    const written = v.parse(registrationCodeFormatSchema, { pattern: '^(?<office>\\d{6}|\\d{4}|\\d{2})[ACDHJKLMNPRTVXY]{8}\\d{2}$', check: 'mod97-10' });
    expect(outcome('990101KX', written)).toBe('incomplete');
    expect(printRegistrationCode({ canonical: '990101KXTMNPRL61', office: '990101' }, 'en', written)).toBe('990101-KXTM-NPRL-61');
  });
});

describe('making a code', () => {
  it('refuses an office that is none, and too little chance', () => {
    expect(() => makeRegistrationCode('123', Array.from({ length: 8 }, () => 0.5))).toThrow('office code');
    expect(() => makeRegistrationCode('99', [0.5])).toThrow('eight random numbers');
    expect(() => makeRegistrationCode('99', Array.from({ length: 8 }, () => 1))).toThrow('eight random numbers');
  });
});
