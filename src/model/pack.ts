import * as v from 'valibot';
import { identifierSchema, isoDateSchema } from './identifier.ts';
import { organisationSchema } from './organisation.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';
import { sectorSchema, topicSchema } from './topic.ts';

/** What a content pack says of itself, as its author writes it. */
export const packSourceSchema = v.strictObject({
  identifier: identifierSchema,
  title: localizedTextSchema,
  /** True: no ministry has certified it, and every screen says so. */
  sample: v.boolean(),
  /** The sentence that says so. */
  statement: localizedTextSchema,
  /** Day on which the content was last edited. */
  editedOn: isoDateSchema,
  /** Days after which screens say that nobody has confirmed this content. */
  confirmationLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365)), 30),
  /** The general complaint path, used where office and service have none of their own. */
  recourse: localizedTextSchema,
  /** Facts that hold everywhere ("application forms are free"), shown with every guide. */
  generalNotes: v.optional(v.array(localizedTextSchema), []),
  /** Life and business events in the order in which they are offered, most common first; those not named come after them. */
  events: v.optional(v.array(identifierSchema), []),
});
export type PackSource = v.InferOutput<typeof packSourceSchema>;

/** Groups of words that mean the same to a citizen, in any script. */
export const synonymsSchema = v.array(v.pipe(v.array(plainTextSchema), v.minLength(2)));
export type Synonyms = v.InferOutput<typeof synonymsSchema>;

/** The frame of a release: everything that belongs to no single service or office. */
export const packSchema = v.strictObject({
  ...packSourceSchema.entries,
  topics: v.array(topicSchema),
  sectors: v.array(sectorSchema),
  organisations: v.array(organisationSchema),
  synonyms: synonymsSchema,
  /**
   * Service identifiers in Khmer and in English alphabetical order. Computed
   * where full collation data exists; Chromium has none for Khmer.
   */
  order: v.strictObject({ km: v.array(identifierSchema), en: v.array(identifierSchema) }),
  /**
   * Which authority answers for a service, by the service's identifier: where two
   * authorities sign one of the same identifier, this decides.
   */
  authorities: v.optional(v.record(identifierSchema, identifierSchema), {}),
});
export type Pack = v.InferOutput<typeof packSchema>;
