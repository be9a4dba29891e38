import * as v from 'valibot';
import { identifierSchema, officeCodeSchema } from '../model/identifier.ts';
import { registrationCodeFormatSchema } from '../model/registration-code.ts';

/**
 * What one terminal has to know before it has content. Served by the hub from
 * `kiosk-config/terminal.yaml`; single values can be set in the start address of
 * the terminal (`/?office=9901&diagonal=32&kiosk=lobby-2`).
 */
export const terminalSchema = v.strictObject({
  /** Name of this kiosk, for rate limits and reports. */
  kiosk: v.optional(identifierSchema, 'kiosk'),
  /** Gazetteer code of the office it stands in. */
  office: v.optional(officeCodeSchema, '990101'),
  /** Diagonal of the panel in inches: type and touch sizes follow from it. */
  diagonal: v.optional(v.pipe(v.number(), v.minValue(10), v.maxValue(65)), 21.5),
  /** Address at which the public reaches the hub, for links in QR codes; absent: no links. */
  publicAddress: v.optional(v.pipe(v.string(), v.url())),
  /** Which way the camera that reads receipts looks: at the person (a webcam above the screen; also when absent) or away. */
  camera: v.optional(v.picklist(['user', 'environment'])),
  /** An agent on this very machine serves the page: it waits for heartbeats and can open the operator's panel ({@link ./agent.ts}). */
  supervised: v.optional(v.boolean()),
  /** How this office writes its registration codes; absent: the standard format. */
  registrationCode: v.optional(registrationCodeFormatSchema),
});
export type Terminal = v.InferOutput<typeof terminalSchema>;
