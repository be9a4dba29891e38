import { fromHex, hex, sha256Hex, utf8 } from './bytes.ts';
import { signingKey, type PublicKey } from './keys.ts';
import { parseMetadata, type DelegatedRole, type MetadataFile, type MetaFile, type RoleKeys, type Root, type Snapshot, type TargetFile, type Targets, type Timestamp, type TopLevelRole } from './metadata.ts';
import { pathMatches } from './path-pattern.ts';
import { refuse, trusted, type TrustResult } from './result.ts';

/** Who signed enough: the keys and the rule of one delegator for one role. */
export interface Signers {
  readonly keys: Readonly<Record<string, PublicKey>>;
  readonly role: RoleKeys;
}

/**
 * Checks that enough of a role's keys signed a file (5.3.4, 5.4.2, 5.5.3,
 * 5.6.3). One key under two names or in two spellings counts once. `forged` where a signature in a
 * trusted key's name does not fit, `thresholdNotMet` where there are too few.
 */
export async function checkSignatures(file: MetadataFile, signers: Signers, path: string): Promise<TrustResult<void>> {
  const fitting = new Set<string>();
  let wrong = 0;
  for (const { keyid, sig } of file.signatures) {
    if (!signers.role.keyids.includes(keyid)) continue;
    const key = Object.hasOwn(signers.keys, keyid) ? signers.keys[keyid] : undefined;
    if (key === undefined) continue;
    const by = await signingKey(key, sig, file.signedBytes);
    if (by === undefined) wrong++;
    else fitting.add(by);
  }
  if (fitting.size >= signers.role.threshold) return trusted(undefined);
  return refuse(wrong > 0 ? 'forged' : 'thresholdNotMet', path, `${fitting.size} of ${signers.role.threshold} signatures`);
}

const algorithms: ReadonlyMap<string, string> = new Map([['sha256', 'SHA-256'], ['sha384', 'SHA-384'], ['sha512', 'SHA-512']]);

/** Checks bytes against a signed length and signed hashes, of which at least one must be of a known kind. */
export async function checkBytes(bytes: Uint8Array, signed: { readonly length?: number | undefined; readonly hashes?: Readonly<Record<string, string>> | undefined }, path: string): Promise<TrustResult<void>> {
  if (signed.length !== undefined && signed.length !== bytes.length) return refuse('wrongLength', path, `${bytes.length} bytes, not ${signed.length}`);
  if (signed.hashes === undefined) return trusted(undefined);
  const known = Object.entries(signed.hashes).flatMap(([name, value]) => (algorithms.has(name) ? [{ algorithm: algorithms.get(name) ?? '', value }] : []));
  if (known.length === 0) return refuse('wrongHash', path, 'no hash of a known kind');
  for (const { algorithm, value } of known) {
    const digest = hex(new Uint8Array(await crypto.subtle.digest(algorithm, bytes as Uint8Array<ArrayBuffer>)));
    if (digest !== value.toLowerCase() || fromHex(value) === undefined) return refuse('wrongHash', path, algorithm);
  }
  return trusted(undefined);
}

/** A delegated role that was loaded: through whom, and what it says. */
export interface LoadedRole {
  readonly name: string;
  readonly targets: Targets;
}

/**
 * What is believed at a moment: the state of the client workflow (specification
 * 5.3 to 5.6) without any storage or network. Each step takes bytes and either
 * moves on or refuses; a refused file changes nothing.
 *
 * *Authentic* and *fresh* are two things: without a time nothing is asked of
 * expiry, which is how a kiosk proves at start that what it kept was once signed.
 */
export class TrustedMetadata {
  #root: MetadataFile<'root'>;
  #timestamp: MetadataFile<'timestamp'> | undefined;
  #snapshot: MetadataFile<'snapshot'> | undefined;
  #targets: MetadataFile<'targets'> | undefined;
  /** The moment of this refresh, ms; `undefined`: expiry is not looked at. One moment for the whole of it (5.1). */
  readonly #now: number | undefined;

  private constructor(root: MetadataFile<'root'>, now: number | undefined) {
    this.#root = root;
    this.#now = now;
  }

