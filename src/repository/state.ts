import { ok, type Result } from '../model/result.ts';
import { roleFileName } from '../trust/client.ts';
import { parseMetadata, type DelegatedRole, type MetadataFile, type Root, type Targets } from '../trust/metadata.ts';
import { checkSignatures, TrustedMetadata, type Signers } from '../trust/trusted-metadata.ts';
import { failure, fromTrust, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { metadataFile } from './names.ts';

/** Reads what lies in a repository's folder and proves it by signatures, as its publisher needs it: newest first, published or not. */

/** A file that was looked at and not believed. */
export interface Refused {
  /** Name below the folder. */
  readonly name: string;
  readonly error: RepositoryError;
}

/** Which versions of a role's files lie in the folder, newest first. */
export type Versions = (role: string) => readonly number[];

/** Looks once which metadata files lie in the folder. */
export async function listVersions(folder: RepositoryFolder): Promise<Versions> {
  const found = new Map<string, number[]>();
  for (const name of await folder.list('metadata/')) {
    const [, version, role] = /^metadata\/([1-9]\d{0,14})\.([^/]+)\.json$/.exec(name) ?? [];
    if (version !== undefined && role !== undefined) found.set(role, [...(found.get(role) ?? []), Number(version)]);
  }
  for (const versions of found.values()) versions.sort((a, b) => b - a);
  return (role) => found.get(roleFileName(role)) ?? [];
}

/** The version that a role's next file gets: above everything that lies there. */
export async function nextVersion(folder: RepositoryFolder, role: string): Promise<number> {
  return ((await listVersions(folder))(role)[0] ?? 0) + 1;
}

/** The chain of roots, verified from the oldest that lies there to the newest (specification 5.3). */
export async function readRoots(folder: RepositoryFolder): Promise<Result<{ readonly oldest: Uint8Array; readonly newest: MetadataFile<'root'> }, RepositoryError>> {
  const versions = [...(await listVersions(folder))('root')].reverse();
  const files = await Promise.all(versions.map((version) => folder.read(metadataFile(version, 'root'))));
  const [oldest] = files;
  if (oldest === undefined) return failure('noRepository', 'There is no root metadata in this folder, so it is no repository.', 'Name the folder of the repository, or hold a key ceremony first (keys ceremony).');
  const set = await TrustedMetadata.begin(oldest, undefined);
  if (!set.ok) return fromTrust(set.error);
  for (const bytes of files.slice(1)) {
    const updated = await set.value.updateRoot(bytes ?? new Uint8Array());
    if (!updated.ok) return fromTrust(updated.error);
  }
  const newest = parseMetadata('root', set.value.rootBytes, 'root.json');
  return newest.ok ? ok({ oldest, newest: newest.value }) : fromTrust(newest.error);
}

/** What a root says of one of the roles it names. */
export function signersOf(root: Root, role: 'targets' | 'snapshot' | 'timestamp' | 'root'): Signers {
  return { keys: root.keys, role: root.roles[role] };
}

/** The newest file of a role that these signers signed. Newer ones that they did not are told, not believed. */
export async function newestTargets(folder: RepositoryFolder, role: string, signers: Signers): Promise<{ readonly file: MetadataFile<'targets'> | undefined; readonly refused: readonly Refused[] }> {
  const refused: Refused[] = [];
  for (const version of (await listVersions(folder))(role)) {
    const name = metadataFile(version, role);
    const file = await verifiedTargets(folder, version, role, signers);
    if (file.ok) return { file: file.value, refused };
    refused.push({ name, error: file.error });
  }
  return { file: undefined, refused };
}

/** One version of a role's file, if these signers signed it. */
export async function verifiedTargets(folder: RepositoryFolder, version: number, role: string, signers: Signers): Promise<Result<MetadataFile<'targets'>, RepositoryError>> {
  const name = metadataFile(version, role);
  const bytes = await folder.read(name);
  if (bytes === undefined) return fromTrust({ code: 'absent', path: name });
  const file = parseMetadata('targets', bytes, name);
  if (!file.ok) return fromTrust(file.error);
  const signed = await checkSignatures(file.value, signers, name);
  if (!signed.ok) return fromTrust(signed.error);
  return file.value.signed.version === version ? ok(file.value) : fromTrust({ code: 'corrupt', path: name, detail: `version ${file.value.signed.version}` });
}

/** What the top of a repository says now: its newest root and the newest targets file that the root's keys signed. */
export interface Top {
  /** The oldest root there: where a client without any may begin. */
  readonly oldestRoot: Uint8Array;
  readonly root: MetadataFile<'root'>;
  readonly targets: MetadataFile<'targets'>;
  readonly refused: readonly Refused[];
}

/** Reads the top of a repository. */
export async function readTop(folder: RepositoryFolder): Promise<Result<Top, RepositoryError>> {
  const roots = await readRoots(folder);
  if (!roots.ok) return roots;
  const { oldest, newest } = roots.value;
  const { file, refused } = await newestTargets(folder, 'targets', signersOf(newest.signed, 'targets'));
  if (file === undefined) return refused[0] === undefined ? fromTrust({ code: 'absent', path: 'targets.json' }) : { ok: false, error: refused[0].error };
  return ok({ oldestRoot: oldest, root: newest, targets: file, refused });
}

/** The delegation of a role in a targets file. */
export function delegationOf(targets: Targets, role: string): DelegatedRole | undefined {
  return targets.delegations?.roles.find(({ name }) => name === role);
}

/** Who signs a delegated role. */
export function delegatedSigners(targets: Targets, role: DelegatedRole): Signers {
  return { keys: targets.delegations?.keys ?? {}, role };
}
