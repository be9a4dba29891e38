import * as v from 'valibot';
import { caseConditionSchema } from './case.ts';
import { identifierSchema } from './identifier.ts';
import { localizedTextSchema } from './text.ts';

const copies = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99));

/**
 * A kind of document (`cv:EvidenceType`), defined once and referred to by
 * services, so that a life event can ask for it once.
 */
export const evidenceTypeSchema = v.strictObject({
  identifier: identifierSchema,
  title: localizedTextSchema,
  /** What it is or where it comes from, where the title does not say it. */
  description: v.optional(localizedTextSchema),
  /** Identifier of the service whose output it is: "don't have it? here is how to get it". */
  outputOf: v.optional(identifierSchema),
});
export type EvidenceType = v.InferOutput<typeof evidenceTypeSchema>;

/** How one document is to be brought. Counts only where the source states them. */
const documentNeed = {
  /** Identifier of the evidence type. */
  type: identifierSchema,
  originals: v.optional(copies),
  copies: v.optional(copies),
  certifiedCopies: v.optional(copies),
  /** Form stated without a number, or the number without the form. */
  form: v.optional(v.picklist(['original', 'copy', 'certifiedCopy', 'photo', 'unstated'])),
  note: v.optional(localizedTextSchema),
};

/** One document of an alternative, as the author writes it. */
export const evidenceNeedSchema = v.strictObject(documentNeed);

/**
 * One line of the required-documents list: any one of `anyOf` will do; a plain
 * document is a list of one. `condition` says in words when it is needed;
 * `appliesTo` ties it to the answers.
 */
export const evidenceSchema = v.strictObject({
  anyOf: v.pipe(v.array(evidenceNeedSchema), v.minLength(1)),
  condition: v.optional(localizedTextSchema),
  appliesTo: v.optional(caseConditionSchema, {}),
});
export type Evidence = v.InferOutput<typeof evidenceSchema>;

/** One document of an alternative with its type resolved by the compiler. */
export const linkedEvidenceNeedSchema = v.strictObject({
  ...documentNeed,
  title: localizedTextSchema,
  description: v.optional(localizedTextSchema),
  outputOf: v.optional(identifierSchema),
});
export type LinkedEvidenceNeed = v.InferOutput<typeof linkedEvidenceNeedSchema>;

/** A documents line as the kiosk loads it. */
export const linkedEvidenceSchema = v.strictObject({
  anyOf: v.pipe(v.array(linkedEvidenceNeedSchema), v.minLength(1)),
  condition: v.optional(localizedTextSchema),
  appliesTo: v.optional(caseConditionSchema, {}),
});
export type LinkedEvidence = v.InferOutput<typeof linkedEvidenceSchema>;
