import * as v from 'valibot';
import { stringify as yamlText } from 'yaml';
import { err, ok, type Result } from '../../model/result.ts';
import { places } from '../places.ts';
import { readSettings as readSettingsFile } from '../read-settings.ts';
import type { TerminalSettings } from '../settings.ts';
import { readText, writeFor, type Machine } from './machine.ts';

/** Sentences on what is wrong with a text in YAML; each names the field. */
export function yamlFaults(file: string, issues: readonly v.BaseIssue<unknown>[]): readonly string[] {
  return issues.map((issue) => `${file}, ${v.getDotPath(issue) === null ? 'as a whole' : `field ${v.getDotPath(issue)}`}: ${issue.message}`);
}

/** The settings of this terminal; `undefined` if it was never set up. The error is a sentence. */
export async function readSettings(machine: Machine): Promise<Result<TerminalSettings | undefined, string>> {
  if ((await readText(machine, places.settings)) === undefined) return ok(undefined);
  const read = readSettingsFile(machine.at(places.settings));
  return read.ok ? read : err(read.error.replaceAll(machine.at(places.settings), places.settings));
}

/** A field with what it is for; one that is not set is shown as an example. */
function field(comment: string, name: string, value: unknown, example: unknown): string {
  const lines = yamlText({ [name]: value ?? example }).trimEnd();
  return `# ${comment}\n${value === undefined ? lines.replace(/^/gm, '# ') : lines}\n`;
}

/** The text of the settings' file, with a comment on each field. */
export function settingsText(settings: TerminalSettings): string {
  return [
    '# Settings of this terminal, written by `owso-kiosk provision`. After a change by hand:\n# owso-kiosk provision --from /dev/null   (checks them and applies them to the machine)\n',
    field('Gazetteer code of the office in which it stands, in quotes.', 'office', settings.office, undefined),
    field('Its name among the terminals of its office.', 'kiosk', settings.kiosk, undefined),
    field('Address of the hub, the only machine that the firewall lets it talk to. Absent: it works without one.', 'hub', settings.hub, 'https://hub.example.org'),
    field('Diagonal of the panel in inches: the size of type and touch targets follows from it.', 'diagonal', settings.diagonal, undefined),
    field('Clockwise turn of the picture on the panel: 0, 90, 180 or 270 degrees.', 'rotation', settings.rotation, undefined),
    field('Which way the camera that reads receipts looks: user (at the person) or environment (away, onto a desk).', 'camera', settings.camera, 'user'),
    field('When the screen is on, Cambodia’s time. Absent: always.', 'hours', settings.hours, { from: '07:30', to: '17:30', days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] }),
    field('USB devices that type and are let in, as lsusb names them: the barcode scanner. All others are ignored.', 'keyboards', settings.keyboards.length === 0 ? undefined : settings.keyboards, ['0c2e:0200']),
    field('Address at which the public reaches the hub with a phone, for QR codes. Absent: no links.', 'publicAddress', settings.publicAddress, 'https://owso.example.org'),
    field('How this office writes its registration codes. Absent: the standard format.', 'registrationCode', settings.registrationCode, { pattern: '^[0-9]{10}$', check: 'none' }),
  ].join('\n');
}

/** Writes the settings, readable for all: there is no secret in them. */
export async function writeSettings(machine: Machine, settings: TerminalSettings): Promise<void> {
  await writeFor(machine, places.settings, settingsText(settings), { mode: 0o644, uid: 0, gid: 0 });
}
