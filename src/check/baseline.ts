import * as v from 'valibot';

/**
 * The trust that is built into the page: the anchor and the newest top-level
 * metadata at the time of the build, each the very text that was signed. With it
 * a statement can be checked although the content folder cannot be reached.
 */
export const checkBaselineSchema = v.strictObject({ root: v.string(), timestamp: v.string(), snapshot: v.string(), targets: v.string() });
export type CheckBaseline = v.InferOutput<typeof checkBaselineSchema>;

/** Where the build puts it, beside the page. */
export const baselineName = 'baseline.json';
