import { ok, type Result } from '../model/result.ts';
import type { DelegatedRole, MetadataFile, Root, Targets } from '../trust/metadata.ts';
import { covers } from '../trust/trusted-metadata.ts';
import { failure, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { delegatedSigners, delegationOf, listVersions, newestTargets, readTop, signersOf, verifiedTargets } from './state.ts';
import { bare, objectIn, parsedObject, type ObjectJson } from './statements.ts';

/** A delegated role, with what it says and what it would say. */
export interface Role {
  readonly root: Root;
  /** The targets file that delegates to it. */
  readonly delegator: Targets;
  readonly role: DelegatedRole;
  /** Its newest file that is signed by enough. */
  readonly before: MetadataFile<'targets'> | undefined;
  /** The compiled objects that it speaks for. */
  readonly own: ReadonlyMap<string, Uint8Array>;
}

/** Reads a role of a repository, and takes of compiled objects those that it speaks for. */
export async function readRole(folder: RepositoryFolder, name: string, objects: ReadonlyMap<string, Uint8Array>): Promise<Result<Role, RepositoryError>> {
  const top = await readTop(folder);
  if (!top.ok) return top;
  const { signed: delegator } = top.value.targets;
  const role = delegationOf(delegator, name);
  if (role === undefined) return failure('notDelegated', `Nobody gave a role "${name}" the right to speak.`, 'Write the role as it was delegated, or let the holders of the targets keys delegate it (keys delegate).');
  const { file: before } = await newestTargets(folder, name, delegatedSigners(delegator, role));
  const own = new Map<string, Uint8Array>();
  for (const [path, bytes] of objects) if (await covers(role, path)) own.set(path, bytes);
  if (own.size === 0 && before === undefined) return failure('absentContent', `Nothing that was compiled belongs to ${name}.`, `Compile content that lies in ${(role.paths ?? []).join(', ')} (content build), or sign another role.`);
  return ok({ root: top.value.root.signed, delegator, role, before, own });
}

/** One object that would change by a signature. */
export interface ObjectChange {
  readonly path: string;
  /** `undefined`: it is new. */
  readonly before: ObjectJson | 'unreadable' | undefined;
  /** `undefined`: it would be gone. */
  readonly after: ObjectJson | undefined;
}

/** What a signer is about to put their name to. */
export interface Review {
  /** Version of the role's file that is compared with; `undefined` if it never signed anything. */
  readonly version: number | undefined;
  readonly changes: readonly ObjectChange[];
  readonly unchanged: number;
}

/** The newest file of a role that its keys signed under an earlier delegation: what kiosks show after keys were replaced, until the new ones have signed. */
async function signedBefore(folder: RepositoryFolder, name: string, root: Root): Promise<MetadataFile<'targets'> | undefined> {
  for (const version of (await listVersions(folder))('targets')) {
    const targets = await verifiedTargets(folder, version, 'targets', signersOf(root, 'targets'));
    const role = targets.ok ? delegationOf(targets.value.signed, name) : undefined;
    if (!targets.ok || role === undefined) continue;
    const { file } = await newestTargets(folder, name, delegatedSigners(targets.value.signed, role));
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Compares compiled objects of a role with the newest that are signed by enough. Reads, and writes nothing; what signing adds by itself, the statements of fees, is left out. */
export async function reviewRole(folder: RepositoryFolder, name: string, objects: ReadonlyMap<string, Uint8Array>): Promise<Result<Review, RepositoryError>> {
  const read = await readRole(folder, name, objects);
  if (!read.ok) return read;
  const { own, root } = read.value;
  const before = read.value.before ?? (await signedBefore(folder, name, root));
  const changes: ObjectChange[] = [];
  const paths = [...new Set([...Object.keys(before?.signed.targets ?? {}), ...own.keys()])].sort();
  for (const path of paths) {
    const had = before !== undefined && Object.hasOwn(before.signed.targets, path);
    const old = had ? ((await objectIn(folder, before.signed, path)) ?? 'unreadable') : undefined;
    const after = parsedObject(own.get(path));
    if (old === undefined || old === 'unreadable' || after === undefined || bare(old) !== bare(after)) changes.push({ path, before: old, after });
  }
  return ok({ version: before?.signed.version, changes, unchanged: paths.length - changes.length });
}
