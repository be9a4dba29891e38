import { limits } from './limits.ts';
import { collectTargets, lookUp } from './lookup.ts';
import type { DelegatedRole, MetaFile, Targets } from './metadata.ts';
import { isOfOffices } from './release.ts';
import { refuse, trusted, type TrustResult } from './result.ts';
import { hubKeysRevoked, TrustedMetadata, type TrustedTarget } from './trusted-metadata.ts';

/** Where a client keeps the files it trusts, by their unversioned names (`root.json`, `moi.json`, …). */
export interface MetadataStore {
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Forgets a file, if there is one. */
  remove(name: string): Promise<void>;
}

/**
 * Brings files of a repository. `absent` if there is none of that name, `tooBig`
 * beyond the limit, `unreachable` for everything else that went wrong on the way.
 */
export interface Fetcher {
  /** @param name versioned file name below the metadata folder, percent-encoded where needed */
  metadata(name: string, limit: number): Promise<TrustResult<Uint8Array>>;
  /** Told once per refresh, before the first file of a newer snapshot is asked for: whatever carries several files at once may do so. */
  prepare?(from: number, to: number): Promise<void>;
  /**
   * Told that what `metadata` answered did not verify. Brings the file itself if
   * that answer was put together from something else, otherwise `undefined`.
   */
  instead?(name: string, limit: number): Promise<TrustResult<Uint8Array> | undefined>;
}

/** Encodes a role's name so that it is one segment of an address or a file name. */
export function roleFileName(role: string): string {
  const encoded = encodeURIComponent(role).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}

/** What a client needs from outside. */
export interface ClientDeps {
  readonly store: MetadataStore;
  readonly fetcher: Fetcher;
  /** The moment of this refresh, ms. */
  readonly now: number;
  /** Awaited between two roles' files: a page lets touches through there. */
  readonly pause?: () => Promise<void>;
}

/**
 * The client workflow of the specification, section 5: refreshes what is
 * trusted, then answers for targets. One instance is one refresh. Expected
 * failures are values; whatever was verified before one stays stored.
 */
export class TrustClient {
  readonly #deps: ClientDeps;
  readonly #set: TrustedMetadata;
  /** Roles loaded, by the delegator's file and their name: the same name under another delegator is another role. */
  readonly #roles = new Map<Targets, Map<string, Targets>>();

  private constructor(deps: ClientDeps, set: TrustedMetadata) {
    this.#deps = deps;
    this.#set = set;
  }

  /** Loads the trusted root from the store (5.2). `absent` without one. No request is made. */
  static async open(deps: ClientDeps): Promise<TrustResult<TrustClient>> {
    const root = await deps.store.read('root.json');
    if (root === undefined) return refuse('absent', 'root.json', 'no trusted root');
    const set = await TrustedMetadata.begin(root, deps.now);
    return set.ok ? trusted(new TrustClient(deps, set.value)) : set;
  }

  /** What is trusted now. */
  get set(): TrustedMetadata {
    return this.#set;
  }

