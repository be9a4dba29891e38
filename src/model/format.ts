import { dayOfWeek } from './day.ts';
import type { IsoDate } from './identifier.ts';
import type { Money } from './money.ts';
import type { Language } from './text.ts';

/**
 * Numbers, money and dates in Khmer and English, written by ourselves:
 * Chromium's ICU has no Khmer locale data (`Intl` answers in English there and
 * in Khmer in Node, so a test in Node would prove nothing).
 */

const khmerMonths = ['មករា', 'កុម្ភៈ', 'មីនា', 'មេសា', 'ឧសភា', 'មិថុនា', 'កក្កដា', 'សីហា', 'កញ្ញា', 'តុលា', 'វិច្ឆិកា', 'ធ្នូ'];
const englishMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const khmerWeekdays = ['អាទិត្យ', 'ចន្ទ', 'អង្គារ', 'ពុធ', 'ព្រហស្បតិ៍', 'សុក្រ', 'សៅរ៍'];
const englishWeekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Replaces ASCII digits by Khmer ones. */
export function khmerDigits(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x17e0 + Number(digit)));
}

/** Replaces digits by those of the language. */
export function digits(text: string | number, language: Language): string {
  return language === 'km' ? khmerDigits(String(text)) : String(text);
}

/** A whole number with groups of three: `១៥ ០០០` (no-break spaces) or `15,000`. */
export function formatInteger(value: number, language: Language): string {
  const grouped = String(value).replace(/\B(?=(\d{3})+$)/g, language === 'km' ? '\u00a0' : ',');
  return digits(grouped, language);
}

/** An amount with its sign: `១៥ ០០០ ៛`, `15,000 ៛`, `US$100`, `១០០ ដុល្លារអាមេរិក`. */
export function formatMoney(money: Money, language: Language): string {
  if (money.currency === 'KHR') return `${formatInteger(money.riel, language)}\u00a0៛`;
  const whole = Math.floor(money.cents / 100);
  const cents = money.cents % 100;
  const tail = cents === 0 ? '' : digits(`.${String(cents).padStart(2, '0')}`, language);
  return language === 'km' ? `${formatInteger(whole, 'km')}${tail}\u00a0ដុល្លារអាមេរិក` : `US$${formatInteger(whole, 'en')}${tail}`;
}

/** A day: `ថ្ងៃពុធ ទី១៥ ខែមករា ឆ្នាំ២០២៧` or `Wednesday 15 January 2027`. */
export function formatDate(date: IsoDate, language: Language, style: 'long' | 'short' = 'long'): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const m = Number(month) - 1;
  const d = Number(day);
  if (language === 'km') {
    const body = `ទី${khmerDigits(String(d))} ខែ${khmerMonths[m] ?? ''} ឆ្នាំ${khmerDigits(year)}`;
    return style === 'long' ? `ថ្ងៃ${khmerWeekdays[dayOfWeek(date)] ?? ''} ${body}` : body;
  }
  const body = `${d} ${englishMonths[m] ?? ''} ${year}`;
  return style === 'long' ? `${englishWeekdays[dayOfWeek(date)] ?? ''} ${body}` : body;
}

/** A month, `YYYY-MM`: `ខែមករា ឆ្នាំ២០២៧` or `January 2027`. */
export function formatMonth(month: string, language: Language): string {
  const [year = '', number = ''] = month.split('-');
  const m = Number(number) - 1;
  return language === 'km' ? `ខែ${khmerMonths[m] ?? ''} ឆ្នាំ${khmerDigits(year)}` : `${englishMonths[m] ?? ''} ${year}`;
}

/** A weekday's name; 0 = Sunday. */
export function formatWeekday(weekday: number, language: Language): string {
  return language === 'km' ? `ថ្ងៃ${khmerWeekdays[weekday] ?? ''}` : (englishWeekdays[weekday] ?? '');
}

/** A time of day, 24 hours: `១៤:៣០`, `14:30`. */
export function formatTime(time: string, language: Language): string {
  return digits(time, language);
}

/** Day and time of an instant (milliseconds) as it is in Cambodia. */
export function formatInstant(instant: number, language: Language): string {
  const local = new Date(instant + 7 * 3_600_000).toISOString();
  return `${formatDate(local.slice(0, 10), language, 'short')} ${language === 'km' ? 'ម៉ោង' : 'at'} ${formatTime(local.slice(11, 16), language)}`;
}
