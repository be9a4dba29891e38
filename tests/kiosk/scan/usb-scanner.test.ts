import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBurstReader, scannedCharacter, type Burst, type KeyPress } from '../../../src/kiosk/scan/usb-scanner.ts';

const receipt = 'OWSO1:990101KXTMNPRL61';

function press(key: string, timeStamp: number, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', timeStamp, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false, ...more };
}

/** Presses each character with the pause before it, then Enter with the last pause. */
function type(text: string, gaps: readonly number[], start = 1_000): KeyPress[] {
  let at = start;
  const keys = [...text].map((char, i) => press(char, (at += gaps[i] ?? 0)));
  return [...keys, press('Enter', at + (gaps[text.length] ?? 0))];
}

function scans(presses: readonly KeyPress[]): string[] {
  const push = createBurstReader();
  return presses.map(push).flatMap((burst: Burst) => (burst.kind === 'scan' ? [burst.text] : []));
}

const scanText = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 200 });
const scannerGap = fc.integer({ min: 0, max: 50 });
const gaps = (gap: fc.Arbitrary<number>, length: number) => fc.array(gap, { minLength: length + 1, maxLength: length + 1 });

describe('a USB scanner', () => {
  it('is recognised at any pace of a scanner, whatever it reads', () => {
    fc.assert(
      fc.property(
        scanText.chain((text) => fc.tuple(fc.constant(text), gaps(scannerGap, text.length))),
        ([text, pauses]) => {
          expect(scans(type(text, pauses))).toEqual([text]);
        },
      ),
    );
  });

  it('is recognised right behind somebody typing, without their letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }), fc.integer({ min: 60, max: 400 }), (typed, pace) => {
        const typing = type(typed, Array.from({ length: typed.length }, () => pace)).slice(0, -1);
        const scan = type(receipt, [70, ...Array.from({ length: receipt.length }, () => 8)], typing.at(-1)?.timeStamp);
        expect(scans([...typing, ...scan])).toEqual([receipt]);
      }),
    );
  });

  it('that presses Shift for capitals is read all the same', () => {
    const keys = type('ABCDEFGH', Array.from({ length: 9 }, () => 10)).flatMap((key) => [press('Shift', key.timeStamp - 1, { shiftKey: true }), { ...key, shiftKey: true }]);
    expect(scans(keys)).toEqual(['ABCDEFGH']);
  });

  it('is read twice when it scans twice', () => {
    const pauses = Array.from({ length: receipt.length + 1 }, () => 12);
    expect(scans([...type(receipt, pauses, 0), ...type(receipt, pauses, 2_000)])).toEqual([receipt, receipt]);
  });

  it('is read on a terminal that is set to the Khmer layout', () => {
    const codes = [...'OWSO1:'].map((c) => (c === ':' ? 'Semicolon' : /\d/.test(c) ? `Digit${c}` : `Key${c}`));
    const khmer = ['ោ', '៊', 'ស', 'ោ', '១', '៖'];
    const characters = codes.map((code, i) => scannedCharacter({ key: khmer[i] ?? '', code, shiftKey: code !== 'Digit1' }));
    expect(characters.join('')).toBe('OWSO1:');
  });
});

describe('a person', () => {
  it('typing at human speed is never taken for a scanner, however long the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', maxLength: 80 }).chain((text) => fc.tuple(fc.constant(text), gaps(fc.integer({ min: 51, max: 2_000 }), text.length))),
        ([text, pauses]) => {
          expect(scans(type(text, pauses))).toEqual([]);
        },
      ),
    );
  });

  it('rolling up to seven keys at once is not taken for a scanner', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }), (rolls) => {
        const pauses = rolls.flatMap((length) => [90, ...Array.from({ length: length - 1 }, () => 15)]);
        expect(scans(type('x'.repeat(pauses.length), [...pauses, 90]))).toEqual([]);
      }),
    );
  });

  it('pressing Enter some time after a burst gets an ordinary Enter', () => {
    expect(scans(type(receipt, [...Array.from({ length: receipt.length }, () => 5), 121]))).toEqual([]);
  });

  it('leaning on a key is not taken for a scanner', () => {
    const held = Array.from({ length: 60 }, (_, i) => press('a', i * 30, { repeat: i > 0 }));
    expect(scans([...held, press('Enter', 1_800)])).toEqual([]);
  });

  it('using shortcuts, arrows or an input method is not taken for a scanner', () => {
    for (const more of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { isComposing: true }]) {
      const keys = type(receipt, Array.from({ length: receipt.length + 1 }, () => 5)).map((key) => (key.key === 'Enter' ? key : { ...key, ...more }));
      expect(scans(keys)).toEqual([]);
    }
    const broken = type(receipt, Array.from({ length: receipt.length + 1 }, () => 5)).map((key, i) => (i > 0 && i % 5 === 0 ? { ...key, key: 'ArrowLeft' } : key));
    expect(scans(broken)).toEqual([]);
  });

  it('with a clock that jumps back is not taken for a scanner', () => {
    expect(scans(type(receipt, Array.from({ length: receipt.length + 1 }, () => -5), 10_000))).toEqual([]);
  });
});

describe('any stream of keys', () => {
  it('never throws, and every scan is text that was really typed', () => {
    const key = fc.record({
      key: fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('Enter', 'Shift', 'Tab', 'a', '1', ' ')),
      code: fc.constantFrom('', 'KeyA', 'Digit1', 'Space', 'Enter'),
      timeStamp: fc.double({ min: 0, max: 2_000, noNaN: true }),
      shiftKey: fc.boolean(),
      ctrlKey: fc.boolean(),
      altKey: fc.constant(false),
      metaKey: fc.constant(false),
      repeat: fc.boolean(),
      isComposing: fc.constant(false),
    });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 100 }), (keys) => {
        const typed = keys.map((k) => scannedCharacter(k) ?? '').join('');
        for (const text of scans(keys)) expect(typed).toContain(text);
      }),
    );
  });
});