  /** 5.3 to 5.6.6: brings root, timestamp, snapshot and targets up to date, in this order, stopping at the first failure. */
  async refresh(): Promise<TrustResult<void>> {
    for (const step of [() => this.#root(), () => this.#timestamp(), () => this.#snapshot(), () => this.#targets()]) {
      const done = await step();
      if (!done.ok) return done;
    }
    return trusted(undefined);
  }

  /** 5.6.7: who names this target, looking through delegations in order of preference. `notDelegated`: nobody does. */
  async target(path: string): Promise<TrustResult<TrustedTarget>> {
    const top = this.#set.targets;
    if (top === undefined) throw new Error('refresh comes before targets');
    return lookUp(top, path, (delegator, role) => this.#delegated(delegator, role));
  }

  /**
   * Every target that anybody may speak of, by path: the release as a whole.
   * Delegations that are not wanted are not loaded, and what they cover is left
   * out. So are those that the snapshot does not name: an office that was delegated
   * to and has not signed anything yet has nothing to say, and holds nobody up.
   * Nor does one that let its file expire ({@link lapsedRoles}): a fresh snapshot
   * still says that it is that office's newest word, and among 1,900 somebody
   * always forgets. Whoever states prices has no such grace.
   * @param wanted which delegated roles this client has use for
   */
  async allTargets(wanted: (role: DelegatedRole) => boolean = () => true): Promise<TrustResult<ReadonlyMap<string, TrustedTarget>>> {
    const top = this.#set.targets;
    if (top === undefined) throw new Error('refresh comes before targets');
    return collectTargets(top, (delegator, role) => this.#delegated(delegator, role, isOfOffices(role)), (role) => this.#set.metaOf(role.name) !== undefined && wanted(role));
  }

  /** Delegated roles that were loaded although they are expired. */
  lapsedRoles(): readonly string[] {
    return [...this.#roles.values()].flatMap((below) => [...below].flatMap(([name, targets]) => (this.#set.isLapsed(targets) ? [name] : []))).sort();
  }

  /** Delegated roles that were loaded in this refresh. */
  loadedRoles(): readonly string[] {
    return [...new Set([...this.#roles.values()].flatMap((below) => [...below.keys()]))].sort();
  }

  async #root(): Promise<TrustResult<void>> {
    for (let i = 0; i < limits.rootRotations; i++) {
      const bytes = await this.#deps.fetcher.metadata(`${this.#set.root.version + 1}.root.json`, limits.root);
      if (!bytes.ok) {
        if (bytes.error.code === 'absent') break;
        return bytes;
      }
      const before = this.#set.root;
      const updated = await this.#set.updateRoot(bytes.value);
      if (!updated.ok) return updated;
      // 5.3.11, and before the root is kept, so that a cut never leaves it beside what stands in its way.
      if (hubKeysRevoked(before, this.#set.root)) for (const name of ['timestamp.json', 'snapshot.json']) await this.#deps.store.remove(name);
      await this.#deps.store.write('root.json', bytes.value);
    }
    return this.#set.checkRootFresh();
  }

  async #timestamp(): Promise<TrustResult<void>> {
    const kept = await this.#deps.store.read('timestamp.json');
    // One that does not verify, as after damage on the disk, is as good as none.
    if (kept !== undefined) await this.#set.updateTimestamp(kept, true);
    const bytes = await this.#deps.fetcher.metadata('timestamp.json', limits.timestamp);
    if (!bytes.ok) return bytes;
    const updated = await this.#set.updateTimestamp(bytes.value);
    if (!updated.ok) return updated;
    if (updated.value === 'new') await this.#deps.store.write('timestamp.json', bytes.value);
    return trusted(undefined);
  }

  async #snapshot(): Promise<TrustResult<void>> {
    const named = this.#set.timestamp?.meta['snapshot.json'];
    if (named === undefined) throw new Error('the timestamp comes before the snapshot');
    const kept = await this.#deps.store.read('snapshot.json');
    if (kept !== undefined) {
      const current = await this.#set.updateSnapshot(kept, true);
      if (current.ok && current.value === 'current') return trusted(undefined);
    }
    await this.#deps.fetcher.prepare?.(this.#set.snapshot?.version ?? 0, named.version);
    const updated = await this.#fetchVersioned('snapshot', named, limits.snapshot, (bytes) => this.#set.updateSnapshot(bytes));
    return updated.ok ? trusted(undefined) : updated;
  }

  async #targets(): Promise<TrustResult<void>> {
    const loaded = await this.#load('targets', (bytes) => this.#set.updateTargets(bytes));
    return loaded.ok ? trusted(undefined) : loaded;
  }

  async #delegated(delegator: Targets, role: DelegatedRole, lapsed = false): Promise<TrustResult<Targets>> {
    const known = this.#roles.get(delegator)?.get(role.name);
    if (known !== undefined && (lapsed || !this.#set.isLapsed(known))) return trusted(known);
    await this.#deps.pause?.();
    const loaded = await this.#load(role.name, (bytes) => this.#set.readDelegated(bytes, delegator, role, lapsed));
    if (loaded.ok) this.#roles.set(delegator, (this.#roles.get(delegator) ?? new Map<string, Targets>()).set(role.name, loaded.value));
    return loaded;
  }

  /** From the store if that is the file the snapshot names, otherwise from the repository. */
  async #load(role: string, verify: (bytes: Uint8Array) => Promise<TrustResult<Targets>>): Promise<TrustResult<Targets>> {
    const named = this.#set.metaOf(role);
    if (named === undefined) return refuse('absent', `${role}.json`, 'not in the snapshot');
    const kept = await this.#deps.store.read(`${roleFileName(role)}.json`);
    if (kept !== undefined) {
      const verified = await verify(kept);
      if (verified.ok) return verified;
    }
    return this.#fetchVersioned(role, named, limits.targets, verify);
  }

  /** Fetches the file of a role that the snapshot or the timestamp names, and keeps it if it verifies. */
  async #fetchVersioned<T>(role: string, named: MetaFile, most: number, verify: (bytes: Uint8Array) => Promise<TrustResult<T>>): Promise<TrustResult<T>> {
    const { fetcher, store } = this.#deps;
    const keptName = `${roleFileName(role)}.json`;
    const name = this.#set.root.consistent_snapshot ? `${named.version}.${keptName}` : keptName;
    const limit = Math.min(named.length ?? most, most);
    let bytes = await fetcher.metadata(name, limit);
    if (!bytes.ok) return bytes;
    let verified = await verify(bytes.value);
    if (!verified.ok) {
      bytes = (await fetcher.instead?.(name, limit)) ?? bytes;
      if (!bytes.ok) return bytes;
      verified = await verify(bytes.value);
    }
    if (verified.ok) await store.write(keptName, bytes.value);
    return verified;
  }
}
