import * as v from 'valibot';
import { caseConditionSchema } from './case.ts';
import { localizedTextSchema } from './text.ts';

/** The levels of administration at which a service is given, lowest first. */
export const levels = ['commune', 'district', 'province', 'ministry'] as const;
export const levelSchema = v.picklist(levels);
export type Level = v.InferOutput<typeof levelSchema>;

/** What a counter does in the posted way of a file through the office. */
export const counterRoleSchema = v.picklist(['information', 'cashier', 'backOffice', 'collection']);
export type CounterRole = v.InferOutput<typeof counterRoleSchema>;

/** Where a service can be asked for (`cv:Channel`). */
export const channelSchema = v.strictObject({
  level: levelSchema,
  /** The body at that level, where it is not the One Window office itself. */
  place: v.optional(localizedTextSchema),
  /** An online way, as an address to be written down. */
  online: v.optional(v.pipe(v.string(), v.maxLength(200))),
  appliesTo: v.optional(caseConditionSchema, {}),
});
export type Channel = v.InferOutput<typeof channelSchema>;

/**
 * Is this the One Window office of a level itself? A channel with a place of its
 * own (a police post, a provincial department) is another body at that level.
 */
export function isWindowAt(channel: Pick<Channel, 'level' | 'place'>, level: Level | undefined): boolean {
  return channel.level === level && channel.place === undefined;
}
