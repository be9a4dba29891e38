import * as v from 'valibot';
import { metadataFile, timestampName } from '../repository/names.ts';
import { utf8Text } from '../trust/bytes.ts';
import { parseMetadata, type SignedParts, type TopLevelRole } from '../trust/metadata.ts';
import { objectPathSchema, objectUrlPath } from '../trust/release.ts';
import type { StaticTree } from './static-tree.ts';

/**
 * What the repository that a server serves says of itself. Nothing is verified
 * here: it is a carrier, and what it tells by this (a number in its health,
 * names on the page of sample receipts) nobody believes for a price.
 */

function read<T extends TopLevelRole>(tree: StaticTree, type: T, name: string): SignedParts[T] | undefined {
  const file = tree.file(name);
  const parsed = file === undefined ? undefined : parseMetadata(type, file.bytes, name);
  return parsed?.ok === true ? parsed.value.signed : undefined;
}

/** The edition (version of the snapshot) that is served now, or `null` if there is none that can be read. */
export async function servedEdition(tree: StaticTree): Promise<number | null> {
  if (!(await tree.refresh())) return null;
  return read(tree, 'timestamp', timestampName)?.meta['snapshot.json'].version ?? null;
}

/** The text of every object of the edition that is served now, by path. */
export async function servedObjects(tree: StaticTree): Promise<ReadonlyMap<string, string>> {
  const edition = await servedEdition(tree);
  const snapshot = edition === null ? undefined : read(tree, 'snapshot', metadataFile(edition, 'snapshot'));
  const texts = new Map<string, string>();
  for (const [name, { version }] of Object.entries(snapshot?.meta ?? {})) {
    const role = read(tree, 'targets', `metadata/${version}.${name}`);
    for (const [path, target] of Object.entries(role?.targets ?? {})) {
      const file = v.is(objectPathSchema, path) ? tree.file(`targets/${objectUrlPath(path, { sha256: target.hashes['sha256'] ?? '' })}`) : undefined;
      const text = file === undefined ? undefined : utf8Text(file.bytes);
      if (text !== undefined) texts.set(path, text);
    }
  }
  return texts;
}
