import { digits, formatMoney } from '../model/format.ts';
import type { DocumentUse } from '../model/event-documents.ts';
import type { PlanTime } from '../model/event-plan.ts';
import type { Totals } from '../model/money.ts';
import type { Language } from '../model/text.ts';
import { translateTo } from './i18n/i18n.ts';
import { openCaseText, timeText } from './words.ts';

/** The values of an event's plan in words, for the screen and for the text to take along. */

/** Step numbers in a row: `1, 2, 5`. */
export function numbersText(numbers: readonly number[], language: Language): string {
  return numbers.map((number) => digits(number, language)).join(', ');
}

/** A sum, each currency on its own: `70,000 ៛ and US$25`. */
export function totalsText({ riel, cents }: Totals, language: Language): string {
  return [
    ...(riel > 0 ? [formatMoney({ currency: 'KHR', riel }, language)] : []),
    ...(cents > 0 ? [formatMoney({ currency: 'USD', cents }, language)] : []),
  ].join(` ${translateTo(language, 'events:and')} `);
}

/** The posted times together, units apart: `38 working days`, `10 days`. Empty where none is posted. */
export function timesText(time: PlanTime, language: Language): readonly string[] {
  const parts = (['workingDay', 'calendarDay', 'dayUnstated', 'month'] as const).flatMap((unit) => {
    const atMost = { workingDay: time.workingDays, calendarDay: time.calendarDays, dayUnstated: time.daysUnstated, month: time.months }[unit];
    return atMost === 0 ? [] : [timeText({ unit, atMost }, language)];
  });
  return parts.length === 0 && time.atOnce > 0 ? [timeText({ unit: 'atOnce' }, language)] : parts;
}

/** Under which conditions a station asks for a document; empty: always. */
export function useConditions(use: DocumentUse, language: Language): readonly string[] {
  return [
    ...(use.condition === undefined ? [] : [use.condition[language]]),
    ...use.open.map((open) => openCaseText(open, language)),
  ];
}
