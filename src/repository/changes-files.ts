import { utf8, utf8Text } from '../trust/bytes.ts';
import { changesName, describeChange, describeObject, type Changes, type FileChange, type ObjectChange } from '../trust/changes.ts';
import { stableJson } from '../trust/compose.ts';
import type { Snapshot, Targets } from '../trust/metadata.ts';
import { objectUrlPath } from '../trust/release.ts';
import type { RepositoryFolder } from './folder.ts';
import { metadataFile } from './names.ts';
import { isOffice, readUnproven, versionsIn, type Selection } from './selection.ts';
import { keptSnapshots, longestChanges } from './times.ts';

/** Most bytes of offices' changes in a file of changes: a kiosk wants its own office's alone, and those are two small files. */
const longestOffices = 4_000;

interface RoleChange {
  readonly name: string;
  readonly change: FileChange;
  readonly objects: Readonly<Record<string, ObjectChange>>;
}

async function changedObjects(folder: RepositoryFolder, before: Targets | undefined, after: Targets): Promise<Record<string, ObjectChange>> {
  const objects: Record<string, ObjectChange> = {};
  const textOf = async (path: string, sha256: string | undefined): Promise<string | undefined> => {
    const bytes = sha256 === undefined ? undefined : await folder.read(`targets/${objectUrlPath(path, { sha256 })}`);
    return bytes === undefined ? undefined : utf8Text(bytes);
  };
  for (const [path, file] of Object.entries(after.targets)) {
    const sha256 = file.hashes['sha256'];
    const had = before?.targets[path]?.hashes['sha256'];
    if (sha256 === undefined || had === sha256) continue;
    const text = await textOf(path, sha256);
    if (text !== undefined && text !== '') objects[path] = describeObject(await textOf(path, had), text);
  }
  return objects;
}

async function roleChange(folder: RepositoryFolder, role: string, from: number | undefined, to: { readonly bytes: Uint8Array; readonly signed: Targets }): Promise<RoleChange> {
  const before = from === undefined ? undefined : await readUnproven(folder, 'targets', from, role);
  const text = before === undefined ? undefined : utf8Text(before.bytes);
  return { name: `${role}.json`, change: describeChange(text, utf8Text(to.bytes) ?? ''), objects: await changedObjects(folder, before?.signed, to.signed) };
}

/** Everything that is new since a snapshot; `undefined` where fetching it whole costs no more. */
async function changesSince(folder: RepositoryFolder, from: { readonly bytes: Uint8Array; readonly signed: Snapshot }, to: { readonly edition: number; readonly bytes: Uint8Array }, selection: Selection): Promise<Uint8Array | undefined> {
  const had = versionsIn(from.signed.meta);
  const changes: RoleChange[] = [];
  const offices: RoleChange[] = [];
  for (const [role, file] of [['targets', selection.targets] as const, ...selection.roles]) {
    if (had.get(role) === file.signed.version) continue;
    const change = await roleChange(folder, role, had.get(role), file);
    (isOffice(role) ? offices : changes).push(change);
  }
  if (stableJson(offices).length <= longestOffices) changes.push(...offices);
  const snapshot = describeChange(utf8Text(from.bytes), utf8Text(to.bytes) ?? '');
  const file: Changes = {
    format: 1,
    from: from.signed.version,
    to: to.edition,
    metadata: { 'snapshot.json': snapshot, ...Object.fromEntries(changes.map(({ name, change }) => [name, change])) },
    objects: Object.assign({}, ...changes.map(({ objects }) => objects)) as Record<string, ObjectChange>,
  };
  const bytes = utf8(stableJson(file));
  return bytes.length > longestChanges ? undefined : bytes;
}

/**
 * Writes the files of changes that lead from the last snapshots to a new one.
 * They are written before the timestamp names it, and trusted with nothing.
 * @param snapshots versions that lie there, newest first
 */
export async function writeChanges(folder: RepositoryFolder, snapshots: readonly number[], to: { readonly edition: number; readonly bytes: Uint8Array }, selection: Selection): Promise<void> {
  for (const version of snapshots.slice(0, keptSnapshots)) {
    const from = await readUnproven(folder, 'snapshot', version, 'snapshot');
    if (from === undefined) continue;
    const bytes = await changesSince(folder, from, to, selection);
    // What is longer than the limit from here is longer still from further back.
    if (bytes === undefined) return;
    await folder.write(changesName(version, to.edition), bytes);
  }
}

/** File of a snapshot's changes that lies there. */
export function parseChangesName(name: string): { readonly from: number; readonly to: number } | undefined {
  const [, from, to] = /^changes\/(\d+)-(\d+)\.json$/.exec(name) ?? [];
  return from === undefined || to === undefined ? undefined : { from: Number(from), to: Number(to) };
}

/** Names of the metadata files that a snapshot puts together, itself among them. */
export function filesOf(snapshot: Snapshot): readonly string[] {
  return [metadataFile(snapshot.version, 'snapshot'), ...[...versionsIn(snapshot.meta)].map(([role, version]) => metadataFile(version, role))];
}
