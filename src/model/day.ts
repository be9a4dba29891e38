import type { IsoDate } from './identifier.ts';

/**
 * Counting with days. Apart from the calendar's schema, so that the first
 * picture of the kiosk, which says whether the office is open, loads no parser.
 */

const day = 86_400_000;

/** Adds calendar days to a day. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10);
}

/** Day of the week, 0 = Sunday. */
export function dayOfWeek(date: IsoDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

/** The day it is in Cambodia (UTC+7, no summer time) at an instant in milliseconds. */
export function todayInCambodia(now: number): IsoDate {
  return new Date(now + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** Saturday, Sunday, a public holiday and a closure of the office are no working days. */
export function isWorkingDay(date: IsoDate, holidays: ReadonlySet<IsoDate>): boolean {
  const weekday = dayOfWeek(date);
  return weekday !== 0 && weekday !== 6 && !holidays.has(date);
}

/**
 * The last working day of a span that starts on the day after `start`, or
 * `undefined` when it would run into a year whose holidays are not yet known:
 * better no date than a wrong one.
 */
export function addWorkingDays(
  start: IsoDate,
  workingDays: number,
  holidays: ReadonlySet<IsoDate>,
  lastKnownYear: number,
): IsoDate | undefined {
  let date = start;
  let left = workingDays;
  while (left > 0) {
    date = addDays(date, 1);
    if (Number(date.slice(0, 4)) > lastKnownYear) return undefined;
    if (isWorkingDay(date, holidays)) left -= 1;
  }
  return date;
}
