import * as v from 'valibot';

/**
 * Between `owso-kiosk provision` and the page in `src/setup` that reads the
 * staff page’s code for it. Text of any other code never leaves that page: it
 * may be a citizen’s.
 */

/** Every number that reading a set-up code depends on. */
export const setupReaderLimits = {
  /** How long the camera looks for a code, ms. */
  cameraPatience: 60_000,
  /** How long it looks without any code before advice is given, ms. */
  adviceAfter: 15_000,
  /** How often the page tells what it sees, ms. */
  lookInterval: 1_000,
  /** Below this mean light, 0 to 255, a picture is called dark: a cover, or a room without light. */
  dark: 16,
  /** Largest file of a picture, bytes. Phones write up to 12 MB. */
  pictureBytes: 20_000_000,
  /** Most pixels of a picture: each takes four bytes of memory. */
  picturePixels: 64_000_000,
  /** Longest sides at which a picture is looked at, pixels, in this order until a code is found. */
  pictureSides: [1_600, 3_200, 800],
  /** How long looking at a picture may take, ms. */
  picturePatience: 60_000,
} as const;

/** What the camera sees: nothing because it is dark, no code, or one of something else. */
const viewSchema = v.picklist(['dark', 'noCode', 'otherCode']);

/**
 * Why nothing more is seen. `absent`: no camera; `denied`: it may not be used;
 * `lost`: it gives no picture; `noDecoder`: this machine cannot decode;
 * `unreadable`: the file is no whole picture; `tooManyPixels`; `noCode`;
 * `otherCode`: a code, but not of the staff page.
 */
const failureSchema = v.picklist(['absent', 'denied', 'lost', 'noDecoder', 'unreadable', 'tooManyPixels', 'noCode', 'otherCode']);
export type SetupFailure = v.InferOutput<typeof failureSchema>;

/** What the page saw, in the order in which it did. After `read` and `failed` there is no more. */
export const setupSeenSchema = v.variant('kind', [
  /** The camera is on. `name`: as the device calls itself. */
  v.strictObject({ kind: v.literal('on'), name: v.pipe(v.string(), v.maxLength(200)) }),
  v.strictObject({ kind: v.literal('looking'), view: viewSchema }),
  v.strictObject({ kind: v.literal('read'), text: v.string() }),
  /** `detail`: the browser’s name of the error, if there is one. */
  v.strictObject({ kind: v.literal('failed'), code: failureSchema, detail: v.optional(v.pipe(v.string(), v.maxLength(100))) }),
]);
export type SetupSeen = v.InferOutput<typeof setupSeenSchema>;
