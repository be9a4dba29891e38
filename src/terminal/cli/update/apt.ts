import { join } from 'node:path';
import type { Terminal } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import { startProgress, waitingFor } from '../../../console/progress.ts';
import { places } from '../../places.ts';
import type { Machine } from '../machine.ts';

/** Milliseconds after which apt is given up: slow lines take long. */
const patience = 3_600_000;

/** What becomes of files in /etc that somebody has changed: they are kept, or put back as they were shipped, even those that were removed. */
const changedFiles = { kept: ['confold', 'confdef'], putBack: ['confask', 'confnew', 'confmiss'] } as const;
export type ChangedFiles = keyof typeof changedFiles;

/** Never asks; tells on its output how far it is; leaves nothing of what it downloaded, which apt-get alone would keep for ever. */
const options = ['--yes', '--option=APT::Status-Fd=1', '--option=DPkg::Lock::Timeout=120', '--option=APT::Keep-Downloaded-Packages=false', '--no-install-recommends'];

/** How far apt is, in percent, from a line such as `pmstatus:chromium:42.5:Unpacking chromium`. */
export function percentIn(line: string): number | undefined {
  const percent = /^(?:pm|dl)status:[^:]*(?::[^:]*?)?:(\d+(?:\.\d+)?):/.exec(line)?.[1];
  return percent === undefined ? undefined : Number(percent);
}

/** Runs apt-get with a bar. @returns what went wrong, in a sentence */
export async function runApt(machine: Machine, terminal: Terminal, label: string, args: readonly string[], changed: ChangedFiles = 'kept'): Promise<string | undefined> {
  terminal.err(`${label} …`);
  const bar = startProgress(terminal, label, 100);
  try {
    const ran = await machine.run('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args.slice(0, 1), ...options, ...changedFiles[changed].map((how) => `--option=Dpkg::Options::=--force-${how}`), ...args.slice(1)], {
      limit: patience,
      signal: terminal.signal,
      onLine: (line) => {
        const percent = percentIn(line);
        if (percent !== undefined) bar.update(percent);
      },
    });
    if (ran.kind === 'ended') return ran.code === 0 ? undefined : oneLine(ran.err.trim() || ran.out.trim().split('\n').at(-1) || `exit code ${ran.code}`);
    return ran.kind === 'absent' ? 'there is no apt-get' : 'it was stopped, or took longer than an hour';
  } finally {
    bar.stop();
  }
}

/**
 * Has dpkg go on with what a power cut broke off, for apt refuses everything until
 * that is done. What it cannot end, the installation that follows does, or tells of.
 */
export async function endBrokenOff(machine: Machine, terminal: Terminal): Promise<void> {
  await waitingFor(terminal, 'Looking for an installation that was broken off', () => machine.run('env', ['DEBIAN_FRONTEND=noninteractive', 'dpkg', '--force-confold', '--force-confdef', '--configure', '--pending'], { limit: 600_000, signal: terminal.signal }));
}

/**
 * Opens the firewall for apt while something is done, and closes it whatever
 * happens. Where the program of the firewall itself is missing, apt is tried as it
 * is: after a restart without it nothing keeps apt from fetching it.
 * @returns what went wrong
 */
export async function withOpenFirewall(machine: Machine, terminal: Terminal, act: () => Promise<string | undefined>): Promise<string | undefined> {
  const firewall = machine.at(join(places.programs, 'firewall'));
  if ((await machine.run('nft', ['--version'])).kind === 'absent') return act();
  terminal.err('Opening the firewall for Debian’s updates …');
  const opened = await machine.run(firewall, ['open-for-updates']);
  if (opened.kind !== 'ended' || opened.code !== 0) return 'the firewall did not open for apt';
  try {
    return await act();
  } finally {
    const closed = await machine.run(firewall, ['close-for-updates']);
    terminal.err(closed.kind === 'ended' && closed.code === 0 ? 'The firewall is closed again.' : 'THE FIREWALL DID NOT CLOSE. Run: systemctl restart owso-kiosk-firewall');
  }
}
