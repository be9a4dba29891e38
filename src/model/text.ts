import * as v from 'valibot';

/** The two languages of every screen; Khmer comes first. */
export const languages = ['km', 'en'] as const;

/** A language tag (BCP 47 primary subtag). */
export type Language = (typeof languages)[number];

/** One non-empty line or paragraph of text, without leading or trailing space. */
export const plainTextSchema = v.pipe(v.string(), v.trim(), v.nonEmpty('text is empty'), v.maxLength(2000));

/**
 * A text in both languages, side by side. Both are required: a citizen who
 * reads only one of them gets the whole content.
 */
export const localizedTextSchema = v.strictObject({ km: plainTextSchema, en: plainTextSchema });
export type LocalizedText = v.InferOutput<typeof localizedTextSchema>;
