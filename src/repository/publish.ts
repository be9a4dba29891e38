import { ok, type Result } from '../model/result.ts';
import { composeSnapshot, composeTimestamp, momentText, signMetadata } from '../trust/compose.ts';
import { parseMetadata, type MetadataFile, type Root } from '../trust/metadata.ts';
import { issuedAt } from '../trust/sealed.ts';
import type { Signer } from '../trust/signer.ts';
import { checkSignatures, TrustedMetadata } from '../trust/trusted-metadata.ts';
import { writeChanges } from './changes-files.ts';
import { failure, fromTrust, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { readableKeyId } from './key-file.ts';
import { metadataFile, timestampName } from './names.ts';
import { prune } from './prune.ts';
import { selectFiles, versionsIn, type Selection } from './selection.ts';
import { listVersions, readRoots, signersOf, type Refused, type Versions } from './state.ts';
import { expiryFrom, isDue, timestampAge } from './times.ts';

/** The keys that the hub holds. They say what is newest, and nothing else. */
export interface OnlineSigners {
  readonly snapshot: readonly Signer[];
  readonly timestamp: readonly Signer[];
}

/** What was published. */
export interface PublishReport {
  /** Version of the root that kiosks go by. */
  readonly root: number;
  /** The newest snapshot's version: the number that people see. */
  readonly edition: number;
  /** Whether that edition is new. */
  readonly isNew: boolean;
  /** Whether the timestamp was signed anew. */
  readonly confirmed: boolean;
  /** Roles of which the new edition carries a new file. */
  readonly roles: readonly string[];
  /** Files that lie there and are not believed: somebody should look. */
  readonly refused: readonly Refused[];
  /** New delegations that wait until these roles have signed. */
  readonly held: Selection['held'];
  /** Offline files past half of their life: their holders should sign soon. */
  readonly due: readonly { readonly role: string; readonly expires: string }[];
}

function checkOnlineKeys(root: Root, role: keyof OnlineSigners, signers: readonly Signer[]): Result<void, RepositoryError> {
  const { keyids, threshold } = root.roles[role];
  const stranger = signers.find(({ keyid }) => !keyids.includes(keyid));
  if (stranger !== undefined) return failure('wrongKey', `The ${role} key ${readableKeyId(stranger.keyid)} is none that root version ${root.version} names.`, 'Put the key there that the last ceremony or rotation made for the hub.');
  return signers.length >= threshold ? ok(undefined) : failure('fewSignatures', `There are ${signers.length} ${role} keys and ${threshold} must sign.`, 'Put the hub’s keys into the folder that is named.');
}

/** The newest snapshot that this root's keys signed. */
async function currentSnapshot(folder: RepositoryFolder, root: Root, versions: Versions): Promise<MetadataFile<'snapshot'> | undefined> {
  for (const version of versions('snapshot')) {
    const bytes = await folder.read(metadataFile(version, 'snapshot'));
    const file = bytes === undefined ? undefined : parseMetadata('snapshot', bytes, 'snapshot.json');
    if (file?.ok === true && (await checkSignatures(file.value, signersOf(root, 'snapshot'), 'snapshot.json')).ok) return file.value;
  }
  return undefined;
}

interface CurrentTimestamp {
  /** 0 where there never was one. */
  readonly version: number;
  /** Signed by this root's keys. */
  readonly file: MetadataFile<'timestamp'> | undefined;
}

async function currentTimestamp(folder: RepositoryFolder, root: Root, hasSnapshot: boolean, now: number): Promise<CurrentTimestamp> {
  const bytes = await folder.read(timestampName);
  const file = bytes === undefined ? undefined : parseMetadata('timestamp', bytes, 'timestamp.json');
  // Nobody knows how far a lost timestamp had counted; seconds run ahead of any count of days.
  if (file?.ok !== true) return { version: hasSnapshot ? Math.floor(now / 1000) : 0, file: undefined };
  const signed = await checkSignatures(file.value, signersOf(root, 'timestamp'), 'timestamp.json');
  return { version: file.value.signed.version, file: signed.ok ? file.value : undefined };
}

/** Proves what is about to be published as a client would that knows what was published before; expiry is the holders' matter. */
async function proveAsClient(oldestRoot: Uint8Array, folder: RepositoryFolder, root: Root, before: { readonly timestamp: Uint8Array | undefined; readonly snapshot: Uint8Array | undefined }, next: { readonly timestamp: Uint8Array; readonly snapshot: Uint8Array }, selection: Selection): Promise<Result<void, RepositoryError>> {
  const begun = await TrustedMetadata.begin(oldestRoot, undefined);
  if (!begun.ok) return fromTrust(begun.error);
  const set = begun.value;
  while (set.root.version < root.version) {
    const updated = await set.updateRoot((await folder.read(metadataFile(set.root.version + 1, 'root'))) ?? new Uint8Array());
    if (!updated.ok) return fromTrust(updated.error);
  }
  if (before.timestamp !== undefined && (await set.updateTimestamp(before.timestamp, true)).ok && before.snapshot !== undefined) await set.updateSnapshot(before.snapshot, true);
  for (const step of [() => set.updateTimestamp(next.timestamp), () => set.updateSnapshot(next.snapshot), () => set.updateTargets(selection.targets.bytes)]) {
    const done = await step();
    if (!done.ok) return fromTrust(done.error);
  }
  for (const role of selection.targets.signed.delegations?.roles ?? []) {
    const file = selection.roles.get(role.name);
    const read = file === undefined ? undefined : await set.readDelegated(file.bytes, selection.targets.signed, role);
    if (read?.ok === false) return fromTrust(read.error);
  }
  return ok(undefined);
}

/**
 * The hub's part: looks at the newest files that the offline keys signed, and
 * signs which of them belong together (snapshot, specification 4.4) and that
 * this is the newest (timestamp, 4.6), where anything is new or due. A reader
 * of the folder always meets one whole edition: objects and delegated files lie
 * there already, then come the files of changes, the snapshot, and last the timestamp.
 *
 * Calling it again when nothing is new writes nothing.
 */
export async function publish(folder: RepositoryFolder, signers: OnlineSigners, now: number): Promise<Result<PublishReport, RepositoryError>> {
  const roots = await readRoots(folder);
  if (!roots.ok) return roots;
  const root = roots.value.newest.signed;
  if (now >= Date.parse(root.expires)) return fromTrust({ code: 'expired', path: metadataFile(root.version, 'root'), detail: `on ${root.expires}` });
  for (const role of ['snapshot', 'timestamp'] as const) {
    const fits = checkOnlineKeys(root, role, signers[role]);
    if (!fits.ok) return fits;
  }
  const versions = await listVersions(folder);
  const snapshot = await currentSnapshot(folder, root, versions);
  const timestamp = await currentTimestamp(folder, root, versions('snapshot').length > 0, now);
  const published = versionsIn(snapshot?.signed.meta ?? {});
  const chosen = await selectFiles(folder, root, versions, published);
  if (!chosen.ok) return chosen;
  const selection = chosen.value;

  const selected = new Map([['targets', selection.targets.signed.version], ...[...selection.roles].map(([name, file]) => [name, file.signed.version] as const)]);
  const roles = [...selected].filter(([name, version]) => published.get(name) !== version).map(([name]) => name);
  const isNew = snapshot === undefined || roles.length > 0 || isDue('snapshot', snapshot.signed.expires, now);
  // A role that is gone stays named: a client takes its absence for a rollback (5.5.5).
  const edition = isNew ? (versions('snapshot')[0] ?? 0) + 1 : snapshot.signed.version;
  const snapshotBytes = isNew
    ? await signMetadata(composeSnapshot({ version: edition, expires: expiryFrom('snapshot', now), versions: Object.fromEntries([...published, ...selected]) }), signers.snapshot)
    : snapshot.bytes;

  const last = timestamp.file?.signed;
  const age = now - (last === undefined ? 0 : (issuedAt(last) ?? 0));
  const confirmed = last === undefined || last.meta['snapshot.json'].version !== edition || age >= timestampAge || age < 0;
  const report: PublishReport = { root: root.version, edition, isNew, confirmed, roles, refused: selection.refused, held: selection.held, due: dueFiles(roots.value.newest, selection, now) };
  if (!confirmed) return ok(report);

  const timestampBytes = await signMetadata(composeTimestamp({ version: timestamp.version + 1, expires: expiryFrom('timestamp', now), snapshot: edition, issued: now }), signers.timestamp);
  const proven = await proveAsClient(roots.value.oldest, folder, root, { timestamp: timestamp.file?.bytes, snapshot: snapshot?.bytes }, { timestamp: timestampBytes, snapshot: snapshotBytes }, selection);
  if (!proven.ok) return proven;
  if (isNew) {
    await writeChanges(folder, versions('snapshot'), { edition, bytes: snapshotBytes }, selection);
    await folder.write(metadataFile(edition, 'snapshot'), snapshotBytes);
  }
  await folder.write(timestampName, timestampBytes);
  if (isNew) await prune(folder);
  return ok(report);
}

function dueFiles(root: MetadataFile<'root'>, selection: Selection, now: number): PublishReport['due'] {
  const files = [
    { role: 'root', kind: 'root' as const, expires: root.signed.expires },
    { role: 'targets', kind: 'targets' as const, expires: selection.targets.signed.expires },
    ...[...selection.roles].map(([role, file]) => ({ role, kind: 'delegated' as const, expires: file.signed.expires })),
  ];
  return files.filter(({ kind, expires }) => isDue(kind, expires, now)).map(({ role, expires }) => ({ role, expires: momentText(Date.parse(expires)) }));
}
