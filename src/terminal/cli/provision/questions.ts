import * as v from 'valibot';
import { pinLength } from '../../../api/agent.ts';
import { enrolmentCodeSchema } from '../../../api/fleet.ts';
import type { Terminal } from '../../../console/command.ts';
import { identifierSchema } from '../../../model/identifier.ts';
import type { Office } from '../../../model/office.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { readInputDevices } from '../../machine/input-devices.ts';
import { pinFault, type PinFault } from '../../pin.ts';
import { hubAddressSchema, terminalSettingsSchema, type TerminalSettings } from '../../settings.ts';
import { readText, type Machine } from '../machine.ts';
import type { Answers } from './answers.ts';
import { askFor, askWhether, hoursText, readHours } from './ask.ts';

/** What the questions need to know. */
export interface Asking {
  readonly machine: Machine;
  readonly terminal: Terminal;
  readonly ask: NonNullable<Terminal['ask']>;
  /** Settings so far: what an empty answer keeps. */
  readonly before: Readonly<Partial<TerminalSettings>>;
  /** Enrolment code that was scanned. */
  readonly code: string | undefined;
  readonly offices: readonly Office[];
  /** Which hub this terminal is enrolled at, if it is. */
  readonly enrolledAt: string | undefined;
  readonly hasPin: boolean;
}

/** An answer by a schema; its message says what is expected. */
function by<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Result<T, string> {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? ok(parsed.output) : err(`That cannot be used: ${parsed.issues[0].message}.`);
}

const publicAddressSchema = terminalSettingsSchema.entries.publicAddress.wrapped;

/** A number, or what was typed if it is none, so that the schema refuses it. */
const numberIn = (text: string): unknown => (/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text);

/** An office in a line for the operator. */
export function officeText(office: Office): string {
  return `${office.identifier}  ${office.title.en} / ${office.title.km}${office.sample ? '  (sample: for demonstrations)' : ''}`;
}

/** An office of the content, or a sentence that names those with a similar code. */
export function findOffice(offices: readonly Office[], code: string): Result<Office, string> {
  const found = offices.find(({ identifier }) => identifier === code);
  if (found !== undefined) return ok(found);
  const near = offices.filter(({ identifier }) => identifier.startsWith(code.slice(0, 2))).slice(0, 8);
  return err(`The content of this package has no office ${code}. ${near.length === 0 ? `It has ${offices.length} others; is the package the one for your province?` : `Near it are:\n${near.map((office) => `  ${officeText(office)}`).join('\n')}`}`);
}

async function askOffice({ terminal, ask, before, offices }: Asking): Promise<string> {
  for (;;) {
    const office = await askFor(terminal, ask, 'Code of the office in which this terminal stands', before.office, (text) => findOffice(offices, text));
    terminal.err(`  ${officeText(office)}`);
    if (await askWhether(terminal, ask, 'Is this the office', 'yes')) return office.identifier;
  }
}

async function askKeyboards({ machine, terminal, ask, before }: Asking): Promise<string[]> {
  const typing = readInputDevices((await readText(machine, '/proc/bus/input/devices')) ?? '').filter(({ types, usb }) => types && usb !== undefined);
  const devices = [...new Map(typing.map((device) => [device.usb ?? '', device])).values()];
  const known = before.keyboards ?? [];
  if (devices.length === 0 && known.length === 0) return [];
  devices.forEach(({ usb, name }, index) => terminal.err(`  ${index + 1}) ${usb}  ${name}`));
  for (const usb of known.filter((one) => !devices.some((device) => device.usb === one))) terminal.err(`  ${usb}  (not plugged in now)`);
  terminal.err('  All keyboards that are not chosen here are ignored, the one in front of you too, once the display has started.');
  return askFor(terminal, ask, 'Which of them is the barcode scanner: its number, or - for none', known.length === 0 ? '-' : known.join(','), (text) => {
    if (text === '-') return ok([]);
    const chosen = text.split(/[\s,]+/).map((one) => devices[Number(one) - 1]?.usb ?? one);
    return by(terminalSettingsSchema.entries.keyboards.wrapped, chosen);
  });
}

