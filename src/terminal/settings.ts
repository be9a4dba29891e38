import * as v from 'valibot';
import { terminalSchema } from '../api/terminal.ts';
import { clockTimeSchema } from '../model/identifier.ts';
import { weekdays } from '../model/weekday.ts';

/** Vendor and product of a USB device, as `lsusb` writes them. */
const usbIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, 'a USB device is named as lsusb does: 0c2e:0200'));

/** Address of a hub: scheme, host, port. */
export const hubAddressSchema = v.pipe(
  v.string(),
  v.check((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  }, 'a hub is an address such as https://hub.example.org'),
  v.transform((text) => new URL(text).origin),
);

/**
 * One terminal's settings, `/etc/owso-kiosk/terminal.yaml`, written by
 * `owso-kiosk provision`. What the page has to know is the same as in the hub's
 * terminal settings; the rest is for the machine.
 */
export const terminalSettingsSchema = v.strictObject({
  ...v.omit(terminalSchema, ['supervised', 'kiosk', 'office']).entries,
  kiosk: v.nonOptional(terminalSchema.entries.kiosk.wrapped),
  office: v.nonOptional(terminalSchema.entries.office.wrapped),
  /** Absent: this terminal works without a hub; content comes with the package and on sticks. */
  hub: v.optional(hubAddressSchema),
  /** Clockwise turn of the picture on the panel, degrees. */
  rotation: v.optional(v.picklist([0, 90, 180, 270]), 0),
  /** When the screen is on. Absent: always; the display is then started anew in the night. */
  hours: v.optional(v.strictObject({ from: clockTimeSchema, to: clockTimeSchema, days: v.optional(v.array(v.picklist(weekdays))) })),
  /** USB devices that type and are let in: the desk's barcode scanner. Everything else that types is ignored. */
  keyboards: v.optional(v.array(usbIdSchema), []),
});
export type TerminalSettings = v.InferOutput<typeof terminalSettingsSchema>;
