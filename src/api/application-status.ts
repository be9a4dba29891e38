import * as v from 'valibot';
import { applicationSchema, instantSchema } from '../model/application.ts';
import { parseRegistrationCode, type RegistrationCode, type RegistrationCodeFormat } from '../model/registration-code.ts';

/** Path parameter of the question below: a registration code in any of its written forms. */
export function codeParameter(format: RegistrationCodeFormat) {
  return v.strictObject({
    code: v.pipe(
      v.string(),
      v.rawTransform<string, RegistrationCode>(({ dataset, addIssue, NEVER }) => {
        const parsed = parseRegistrationCode(dataset.value, format);
        if (parsed.ok) return parsed.value;
        addIssue({ expected: `a registration code (${parsed.error.code})`, message: 'not a registration code' });
        return NEVER;
      }),
    ),
  });
}

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
