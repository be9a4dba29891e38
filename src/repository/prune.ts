import { parseMetadata } from '../trust/metadata.ts';
import { objectUrlPath } from '../trust/release.ts';
import { filesOf, parseChangesName } from './changes-files.ts';
import type { RepositoryFolder } from './folder.ts';
import { isRepositoryFile } from './names.ts';
import { readUnproven, versionsIn } from './selection.ts';
import { listVersions } from './state.ts';
import { keptSnapshots } from './times.ts';

/** Newest editions to which files of changes stay: a kiosk may be in the middle of fetching one. */
const keptChanges = 3;

/** Objects that a targets file names, as files. */
function objectFiles(bytes: Uint8Array): readonly string[] {
  const file = parseMetadata('targets', bytes, '');
  if (!file.ok) return [];
  return Object.entries(file.value.signed.targets).map(([path, { hashes }]) => `targets/${objectUrlPath(path, { sha256: hashes['sha256'] ?? '' })}`);
}

/**
 * Takes away what none of the last snapshots names. Roots stay for ever (a kiosk
 * that was off for years follows them one by one), and so does what waits to be
 * signed or published.
 */
export async function prune(folder: RepositoryFolder): Promise<void> {
  const versions = await listVersions(folder);
  const snapshots = versions('snapshot').slice(0, keptSnapshots);
  const [newest] = snapshots;
  if (newest === undefined) return;
  const needed = new Set<string>();
  let published: ReadonlyMap<string, number> = new Map();
  for (const version of snapshots) {
    const file = await readUnproven(folder, 'snapshot', version, 'snapshot');
    if (file === undefined) continue;
    if (version === newest) published = versionsIn(file.signed.meta);
    for (const name of filesOf(file.signed)) needed.add(name);
  }
  const metadata = await folder.list('metadata/');
  for (const name of metadata) {
    const [, version, role] = /^metadata\/(\d+)\.(.+)\.json$/.exec(name) ?? [];
    const waits = name.startsWith('metadata/pending/');
    const isNewer = role !== undefined && role !== 'snapshot' && Number(version) > (published.get(decodeURIComponent(role)) ?? 0);
    if (role === 'root' || name === 'metadata/timestamp.json' || waits || isNewer) needed.add(name);
  }
  const objects = new Set<string>();
  for (const name of metadata) {
    if (!needed.has(name) || /\.(root|snapshot)\.json$|timestamp\.json$/.test(name)) continue;
    for (const object of objectFiles((await folder.read(name)) ?? new Uint8Array())) objects.add(object);
  }
  const oldestChanges = snapshots[keptChanges - 1] ?? 0;
  const changesStay = (name: string): boolean => (parseChangesName(name)?.to ?? 0) >= oldestChanges;

  for (const name of metadata) if (isRepositoryFile(name) && !needed.has(name)) await folder.remove(name);
  for (const name of await folder.list('targets/')) if (isRepositoryFile(name) && !objects.has(name)) await folder.remove(name);
  for (const name of await folder.list('changes/')) if (isRepositoryFile(name) && !changesStay(name)) await folder.remove(name);
}
