import { ok, type Result } from '../model/result.ts';
import { utf8, utf8Text } from '../trust/bytes.ts';
import { TrustClient, type Fetcher, type MetadataStore } from '../trust/client.ts';
import { stableJson } from '../trust/compose.ts';
import { objectUrlPath, checkObject, objectsOf, type PackedRelease } from '../trust/release.ts';
import { refuse, trusted } from '../trust/result.ts';
import { isDemonstration, releaseOf, seal, sealedBytes } from '../trust/sealed.ts';
import { fromTrust, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { readRoots } from './state.ts';

/** What is built into the app, so that it shows the release that it came with before it ever sees a network. */
export interface Baseline {
  readonly edition: number;
  readonly objects: number;
  /** Signed with demonstration keys. */
  readonly demonstration: boolean;
  /** The trust anchor: the newest root. */
  readonly root: Uint8Array;
  /** A packed release. */
  readonly packed: Uint8Array;
}

/** What a repository's own newest root is: the anchor where nobody names another. */
async function ownRoot(folder: RepositoryFolder): Promise<Result<Uint8Array, RepositoryError>> {
  const roots = await readRoots(folder);
  return roots.ok ? ok(roots.value.newest.bytes) : roots;
}

/**
 * Packs the edition that a repository's timestamp names, verified as any client would.
 * @param anchor the root from which it is verified; the repository's own newest one if absent
 */
export async function packRepository(folder: RepositoryFolder, now: number, anchor?: Uint8Array): Promise<Result<Baseline, RepositoryError>> {
  const root = anchor === undefined ? await ownRoot(folder) : ok(anchor);
  if (!root.ok) return root;
  const kept = new Map<string, Uint8Array>([['root.json', root.value]]);
  const store: MetadataStore = { read: async (name) => kept.get(name), write: async (name, bytes) => void kept.set(name, bytes), remove: async (name) => void kept.delete(name) };
  const fetcher: Fetcher = {
    async metadata(name) {
      const bytes = await folder.read(`metadata/${name}`);
      return bytes === undefined ? refuse('absent', name) : trusted(bytes);
    },
  };
  const client = await TrustClient.open({ store, fetcher, now });
  if (!client.ok) return fromTrust(client.error);
  const refreshed = await client.value.refresh();
  if (!refreshed.ok) return fromTrust(refreshed.error);
  const targets = await client.value.allTargets();
  if (!targets.ok) return fromTrust(targets.error);
  const objects = objectsOf(targets.value);
  if (!objects.ok) return fromTrust(objects.error);

  const texts: Record<string, string> = {};
  for (const [path, entry] of Object.entries(objects.value)) {
    const name = `targets/${objectUrlPath(path, entry)}`;
    const bytes = await folder.read(name);
    if (bytes === undefined) return fromTrust({ code: 'absent', path: name });
    const checked = await checkObject({ objects: objects.value }, path, bytes);
    if (!checked.ok) return fromTrust({ ...checked.error, path: name });
    texts[path] = utf8Text(bytes) ?? '';
  }
  const files = new Map([...kept].map(([name, bytes]) => [name, utf8Text(bytes) ?? '']));
  const manifest = utf8Text(sealedBytes(seal({ roots: [], files }, client.value))) ?? '';
  const packed: PackedRelease = { manifest, objects: texts };
  const { edition } = releaseOf(client.value.set, objects.value);
  const demonstration = isDemonstration(client.value.set.root);
  return ok({ edition, objects: Object.keys(texts).length, demonstration, root: client.value.set.rootBytes, packed: utf8(stableJson(packed)) });
}
