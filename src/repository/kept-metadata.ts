import type { Fetcher, MetadataStore } from '../trust/client.ts';
import type { Snapshot } from '../trust/metadata.ts';
import { trusted, type TrustResult } from '../trust/result.ts';
import { TrustedMetadata } from '../trust/trusted-metadata.ts';
import { editionOf, snapshotOf } from './edition.ts';
import type { RepositoryFolder } from './folder.ts';
import { metadataFile, timestampName } from './names.ts';

function versionIn(bytes: Uint8Array): number {
  const { signed } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly signed: { readonly version: number } };
  return signed.version;
}

/** The newest root of a folder that follows from the anchor, one version after the other (specification 5.3). What does not follow is as good as not there. */
async function newestRoot(folder: RepositoryFolder, anchor: Uint8Array): Promise<TrustResult<TrustedMetadata>> {
  const begun = await TrustedMetadata.begin(anchor, undefined);
  if (!begun.ok) return begun;
  for (;;) {
    const next = await folder.read(metadataFile(begun.value.root.version + 1, 'root'));
    if (next === undefined || !(await begun.value.updateRoot(next)).ok) return begun;
  }
}

/**
 * A folder's own newest metadata as the memory of a client, so that nothing
 * older is ever taken. What the client comes to trust is written under its
 * version at once where no reader can meet it yet, so that a cut does not cost
 * it; the roots and the timestamp wait for {@link KeptMetadata.switch}.
 */
export class KeptMetadata implements MetadataStore {
  readonly #folder: RepositoryFolder;
  readonly #snapshot: Snapshot | undefined;
  /** By unversioned name: what the client wrote. */
  readonly #written = new Map<string, Uint8Array>();
  /** By unversioned name: what of the edition before the client does not trust any more. Readers of the folder still find it there. */
  readonly #forgotten = new Set<string>();
  readonly #roots: Uint8Array[];
  /** By versioned name: files whose name the edition before uses for other bytes. */
  readonly #held = new Map<string, Uint8Array>();
  /** The edition that the folder had before. */
  readonly before: number | undefined;

  private constructor(folder: RepositoryFolder, root: Uint8Array, before: number | undefined, snapshot: Snapshot | undefined) {
    this.#folder = folder;
    this.#roots = [root];
    this.before = before;
    this.#snapshot = snapshot;
  }

  /** @param anchor the root that is trusted from elsewhere; refused if it does not even sign itself */
  static async open(folder: RepositoryFolder, anchor: Uint8Array): Promise<TrustResult<KeptMetadata>> {
    const root = await newestRoot(folder, anchor);
    if (!root.ok) return root;
    const before = (await editionOf(folder))?.number;
    return trusted(new KeptMetadata(folder, root.value.rootBytes, before, before === undefined ? undefined : await snapshotOf(folder, before)));
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const written = this.#written.get(name);
    if (written !== undefined) return written;
    if (this.#forgotten.has(name)) return undefined;
    if (name === 'root.json') return this.#roots.at(-1);
    if (name === 'timestamp.json') return this.#folder.read(timestampName);
    const named = this.#named(name);
    return named === undefined ? undefined : this.#folder.read(named);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#written.set(name, bytes);
    if (name === 'root.json') this.#roots.push(bytes);
    if (name === 'root.json' || name === 'timestamp.json') return;
    const versioned = `metadata/${versionIn(bytes)}.${name}`;
    if (versioned === this.#named(name)) this.#held.set(versioned, bytes);
    else await this.#folder.write(versioned, bytes);
  }

  async remove(name: string): Promise<void> {
    this.#written.delete(name);
    this.#forgotten.add(name);
  }

  /** Makes what the client trusts the folder's edition. The timestamp comes last: until then a reader meets the edition before. */
  async switch(): Promise<void> {
    for (const [name, bytes] of this.#held) await this.#folder.write(name, bytes);
    for (const root of this.#roots) await writeIfNew(this.#folder, metadataFile(versionIn(root), 'root'), root);
    // A root that does not follow from the trusted ones would stop every client that meets it.
    for (let beyond = Math.max(...this.#roots.map(versionIn)) + 1; (await this.#folder.read(metadataFile(beyond, 'root'))) !== undefined; beyond++) await this.#folder.remove(metadataFile(beyond, 'root'));
    const timestamp = this.#written.get('timestamp.json');
    if (timestamp !== undefined) await this.#folder.write(timestampName, timestamp);
  }

  /** Name of the edition before for a file. */
  #named(name: string): string | undefined {
    if (name === 'snapshot.json') return this.before === undefined ? undefined : metadataFile(this.before, 'snapshot');
    const meta = this.#snapshot?.meta;
    return meta !== undefined && Object.hasOwn(meta, name) ? `metadata/${meta[name]?.version ?? 0}.${name}` : undefined;
  }
}

async function writeIfNew(folder: RepositoryFolder, name: string, bytes: Uint8Array): Promise<void> {
  const there = await folder.read(name);
  if (there === undefined || !Buffer.from(there).equals(bytes)) await folder.write(name, bytes);
}

/** Looks first whether an earlier attempt left the file in the folder; the client verifies it either way. */
export class ResumedFetcher implements Fetcher {
  readonly #inner: Fetcher;
  readonly #folder: RepositoryFolder;
  /** Whether anything came from the folder. */
  resumed = false;

  constructor(inner: Fetcher, folder: RepositoryFolder) {
    this.#inner = inner;
    this.#folder = folder;
  }

  async prepare(from: number, to: number): Promise<void> {
    await this.#inner.prepare?.(from, to);
  }

  async metadata(name: string, limit: number): Promise<TrustResult<Uint8Array>> {
    const known = name === 'timestamp.json' || name.endsWith('.root.json') ? undefined : await this.#folder.read(`metadata/${name}`);
    if (known === undefined || known.length > limit) return this.#inner.metadata(name, limit);
    this.resumed = true;
    return trusted(known);
  }

  async instead(name: string, limit: number): Promise<TrustResult<Uint8Array> | undefined> {
    return this.#inner.instead?.(name, limit);
  }
}
