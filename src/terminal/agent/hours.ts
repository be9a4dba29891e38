import { addDays, dayOfWeek, todayInCambodia } from '../../model/day.ts';
import type { IsoDate } from '../../model/identifier.ts';
import { weekdays } from '../../model/weekday.ts';
import type { TerminalSettings } from '../settings.ts';
import type { RequestName } from './requests.ts';

/**
 * When the screen is on, by Cambodia's clock (UTC+7, no summer time), and the
 * quiet restart of every night: by hours the display is started anew at opening,
 * without hours in the small hours. Pure: {@link ./screen.ts} does it.
 */

export type Hours = NonNullable<TerminalSettings['hours']>;

/** Times of the screen, ms unless said otherwise. */
export const screenTimes = {
  /** after closing, in which a visit may come to its end */
  lastVisit: 15 * 60_000,
  /** after the agent's start, in which nothing is switched off: a technician at night has to be let in */
  afterStart: 10 * 60_000,
  /** time of day of the restart of a screen without hours, `HH:MM`, and from when on it is no more done */
  restart: '03:30',
  restartEnd: '05:00',
  /** before this moment a clock was never set, and says nothing of hours */
  plausible: Date.UTC(2026, 0, 1),
} as const;

const hour = 3_600_000;

/** Time of day in Cambodia, `HH:MM`. */
export function timeInCambodia(now: number): string {
  return new Date(now + 7 * hour).toISOString().slice(11, 16);
}

const instant = (date: IsoDate, time: string): number => Date.parse(`${date}T${time}:00+07:00`);

/** The span of opening that begins on a day, ms; it may end on the next. */
function spanOn(date: IsoDate, { from, to, days = [] }: Hours): { readonly opens: number; readonly closes: number } | undefined {
  const weekday = weekdays[(dayOfWeek(date) + 6) % 7];
  if (days.length > 0 && (weekday === undefined || !days.includes(weekday))) return undefined;
  return { opens: instant(date, from), closes: instant(from < to ? date : addDays(date, 1), to) };
}

/** Milliseconds since the screen should have gone off; `undefined` while it should be on. */
export function closedFor(now: number, hours: Hours): number | undefined {
  const today = todayInCambodia(now);
  let closed = Number.POSITIVE_INFINITY;
  for (let back = 0; back <= 8; back++) {
    const span = spanOn(addDays(today, -back), hours);
    if (span === undefined || span.opens > now) continue;
    if (now < span.closes) return undefined;
    closed = Math.min(closed, now - span.closes);
  }
  return closed;
}

/** What the decision rests on. */
export interface ScreenState {
  /** Wall clock, ms. */
  readonly now: number;
  readonly hours: Hours | undefined;
  /** The agent had the screen switched off. */
  readonly off: boolean;
  /** What the page shows; `undefined`: it says nothing. */
  readonly screen: 'attract' | 'visit' | 'private' | 'operator' | undefined;
  /** Milliseconds since the agent started. */
  readonly running: number;
  /** Day of the last quiet restart in Cambodia. */
  readonly restartedOn: IsoDate | undefined;
}

/** What is to be done with the screen now, if anything. */
export function screenWish({ now, hours, off, screen, running, restartedOn }: ScreenState): Extract<RequestName, 'screen-on' | 'screen-off' | 'restart-display'> | undefined {
  if (now < screenTimes.plausible) return off ? 'screen-on' : undefined;
  if (hours === undefined) {
    if (off) return 'screen-on';
    const time = timeInCambodia(now);
    const due = time >= screenTimes.restart && time < screenTimes.restartEnd && restartedOn !== todayInCambodia(now);
    return due && screen === 'attract' ? 'restart-display' : undefined;
  }
  const closed = closedFor(now, hours);
  if (closed === undefined) return off ? 'screen-on' : undefined;
  // No page: a technician may be at the console that staff have opened, and switching off would end it.
  if (off || running < screenTimes.afterStart || screen === 'operator' || screen === undefined) return undefined;
  return screen === 'attract' || closed >= screenTimes.lastVisit ? 'screen-off' : undefined;
}
