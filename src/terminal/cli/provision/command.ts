import type { Call, Command, ExitCode, Terminal } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import { waitingFor } from '../../../console/progress.ts';
import { tellRefusal } from '../../../console/refusal.ts';
import { readEnrolment } from '../../enrolment.ts';
import { places } from '../../places.ts';
import type { TerminalSettings } from '../../settings.ts';
import { readBaseline, type ProvenBaseline } from '../baseline.ts';
import { askHub, hubLines, unguarded } from '../hub.ts';
import { isFirewalled, readText, type Machine } from '../machine.ts';
import { cannotChange } from '../refusals.ts';
import { readSettings } from '../settings-file.ts';
import type { ReadSetup } from '../setup-code/reader.ts';
import { settingsFrom, type Answers } from './answers.ts';
import { applyAnswers } from './apply.ts';
import { askWhether } from './ask.ts';
import { askAll, findOffice, officeText, pinRefusal } from './questions.ts';
import { givenAnswers, type Given } from './sources.ts';

const details = `It asks. The QR code that the staff page shows for a new terminal answers some of
it beforehand: where the terminal belongs, and its one-time code.

  --from camera   held, on a telephone, before the camera of this terminal
  --from FILE     in a photo or a picture of the screen, PNG or JPEG
  --from -        typed by a barcode scanner

All answers can come from a file in YAML:

  office: '990101'            code of the office, in quotes
  kiosk: lobby-1              name among the terminals of that office
  hub: https://hub.example.org
  code: 'ABCD-EFGH-JKMN'      one-time enrolment code from the staff page
  diagonal: 21.5              inches
  rotation: 0                 0, 90, 180 or 270 degrees clockwise
  camera: user                user or environment
  hours: { from: '07:30', to: '17:30', days: [monday, tuesday, wednesday, thursday, friday] }
  keyboards: ['0c2e:0200']    USB devices that may type: the barcode scanner
  publicAddress: https://hub.example.org   at which phones reach the hub, for QR codes
  registrationCode: { pattern: '^[0-9]{10}$', check: none }   if this office writes its own
  pin: '…'                    of the operator's panel; kept as a hash alone; delete the file afterwards

Run again, it changes what is answered anew and nothing else.`;

/** Looks at a hub before anything is changed. @returns whether to go on */
async function hubWillDo(machine: Machine, call: Call, terminal: Terminal, hub: string): Promise<boolean> {
  const answer = await waitingFor(terminal, `Asking ${hub}`, () => askHub(machine, hub, terminal.now, terminal.signal));
  if (answer.ok) {
    for (const line of hubLines(answer.value)) terminal.err(`  ${line}`);
    return true;
  }
  terminal.err(answer.error);
  if (call.flag('unseen-hub')) return true;
  if (terminal.ask !== undefined) return askWhether(terminal, terminal.ask, 'Set the terminal up for this hub all the same', 'no');
  terminal.err('Nothing was changed. To set the terminal up for a hub that cannot be reached from here, add --unseen-hub.');
  return false;
}

async function newSettings(machine: Machine, terminal: Terminal, given: Given, baseline: ProvenBaseline): Promise<{ readonly answers: Answers; readonly settings: TerminalSettings; readonly before: TerminalSettings | undefined } | ExitCode> {
  const read = await readSettings(machine);
  if (!read.ok) terminal.err(`${oneLine(read.error)} These settings are not used.`);
  const before = read.ok ? read.value : undefined;
  const hasPin = (await readText(machine, places.pin)) !== undefined;
  const preset = settingsFrom(before, given.answers ?? {});
  let answers = given.answers;
  // A scanned code says where the terminal belongs, not what it is made of: the rest is asked.
  if (answers === undefined || (terminal.ask !== undefined && (!preset.ok || given.scanned))) {
    if (terminal.ask === undefined) return tellRefusal(terminal, { code: 'nobodyToAsk', message: 'Nobody sits here who could be asked.', mend: 'Give the answers in a file: owso-kiosk provision --from FILE' });
    const enrolledAt = (await readEnrolment(machine.at(places.state)))?.hub;
    const start = { ...before, ...(answers?.office !== undefined && { office: answers.office }), ...(answers?.kiosk !== undefined && { kiosk: answers.kiosk }), ...(typeof answers?.hub === 'string' && { hub: answers.hub }) };
    answers = { ...answers, ...(await askAll({ machine, terminal, ask: terminal.ask, before: start, offices: baseline.offices, enrolledAt, hasPin, code: answers?.code })) };
  }
  const settings = settingsFrom(before, answers);
  if (!settings.ok) return tellRefusal(terminal, { code: 'answersMissing', message: `Without these answers there is no terminal: ${settings.error.join(', ')}.`, mend: 'Nothing was changed. Add them to the file, or run owso-kiosk provision without --from.' });
  const office = findOffice(baseline.offices, settings.value.office);
  if (!office.ok) return tellRefusal(terminal, { code: 'unknownOffice', message: office.error, mend: 'Nothing was changed.' });
  if (answers.pin !== undefined) {
    const refused = pinRefusal(answers.pin, settings.value.office);
    if (refused !== undefined) return tellRefusal(terminal, { code: 'badPin', message: refused, mend: 'Nothing was changed.' });
  }
  terminal.err(`Office: ${officeText(office.value)}`);
  if (answers.pin === undefined && !hasPin) terminal.err('No PIN was chosen: the operator’s panel opens for nobody, and the display takes the console. As long as there is another console, owso-kiosk pin sets one; after that the way in is the boot menu (“Locked out?” in the terminal’s README).');
  return { answers, settings: settings.value, before };
}

/** `owso-kiosk provision`. @param input reads what is piped into the program @param readSetup reads codes with a Chromium */
export function provisionCommand(machine: Machine, input: () => Promise<string>, readSetup: ReadSetup): Command {
  return {
    name: 'provision',
    summary: 'Sets this machine up as a terminal of an office, or changes how it was set up',
    options: {
      from: { type: 'string', value: 'FILE', help: 'takes answers from a file, from the staff page’s code, or from the input: -' },
      'unseen-hub': { type: 'boolean', help: 'takes the hub’s address although the hub does not answer now' },
      'no-start': { type: 'boolean', help: 'does not start the display: it starts with the machine' },
    },
    details,
    async run(call, terminal) {
      const refused = await cannotChange(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      const baseline = await waitingFor(terminal, 'Proving the content that came with the package', () => readBaseline(machine));
      if (!baseline.ok) return tellRefusal(terminal, { code: baseline.error.code, message: `The content of the package is damaged (${baseline.error.path}).`, mend: 'Install the package again: apt install --reinstall ./owso-kiosk-terminal_….deb' });
      const given = await givenAnswers({ machine, terminal, input, readSetup }, call.text('from'));
      if (!given.ok) return tellRefusal(terminal, given.error);
      const made = await newSettings(machine, terminal, given.value, baseline.value);
      if (typeof made === 'number') return made;
      const { hub } = made.settings;
      const isNew = hub !== undefined && (hub !== made.before?.hub || made.answers.code !== undefined);
      // A machine that is locked already lets nobody out but to the hub that it has.
      const canAsk = isNew && !(await isFirewalled(machine));
      const open = hub === undefined || !isNew ? undefined : unguarded(hub);
      if (open !== undefined) terminal.err(open);
      if (canAsk && !(await hubWillDo(machine, call, terminal, hub))) return 1;
      return applyAnswers(machine, terminal, made.settings, made.answers, { start: !call.flag('no-start'), askedBefore: isNew ? canAsk : undefined });
    },
  };
}
