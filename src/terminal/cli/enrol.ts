import * as v from 'valibot';
import { enrolmentCodeSchema } from '../../api/fleet.ts';
import type { Command, Terminal } from '../../console/command.ts';
import { waitingFor } from '../../console/progress.ts';
import { tellRefusal, type Refusal } from '../../console/refusal.ts';
import { readEnrolment, writeEnrolment } from '../enrolment.ts';
import { enrol, type FleetError } from '../fleet-client.ts';
import { openNextKey } from '../key.ts';
import { places, units, users } from '../places.ts';
import type { TerminalSettings } from '../settings.ts';
import { accountOf, asUser, type Machine } from './machine.ts';
import { cannotBegin, settingsOrRefusal } from './refusals.ts';

function refusalOf(error: FleetError, hub: string): Refusal {
  if (error.code === 'refused') return { code: error.why, message: `The hub did not enrol this terminal. ${error.hint}`, mend: 'Have a new code made on the staff page, and run: owso-kiosk enrol' };
  if (error.code === 'badAnswer') return { code: error.code, message: `${hub} answered, but not as a hub of this version does.`, mend: 'Look whether the address is right and the hub is of the same version, then run: owso-kiosk enrol' };
  return { code: error.code, message: `${hub} did not answer.`, mend: 'Mend the network (owso-kiosk doctor says more), then run: owso-kiosk enrol' };
}

/** Enrols with a key that is made for it. To be run under the agent's account, whose key it is. */
async function enrolHere(machine: Machine, terminal: Terminal, settings: TerminalSettings & { readonly hub: string }, code: string): Promise<Refusal | undefined> {
  const stateDir = machine.at(places.state);
  const key = await openNextKey(stateDir);
  const enrolled = await enrol({ hub: settings.hub, fetch: machine.fetch, now: terminal.now, signal: terminal.signal }, key.signer, { code, name: settings.kiosk, office: settings.office });
  if (!enrolled.ok) return refusalOf(enrolled.error, settings.hub);
  await key.keep();
  await writeEnrolment(stateDir, { hub: settings.hub, terminal: enrolled.value });
  await key.forget();
  return undefined;
}

/**
 * Has this program enrol under the agent's account, with the code on its input
 * so that it stands in no list of processes.
 */
export async function enrolAsAgent(machine: Machine, terminal: Terminal, code: string): Promise<boolean> {
  const before = await readEnrolment(machine.at(places.state));
  const ran = await waitingFor(terminal, 'Enrolling at the hub', () => machine.run(...asUser(users.agent, [...machine.self, 'enrol', '--code-on-input']), { input: `${code}\n`, limit: 60_000, signal: terminal.signal }));
  if (ran.kind === 'ended' && ran.code === 0) {
    if (before !== undefined) terminal.err('It was enrolled before. If it stood under another name or in another office, the staff page goes on to show it there as silent: have that one retired.');
    return true;
  }
  terminal.err(ran.kind === 'ended' ? ran.err.trim() : `This machine could not run setpriv as ${users.agent}. Is the package util-linux there?`);
  return false;
}

/** `owso-kiosk enrol`. */
export function enrolCommand(machine: Machine, input: () => Promise<string>): Command {
  return {
    name: 'enrol',
    summary: 'Presents this terminal to its hub with a one-time code from the staff page',
    options: { 'code-on-input': { type: 'boolean', help: 'reads the code from the input instead of asking' } },
    async run(call, terminal) {
      const agent = await accountOf(machine, users.agent);
      const isAgent = agent !== undefined && machine.uid === agent.uid;
      const refused = isAgent ? undefined : await cannotBegin(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      const settings = await settingsOrRefusal(machine);
      if (!settings.ok) return tellRefusal(terminal, settings.error);
      const { hub } = settings.value;
      if (hub === undefined) return tellRefusal(terminal, { code: 'noHub', message: 'This terminal was set up to work without a hub.', mend: 'Name one: owso-kiosk provision' });
      if (!call.flag('code-on-input') && terminal.ask === undefined) return tellRefusal(terminal, { code: 'noCode', message: 'Nobody sits here who could type the code.', mend: 'Give it on the input: owso-kiosk enrol --code-on-input' });
      const typed = call.flag('code-on-input') ? await input() : ((await terminal.ask?.('Enrolment code from the staff page', false)) ?? '');
      const code = v.safeParse(enrolmentCodeSchema, typed.trim());
      if (!code.success) return tellRefusal(terminal, { code: 'badCode', message: 'This is no enrolment code.', mend: 'It is twelve letters and digits, as the staff page shows them.' });
      if (!isAgent) {
        if (!(await enrolAsAgent(machine, terminal, code.output))) return 1;
        // The agent reads its enrolment when it starts.
        await machine.run('systemctl', ['try-restart', units.agent]);
        terminal.out(`Enrolled at ${hub}.`);
        return 0;
      }
      const failed = await enrolHere(machine, terminal, { ...settings.value, hub }, code.output);
      return failed === undefined ? 0 : tellRefusal(terminal, failed);
    },
  };
}
