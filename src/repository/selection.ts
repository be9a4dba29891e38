import { err, ok, type Result } from '../model/result.ts';
import { parseMetadata, type MetadataFile, type Root, type Targets } from '../trust/metadata.ts';
import { objectsOf, objectUrlPath } from '../trust/release.ts';
import { checkBytes } from '../trust/trusted-metadata.ts';
import { failure, fromTrust, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { metadataFile } from './names.ts';
import { delegatedSigners, delegationOf, signersOf, verifiedTargets, type Refused, type Versions } from './state.ts';

/** Chooses which files a new snapshot puts together: of each role the newest that is signed and whole. */

/** Files that belong together. */
export interface Selection {
  readonly targets: MetadataFile<'targets'>;
  /** By name. A role that never signed anything is not in it. */
  readonly roles: ReadonlyMap<string, MetadataFile<'targets'>>;
  /** Newer files that are not believed. */
  readonly refused: readonly Refused[];
  /** A newer targets file that has to wait until these roles have signed. */
  readonly held: { readonly version: number; readonly roles: readonly string[] } | undefined;
}

/** Whether a role is an office's: alone in its district, it holds nobody up. */
export function isOffice(role: string): boolean {
  return /^\d+$/.test(role);
}

/** Whether every object that a role's file names lies there with its bytes. */
async function isWhole(folder: RepositoryFolder, file: Targets): Promise<Result<void, RepositoryError>> {
  const objects = objectsOf(new Map(Object.entries(file.targets).map(([path, entry]) => [path, { path, file: entry, role: '' }])));
  if (!objects.ok) return fromTrust(objects.error);
  for (const [path, entry] of Object.entries(objects.value)) {
    const name = `targets/${objectUrlPath(path, entry)}`;
    const bytes = await folder.read(name);
    if (bytes === undefined) return fromTrust({ code: 'absent', path: name });
    const checked = await checkBytes(bytes, { length: entry.length, hashes: { sha256: entry.sha256 } }, name);
    if (!checked.ok) return fromTrust(checked.error);
  }
  return ok(undefined);
}

/** One version of a role's file, if a targets file's delegation bears it. */
async function underDelegation(folder: RepositoryFolder, version: number, role: string, targets: Targets): Promise<Result<MetadataFile<'targets'>, RepositoryError>> {
  const delegation = delegationOf(targets, role);
  if (delegation === undefined) return fromTrust({ code: 'notDelegated', path: metadataFile(version, role) });
  return verifiedTargets(folder, version, role, delegatedSigners(targets, delegation));
}

/**
 * Chooses the files of the next snapshot. A new targets file counts only once
 * every authority that it delegates to has signed under it: otherwise kiosks
 * would refuse the whole. While it waits, a key that it revokes brings nothing
 * new any more. Nothing goes back behind `published`.
 * @param published versions by role of the snapshot before
 */
export async function selectFiles(folder: RepositoryFolder, root: Root, versions: Versions, published: ReadonlyMap<string, number>): Promise<Result<Selection, RepositoryError>> {
  const refused: Refused[] = [];
  let held: Selection['held'];
  let newest: Targets | undefined;
  for (const version of versions('targets')) {
    if (version < (published.get('targets') ?? 0)) break;
    const targets = await verifiedTargets(folder, version, 'targets', signersOf(root, 'targets'));
    if (!targets.ok) {
      refused.push({ name: metadataFile(version, 'targets'), error: targets.error });
      continue;
    }
    const { signed } = targets.value;
    newest ??= signed;
    const roles = new Map<string, MetadataFile<'targets'>>();
    const without: string[] = [];
    const badFiles: Refused[] = [];
    for (const role of signed.delegations?.roles ?? []) {
      const floor = published.get(role.name) ?? 0;
      for (const candidate of versions(role.name)) {
        if (candidate < floor) break;
        let file = await verifiedTargets(folder, candidate, role.name, delegatedSigners(signed, role));
        if (file.ok && candidate > floor && newest !== signed) file = await underDelegation(folder, candidate, role.name, newest);
        if (file.ok && candidate > floor) {
          const whole = await isWhole(folder, file.value.signed);
          if (!whole.ok) file = err(whole.error);
        }
        if (file.ok) {
          roles.set(role.name, file.value);
          break;
        }
        badFiles.push({ name: metadataFile(candidate, role.name), error: file.error });
      }
      if (!roles.has(role.name) && (floor > 0 || !isOffice(role.name))) without.push(role.name);
    }
    if (without.length === 0) return ok({ targets: targets.value, roles, refused: [...refused, ...badFiles], held });
    held ??= { version, roles: without };
  }
  if (held !== undefined) {
    return failure('needsSignatures', `Nothing can be published: ${held.roles.join(', ')} ${held.roles.length === 1 ? 'has' : 'have'} no file that the keys of targets version ${held.version} signed.`, `Let the key holders of ${held.roles.join(', ')} sign (content sign --as ROLE), then publish again.`);
  }
  return refused[0] === undefined ? fromTrust({ code: 'absent', path: 'targets.json' }) : err(refused[0].error);
}

/** A snapshot's versions by role. */
export function versionsIn(meta: Readonly<Record<string, { readonly version: number }>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(meta).map(([name, { version }]) => [name.replace(/\.json$/, ''), version]));
}

/** A metadata file of the folder as it lies there, unproven: what was published is proven by whoever fetches it. */
export async function readUnproven<T extends 'snapshot' | 'targets'>(folder: RepositoryFolder, type: T, version: number, role: string): Promise<MetadataFile<T> | undefined> {
  const bytes = await folder.read(metadataFile(version, role));
  const file = bytes === undefined ? undefined : parseMetadata(type, bytes, role);
  return file?.ok === true ? file.value : undefined;
}
