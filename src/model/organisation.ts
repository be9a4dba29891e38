import * as v from 'valibot';
import { identifierSchema } from './identifier.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';

/** A ministry or other body that answers for services (`cv:PublicOrganisation`). */
export const organisationSchema = v.strictObject({
  /** Lower-case abbreviation: `moi`, `mpwt`. Names the authority's folder and, later, its signing role. */
  identifier: identifierSchema,
  title: localizedTextSchema,
  /** Confirmed hotline, as it is dialled. */
  hotline: v.optional(plainTextSchema),
  /** Confirmed address on the web. */
  website: v.optional(plainTextSchema),
});
export type Organisation = v.InferOutput<typeof organisationSchema>;
