import * as v from 'valibot';
import { identifierSchema, isoDateSchema } from './identifier.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';

/** A law, sub-decree, prakas or instruction (`eli:LegalResource`). */
export const legalResourceSchema = v.strictObject({
  identifier: identifierSchema,
  type: v.picklist(['law', 'subDecree', 'prakas', 'jointPrakas', 'instruction', 'notice', 'other']),
  /** Its number as printed, e.g. `14342`, `224 ANKr.BK`. */
  number: v.optional(plainTextSchema),
  /** Day of signature; `year` where only that is known. */
  date: v.optional(isoDateSchema),
  year: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1950), v.maxValue(2100))),
  title: localizedTextSchema,
});
export type LegalResource = v.InferOutput<typeof legalResourceSchema>;
