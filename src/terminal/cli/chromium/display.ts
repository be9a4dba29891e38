import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { err, ok, type Result } from '../../../model/result.ts';
import { places, users } from '../../places.ts';
import { accountOf, saidBy, type Machine } from '../machine.ts';
import type { Site } from './answer.ts';
import { startPiped, type PipedChromium } from './piped.ts';

/** Chromium itself, not Debian's wrapper: the session starts it the same way. */
export const chromiumProgram = '/usr/lib/chromium/chromium';

/** What the policies of the kiosk forbid and a piped Chromium cannot do without. */
const needed = { DeveloperToolsAvailability: 1, RemoteDebuggingAllowed: true } as const;

/** Names of policies whose values are always other than shipped. */
export const exchangedPolicies: readonly string[] = Object.keys(needed);

/** Where Chromium looks for all that administrators set. */
const administrators = '/etc/chromium';

/** What a piped Chromium is started for. */
export interface Purpose {
  /** Addresses that it may open beside those of the kiosk. */
  readonly allow?: readonly string[];
  /** Whether it opens a camera, which is given to a group. */
  readonly camera?: boolean;
  /** What is answered to its pages in the network's place. */
  readonly site?: Site;
}

/** The terminal's Chromium without a screen, and the policies as they were shipped. */
export interface DisplayChromium extends PipedChromium {
  readonly shipped: Readonly<Record<string, unknown>>;
}

const policiesSchema = v.record(v.string(), v.unknown());

/** The shipped policies, and a file of the same with what is needed. The error is a sentence. */
async function variant(machine: Machine, folder: string, allow: readonly string[]): Promise<Result<Readonly<Record<string, unknown>>, string>> {
  const from = machine.at(places.policies);
  const names = (await readdir(from).catch(() => [])).filter((name) => name.endsWith('.json'));
  const shipped: Record<string, unknown> = {};
  for (const name of names) {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), policiesSchema), await readFile(join(from, name), 'utf8').catch(() => ''));
    if (!parsed.success) return err(`${places.policies}/${name} is no JSON that Chromium reads`);
    Object.assign(shipped, parsed.output);
  }
  const allowed = Array.isArray(shipped['URLAllowlist']) ? shipped['URLAllowlist'] : [];
  await writeFile(join(folder, 'exchanged.json'), JSON.stringify({ ...shipped, ...needed, URLAllowlist: [...allowed, ...allow] }));
  return ok(shipped);
}

/** The command line: as the display's user, what administrators set exchanged for this Chromium alone. */
function commandLine({ uid, gid }: { readonly uid: number; readonly gid: number }, folder: string, camera: boolean): readonly [string, readonly string[]] {
  const chromium = [chromiumProgram, '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-breakpad', '--remote-debugging-pipe', `--user-data-dir=${join(folder, 'profile')}`, 'about:blank'];
  const asDisplay = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, ...(camera ? ['--groups=video'] : ['--clear-groups']), '--no-new-privs', '--', 'env', `HOME=${join(folder, 'profile')}`, ...chromium];
  // $1 is mounted over them, in a mount namespace that ends with Chromium.
  const mount = `mount --bind "$1" ${administrators} && shift && exec "$@"`;
  // Its process namespace ends with it too: a helper that outlived it could make the
  // removed folder anew, and the kernel has ended them all before this command ends.
  const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
  return ['unshare', [...apart, 'sh', '-c', mount, 'sh', join(folder, 'chromium'), ...asDisplay]];
}

/**
 * Has something done with a Chromium as the display's user, with a profile of
 * its own and the shipped policies but for two that would keep anybody from
 * asking it. Nothing of it is left behind. The error is why it could not start.
 */
export async function withDisplayChromium<T>(machine: Machine, { allow = [], camera = false, site }: Purpose, work: (chromium: DisplayChromium) => Promise<T>): Promise<Result<T, string>> {
  if (machine.uid !== 0) return err('only root can start Chromium as the display’s user');
  const account = await accountOf(machine, users.display);
  if (account === undefined) return err(`there is no account ${users.display}`);
  const folder = await mkdtemp(join(tmpdir(), 'owso-chromium-'));
  try {
    await chmod(folder, 0o755);
    const managed = join(folder, 'chromium/policies/managed');
    for (const path of [managed, join(folder, 'profile')]) await mkdir(path, { recursive: true, mode: 0o755 });
    await machine.chown(join(folder, 'profile'), account.uid, account.gid);
    const shipped = await variant(machine, managed, allow);
    if (!shipped.ok) return shipped;
    const chromium = startPiped(...commandLine(account, folder, camera), site);
    try {
      return ok(await work({ ...chromium, shipped: shipped.value }));
    } finally {
      await chromium.close();
    }
  } finally {
    // Not by Node: `rm` never leaves the folders that it holds open, so that nothing
    // which the display's user wrote there can lead it elsewhere between two looks.
    await saidBy(machine, 'rm', ['-rf', '--one-file-system', '--', folder]);
  }
}
