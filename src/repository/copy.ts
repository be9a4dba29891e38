import { ChangesFetcher } from '../trust/changes.ts';
import { TrustClient, type Fetcher } from '../trust/client.ts';
import { limits } from '../trust/limits.ts';
import type { MetadataFile } from '../trust/metadata.ts';
import { checkObject, objectsOf, objectUrlPath, type ObjectEntry } from '../trust/release.ts';
import { refuse, trusted, type TrustErrorCode, type TrustResult } from '../trust/result.ts';
import { isDemonstration, issuedAt } from '../trust/sealed.ts';
import { TrustedMetadata } from '../trust/trusted-metadata.ts';
import { writeChanges } from './changes-files.ts';
import { filesOfEdition } from './edition.ts';
import type { RepositoryFolder } from './folder.ts';
import { KeptMetadata, ResumedFetcher } from './kept-metadata.ts';
import { isRepositoryFile, metadataFile, timestampName } from './names.ts';
import { readUnproven, versionsIn } from './selection.ts';

/** Whatever carries a repository: another hub, any web server, a stick. It is trusted with nothing. */
export interface RepositorySource {
  /** A file by its name below the content folder. Errors: `absent`, `tooBig`, `unreachable`. @param limit bytes */
  get(name: string, limit: number): Promise<TrustResult<Uint8Array>>;
}

/** What a copy did. */
export interface CopyReport {
  /** The edition that the folder now has. */
  readonly edition: number;
  /** The one that it had before; `undefined` for none. */
  readonly before: number | undefined;
  /** When the publisher confirmed it, ms. */
  readonly confirmed: number | undefined;
  readonly demonstration: boolean;
  /** Objects of the edition, and how many of them had to be brought. */
  readonly objects: number;
  readonly brought: number;
  /** Files that no kept edition needs and that were removed. */
  readonly removed: number;
  /** The publisher signed it later than it is by this machine's clock: nothing could be said of expiry. */
  readonly clockBehind: boolean;
}

