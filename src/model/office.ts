import * as v from 'valibot';
import { counterRoleSchema, levelSchema } from './channel.ts';
import { clockTimeSchema, identifierSchema, isoDateSchema, officeCodeSchema } from './identifier.ts';
import { localizedTextSchema, plainTextSchema } from './text.ts';
import { weekdays } from './weekday.ts';

/** Opening hours of some weekdays; a day may have several spans. */
export const openingHoursSchema = v.strictObject({
  days: v.pipe(v.array(v.picklist(weekdays)), v.minLength(1)),
  opens: clockTimeSchema,
  closes: clockTimeSchema,
});

/** A counter of an office, as its sign reads. */
export const counterSchema = v.strictObject({
  /** The number or letter on the sign. */
  number: plainTextSchema,
  title: localizedTextSchema,
  roles: v.array(counterRoleSchema),
});
export type Counter = v.InferOutput<typeof counterSchema>;

/** A notice of the office, shown on the attract screen between its dates. */
export const noticeSchema = v.strictObject({
  identifier: identifierSchema,
  title: localizedTextSchema,
  text: localizedTextSchema,
  validFrom: isoDateSchema,
  validTo: isoDateSchema,
});
export type Notice = v.InferOutput<typeof noticeSchema>;

/**
 * A One Window office (`cv:PublicOrganisation` with its channel data). It may
 * say when and where it is open; it has no field that could hold a price.
 */
export const officeSchema = v.strictObject({
  /** Gazetteer code; the sample offices use the unassigned province code 99. */
  identifier: officeCodeSchema,
  level: levelSchema,
  title: localizedTextSchema,
  /** Name of the place alone, for short labels. */
  place: localizedTextSchema,
  /** A sample is shown as one on every screen that names the office. */
  sample: v.optional(v.boolean(), false),
  address: v.optional(localizedTextSchema),
  hours: v.optional(v.array(openingHoursSchema), []),
  closures: v.optional(v.array(v.strictObject({ date: isoDateSchema, reason: localizedTextSchema })), []),
  counters: v.optional(v.array(counterSchema), []),
  contacts: v.optional(v.array(v.strictObject({ kind: v.picklist(['phone', 'telegram', 'email', 'web']), label: localizedTextSchema, value: plainTextSchema })), []),
  /** Whom to complain to, first to last. */
  complaintPath: v.optional(v.array(localizedTextSchema), []),
  notices: v.optional(v.array(noticeSchema), []),
});
export type Office = v.InferOutput<typeof officeSchema>;
