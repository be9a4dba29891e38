import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import { enrolmentCodeSchema } from '../../../api/fleet.ts';
import { isSetupText, readSetupText, setupSchema } from '../../../api/setup.ts';
import { officeCodeSchema } from '../../../model/identifier.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { terminalSettingsSchema, type TerminalSettings } from '../../settings.ts';
import { yamlFaults } from '../settings-file.ts';

const { kiosk, hub, diagonal, rotation, camera, hours, keyboards, publicAddress, registrationCode } = terminalSettingsSchema.entries;

/** Digits that YAML would take for a number without quotes, and lose a zero at the front. */
const digits = v.string('write it in quotes');

/**
 * What a person or a file answers. A field that is absent leaves things as they
 * are; `null` takes away what may be absent.
 */
export const answersSchema = v.strictObject({
  office: v.optional(v.pipe(digits, officeCodeSchema)),
  kiosk: v.optional(kiosk),
  hub: v.nullish(hub.wrapped),
  diagonal: v.optional(diagonal.wrapped),
  rotation: v.optional(rotation.wrapped),
  camera: v.nullish(camera.wrapped),
  hours: v.nullish(hours.wrapped),
  keyboards: v.optional(keyboards.wrapped),
  publicAddress: v.nullish(publicAddress.wrapped),
  registrationCode: v.nullish(registrationCode.wrapped),
  /** One-time enrolment code. Used once, and kept nowhere. */
  code: v.optional(v.pipe(digits, enrolmentCodeSchema)),
  /** Kept as a hash alone. */
  pin: v.optional(digits),
});
export type Answers = v.InferOutput<typeof answersSchema>;

/** Reads answers from the text of a YAML file or a scanned line. The error is sentences. */
export function readAnswers(text: string, file: string): Result<Answers, readonly string[]> {
  let source: unknown;
  if (isSetupText(text)) {
    // Whoever made the code says where the terminal belongs. It names no PIN and lets no keyboard in.
    const setup = v.safeParse(setupSchema, readSetupText(text));
    source = setup.success ? setup.output : undefined;
    if (source === undefined) return err(['The code was not read as a whole. Scan it again; if it happens again, type the values instead.']);
  } else {
    try {
      source = parseYaml(text) ?? {};
    } catch (error) {
      return err([`${file} cannot be read as YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`]);
    }
  }
  const parsed = v.safeParse(answersSchema, source);
  return parsed.success ? ok(parsed.output) : err(yamlFaults(file, parsed.issues));
}

/** What the terminal's settings become: those it had, with what was answered. The error names the fields without which there is no terminal. */
export function settingsFrom(before: TerminalSettings | undefined, answers: Answers): Result<TerminalSettings, readonly string[]> {
  const { code: _code, pin: _pin, ...answered } = answers;
  const all = Object.entries({ ...before, ...Object.fromEntries(Object.entries(answered).filter(([, value]) => value !== undefined)) });
  const parsed = v.safeParse(terminalSettingsSchema, Object.fromEntries(all.filter(([, value]) => value !== null)));
  return parsed.success ? ok(parsed.output) : err(parsed.issues.map((issue) => v.getDotPath(issue) ?? ''));
}
