import * as v from 'valibot';
import { addDays, addWorkingDays } from './day.ts';
import type { IsoDate } from './identifier.ts';
import { localizedTextSchema } from './text.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400));

/**
 * How long a service takes (`cv:processingTime`). ISO 8601 durations know no
 * working days, so the unit is named. `dayUnstated` is a source that says "days"
 * without saying which: no date is computed from it. Absent altogether means
 * that no source states a time.
 */
export const processingTimeSchema = v.variant('unit', [
  v.strictObject({
    unit: v.picklist(['workingDay', 'calendarDay', 'dayUnstated', 'month']),
    /** The longest time posted. */
    atMost: count,
    /** The shortest, where a span is posted ("3 to 5 days"). */
    atLeast: v.optional(count),
    note: v.optional(localizedTextSchema),
  }),
  v.strictObject({ unit: v.literal('atOnce'), note: v.optional(localizedTextSchema) }),
]);
export type ProcessingTime = v.InferOutput<typeof processingTimeSchema>;

/** How long an output is good for. */
export const validitySchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('permanent') }),
  v.strictObject({ kind: v.literal('limited'), unit: v.picklist(['year', 'month', 'day']), count, note: v.optional(localizedTextSchema) }),
]);
export type Validity = v.InferOutput<typeof validitySchema>;

/**
 * The last day of a time that begins on `start`. `undefined` where none follows
 * from it: months and days of an unstated kind, or a year whose holidays are not
 * known yet.
 */
export function lastDayOf(time: ProcessingTime, start: IsoDate, holidays: ReadonlySet<IsoDate>, lastKnownYear: number): IsoDate | undefined {
  switch (time.unit) {
    case 'atOnce':
      return start;
    case 'workingDay':
      return addWorkingDays(start, time.atMost, holidays, lastKnownYear);
    case 'calendarDay':
      return addDays(start, time.atMost);
    case 'month':
    case 'dayUnstated':
      return undefined;
  }
}
