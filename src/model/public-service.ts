import * as v from 'valibot';
import { caseConditionSchema, caseQuestionSchema } from './case.ts';
import { certificationSchema } from './certification.ts';
import { channelSchema, counterRoleSchema } from './channel.ts';
import { costSchema } from './cost.ts';
import { evidenceSchema, linkedEvidenceSchema } from './evidence.ts';
import { identifierSchema } from './identifier.ts';
import { legalResourceSchema } from './legal-resource.ts';
import { processingTimeSchema, validitySchema } from './processing-time.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';

/** What the citizen gets (`cv:Output`). */
export const outputSchema = v.strictObject({
  identifier: identifierSchema,
  title: localizedTextSchema,
  validity: v.optional(validitySchema),
});
export type Output = v.InferOutput<typeof outputSchema>;

/**
 * A condition to be met (`cv:Requirement`): who may apply, an age, a deadline
 * counted in calendar days from an event.
 */
export const requirementSchema = v.strictObject({
  identifier: identifierSchema,
  description: localizedTextSchema,
  deadline: v.optional(
    v.strictObject({
      days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(400)),
      /** What the days are counted from, e.g. "the birth". */
      after: localizedTextSchema,
    }),
  ),
  appliesTo: v.optional(caseConditionSchema, {}),
});
export type Requirement = v.InferOutput<typeof requirementSchema>;

/** One step of the way (eRegulations step): who does what, at which counter. */
export const stepSchema = v.strictObject({
  title: localizedTextSchema,
  actor: v.picklist(['applicant', 'office', 'other']),
  counter: v.optional(counterRoleSchema),
  /** Where, if not at a counter of the One Window office. */
  place: v.optional(localizedTextSchema),
  /** What the citizen holds in hand afterwards. */
  receives: v.optional(localizedTextSchema),
  appliesTo: v.optional(caseConditionSchema, {}),
});
export type Step = v.InferOutput<typeof stepSchema>;

const keywordsSchema = v.strictObject({
  km: v.optional(v.array(plainTextSchema), []),
  en: v.optional(v.array(plainTextSchema), []),
  /** Khmer words as people type them in Latin letters. */
  latn: v.optional(v.array(plainTextSchema), []),
});

const common = {
  identifier: identifierSchema,
  title: localizedTextSchema,
  /** What you get and what it is for, in one or two sentences. */
  description: v.optional(localizedTextSchema),
  /** Who may apply. */
  audience: v.optional(localizedTextSchema),
  /** Identifier of the public organisation that answers for the service. */
  competentAuthority: identifierSchema,
  /** Identifier of the topic under which citizens look for it. */
  thematicArea: identifierSchema,
  /** Identifier of the sector under which the price list is posted. */
  sector: identifierSchema,
  channels: v.pipe(v.array(channelSchema), v.minLength(1)),
  questions: v.optional(v.pipe(v.array(caseQuestionSchema), v.maxLength(3, 'at most three questions pick a case')), []),
  costs: v.pipe(v.array(costSchema), v.minLength(1, 'a service without a posted price has one cost of kind notPosted')),
  processingTime: v.optional(processingTimeSchema),
  outputs: v.pipe(v.array(outputSchema), v.minLength(1)),
  requirements: v.optional(v.array(requirementSchema), []),
  steps: v.optional(v.array(stepSchema), []),
  /** Where the steps come from: told by the source, or the general way of a file through the office. */
  stepsBasis: v.optional(v.picklist(['source', 'generalPattern'])),
  keywords: v.optional(keywordsSchema, {}),
  relatedServices: v.optional(v.array(identifierSchema), []),
  /** Whom to complain to, where it differs from the office's own path. */
  recourse: v.optional(localizedTextSchema),
  certification: certificationSchema,
};

/** A service as its author writes it: references by identifier. */
export const publicServiceSourceSchema = v.strictObject({
  ...common,
  evidence: v.optional(v.array(evidenceSchema), []),
  legalResources: v.optional(v.array(identifierSchema), []),
});
export type PublicServiceSource = v.InferOutput<typeof publicServiceSourceSchema>;

/**
 * A service as the kiosk loads it (`cpsv:PublicService`): evidence types and
 * legal resources resolved, so that one object is enough to draw its guide.
 */
export const publicServiceSchema = v.strictObject({
  ...common,
  evidence: v.array(linkedEvidenceSchema),
  legalResources: v.array(legalResourceSchema),
  /**
   * The competent authority's signatures under single costs, each with the
   * release in which the cost was first stated so. Absent before signing.
   */
  statements: v.optional(
    v.array(
      v.strictObject({
        cost: identifierSchema,
        edition: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
        signatures: v.array(v.strictObject({ keyid: v.string(), sig: v.string() })),
      }),
    ),
  ),
});
export type PublicService = v.InferOutput<typeof publicServiceSchema>;
