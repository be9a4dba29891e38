import type { Refusal } from '../../console/refusal.ts';
import { users } from '../places.ts';
import { accountOf, type Machine } from './machine.ts';

/** Why a command cannot begin on this machine; nothing if it can. */
export async function cannotBegin(machine: Machine): Promise<Refusal | undefined> {
  if (machine.uid !== 0) return { code: 'needsRoot', message: 'This command changes the machine, which only root may.', mend: 'Run it with sudo, or as root.' };
  if ((await accountOf(machine, users.agent)) === undefined) return { code: 'notInstalled', message: `There is no account ${users.agent} on this machine, so the package owso-kiosk-terminal is not installed, or not whole.`, mend: 'Install it: apt install ./owso-kiosk-terminal_….deb' };
  return undefined;
}
