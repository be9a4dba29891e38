import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, cut, fit, fitLanguages, maxBytes, type Line } from '../../../src/kiosk/take/lines.ts';

const khmer = fc.string({ unit: fc.constantFrom('ក', 'ខ', '្ក', 'ា', '៉ី', 'a', ' ', '១', '។'), maxLength: 120 });
const line: fc.Arbitrary<Line> = fc.record({ text: khmer, spare: fc.integer({ min: 0, max: 4 }) });

describe('a text for a QR code', () => {
  test('keeps whole lines only, in their order, as long as what must stay fits', () => {
    fc.assert(fc.property(fc.array(line, { maxLength: 40 }), (lines: readonly Line[]) => {
      fc.pre(bytesOf(lines.filter((one) => one.spare === 0).map((one) => one.text).join('\n')) <= maxBytes);
      const all = lines.map((one) => one.text);
      let at = 0;
      for (const text of fit(lines).text.split('\n')) {
        if (text === '' && !all.includes('')) continue;
        const found = all.indexOf(text, at);
        expect(found).toBeGreaterThanOrEqual(at);
        at = found + 1;
      }
    }));
  });

  test('always fits, whatever the content says', () => {
    const long: fc.Arbitrary<Line> = fc.record({ text: fc.string({ unit: fc.constantFrom('ក', '្ក', 'ា', 'a', ' '), minLength: 300, maxLength: 2000 }), spare: fc.integer({ min: 0, max: 2 }) });
    fc.assert(fc.property(fc.array(fc.oneof(line, long), { minLength: 1, maxLength: 30 }), fc.array(line, { minLength: 1, maxLength: 5 }), (lines, other) => {
      expect(bytesOf(fitLanguages(lines, other).text)).toBeLessThanOrEqual(maxBytes);
    }));
  });

  test('a line that must stay and is too long ends after a whole word, never inside a Khmer cluster', () => {
    expect(cut('សំបុត្រកំណើត និងសំបុត្រមរណភាព', 60)).toBe('សំបុត្រកំណើត និង…');
    expect(cut('short', 60)).toBe('short');
    fc.assert(fc.property(khmer, fc.integer({ min: 3, max: 200 }), (text, bytes) => {
      const shorter = cut(text, bytes);
      expect(bytesOf(shorter)).toBeLessThanOrEqual(Math.max(bytes, 3));
      if (shorter === text) return;
      const kept = shorter.slice(0, -1);
      expect(text.startsWith(kept)).toBe(true);
      expect(kept.endsWith('\u17d2')).toBe(false);
      if (kept !== '') expect(text.slice(kept.length)).not.toMatch(/^[\u17b6-\u17d3]/u);
    }));
  });

  test('says things more briefly before it leaves anything out', () => {
    const lines: Line[] = [{ text: 'title', spare: 0 }, { text: 'identity card (of the buyer)', brief: 'identity card', spare: 2 }, { text: 'photo', spare: 2 }];
    expect(fit(lines, 30)).toEqual({ text: 'title\nidentity card\nphoto', shortened: true });
  });

  test('prices that are true only together go together', () => {
    const lines: Line[] = [{ text: 'title', spare: 0 }, ...['light: 48,000', 'heavy: 67,000'].map((text): Line => ({ text, spare: 3, group: 'fees', instead: 'depends' }))];
    expect(fit(lines, 30).text).toBe('title\ndepends');
  });

  test('leaves out the least needed first and says what is missing', () => {
    const lines: Line[] = [
      { text: 'title', spare: 0 },
      { text: 'first paper', spare: 2, instead: '… more' },
      { text: 'x'.repeat(50), spare: 3 },
      { text: 'second paper', spare: 2, instead: '… more' },
    ];
    expect(fit(lines, 40)).toEqual({ text: 'title\nfirst paper\nsecond paper', shortened: true });
    expect(fit(lines, 26)).toEqual({ text: 'title\nfirst paper\n… more', shortened: true });
  });

  test('carries both languages if they fit, else the one on screen with the other’s title', () => {
    const km: Line[] = [{ text: 'សំបុត្រកំណើត', spare: 0 }, { text: 'ឥតគិតថ្លៃ', spare: 0 }];
    const en: Line[] = [{ text: 'Birth certificate', spare: 0 }, { text: 'Free', spare: 0 }];
    expect(fitLanguages(km, en)).toMatchObject({ both: true, text: 'សំបុត្រកំណើត\nឥតគិតថ្លៃ\n—\nBirth certificate\nFree' });
    const long: Line[] = [...km, ...Array.from({ length: 40 }, (): Line => ({ text: 'ឯកសារ'.repeat(6), spare: 2 }))];
    const text = fitLanguages(long, en);
    expect(text).toMatchObject({ both: false, shortened: true });
    expect(text.text.split('\n').slice(0, 2)).toEqual(['សំបុត្រកំណើត', 'Birth certificate']);
  });
});
