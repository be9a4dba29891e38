import * as v from 'valibot';
import { identifierSchema, officeCodeSchema } from '../model/identifier.ts';
import { err, ok, type Result } from '../model/result.ts';
import { enrolmentCodeSchema } from './fleet.ts';

/**
 * What the staff page shows as a QR code beside a new enrolment code, so that a
 * technician scans it at `owso-kiosk provision --qr` instead of typing.
 */
export const provisioningSchema = v.strictObject({
  /** Address of the hub: scheme, host, port. */
  hub: v.pipe(v.string(), v.regex(/^https?:\/\/[^/?#\s]+$/)),
  /** One-time enrolment code; it is good for this name in this office alone. */
  code: enrolmentCodeSchema,
  office: officeCodeSchema,
  name: identifierSchema,
});
export type Provisioning = v.InferOutput<typeof provisioningSchema>;

const prefix = 'OWSO1:';

/** The text of the QR code: `OWSO1:` and the JSON as base64url. ASCII alone, so that a barcode scanner types it on any keyboard layout. */
export function provisioningText(provisioning: Provisioning): string {
  return prefix + btoa(JSON.stringify(provisioning)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const decodedSchema = v.pipe(v.string(), v.parseJson(), provisioningSchema);

/** Reads the text of the QR code. */
export function parseProvisioningText(text: string): Result<Provisioning, 'notProvisioning'> {
  const trimmed = text.trim();
  if (!trimmed.startsWith(prefix)) return err('notProvisioning');
  try {
    const parsed = v.safeParse(decodedSchema, atob(trimmed.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/')));
    return parsed.success ? ok(parsed.output) : err('notProvisioning');
  } catch {
    // Not base64.
    return err('notProvisioning');
  }
}
