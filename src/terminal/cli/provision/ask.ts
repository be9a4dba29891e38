import type { Terminal } from '../../../console/command.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { weekdays, type Weekday } from '../../../model/weekday.ts';
import type { TerminalSettings } from '../../settings.ts';

/** Asks until the answer can be used. An empty answer takes what stands in brackets. */
export async function askFor<T>(terminal: Terminal, ask: NonNullable<Terminal['ask']>, question: string, now: string | undefined, read: (text: string) => Result<T, string> | Promise<Result<T, string>>): Promise<T> {
  for (;;) {
    const typed = (await ask(now === undefined ? question : `${question} [${now}]`, false)).trim();
    const answer = await read(typed === '' && now !== undefined ? now : typed);
    if (answer.ok) return answer.value;
    terminal.err(answer.error);
  }
}

/** A yes or a no. */
export async function askWhether(terminal: Terminal, ask: NonNullable<Terminal['ask']>, question: string, now: 'yes' | 'no'): Promise<boolean> {
  return askFor(terminal, ask, question, now, (text) => (/^(?:y|yes|n|no)$/i.test(text) ? ok(/^y/i.test(text)) : err('Answer yes or no.')));
}

/** Hours in which the screen is on, as they are typed: `07:30-17:30`, `monday-friday 07:30-17:30`. */
export type Hours = NonNullable<TerminalSettings['hours']>;

const isWeekday = (text: string): text is Weekday => (weekdays as readonly string[]).includes(text);

/** Days in one word: `monday-friday` or `monday,wednesday`. */
function readDays(text: string): Weekday[] | undefined {
  const [first, last, ...more] = text.split('-');
  if (first !== undefined && last !== undefined && more.length === 0 && isWeekday(first) && isWeekday(last)) {
    const [from, to] = [weekdays.indexOf(first), weekdays.indexOf(last)];
    return from <= to ? weekdays.slice(from, to + 1) : [...weekdays.slice(from), ...weekdays.slice(0, to + 1)];
  }
  const days = text.split(',');
  return days.every(isWeekday) ? days : undefined;
}

/** Reads hours; a minus sign alone is none. */
export function readHours(text: string): Result<Hours | null, string> {
  const how = 'Write for example 07:30-17:30, or monday-friday 07:30-17:30, or - if the screen is always on.';
  if (text === '-') return ok(null);
  const match = /^(?:([a-z,-]+)\s+)?((?:[01]\d|2[0-3]):[0-5]\d)\s*(?:-|to)\s*((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text.toLowerCase());
  const [, days, from, to] = match ?? [];
  if (from === undefined || to === undefined) return err(how);
  if (from === to) return err('The screen must be on for some time between two different hours.');
  const read = days === undefined ? undefined : readDays(days);
  if (days !== undefined && read === undefined) return err(how);
  return ok({ from, to, ...(read !== undefined && { days: read }) });
}

/** Hours as {@link readHours} reads them. */
export function hoursText(hours: Hours | undefined): string {
  if (hours === undefined) return '-';
  return `${hours.days === undefined ? '' : `${hours.days.join(',')} `}${hours.from}-${hours.to}`;
}
