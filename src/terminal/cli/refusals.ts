import type { Refusal } from '../../console/refusal.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { users } from '../places.ts';
import type { TerminalSettings } from '../settings.ts';
import { accountOf, readText, type Machine } from './machine.ts';
import { readSettings } from './settings-file.ts';

/** Why a command cannot begin on this machine; nothing if it can. */
export async function cannotBegin(machine: Machine): Promise<Refusal | undefined> {
  if (machine.uid !== 0) return { code: 'needsRoot', message: 'This command changes the machine, which only root may.', mend: 'Run it with sudo, or as root.' };
  if ((await accountOf(machine, users.agent)) === undefined) return { code: 'notInstalled', message: `There is no account ${users.agent} on this machine, so the package owso-kiosk-terminal is not installed, or not whole.`, mend: 'Install it: apt install --reinstall ./owso-kiosk-terminal_….deb' };
  return undefined;
}

/** Whether `overlayroot` keeps what is written outside /var in memory, so that it is gone at the next start. */
async function rootForgets(machine: Machine): Promise<boolean> {
  const mounts = (await readText(machine, '/proc/mounts'))?.split('\n').map((line) => line.split(' ')) ?? [];
  const kindAt = (place: string): string | undefined => mounts.findLast(([, at]) => at === place)?.[2];
  return kindAt('/') === 'overlay' && kindAt('/media/root-rw') === 'tmpfs';
}

/**
 * {@link cannotBegin} of commands that write to /etc or /usr. Under `overlayroot`
 * they would seem to work until the next start, and an installation would leave
 * Debian's list of packages in /var in contradiction to the files.
 */
export async function cannotChange(machine: Machine): Promise<Refusal | undefined> {
  const refused = await cannotBegin(machine);
  if (refused !== undefined || !(await rootForgets(machine))) return refused;
  return { code: 'rootForgets', message: 'The root of this machine cannot be written to: what this command changes would be gone at the next start.', mend: 'Start the machine once with overlayroot=disabled on the kernel’s command line, and run the command again.' };
}

/** The settings of a terminal that was set up, or why there are none. */
export async function settingsOrRefusal(machine: Machine): Promise<Result<TerminalSettings, Refusal>> {
  const settings = await readSettings(machine);
  if (!settings.ok) return err({ code: 'badSettings', message: settings.error, mend: 'Run: owso-kiosk provision' });
  if (settings.value === undefined) return err({ code: 'notProvisioned', message: 'This terminal was not set up yet.', mend: 'Run: owso-kiosk provision' });
  return ok(settings.value);
}