  /** Begins with a root that is trusted from elsewhere (5.2). It must at least be signed by itself. */
  static async begin(root: Uint8Array, now: number | undefined): Promise<TrustResult<TrustedMetadata>> {
    const file = parseMetadata('root', root, 'root.json');
    if (!file.ok) return file;
    const { keys, roles } = file.value.signed;
    const signed = await checkSignatures(file.value, { keys, role: roles.root }, 'root.json');
    return signed.ok ? trusted(new TrustedMetadata(file.value, now)) : signed;
  }

  get root(): Root {
    return this.#root.signed;
  }
  get rootBytes(): Uint8Array {
    return this.#root.bytes;
  }
  get timestamp(): Timestamp | undefined {
    return this.#timestamp?.signed;
  }
  get snapshot(): Snapshot | undefined {
    return this.#snapshot?.signed;
  }
  get targets(): Targets | undefined {
    return this.#targets?.signed;
  }

  /** 5.3.4, 5.3.5: the next root, signed by the one before and by itself, its version one higher. */
  async updateRoot(bytes: Uint8Array): Promise<TrustResult<void>> {
    if (this.#timestamp !== undefined) throw new Error('the roots come before the timestamp');
    const path = `${this.root.version + 1}.root.json`;
    const file = parseMetadata('root', bytes, path);
    if (!file.ok) return file;
    for (const by of [this.root, file.value.signed]) {
      const signed = await checkSignatures(file.value, { keys: by.keys, role: by.roles.root }, path);
      if (!signed.ok) return signed;
    }
    const next = file.value.signed;
    if (next.version !== this.root.version + 1) return refuse(next.version <= this.root.version ? 'rolledBack' : 'corrupt', path, `version ${next.version}`);
    this.#root = file.value;
    return trusted(undefined);
  }

  /** 5.3.10: the last root must not be expired. */
  checkRootFresh(): TrustResult<void> {
    return this.#fresh(this.root.expires, 'root.json');
  }

  /**
   * 5.4.2 to 5.4.4. `kept` is a file from this client's own storage: its expiry
   * is not asked for, since it only guards against going back.
   * @returns whether it is another one than before
   */
  async updateTimestamp(bytes: Uint8Array, kept = false): Promise<TrustResult<'new' | 'same'>> {
    const path = 'timestamp.json';
    const file = parseMetadata('timestamp', bytes, path);
    if (!file.ok) return file;
    const signed = await this.#signedByRoot(file.value, 'timestamp', path);
    if (!signed.ok) return signed;
    const before = this.timestamp;
    const next = file.value.signed;
    if (before !== undefined) {
      if (next.version < before.version) return refuse('rolledBack', path, `version ${next.version} after ${before.version}`);
      if (next.version === before.version) {
        const fresh = kept ? trusted(undefined) : this.#fresh(before.expires, path);
        return fresh.ok ? trusted('same') : fresh;
      }
      const [was, is] = [before.meta['snapshot.json'].version, next.meta['snapshot.json'].version];
      if (is < was) return refuse('rolledBack', path, `snapshot ${is} after ${was}`);
    }
    const fresh = kept ? trusted(undefined) : this.#fresh(next.expires, path);
    if (!fresh.ok) return fresh;
    this.#timestamp = file.value;
    return trusted('new');
  }

  /**
   * 5.5.2 to 5.5.6. A `kept` file may be an older one: it is then not the
   * snapshot of this refresh, but what it names may not become older.
   * @returns whether it is the one that the timestamp names
   */
  async updateSnapshot(bytes: Uint8Array, kept = false): Promise<TrustResult<'current' | 'older'>> {
    const named = this.timestamp?.meta['snapshot.json'];
    if (named === undefined) throw new Error('the timestamp comes before the snapshot');
    const path = 'snapshot.json';
    if (!kept) {
      const whole = await checkBytes(bytes, named, path);
      if (!whole.ok) return whole;
    }
    const file = parseMetadata('snapshot', bytes, path);
    if (!file.ok) return file;
    const signed = await this.#signedByRoot(file.value, 'snapshot', path);
    if (!signed.ok) return signed;
    const next = file.value.signed;
    if (!Object.hasOwn(next.meta, 'targets.json')) return refuse('corrupt', path, 'names no targets.json');
    if (!kept && next.version !== named.version) return refuse(next.version < named.version ? 'rolledBack' : 'corrupt', path, `version ${next.version}, not ${named.version}`);
    for (const [name, before] of Object.entries(this.snapshot?.meta ?? {})) {
      const now = Object.hasOwn(next.meta, name) ? next.meta[name] : undefined;
      if (now === undefined) return refuse('rolledBack', path, `${name} is gone`);
      if (now.version < before.version) return refuse('rolledBack', path, `${name} ${now.version} after ${before.version}`);
    }
    // A kept one of the right version may still be another than the timestamp vouches for.
    const current = next.version === named.version && (!kept || (await checkBytes(bytes, named, path)).ok);
    if (current) {
      const fresh = this.#fresh(next.expires, path);
      // A kept one that is expired still guards against going back.
      if (!fresh.ok && !kept) return fresh;
      if (!fresh.ok) {
        this.#snapshot = file.value;
        return fresh;
      }
    }
    this.#snapshot = file.value;
    return trusted(current ? 'current' : 'older');
  }

  /** What the snapshot says of a role's file. */
  metaOf(role: string): MetaFile | undefined {
    const name = `${role}.json`;
    return this.snapshot !== undefined && Object.hasOwn(this.snapshot.meta, name) ? this.snapshot.meta[name] : undefined;
  }

  /** 5.6: the top-level targets. */
  async updateTargets(bytes: Uint8Array): Promise<TrustResult<Targets>> {
    const file = await this.#targetsFile(bytes, 'targets', { keys: this.root.keys, role: this.root.roles.targets });
    if (!file.ok) return file;
    this.#targets = file.value;
    return trusted(file.value.signed);
  }

  /**
   * 5.6.7: a delegated role's file, as its delegator says who signs it. The same name under another delegator is another role.
   * @param lapsed whether it may be expired
   */
  async readDelegated(bytes: Uint8Array, delegator: Targets, role: DelegatedRole, lapsed = false): Promise<TrustResult<Targets>> {
    const file = await this.#targetsFile(bytes, role.name, { keys: delegator.delegations?.keys ?? {}, role }, lapsed);
    return file.ok ? trusted(file.value.signed) : file;
  }

  /** Whether a role's file is past its date. */
  isLapsed(targets: Targets): boolean {
    return !this.#fresh(targets.expires, '').ok;
  }

  async #targetsFile(bytes: Uint8Array, role: string, signers: Signers, lapsed = false): Promise<TrustResult<MetadataFile<'targets'>>> {
    const path = `${role}.json`;
    const named = this.metaOf(role);
    if (named === undefined) return refuse('absent', path, 'not in the snapshot');
    const whole = await checkBytes(bytes, named, path);
    if (!whole.ok) return whole;
    const file = parseMetadata('targets', bytes, path);
    if (!file.ok) return file;
    const signed = await checkSignatures(file.value, signers, path);
    if (!signed.ok) return signed;
    const { version, expires } = file.value.signed;
    if (version !== named.version) return refuse(version < named.version ? 'rolledBack' : 'corrupt', path, `version ${version}, not ${named.version}`);
    const fresh = this.#fresh(expires, path);
    return fresh.ok || lapsed ? file : fresh;
  }

