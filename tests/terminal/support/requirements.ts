import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.ts';
import { hardware } from './hardware.ts';
import { suites, terminalPackage, type Suite } from './root.ts';

/** Whether everything is tested, or a form of some minutes. */
export const whole = process.env.TERMINAL_TESTS === 'whole';

/**
 * The Debians that everything in containers is tried on: in the short form the
 * older one, which has the older compositor; in the whole form all.
 * `TERMINAL_SUITES=trixie` names others, for whoever has to mend one of them.
 */
export const triedSuites: readonly Suite[] = process.env.TERMINAL_SUITES === undefined ? (whole ? suites : suites.slice(0, 1)) : suites.filter((suite) => process.env.TERMINAL_SUITES?.split(',').includes(suite));

/** A Debian as the terminal's documentation names it. */
export const debianOf: Readonly<Record<Suite, string>> = { bookworm: 'Debian 12', trixie: 'Debian 13' };

const found = (...paths: readonly string[]): boolean => paths.some((path) => existsSync(path));

/** Why this machine cannot run a terminal in a container; undefined if it can. */
export async function containerLacks(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root, for debootstrap and systemd-nspawn';
  if (process.arch !== 'x64') return 'needs amd64';
  if (!found('/usr/sbin/debootstrap')) return 'debootstrap is not installed';
  if (!found('/usr/bin/systemd-nspawn')) return 'systemd-nspawn is not installed (systemd-container)';
  if (terminalPackage() === undefined) return 'the package is not built (`npm run package`)';
  const disk = statfsSync(import.meta.dirname);
  if (disk.bavail * disk.bsize < 6e9 && !found(join(import.meta.dirname, '../../../.build/terminal'))) return 'less than 6 GB of disk';
  const folder = mkdtempSync(join(tmpdir(), 'owso-overlay-'));
  try {
    const made = await run('sh', ['-c', 'cd "$0" && mkdir a b c d && mount -t overlay overlay -o lowerdir=a,upperdir=b,workdir=c d && umount d', folder]);
    if (made.code !== 0) return 'may not mount an overlay';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return undefined;
}

/** Why this machine cannot run a terminal in a virtual machine; undefined if it can. */
export async function virtualMachineLacks(): Promise<string | undefined> {
  if (!found('/usr/bin/qemu-system-x86_64')) return 'qemu is not installed (qemu-system-x86)';
  if (!found('/usr/bin/mformat')) return 'mtools is not installed';
  if (!hardware && process.env.TERMINAL_EMULATED === undefined) return 'the processor runs no virtual machines, and emulated they take an hour (TERMINAL_EMULATED=1 all the same)';
  return containerLacks();
}

/** For the title of tests that are skipped: why. */
export function because(lacking: string | undefined): string {
  return lacking === undefined ? '' : `, skipped: ${lacking}`;
}
