import type { Refusal } from '../../console/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { users } from '../places.ts';
import type { TerminalSettings } from '../settings.ts';
import { accountOf, type Machine } from './machine.ts';
import { readSettings } from './settings-file.ts';

/** Why a command cannot begin on this machine; nothing if it can. */
export async function cannotBegin(machine: Machine): Promise<Refusal | undefined> {
  if (machine.uid !== 0) return { code: 'needsRoot', message: 'This command changes the machine, which only root may.', mend: 'Run it with sudo, or as root.' };
  if ((await accountOf(machine, users.agent)) === undefined) return { code: 'notInstalled', message: `There is no account ${users.agent} on this machine, so the package owso-kiosk-terminal is not installed, or not whole.`, mend: 'Install it: apt install ./owso-kiosk-terminal_….deb' };
  return undefined;
}

/** The settings of a terminal that was set up, or why there are none. */
export async function settingsOrRefusal(machine: Machine): Promise<Result<TerminalSettings, Refusal>> {
  const settings = await readSettings(machine);
  if (!settings.ok) return err({ code: 'badSettings', message: settings.error, mend: 'Run: owso-kiosk provision' });
  if (settings.value === undefined) return err({ code: 'notProvisioned', message: 'This terminal was not set up yet.', mend: 'Run: owso-kiosk provision' });
  return ok(settings.value);
}
