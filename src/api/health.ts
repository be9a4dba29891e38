import * as v from 'valibot';

/** Answer of `GET /api/v1/health`. */
export const healthSchema = v.strictObject({
  status: v.literal('ok'),
  /** Version of the project. */
  version: v.string(),
  /** The hub's clock, ISO 8601: a kiosk compares its own. */
  now: v.pipe(v.string(), v.isoTimestamp()),
  /** Edition of the content that it serves (version of the snapshot); `null` if it has none. */
  release: v.nullable(v.number()),
  /** Demonstration data is loaded. */
  demonstration: v.boolean(),
});
export type Health = v.InferOutput<typeof healthSchema>;