  #signedByRoot(file: MetadataFile, role: TopLevelRole, path: string): Promise<TrustResult<void>> {
    return checkSignatures(file, { keys: this.root.keys, role: this.root.roles[role] }, path);
  }

  #fresh(expires: string, path: string): TrustResult<void> {
    if (this.#now === undefined || this.#now < Date.parse(expires)) return trusted(undefined);
    return refuse('expired', path, `on ${expires}`);
  }
}

/**
 * Whether a root takes away a key that could sign the timestamp or the snapshot.
 * Both files are then to be forgotten (5.3.11): after a theft the high version
 * numbers in either must not stand in the way. A key that is only added leaves
 * them as trusted as they were.
 */
export function hubKeysRevoked(before: Root, after: Root): boolean {
  return (['timestamp', 'snapshot'] as const).some((role) => before.roles[role].keyids.some((keyid) => !after.roles[role].keyids.includes(keyid)));
}

/** Whether a delegation covers a target path, by pattern or by the path's hash. */
export async function covers(role: DelegatedRole, path: string): Promise<boolean> {
  if (role.paths !== undefined) return role.paths.some((pattern) => pathMatches(path, pattern));
  const hash = await sha256Hex(utf8(path));
  return (role.path_hash_prefixes ?? []).some((prefix) => hash.startsWith(prefix.toLowerCase()));
}

/** A target, and by whom it is named. */
export interface TrustedTarget {
  readonly path: string;
  readonly file: TargetFile;
  /** The role that names it. */
  readonly role: string;
}
