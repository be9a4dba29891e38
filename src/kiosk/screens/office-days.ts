import type { Calendar } from '../../model/calendar.ts';
import { addDays } from '../../model/day.ts';
import type { IsoDate } from '../../model/identifier.ts';
import type { Office } from '../../model/office.ts';
import { closureOn, spansOn, type Span } from '../../model/office-hours.ts';
import type { LocalizedText } from '../../model/text.ts';

/** One day of the office's week. */
export interface OfficeDay {
  readonly date: IsoDate;
  readonly spans: readonly Span[];
  /** Why it is closed all day, if there is a reason other than the weekday. */
  readonly reason: LocalizedText | undefined;
}

/** Today and the six days after it. */
export function nextDays(today: IsoDate, office: Office, calendar: Calendar): readonly OfficeDay[] {
  return Array.from({ length: 7 }, (_, ahead) => {
    const date = addDays(today, ahead);
    return { date, spans: spansOn(date, office, calendar), reason: closureOn(date, office, calendar) };
  });
}

/** Days on end on which the office is closed for one reason. */
export interface Closure {
  readonly from: IsoDate;
  /** The last day; the same as `from` for a single one. */
  readonly to: IsoDate;
  readonly title: LocalizedText;
  /** The office's own closure, no public holiday. */
  readonly own: boolean;
}

/**
 * The next public holidays and closures of the office from a day on, in order.
 * Days on end with one name are one: nobody counts three lines of one festival.
 */
export function closuresAhead(today: IsoDate, office: Office, calendar: Calendar, most: number): readonly Closure[] {
  const days = [
    ...calendar.years.flatMap((year) => year.holidays.map(({ date, title }) => ({ date, title, own: false }))),
    ...office.closures.map(({ date, reason }) => ({ date, title: reason, own: true })),
  ]
    .filter((day) => day.date >= today)
    .sort((a, b) => (a.date === b.date ? Number(b.own) - Number(a.own) : a.date < b.date ? -1 : 1));
  const closures: Closure[] = [];
  for (const { date, title, own } of days) {
    const last = closures[closures.length - 1];
    // One reason a day: the office's own one says more than the holiday.
    if (last !== undefined && last.to === date) continue;
    if (last !== undefined && last.own === own && last.title.en === title.en && addDays(last.to, 1) === date) closures[closures.length - 1] = { ...last, to: date };
    else closures.push({ from: date, to: date, title, own });
  }
  return closures.slice(0, most);
}
