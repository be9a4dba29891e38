import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digits, formatDate, formatInstant, formatInteger, formatMoney, formatTime, formatWeekday, khmerDigits } from '../../src/model/format.ts';
import { foldDigits } from '../../src/model/khmer.ts';

const nbsp = '\u00a0';

describe('numbers', () => {
  it.each([
    [0, '០', '0'],
    [999, '៩៩៩', '999'],
    [1_000, `១${nbsp}០០០`, '1,000'],
    [15_000, `១៥${nbsp}០០០`, '15,000'],
    [1_234_567, `១${nbsp}២៣៤${nbsp}៥៦៧`, '1,234,567'],
    [10_000_000_000, `១០${nbsp}០០០${nbsp}០០០${nbsp}០០០`, '10,000,000,000'],
    [-1_500, `-១${nbsp}៥០០`, '-1,500'],
    [-100, '-១០០', '-100'],
  ])('%d reads %s and %s', (value, khmer, english) => {
    expect(formatInteger(value, 'km')).toBe(khmer);
    expect(formatInteger(value, 'en')).toBe(english);
  });

  it('say the same in both languages and never lose a digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (value) => {
        expect(Number(formatInteger(value, 'en').replaceAll(',', ''))).toBe(value);
        expect(Number(foldDigits(formatInteger(value, 'km')).replaceAll(nbsp, ''))).toBe(value);
        expect(formatInteger(value, 'km')).not.toMatch(/[0-9]/);
      }),
    );
  });

  it('do not break across lines in Khmer', () => {
    expect(formatInteger(15_000, 'km')).not.toMatch(/[ \u2009]/);
  });

  it('leave the rest of a text alone', () => {
    expect(khmerDigits('A4, 210 × 297')).toBe('A៤, ២១០ × ២៩៧');
    expect(digits('012 345', 'en')).toBe('012 345');
    expect(digits(7, 'km')).toBe('៧');
  });
});

describe('money', () => {
  it.each([
    [{ currency: 'KHR', riel: 15_000 }, `១៥${nbsp}០០០${nbsp}៛`, `15,000${nbsp}៛`],
    [{ currency: 'KHR', riel: 1 }, `១${nbsp}៛`, `1${nbsp}៛`],
    [{ currency: 'USD', cents: 10_000 }, `១០០${nbsp}ដុល្លារអាមេរិក`, 'US$100'],
    [{ currency: 'USD', cents: 123_456 }, `១${nbsp}២៣៤.៥៦${nbsp}ដុល្លារអាមេរិក`, 'US$1,234.56'],
    [{ currency: 'USD', cents: 5 }, `០.០៥${nbsp}ដុល្លារអាមេរិក`, 'US$0.05'],
    [{ currency: 'USD', cents: 250 }, `២.៥០${nbsp}ដុល្លារអាមេរិក`, 'US$2.50'],
  ] as const)('%j reads %s and %s', (money, khmer, english) => {
    expect(formatMoney(money, 'km')).toBe(khmer);
    expect(formatMoney(money, 'en')).toBe(english);
  });
});

describe('days', () => {
  it.each([
    ['2027-01-15', 'ថ្ងៃសុក្រ ទី១៥ ខែមករា ឆ្នាំ២០២៧', 'Friday 15 January 2027'],
    ['2026-04-14', 'ថ្ងៃអង្គារ ទី១៤ ខែមេសា ឆ្នាំ២០២៦', 'Tuesday 14 April 2026'],
    ['2028-02-29', 'ថ្ងៃអង្គារ ទី២៩ ខែកុម្ភៈ ឆ្នាំ២០២៨', 'Tuesday 29 February 2028'],
    ['2026-11-01', 'ថ្ងៃអាទិត្យ ទី១ ខែវិច្ឆិកា ឆ្នាំ២០២៦', 'Sunday 1 November 2026'],
  ])('%s reads in both languages with its weekday', (date, khmer, english) => {
    expect(formatDate(date, 'km')).toBe(khmer);
    expect(formatDate(date, 'en')).toBe(english);
  });

  it('read without the weekday where it is short', () => {
    expect(formatDate('2026-12-29', 'km', 'short')).toBe('ទី២៩ ខែធ្នូ ឆ្នាំ២០២៦');
    expect(formatDate('2026-12-29', 'en', 'short')).toBe('29 December 2026');
  });

  it('agree with the English calendar of the platform, every day of four years', () => {
    // English is in every build of ICU; Khmer is not, which is why we write it ourselves.
    const platform = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
    for (let at = Date.UTC(2025, 0, 1); at < Date.UTC(2029, 0, 1); at += 86_400_000) {
      expect(formatDate(new Date(at).toISOString().slice(0, 10), 'en')).toBe(platform.format(at).replace(',', ''));
    }
  });

  it('name twelve different months and seven different weekdays in Khmer', () => {
    const months = Array.from({ length: 12 }, (_, i) => /ខែ(\S+)/.exec(formatDate(`2026-${String(i + 1).padStart(2, '0')}-01`, 'km'))?.[1]);
    expect(months).toEqual(['មករា', 'កុម្ភៈ', 'មីនា', 'មេសា', 'ឧសភា', 'មិថុនា', 'កក្កដា', 'សីហា', 'កញ្ញា', 'តុលា', 'វិច្ឆិកា', 'ធ្នូ']);
    expect(Array.from({ length: 7 }, (_, i) => formatWeekday((i + 1) % 7, 'km'))).toEqual(['ថ្ងៃចន្ទ', 'ថ្ងៃអង្គារ', 'ថ្ងៃពុធ', 'ថ្ងៃព្រហស្បតិ៍', 'ថ្ងៃសុក្រ', 'ថ្ងៃសៅរ៍', 'ថ្ងៃអាទិត្យ']);
    expect(formatWeekday(0, 'en')).toBe('Sunday');
  });
});

describe('instants', () => {
  it('read as the time in Cambodia, also over midnight and new year', () => {
    const instant = Date.parse('2026-12-31T17:05:00Z');
    expect(formatInstant(instant, 'en')).toBe('1 January 2027 at 00:05');
    expect(formatInstant(instant, 'km')).toBe('ទី១ ខែមករា ឆ្នាំ២០២៧ ម៉ោង ០០:០៥');
  });

  it('have their time of day in the digits of the language', () => {
    expect([formatTime('14:30', 'km'), formatTime('14:30', 'en')]).toEqual(['១៤:៣០', '14:30']);
  });

  it('do not depend on the time zone of the machine', () => {
    const zone = process.env['TZ'];
    try {
      for (const tz of ['America/New_York', 'Asia/Phnom_Penh', 'Pacific/Kiritimati']) {
        process.env['TZ'] = tz;
        expect(formatInstant(Date.parse('2026-06-01T16:59:00Z'), 'en')).toBe('1 June 2026 at 23:59');
        expect(formatDate('2026-06-01', 'en')).toBe('Monday 1 June 2026');
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});
