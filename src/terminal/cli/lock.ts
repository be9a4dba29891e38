import { join } from 'node:path';
import type { Command } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { waitingFor } from '../../console/progress.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { places, units } from '../places.ts';
import type { Machine, Ran } from './machine.ts';
import { cannotBegin } from './refusals.ts';

const reason = (ran: Ran): string => (ran.kind === 'ended' ? oneLine(ran.err.trim() || `exit code ${ran.code}`) : ran.kind === 'absent' ? 'the program is not there' : 'it took too long');

/** `owso-kiosk release`. */
export function releaseCommand(machine: Machine): Command {
  return {
    name: 'release',
    summary: 'Ends the kiosk and opens a console on the machine, until it is locked or starts anew',
    options: {},
    async run(_call, terminal) {
      const refused = await cannotBegin(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      const ran = await machine.run(machine.at(join(places.programs, 'requests/release')), []);
      if (ran.kind !== 'ended' || ran.code !== 0) return tellRefusal(terminal, { code: 'notReleased', message: `The kiosk was not ended: ${reason(ran)}.`, mend: 'owso-kiosk logs says more.' });
      terminal.out('The screen now asks for a name and a password. Lock it again with: owso-kiosk lock');
      return 0;
    },
  };
}

/** `owso-kiosk lock`. */
export function lockCommand(machine: Machine): Command {
  return {
    name: 'lock',
    summary: 'Starts the kiosk on the screen again',
    options: {},
    async run(_call, terminal) {
      const refused = await cannotBegin(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      await machine.run('systemctl', ['reset-failed', units.display]);
      const ran = await waitingFor(terminal, 'Starting the display, which takes over the screen', () => machine.run('systemctl', ['start', units.display], { limit: 120_000, signal: terminal.signal }));
      if (ran.kind !== 'ended' || ran.code !== 0) return tellRefusal(terminal, { code: 'notLocked', message: `The kiosk did not start: ${reason(ran)}.`, mend: 'owso-kiosk doctor and owso-kiosk logs say more.' });
      terminal.out('The kiosk is on the screen.');
      return 0;
    },
  };
}
