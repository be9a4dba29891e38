import * as v from 'valibot';
import { applicationSchema, instantSchema } from '../model/application.ts';

/**
 * Answer of `GET /api/v1/applications/:code`. A code that is not known gets the
 * same status, the same fields, the same length and the same time as a known
 * one; only `application` is null. `padding` makes up the length.
 */
export const applicationStatusSchema = v.strictObject({
  /** The hub's time when it looked. */
  asOf: instantSchema,
  application: v.nullable(applicationSchema),
  padding: v.string(),
});
export type ApplicationStatus = v.InferOutput<typeof applicationStatusSchema>;
