import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, type Machine } from '../machine.ts';

/** A process of an account, as `/proc` tells of it. */
export interface Process {
  readonly pid: string;
  readonly command: readonly string[];
  /** Mode of its system call filter: 2 is a filter, 0 none. */
  readonly seccomp: string | undefined;
  /** Its user namespace, such as `user:[4026531837]`; `undefined` if we may not look. */
  readonly userNamespace: string | undefined;
}

/** Numbers of all processes. */
export async function processNumbers(machine: Machine): Promise<readonly string[]> {
  return (await readdir(machine.at('/proc')).catch(() => [])).filter((name) => /^\d+$/.test(name));
}

/** Processes of an account. */
export async function processesOf(machine: Machine, uid: number): Promise<readonly Process[]> {
  const found: Process[] = [];
  for (const pid of await processNumbers(machine)) {
    const status = await readText(machine, `/proc/${pid}/status`);
    if (status === undefined || /^Uid:\s+(\d+)/m.exec(status)?.[1] !== String(uid)) continue;
    found.push({
      pid,
      // Chromium writes its helpers' whole command line as one piece.
      command: ((await readText(machine, `/proc/${pid}/cmdline`)) ?? '').split(/[\0 ]/).filter((part) => part !== ''),
      seccomp: /^Seccomp:\s+(\d)/m.exec(status)?.[1],
      userNamespace: await readlink(machine.at(join('/proc', pid, 'ns/user'))).catch(() => undefined),
    });
  }
  return found;
}
