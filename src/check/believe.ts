import { sha256Hex, utf8, utf8Text } from '../trust/bytes.ts';
import { TrustClient, type Fetcher, type MetadataStore } from '../trust/client.ts';
import { refuse, trusted, type TrustError, type TrustResult } from '../trust/result.ts';
import type { CheckBaseline } from './baseline.ts';

/** Metadata files by their unversioned names, as text. */
export type KeptFiles = Readonly<Record<string, string>>;

/** Where the phone keeps what it came to trust: written whole or not at all, so that a cut never leaves half a refresh. */
export interface Keeper {
  /** @param anchor names the root from which everything kept was proven */
  read(anchor: string): Promise<KeptFiles | undefined>;
  write(anchor: string, files: KeptFiles): Promise<void>;
}

/** What is needed to come to believe something. */
export interface BelieveDeps {
  readonly keeper: Keeper;
  readonly fetcher: Fetcher;
  readonly baseline: CheckBaseline;
  /** ms */
  readonly now: number;
}

/** What is trusted, and whether it was confirmed just now. */
export interface Believed {
  /** Answers for targets. */
  readonly client: TrustClient;
  /** Why it could not be brought up to date; `undefined`: it was. */
  readonly stale: TrustError | undefined;
  /** Keeps the files of roles that were loaded since. */
  keep(): Promise<void>;
}

class Files implements MetadataStore {
  readonly files: Map<string, string>;

  constructor(files: KeptFiles) {
    this.files = new Map(Object.entries(files));
  }
  async read(name: string): Promise<Uint8Array | undefined> {
    const text = this.files.get(name);
    return text === undefined ? undefined : utf8(text);
  }
  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.files.set(name, utf8Text(bytes) ?? '');
  }
  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }
}

/** Gives what is kept and nothing else: no newer root, the timestamp as it is. */
function keptFetcher(kept: KeptFiles): Fetcher {
  return {
    async metadata(name) {
      const text = name === 'timestamp.json' ? kept[name] : undefined;
      return text === undefined ? refuse('absent', name) : trusted(utf8(text));
    },
  };
}

/**
 * Brings the trusted keys up to date (specification, section 5). Where that
 * fails, for whatever reason, what was kept holds, and else what was built into
 * the page: proven by the same signatures, with expiry left out of account.
 * Whoever shows a verdict by it says of when it is.
 */
export async function believe({ keeper, fetcher, baseline, now }: BelieveDeps): Promise<TrustResult<Believed>> {
  const anchor = (await sha256Hex(utf8(baseline.root))).slice(0, 16);
  const built: KeptFiles = { 'root.json': baseline.root, 'timestamp.json': baseline.timestamp, 'snapshot.json': baseline.snapshot, 'targets.json': baseline.targets };
  const kept = (await keeper.read(anchor)) ?? built;
  const fresh = await refreshed(new Files(kept), fetcher, now);
  if (fresh.ok) {
    const keep = (): Promise<void> => keeper.write(anchor, Object.fromEntries(fresh.value.store.files));
    await keep();
    return trusted({ client: fresh.value.client, stale: undefined, keep });
  }
  for (const files of [kept, built]) {
    // At the moment zero nothing is expired.
    const proven = await refreshed(new Files(files), keptFetcher(files), 0);
    if (proven.ok) return trusted({ client: proven.value.client, stale: fresh.error, keep: async () => {} });
  }
  return fresh;
}

async function refreshed(store: Files, fetcher: Fetcher, now: number): Promise<TrustResult<{ readonly client: TrustClient; readonly store: Files }>> {
  const client = await TrustClient.open({ store, fetcher, now });
  if (!client.ok) return client;
  const done = await client.value.refresh();
  return done.ok ? trusted({ client: client.value, store }) : done;
}
