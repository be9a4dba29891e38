import * as v from 'valibot';

/** Every code the hub can answer with, and nothing else. */
export const apiErrorCodes = ['badRequest', 'notFound', 'tooManyRequests', 'tooLarge', 'unavailable', 'internal'] as const;
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
  }),
});
export type ApiError = v.InferOutput<typeof apiErrorSchema>;
