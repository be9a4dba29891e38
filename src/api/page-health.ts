import * as v from 'valibot';
import { reportCodes } from './report.ts';

/**
 * Which kind of screen a terminal shows. All that leaves the page about what
 * somebody does there: enough to know whether a picture may be taken and a
 * restart would disturb anybody, and no more.
 * - `attract`: nobody is there;
 * - `visit`: somebody reads;
 * - `private`: a code is being typed or scanned, or an application's status is shown;
 * - `operator`: staff have unlocked the operator's panel.
 */
export const screenKinds = ['attract', 'visit', 'private', 'operator'] as const;
export type ScreenKind = (typeof screenKinds)[number];

/** What the page knows of itself. No citizen datum has a field here. */
export const pageHealthSchema = v.strictObject({
  /** Drawn at random at each load of the page: a new one means that it was started anew. */
  page: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  screen: v.picklist(screenKinds),
  /** Frames were drawn since the last heartbeat. False: a black screen. */
  drawn: v.boolean(),
  /** Content is on screen: false while it loads, and on a terminal whose content is lost. */
  content: v.boolean(),
  /** Version of the app. */
  app: v.pipe(v.string(), v.maxLength(40)),
  /** Edition of the price list that is shown (version of the signed snapshot). */
  edition: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** When the shown content was last confirmed as the newest: the moment in the signed timestamp. */
  confirmed: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  /** The content is signed with demonstration keys. */
  sample: v.boolean(),
  /** What went wrong in the last hour and has not mended itself, by its code. */
  faults: v.pipe(v.array(v.picklist(reportCodes)), v.maxLength(20)),
});
export type PageHealth = v.InferOutput<typeof pageHealthSchema>;
