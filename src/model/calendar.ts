import * as v from 'valibot';
import { identifierSchema, isoDateSchema } from './identifier.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';

/** A public holiday. */
export const holidaySchema = v.strictObject({ date: isoDateSchema, identifier: identifierSchema, title: localizedTextSchema });
export type Holiday = v.InferOutput<typeof holidaySchema>;

/** The public holidays of the years that sub-decrees have set so far. */
export const calendarSchema = v.strictObject({
  years: v.pipe(
    v.array(
      v.strictObject({
        year: v.pipe(v.number(), v.integer(), v.minValue(2020), v.maxValue(2100)),
        legalBasis: v.strictObject({ km: plainTextSchema, en: plainTextSchema }),
        holidays: v.pipe(v.array(holidaySchema), v.minLength(1)),
      }),
    ),
    v.minLength(1),
  ),
});
export type Calendar = v.InferOutput<typeof calendarSchema>;
