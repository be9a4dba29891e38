import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';

const prefix = 'owso-test-';

/** Folders of the control groups that this process is in, of the hierarchies that systemd uses: the unified one, and the one without controllers of hosts that have both. */
function ours(): readonly string[] {
  const paths = readFileSync('/proc/self/cgroup', 'utf8').split('\n').map((line) => line.split(':'));
  return readFileSync('/proc/mounts', 'utf8').split('\n').flatMap((line) => {
    const [, at = '', type = '', options = ''] = line.split(' ');
    const [, , path] = paths.find(([number, controllers]) => (type === 'cgroup2' ? number === '0' : type === 'cgroup' && controllers === 'name=systemd' && options.split(',').includes('name=systemd'))) ?? [];
    return path === undefined || !existsSync(join(at, path)) ? [] : [join(at, path)];
  });
}

async function remove(folder: string): Promise<void> {
  // What still ends holds its own; the next sweep takes it.
  if (existsSync(folder)) await run('find', [folder, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
}

/** Removes groups of runs that were killed. */
async function sweep(): Promise<void> {
  for (const parent of ours()) {
    for (const name of readdirSync(parent)) if (name.startsWith(prefix) && !existsSync(`/proc/${name.slice(prefix.length).split('-')[0]}`)) await remove(join(parent, name));
  }
}

/**
 * A control group for one machine alone. Without it all machines of this host
 * would be one to systemd: each would find the other's processes in its units,
 * wait for them and kill them.
 */
export class ControlGroup {
  readonly #folders: readonly string[];

  private constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  static async create(name: string): Promise<ControlGroup> {
    await sweep();
    const folders = ours().map((parent) => join(parent, `${prefix}${process.pid}-${name}`));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    return new ControlGroup(folders);
  }

  /** A command line that goes into the group and becomes what follows it. */
  get enter(): readonly string[] {
    return ['sh', '-c', 'until [ "$1" = -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"', '-', ...this.#folders, '--'];
  }

  async remove(): Promise<void> {
    for (const folder of this.#folders) await remove(folder);
  }
}
