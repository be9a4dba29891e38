import * as v from 'valibot';

/**
 * A stable name of an entity: lower-case ASCII words joined by hyphens, as used
 * in file names and references.
 */
export const identifierSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'an identifier is lower-case words joined by hyphens'),
  v.maxLength(80),
);

/** A calendar day, `YYYY-MM-DD`, that exists. */
export const isoDateSchema = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is written YYYY-MM-DD'),
  v.check((s) => {
    const date = new Date(`${s}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(s);
  }, 'this day does not exist'),
);
/** A calendar day as text, `YYYY-MM-DD`, in Cambodia's time zone (UTC+7). */
export type IsoDate = v.InferOutput<typeof isoDateSchema>;

/** A time of day, `HH:MM`, 24 hours, Cambodia's time zone. */
export const clockTimeSchema = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written HH:MM'));

/** A gazetteer code: 2 digits a province, 4 a district, 6 a commune. */
export const officeCodeSchema = v.pipe(v.string(), v.regex(/^(\d{2}|\d{4}|\d{6})$/, 'an office code has 2, 4 or 6 digits'));

/** An absolute web address. Shown as text and never opened by the kiosk. */
export const webAddressSchema = v.pipe(v.string(), v.url(), v.maxLength(1000));
