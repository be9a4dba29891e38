import * as v from 'valibot';
import { parseMetadata, type Snapshot } from '../trust/metadata.ts';
import { objectPathSchema, objectUrlPath } from '../trust/release.ts';
import { issuedAt } from '../trust/sealed.ts';
import type { RepositoryFolder } from './folder.ts';
import { metadataFile, timestampName } from './names.ts';

/**
 * What a folder says of itself, read and not verified: enough to name an edition
 * in a sentence or to know which files belong to it, never to believe it.
 */

/** An edition by its number and the moment at which its publisher last confirmed it. */
export interface Edition {
  /** Version of the snapshot. */
  readonly number: number;
  /** ms; `undefined` if the timestamp does not tell */
  readonly confirmed: number | undefined;
}

/** The edition that a folder's timestamp names; `undefined` if there is none that can be read. */
export async function editionOf(folder: Pick<RepositoryFolder, 'read'>): Promise<Edition | undefined> {
  const bytes = await folder.read(timestampName);
  const timestamp = bytes === undefined ? undefined : parseMetadata('timestamp', bytes, timestampName);
  if (timestamp?.ok !== true) return undefined;
  return { number: timestamp.value.signed.meta['snapshot.json'].version, confirmed: issuedAt(timestamp.value.signed) };
}

/** The snapshot of an edition. */
export async function snapshotOf(folder: Pick<RepositoryFolder, 'read'>, edition: number): Promise<Snapshot | undefined> {
  const name = metadataFile(edition, 'snapshot');
  const bytes = await folder.read(name);
  const snapshot = bytes === undefined ? undefined : parseMetadata('snapshot', bytes, name);
  return snapshot?.ok === true ? snapshot.value.signed : undefined;
}

/** Names of all files of an edition but the roots and the timestamp, as far as the folder has them. */
export async function filesOfEdition(folder: Pick<RepositoryFolder, 'read'>, edition: number): Promise<ReadonlySet<string>> {
  const names = new Set([metadataFile(edition, 'snapshot')]);
  const snapshot = await snapshotOf(folder, edition);
  for (const [file, { version }] of Object.entries(snapshot?.meta ?? {})) {
    const name = `metadata/${version}.${file}`;
    names.add(name);
    const bytes = await folder.read(name);
    const targets = bytes === undefined ? undefined : parseMetadata('targets', bytes, name);
    if (targets?.ok !== true) continue;
    for (const [path, { hashes }] of Object.entries(targets.value.signed.targets)) {
      const sha256 = hashes['sha256'];
      if (sha256 !== undefined && v.is(objectPathSchema, path)) names.add(`targets/${objectUrlPath(path, { sha256 })}`);
    }
  }
  return names;
}
