import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Refusal } from '../../../console/refusal.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { saidBy, type Machine } from '../machine.ts';

/** The one package that `owso-kiosk update` installs. */
export const packageName = 'owso-kiosk-terminal';

/** A package's file, by what it says of itself. */
export interface PackageFile {
  readonly path: string;
  readonly version: string;
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Reads what a package's file says of itself; refuses another package, and one for another machine. */
export async function readPackage(machine: Machine, path: string): Promise<Result<PackageFile, Refusal>> {
  const said = await saidBy(machine, 'dpkg-deb', ['--field', path, 'Package', 'Version', 'Architecture'], { limit: 60_000 });
  const field = (name: string): string | undefined => new RegExp(`^${name}: (\\S+)$`, 'm').exec(said ?? '')?.[1];
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
  if (name === undefined || version === undefined) return err({ code: 'noPackage', message: `${path} is no Debian package, or a damaged one.`, mend: 'Copy it again, and compare its SHA-256 with what was published.' });
  if (name !== packageName) return err({ code: 'otherPackage', message: `${path} is the package ${name}, not ${packageName}.`, mend: 'Take the one for terminals.' });
  const own = (await saidBy(machine, 'dpkg', ['--print-architecture']))?.trim();
  if (architecture !== own && architecture !== 'all') return err({ code: 'otherArchitecture', message: `${path} is for ${architecture ?? 'an unknown architecture'}; this machine is ${own ?? 'of an unknown one'}.`, mend: `Take the one whose name ends with _${own ?? ''}.deb.` });
  return ok({ path, version, sha256: await sha256Of(path) });
}

/** The version that is installed as a whole; `undefined` if none is, or one that was broken off in the middle. */
export async function installedVersion(machine: Machine): Promise<string | undefined> {
  const said = await saidBy(machine, 'dpkg-query', ['--show', '--showformat=${db:Status-Status} ${Version}', packageName]);
  return /^installed (\S+)$/.exec(said?.trim() ?? '')?.[1];
}

/** How two versions stand to each other, as dpkg orders them. */
export async function isNewer(machine: Machine, version: string, than: string): Promise<boolean> {
  return (await saidBy(machine, 'dpkg', ['--compare-versions', version, 'gt', than])) !== undefined;
}
