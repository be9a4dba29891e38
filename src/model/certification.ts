import * as v from 'valibot';
import { isoDateSchema, webAddressSchema } from './identifier.ts';
import { plainTextSchema } from './text.ts';

/** How sure we are that a fact was read in an official text. `high` does not mean "current everywhere". */
export const confidenceSchema = v.picklist(['high', 'medium', 'low']);

/**
 * Where a fact was read, and when (eRegulations `certification`, source part).
 */
export const sourceSchema = v.strictObject({
  /** Address of the page or file; absent where the fact has no public address. */
  url: v.optional(webAddressSchema),
  /** What the source is, where an address does not say it (e.g. "official presentation"). */
  title: v.optional(plainTextSchema),
  /** The date of the source in its own precision, e.g. `2017`, `c. 2020`, `2026-10-08`. */
  asOf: v.optional(plainTextSchema),
  confidence: confidenceSchema,
});
export type Source = v.InferOutput<typeof sourceSchema>;

/**
 * Who vouches for a text, from which sources, and what a Khmer-speaking
 * official still has to confirm (eRegulations `certification`).
 */
export const certificationSchema = v.strictObject({
  /** Day on which the authority certified this text; absent: nobody has. */
  certifiedOn: v.optional(isoDateSchema),
  /** How the Khmer wording came about. `official` = as in the source. */
  khmerWording: v.picklist(['official', 'composed', 'ocr']),
  /** The source's document list was cut off: more papers may be asked for. */
  documentsMayBeIncomplete: v.optional(v.boolean(), false),
  sources: v.pipe(v.array(sourceSchema), v.minLength(1, 'name at least one source')),
});
