import * as v from 'valibot';
import { identifierSchema, officeCodeSchema } from '../model/identifier.ts';
import { enrolmentCodeSchema } from './fleet.ts';

/**
 * What the staff page knows of a terminal that is about to be set up. Shown as a
 * QR code: the terminal's camera reads it for `owso-kiosk provision --from camera`,
 * or its barcode scanner types it for `--from -`.
 */
export const setupSchema = v.strictObject({
  hub: v.pipe(v.string(), v.url()),
  code: enrolmentCodeSchema,
  office: v.optional(officeCodeSchema),
  kiosk: v.optional(identifierSchema),
});
export type Setup = v.InferOutput<typeof setupSchema>;

/** Other than a receipt’s, so that neither is taken for the other. */
const prefix = 'OWSO-SETUP1:';
/** Longest text, characters: a larger QR code is not read reliably from a screen. */
const longest = 2_000;

/** Text of the QR code: one line that any keyboard layout of a scanner can type, `OWSO-SETUP1:` and base64url. */
export function setupText(setup: Setup): string {
  const bytes = new TextEncoder().encode(JSON.stringify(setup));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return `${prefix}${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** Whether a text is meant to be such a line. */
export function isSetupText(text: string): boolean {
  return text.trim().startsWith(prefix);
}

/** What a scanned line says, to be parsed by whoever asked; `undefined` if it was not read as a whole. */
export function readSetupText(text: string): unknown {
  const line = text.trim();
  if (!line.startsWith(prefix) || line.length > longest) return undefined;
  try {
    const binary = atob(line.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