const pinSentences: Readonly<Record<PinFault, string>> = {
  notDigits: 'A PIN has digits only, 0 to 9.',
  length: `A PIN has ${pinLength.least} to ${pinLength.most} digits.`,
  fewDigits: 'Too few different digits: such a PIN is tried first.',
  sequence: 'A row of digits, such as 123456, is tried first. Take another one.',
  repeated: 'The same digits over and over are tried first. Take another one.',
  known: 'The office’s code stands on papers that everybody sees. Take another PIN.',
};

/** Why a PIN is not taken, in a sentence; nothing if it is. */
export function pinRefusal(pin: string, office: string | undefined): string | undefined {
  const fault = pinFault(pin, office === undefined ? [] : [office]);
  return fault === undefined ? undefined : pinSentences[fault];
}

/** Asks for a PIN twice, without showing it. `undefined`: the present one stays, or there is none. */
export async function askPin(terminal: Terminal, ask: NonNullable<Terminal['ask']>, office: string | undefined, mayStay: string | undefined): Promise<string | undefined> {
  for (;;) {
    const pin = await ask(`PIN of the operator’s panel, ${pinLength.least} to ${pinLength.most} digits, not shown${mayStay === undefined ? '' : ` (Enter alone: ${mayStay})`}`, true);
    if (pin === '' && mayStay !== undefined) return undefined;
    const refused = pinRefusal(pin, office);
    if (refused !== undefined) terminal.err(refused);
    else if ((await ask('The same PIN again', true)) === pin) return pin;
    else terminal.err('The two were not the same.');
  }
}

/** Asks everything that a terminal has to know. */
export async function askAll(asking: Asking): Promise<Answers> {
  const { terminal, ask, before, enrolledAt } = asking;
  const now = (value: string | undefined): string => value ?? '-';
  const office = await askOffice(asking);
  const kiosk = await askFor(terminal, ask, 'Name of this terminal among those of its office', before.kiosk ?? 'lobby-1', (text) => by(identifierSchema, text));
  const hub = await askFor(terminal, ask, 'Address of the hub, such as https://hub.example.org, or - to work without one', now(before.hub), (text) => (text === '-' ? ok(null) : by(hubAddressSchema, text)));
  const enrolled = hub !== null && enrolledAt === hub;
  const code = hub === null ? undefined : await askFor(terminal, ask, `Enrolment code from the staff page, or - ${enrolled ? 'to stay enrolled as it is' : 'to enrol later'}`, asking.code ?? '-', (text) => (text === '-' ? ok(undefined) : by(enrolmentCodeSchema, text)));
  // Phones are outside: an address without https is the office's own network.
  const usual = before.publicAddress ?? (hub?.startsWith('https:') === true ? hub : '-');
  const publicAddress = hub === null ? null : await askFor(terminal, ask, 'Address at which phones reach the hub, for QR codes, or - for none', usual, (text) => (text === '-' ? ok(null) : by(publicAddressSchema, text)));
  const diagonal = await askFor(terminal, ask, 'Diagonal of the panel in inches', String(before.diagonal ?? 21.5), (text) => by(terminalSettingsSchema.entries.diagonal.wrapped, numberIn(text)));
  const rotation = await askFor(terminal, ask, 'Clockwise turn of the picture: 0, 90, 180 or 270', String(before.rotation ?? 0), (text) => by(terminalSettingsSchema.entries.rotation.wrapped, numberIn(text)));
  const camera = await askFor(terminal, ask, 'The camera looks at the person: user; onto a desk: environment', before.camera ?? 'user', (text) => by(terminalSettingsSchema.entries.camera.wrapped, text));
  const hours = await askFor(terminal, ask, 'When the screen is on, such as monday-friday 07:30-17:30, or - for always', hoursText(before.hours), readHours);
  const keyboards = await askKeyboards(asking);
  const pin = await askPin(terminal, ask, office, asking.hasPin ? 'the present one stays' : undefined);
  return { office, kiosk, hub, publicAddress, diagonal, rotation, camera, hours, keyboards, ...(code !== undefined && { code }), ...(pin !== undefined && { pin }) };
}
