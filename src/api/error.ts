import * as v from 'valibot';

/**
 * Every code the hub can answer with, and nothing else. To terminals alone:
 * - `codeRefused`: this enrolment code is unknown, used, expired, or was made for another place;
 * - `notEnrolled`: no such terminal, or one that was retired;
 * - `signatureWrong`: the terminal's key did not sign this;
 * - `wrongMoment`: signed, but not later than what was heard before, or too far from the hub's clock.
 *
 * To staff alone: `notSignedIn`, `forbidden` (another origin, or not theirs to do).
 */
export const apiErrorCodes = [
  'badRequest', 'notFound', 'tooManyRequests', 'tooLarge', 'unavailable', 'internal',
  'codeRefused', 'notEnrolled', 'signatureWrong', 'wrongMoment',
  'notSignedIn', 'forbidden',
] as const;
export type ApiErrorCode = (typeof apiErrorCodes)[number];

/** The one error shape of the hub. `hint` is for the operator; it never repeats the request. */
export const apiErrorSchema = v.strictObject({
  error: v.strictObject({
    code: v.picklist(apiErrorCodes),
    /** For whoever reads the screen. */
    message: v.strictObject({ km: v.string(), en: v.string() }),
    /** For whoever runs the hub. */
    hint: v.string(),
    /** Seconds to wait, with `tooManyRequests`. */
    retryAfter: v.optional(v.number()),
    /** With `wrongMoment`: a moment (ms) after which the next one is accepted. */
    after: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
});
export type ApiError = v.InferOutput<typeof apiErrorSchema>;
