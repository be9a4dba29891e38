import * as v from 'valibot';
import { levelSchema } from './channel.ts';
import { identifierSchema } from './identifier.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';

/** A document that is handed out at a station, as far as it saves bringing one to a later station. */
const stationOutputSchema = v.strictObject({
  /** Identifier of the evidence type. */
  type: identifierSchema,
  /** Only in this form: a certified copy does not save bringing the original. */
  form: v.optional(v.literal('certifiedCopy')),
});

/**
 * One station on the way of an event: a service with the case it is asked for
 * in, or something to do that is no service (a wedding, a notice).
 */
export const eventStationSchema = v.strictObject({
  identifier: identifierSchema,
  /** Identifier of the service; absent for a station that is no service. */
  service: v.optional(identifierSchema),
  /** Required without a service; otherwise overrides the service's title. */
  title: v.optional(localizedTextSchema),
  /** Answers that are clear from the event itself. */
  answers: v.optional(v.record(identifierSchema, identifierSchema), {}),
  /** Heading of the part of the way it belongs to ("before the wedding"). */
  phase: v.optional(localizedTextSchema),
  /** When only some people need it. */
  condition: v.optional(localizedTextSchema),
  note: v.optional(localizedTextSchema),
  /** Documents asked for at this station beyond the service's own (evidence types). */
  evidence: v.optional(v.array(identifierSchema), []),
  /** Documents handed out here that the evidence types do not already name as the service's output. */
  outputs: v.optional(v.array(stationOutputSchema), []),
  /** Where a station without a service is, if it is at an office. */
  place: v.optional(v.strictObject({ level: levelSchema, title: v.optional(localizedTextSchema) })),
});

const base = {
  identifier: identifierSchema,
  type: v.picklist(['LifeEvent', 'BusinessEvent']),
  title: localizedTextSchema,
  description: localizedTextSchema,
  /** Name of the icon that stands for it, from the project's icon table. */
  icon: identifierSchema,
  keywords: v.optional(v.strictObject({ km: v.optional(v.array(plainTextSchema), []), en: v.optional(v.array(plainTextSchema), []), latn: v.optional(v.array(plainTextSchema), []) }), {}),
};

/** A life or business event as its author writes it (`cv:LifeEvent`, `cv:BusinessEvent`). */
export const eventSourceSchema = v.strictObject({ ...base, stations: v.pipe(v.array(eventStationSchema), v.minLength(1)) });
export type EventSource = v.InferOutput<typeof eventSourceSchema>;

/** A station with the titles of its own documents resolved by the compiler. */
export const linkedEventStationSchema = v.strictObject({
  ...eventStationSchema.entries,
  evidence: v.array(
    v.strictObject({ type: identifierSchema, title: localizedTextSchema, description: v.optional(localizedTextSchema), outputOf: v.optional(identifierSchema) }),
  ),
});

/** An event as the kiosk loads it. */
export const eventSchema = v.strictObject({ ...base, stations: v.array(linkedEventStationSchema) });
export type LinkedEventStation = v.InferOutput<typeof linkedEventStationSchema>;
export type Event = v.InferOutput<typeof eventSchema>;
