import type { Calendar } from './calendar.ts';
import { addDays, dayOfWeek, isWorkingDay, todayInCambodia } from './day.ts';
import type { IsoDate } from './identifier.ts';
import type { Office } from './office.ts';
import { weekdays, type Weekday } from './weekday.ts';
import type { LocalizedText } from './text.ts';

/** Less than this before closing, the office is "closing soon"; in minutes. */
const soon = 30;

/** What the office's door says at an instant. Times are `HH:MM`. */
export type OfficeState =
  | { readonly kind: 'open'; readonly closes: string; readonly soon: boolean }
  | { readonly kind: 'closed'; readonly reason: LocalizedText | undefined; readonly opens: { readonly date: IsoDate; readonly time: string } | undefined }
  | { readonly kind: 'unknown' };

/** A span of opening, `HH:MM` to `HH:MM`. */
export interface Span {
  readonly opens: string;
  readonly closes: string;
}

function weekdayOf(date: IsoDate): Weekday {
  return weekdays[(dayOfWeek(date) + 6) % 7] ?? 'monday';
}

/** Why the office is closed all day, if it is: a public holiday or its own closure. */
export function closureOn(date: IsoDate, office: Office, calendar: Calendar): LocalizedText | undefined {
  const own = office.closures.find((closure) => closure.date === date);
  if (own !== undefined) return own.reason;
  for (const year of calendar.years) for (const holiday of year.holidays) if (holiday.date === date) return holiday.title;
  return undefined;
}

/** The spans in which the office is open on a day, earliest first. */
export function spansOn(date: IsoDate, office: Office, calendar: Calendar): readonly Span[] {
  if (closureOn(date, office, calendar) !== undefined) return [];
  const weekday = weekdayOf(date);
  return office.hours
    .filter((hours) => hours.days.includes(weekday))
    .map(({ opens, closes }) => ({ opens, closes }))
    .sort((a, b) => (a.opens < b.opens ? -1 : 1));
}

/** Is the office open at an instant (ms), until when, or when does it open next (looked for in the next 31 days)? */
export function officeState(now: number, office: Office, calendar: Calendar): OfficeState {
  if (office.hours.length === 0) return { kind: 'unknown' };
  const today = todayInCambodia(now);
  const time = new Date(now + 7 * 3_600_000).toISOString().slice(11, 16);
  for (const span of spansOn(today, office, calendar)) {
    if (span.opens <= time && time < span.closes) return { kind: 'open', closes: span.closes, soon: minutes(span.closes) - minutes(time) <= soon };
  }
  const later = spansOn(today, office, calendar).find((span) => span.opens > time);
  if (later !== undefined) return { kind: 'closed', reason: undefined, opens: { date: today, time: later.opens } };
  const reason = closureOn(today, office, calendar);
  for (let ahead = 1; ahead <= 31; ahead++) {
    const date = addDays(today, ahead);
    const first = spansOn(date, office, calendar)[0];
    if (first !== undefined) return { kind: 'closed', reason, opens: { date, time: first.opens } };
  }
  return { kind: 'closed', reason, opens: undefined };
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Days on which this office works no day: public holidays and its own closures. */
export function holidaysFor(office: Office | undefined, calendar: Calendar): ReadonlySet<IsoDate> {
  const days = new Set<IsoDate>();
  for (const year of calendar.years) for (const holiday of year.holidays) days.add(holiday.date);
  for (const closure of office?.closures ?? []) days.add(closure.date);
  return days;
}

/** The last year whose public holidays are known. */
export function lastKnownYear(calendar: Calendar): number {
  return Math.max(...calendar.years.map((year) => year.year));
}

/**
 * The day on which something can be handed in: today while the office is open or
 * opens later, otherwise the next day on which it does. Where no hours are
 * known, the next working day.
 */
export function applicationDay(now: number, office: Office | undefined, calendar: Calendar): IsoDate {
  const state: OfficeState = office === undefined ? { kind: 'unknown' } : officeState(now, office, calendar);
  const today = todayInCambodia(now);
  if (state.kind === 'open') return today;
  if (state.kind === 'closed' && state.opens !== undefined) return state.opens.date;
  const holidays = holidaysFor(office, calendar);
  for (let ahead = 0; ahead <= 31; ahead++) if (isWorkingDay(addDays(today, ahead), holidays)) return addDays(today, ahead);
  return today;
}
