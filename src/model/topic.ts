import * as v from 'valibot';
import { identifierSchema } from './identifier.ts';
import { localizedTextSchema } from './text.ts';

/** What citizens look under (`cpsv:thematicArea`), in the order of the list. */
export const topicSchema = v.strictObject({
  identifier: identifierSchema,
  title: localizedTextSchema,
  description: v.optional(localizedTextSchema),
  /** Name of its icon in the project's icon table. */
  icon: identifierSchema,
});
export type Topic = v.InferOutput<typeof topicSchema>;

/** A sector of the posted price list, in official order. */
export const sectorSchema = v.strictObject({ identifier: identifierSchema, title: localizedTextSchema });
export type Sector = v.InferOutput<typeof sectorSchema>;