export interface CopyOptions {
  readonly from: RepositorySource;
  readonly to: RepositoryFolder;
  /** The root that is trusted. */
  readonly anchor: Uint8Array;
  /** ms */
  readonly now: number;
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Copies what verifies from a source into a folder. A reader of the folder meets
 * the edition before or the new one, each whole, whenever this is cut; what was
 * brought before a cut is not brought again. The edition before stays, since
 * somebody may be in the middle of reading it. Errors: those of the client
 * workflow. What the disk refuses is thrown.
 */
export async function copyRepository(options: CopyOptions): Promise<TrustResult<CopyReport>> {
  const first = await attempt(options, true);
  if (first.result.ok || !first.resumed || !verdicts.has(first.result.error.code)) return first.result;
  // What an earlier attempt left there may itself be what does not verify.
  return (await attempt(options, false)).result;
}

/** What a file that an earlier attempt left can lead to; `absent` where it names what the source no longer has. */
const verdicts: ReadonlySet<TrustErrorCode> = new Set(['absent', 'corrupt', 'wrongLength', 'wrongHash', 'forged', 'thresholdNotMet', 'rolledBack', 'expired']);

async function attempt({ from, to, anchor, now, onProgress }: CopyOptions, resume: boolean): Promise<{ readonly result: TrustResult<CopyReport>; readonly resumed: boolean }> {
  const kept = await KeptMetadata.open(to, anchor);
  if (!kept.ok) return { result: kept, resumed: false };
  const store = kept.value;
  const plain: Fetcher = { metadata: (name, limit) => from.get(`metadata/${name}`, limit) };
  const changes = new ChangesFetcher(plain, store, (name, limit) => from.get(name, limit));
  const resumed = new ResumedFetcher(changes, to);
  const copy = async (): Promise<TrustResult<CopyReport>> => {
    const client = await TrustClient.open({ store, fetcher: resume ? resumed : changes, now });
    if (!client.ok) return client;
    const refreshed = await client.value.refresh();
    if (!refreshed.ok) return refreshed;
    const targets = await client.value.allTargets();
    if (!targets.ok) return targets;
    const objects = objectsOf(targets.value);
    if (!objects.ok) return objects;
    const had = store.before === undefined ? [] : [...(await filesOfEdition(to, store.before))];
    const brought = await bringObjects(objects.value, from, to, changes, had, onProgress);
    if (!brought.ok) return brought;
    await bringOlderRoots(from, to, anchor);
    const { set } = client.value;
    const edition = set.snapshot?.version ?? 0;
    const stays = store.before === undefined ? new Set<string>() : await filesOfEdition(to, store.before);
    if (store.before !== undefined && store.before !== edition) await writeChangesSince(to, store.before, edition);
    await store.switch();
    const confirmed = issuedAt(set.timestamp);
    return trusted({
      edition,
      before: store.before,
      confirmed,
      demonstration: isDemonstration(set.root),
      objects: Object.keys(objects.value).length,
      brought: brought.value,
      removed: store.before === edition ? 0 : await removeAllBut(to, stays, edition),
      clockBehind: confirmed !== undefined && confirmed - now > limits.clockBehind,
    });
  };
  const result = await copy();
  return { result, resumed: resumed.resumed };
}

/** Brings the objects that the folder lacks, one after the other, so that a cut costs at most the one on its way. @param had files of the edition before @returns how many */
async function bringObjects(objects: Readonly<Record<string, ObjectEntry>>, from: RepositorySource, to: RepositoryFolder, changes: ChangesFetcher, had: readonly string[], onProgress: CopyOptions['onProgress']): Promise<TrustResult<number>> {
  const before = new Map(had.map((name) => [name.replace(/^targets\//, '').replace(/[0-9a-f]{64}\./, ''), name]));
  const entries = Object.entries(objects);
  let brought = 0;
  for (const [index, [path, entry]] of entries.entries()) {
    onProgress?.(index, entries.length);
    const name = `targets/${objectUrlPath(path, entry)}`;
    const there = await to.read(name);
    if (there !== undefined && (await checkObject({ objects }, path, there)).ok) continue;
    const earlier = before.get(path);
    const carried = changes.object(path, earlier === undefined ? undefined : await to.read(earlier));
    if (carried !== undefined && (await checkObject({ objects }, path, carried)).ok) await to.write(name, carried);
    else {
      const bytes = await from.get(name, entry.length);
      if (!bytes.ok) return bytes;
      const whole = await checkObject({ objects }, path, bytes.value);
      if (!whole.ok) return whole;
      await to.write(name, bytes.value);
    }
    brought += 1;
  }
  onProgress?.(entries.length, entries.length);
  return trusted(brought);
}

/** Roots before the anchor are for terminals that began with one of them. Each must have led to the next; where the source has none, there is nothing to carry on. */
async function bringOlderRoots(from: RepositorySource, to: RepositoryFolder, anchor: Uint8Array): Promise<void> {
  const begun = await TrustedMetadata.begin(anchor, undefined);
  let next = anchor;
  for (let version = begun.ok ? begun.value.root.version - 1 : 0; version >= 1; version--) {
    const name = metadataFile(version, 'root');
    if ((await to.read(name)) !== undefined) return;
    const bytes = await from.get(name, limits.root);
    const set = bytes.ok ? await TrustedMetadata.begin(bytes.value, undefined) : bytes;
    if (!bytes.ok || !set.ok || set.value.root.version !== version || !(await set.value.updateRoot(next)).ok) return;
    await to.write(name, bytes.value);
    next = bytes.value;
  }
}

/** Lets the terminals behind this copy fetch one file instead of many, as the publisher does for its own. It is trusted with nothing. */
async function writeChangesSince(folder: RepositoryFolder, before: number, edition: number): Promise<void> {
  const snapshot = await readUnproven(folder, 'snapshot', edition, 'snapshot');
  if (snapshot === undefined) return;
  const files = new Map<string, MetadataFile<'targets'>>();
  for (const [role, version] of versionsIn(snapshot.signed.meta)) {
    const file = await readUnproven(folder, 'targets', version, role);
    if (file !== undefined) files.set(role, file);
  }
  const targets = files.get('targets');
  files.delete('targets');
  if (targets !== undefined) await writeChanges(folder, [before], { edition, bytes: snapshot.bytes }, { targets, roles: files, refused: [], held: undefined });
}

/** Removes the files that neither the edition nor what stays needs. Whatever else lies in the folder is not ours. @returns how many */
async function removeAllBut(folder: RepositoryFolder, stays: ReadonlySet<string>, edition: number): Promise<number> {
  const needed = await filesOfEdition(folder, edition);
  const names = [...(await folder.list('metadata/')), ...(await folder.list('targets/')), ...(await folder.list('changes/'))];
  let removed = 0;
  for (const name of names) {
    const leadsHere = name.startsWith('changes/') && name.endsWith(`-${edition}.json`);
    if (leadsHere || name === timestampName || name.endsWith('.root.json') || needed.has(name) || stays.has(name) || !isRepositoryFile(name)) continue;
    await folder.remove(name);
    removed += 1;
  }
  return removed;
}

/** Files of a folder as a source: what is read is verified like anything else. */
export function folderSource(folder: Pick<RepositoryFolder, 'read'>): RepositorySource {
  return {
    get: async (name, limit) => {
      const bytes = await folder.read(name);
      if (bytes === undefined) return refuse('absent', name);
      return bytes.length > limit ? refuse('tooBig', name, `${bytes.length} bytes, not ${limit}`) : trusted(bytes);
    },
  };
}
