import * as v from 'valibot';
import { identifierSchema, isoDateSchema, officeCodeSchema } from './identifier.ts';

/**
 * The states of an application, in the order of its way through the office.
 * `documentsMissing` and `refused` leave the way.
 */
export const applicationStates = [
  'received',
  'checking',
  'awaitingPayment',
  'inProgress',
  'readyToCollect',
  'collected',
  'documentsMissing',
  'refused',
] as const;
export type ApplicationState = (typeof applicationStates)[number];

/** Why an application was refused: a list, so that no free text can name a person. */
export const refusalReasons = ['requirementsNotMet', 'documentsNotValid', 'wrongOffice', 'withdrawn', 'other'] as const;

/** An instant, ISO 8601 with zone. */
export const instantSchema = v.pipe(v.string(), v.isoTimestamp());

/**
 * What may be known of one citizen's request. It is found by its registration
 * code, which is not part of it. **There is no field for a name, a phone number
 * or an identity number, and none may be added.**
 */
export const applicationSchema = v.strictObject({
  /** Identifier of the public service. */
  service: identifierSchema,
  /** Office that received it. */
  office: officeCodeSchema,
  state: v.picklist(applicationStates),
  /** Step k of n, while in progress. */
  step: v.optional(v.strictObject({ number: v.pipe(v.number(), v.integer(), v.minValue(1)), of: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)) })),
  /** Evidence types still to be brought, for `documentsMissing`. */
  missing: v.optional(v.array(identifierSchema), []),
  refusal: v.optional(v.picklist(refusalReasons)),
  /** Day from which it can be, or is expected to be, collected. */
  readyOn: v.optional(isoDateSchema),
  /** Number of the counter at which to collect or to bring what is missing. */
  counter: v.optional(v.pipe(v.string(), v.regex(/^[0-9A-Z]{1,3}$/))),
  /** When the office last changed it. */
  updatedAt: instantSchema,
});
export type Application = v.InferOutput<typeof applicationSchema>;
