import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitCode, Terminal } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import { waitingFor } from '../../../console/progress.ts';
import { tellRefusal, type Refusal } from '../../../console/refusal.ts';
import { hashPin } from '../../pin.ts';
import { places, units, users } from '../../places.ts';
import type { TerminalSettings } from '../../settings.ts';
import { enrolAsAgent } from '../enrol.ts';
import { askHubAsAgent, hubLines } from '../hub.ts';
import { accountOf, hasSystemd, writeFor, type Machine, type Ran } from '../machine.ts';
import { writeSettings } from '../settings-file.ts';
import type { Answers } from './answers.ts';

/** The package's script that renders firewall, input rules and rotation from the settings. */
const applySettings = join(places.programs, 'apply-settings');
/** The package's script that has the running machine keep the rules which it would read at its next start. */
const lockNow = join(places.programs, 'lock-now');

/** Keeps a PIN as a hash that root and the agent can read. */
export async function writePin(machine: Machine, pin: string): Promise<void> {
  const agent = await accountOf(machine, users.agent);
  await writeFor(machine, places.pin, `${await hashPin(pin)}\n`, { mode: 0o640, uid: 0, gid: agent?.gid ?? 0 });
}

function failedWith(ran: Ran): string | undefined {
  if (ran.kind === 'ended') return ran.code === 0 ? undefined : oneLine(ran.err.trim() || ran.out.trim() || `exit code ${ran.code}`).replace(/\.$/, '');
  return ran.kind === 'absent' ? 'it is not there' : 'it was stopped, or took too long';
}

/** How the settings are applied. */
export interface Applying {
  /** Whether the display is started, or left for the next start of the machine. */
  readonly start: boolean;
  /** Whether a new hub was asked before anything was changed; `undefined`: there is no new one. */
  readonly askedBefore: boolean | undefined;
}

/** Asks a hub that could not be asked before the firewall let out to it. */
async function tellOfHub(machine: Machine, terminal: Terminal): Promise<void> {
  const answer = await waitingFor(terminal, 'Asking the hub', () => askHubAsAgent(machine, terminal.signal));
  if (answer.ok) for (const line of hubLines(answer.value)) terminal.err(`  ${line}`);
  else terminal.err(`${answer.error} The terminal was set up for it all the same; look again with: owso-kiosk hub`);
}

/** Has the machine follow the settings. Everything here may be done again. */
export async function applyAnswers(machine: Machine, terminal: Terminal, settings: TerminalSettings, answers: Answers, { start, askedBefore }: Applying): Promise<ExitCode> {
  const { pin } = answers;
  // With its settings a machine is a kiosk at the next start. After a power cut in between, staff must have their way out.
  if (pin !== undefined) await waitingFor(terminal, 'Keeping the PIN as a hash', () => writePin(machine, pin));
  await writeSettings(machine, settings);
  const script = machine.at(applySettings);
  if (await access(script, constants.X_OK).then(() => true, () => false)) {
    const failure = failedWith(await waitingFor(terminal, 'Applying the settings to the machine', () => machine.run(script, [], { limit: 120_000, signal: terminal.signal })));
    if (failure !== undefined) return tellRefusal(terminal, { code: 'notApplied', message: `The settings were written, but the machine does not follow them: ${failure}.`, mend: 'Mend that and run: owso-kiosk provision --from /dev/null' });
  }
  if (await hasSystemd(machine)) await waitingFor(terminal, 'Shutting the machine’s own keys and buses', () => machine.run(lockNow, [], { limit: 30_000, signal: terminal.signal }));
  // Firewalled first, so that what is tried now is what will be.
  const closed = await startUnits(machine, terminal, 'Closing the firewall', true, [units.settings, units.firewall, units.firewallHub]);
  if (closed !== undefined) return tellRefusal(terminal, notStarted(closed));
  if (askedBefore === false && answers.code === undefined) await tellOfHub(machine, terminal);
  const enrolled = answers.code === undefined || settings.hub === undefined || (await enrolAsAgent(machine, terminal, answers.code));
  const served = await startUnits(machine, terminal, 'Starting the agent', true, [units.agent, units.requests]);
  if (served !== undefined) return tellRefusal(terminal, notStarted(served));
  terminal.out(enrolled ? 'This terminal is set up.' : 'This terminal is set up, but not enrolled: it shows its content, and the staff page does not know it.');
  terminal.out(`Next: ‘Examine this terminal’ in the operator’s panel, or owso-kiosk doctor${start ? '' : ', after a restart of the machine'}`);
  // Last of all: where somebody types on the machine itself, the display takes their console.
  const shown = await startUnits(machine, terminal, 'Starting the display, which takes over the screen', start, [units.display]);
  if (shown !== undefined) return tellRefusal(terminal, notStarted(shown));
  return enrolled ? 0 : 1;
}

const notStarted = (failure: string): Refusal => ({ code: 'notStarted', message: `The terminal is set up, but does not start: ${failure}.`, mend: 'owso-kiosk doctor and owso-kiosk logs say more.' });

/** Has units start with the machine, and now too if it runs. @returns what went wrong */
async function startUnits(machine: Machine, terminal: Terminal, label: string, start: boolean, names: readonly string[]): Promise<string | undefined> {
  const enabling = failedWith(await machine.run('systemctl', ['enable', ...names], { limit: 60_000 }));
  if (enabling !== undefined) return enabling;
  if (!start || !(await hasSystemd(machine))) return undefined;
  // A start that staff asked for counts against no limit.
  await machine.run('systemctl', ['reset-failed', ...names]);
  // Rather than started: run again, they have to read what was answered anew. The firewall alone can
  // be loaded anew; started anew, it would take the display along, which rests on it.
  return failedWith(await waitingFor(terminal, label, () => machine.run('systemctl', ['reload-or-restart', ...names], { limit: 120_000, signal: terminal.signal })));
}
