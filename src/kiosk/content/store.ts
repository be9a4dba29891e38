import { err, ok, type Result } from '../../model/result.ts';
import { sha256Hex, utf8 } from '../../trust/bytes.ts';
import { stableJson } from '../../trust/compose.ts';
import type { Release, ReleaseVerifier } from '../../trust/release.ts';
import { parseSealed } from '../../trust/sealed.ts';
import { createSlices } from './slices.ts';

/**
 * What the kiosk keeps of content, whatever it is kept in.
 *
 * Rules that every implementation holds, so that nothing half-done is ever
 * visible, at whatever moment the power fails:
 *
 * - objects are named by their hash and only ever added, until {@link ContentStore.prune};
 * - a release becomes `complete` only in a transaction that sees all its objects;
 * - the pointer moves in one transaction, and only to a complete release.
 *
 * Methods reject when the storage itself fails; callers go through {@link attempt}.
 */
export interface ContentStore {
  /** Kept beyond this page? */
  readonly durable: boolean;
  pointer(): Promise<Pointer | undefined>;
  releases(): Promise<readonly StoredRelease[]>;
  /** Bytes in the order of the hashes; `undefined` where there are none. */
  objects(hashes: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  putObjects(objects: ReadonlyMap<string, Uint8Array>): Promise<void>;
  deleteObjects(hashes: readonly string[]): Promise<void>;
  putRelease(release: StoredRelease): Promise<void>;
  /** Marks a staged release complete if all its objects are there; `false` if not. */
  complete(id: string): Promise<boolean>;
  /** Points at a complete release, keeping the one before; `false` if it is not complete. */
  switchTo(id: string): Promise<boolean>;
  dropRelease(id: string): Promise<void>;
  /** Deletes what neither the current, the previous nor a newer release needs. */
  prune(): Promise<void>;
  note(key: NoteKey): Promise<string | undefined>;
  setNote(key: NoteKey, value: string): Promise<void>;
}

/** Small facts kept beside content. */
export type NoteKey = 'baseline' | 'trust' | 'changes';

/** Which release is shown. */
export interface Pointer {
  readonly current: string;
  readonly previous?: string | undefined;
}

/** A release in the store. */
export interface StoredRelease {
  /** {@link releaseId} of the manifest: two releases with one version number stay apart. */
  readonly id: string;
  readonly version: number;
  readonly manifest: Uint8Array;
  /** Hashes of its objects. */
  readonly hashes: readonly string[];
  readonly state: 'staged' | 'complete';
}

/** A release that the verifier has accepted, before its objects are looked at. */
export interface AcceptedRelease {
  readonly id: string;
  readonly manifest: Uint8Array;
  readonly release: Release;
}

/** The row of an accepted release. */
export function storedRelease(accepted: AcceptedRelease, state: StoredRelease['state']): StoredRelease {
  const hashes = [...new Set(Object.values(accepted.release.objects).map((entry) => entry.sha256))];
  return { id: accepted.id, version: accepted.release.version, manifest: accepted.manifest, hashes, state };
}

/** Which releases outlive {@link ContentStore.prune}: the current, the previous, and those still to come. */
export function keptReleases(releases: readonly StoredRelease[], pointer: Pointer): readonly StoredRelease[] {
  const current = releases.find((release) => release.id === pointer.current);
  return releases.filter(
    (release) => release.id === pointer.current || release.id === pointer.previous || (current !== undefined && release.version > current.version),
  );
}

/** Where the pointer goes when a release is switched to. Switching to the shown release keeps the previous one. */
export function movedPointer(pointer: Pointer | undefined, release: StoredRelease): Pointer {
  const previous = pointer?.current === release.id ? pointer.previous : pointer?.current;
  return { current: release.id, previous };
}

/** Objects read and checked together. */
const slice = 16;

/** Reads all objects of a release and tells which are whole (by path) and which are not. */
export async function readObjects(
  store: ContentStore,
  verifier: ReleaseVerifier,
  release: Release,
): Promise<{ readonly whole: Map<string, Uint8Array>; readonly bad: readonly string[] }> {
  const entries = Object.entries(release.objects);
  const whole = new Map<string, Uint8Array>();
  const bad: string[] = [];
  // Rows of thousands of objects parsed at once would hold up a touch.
  const slices = createSlices();
  for (let i = 0; i < entries.length; i += slice) {
    const part = entries.slice(i, i + slice);
    const rows = await store.objects(part.map(([, entry]) => entry.sha256));
    const verdicts = await Promise.all(part.map(async ([path], j) => rows[j] !== undefined && (await verifier.checkObject(release, path, rows[j])).ok));
    part.forEach(([path], j) => {
      const bytes = rows[j];
      if (verdicts[j] === true && bytes !== undefined) whole.set(path, bytes);
      else bad.push(path);
    });
    await slices.pause();
  }
  return { whole, bad };
}

/**
 * The name under which a release is stored: a hash over the metadata that names
 * its objects. The timestamp is left out: signed anew each day, it makes no new
 * release.
 */
export function releaseId(manifest: Uint8Array): Promise<string> {
  const sealed = parseSealed(manifest);
  if (!sealed.ok) return sha256Hex(manifest);
  const { timestamp: _, ...rest } = sealed.value;
  return sha256Hex(utf8(stableJson(rest)));
}

/** A storage that failed. `full`: no room; `broken`: anything else, by the error's name. */
export interface StorageError {
  readonly code: 'storageFull' | 'storageBroken';
  readonly detail: string;
}

/** Runs a storage operation; a failing storage becomes a value. */
export async function attempt<T>(operation: () => Promise<T>): Promise<Result<T, StorageError>> {
  try {
    return ok(await operation());
  } catch (error) {
    return err(storageError(error));
  }
}

function storageError(error: unknown): StorageError {
  const name = error instanceof Error ? error.name : 'unknown';
  const inner = (error as { inner?: { name?: unknown } } | null)?.inner?.name;
  const full = name === 'QuotaExceededError' || inner === 'QuotaExceededError';
  return { code: full ? 'storageFull' : 'storageBroken', detail: name };
}

/** A store that lives as long as the page: what a kiosk without a usable database runs on. */
export function memoryStore(): ContentStore {
  let pointer: Pointer | undefined;
  const releases = new Map<string, StoredRelease>();
  const objects = new Map<string, Uint8Array>();
  const notes = new Map<NoteKey, string>();
  return {
    durable: false,
    pointer: async () => pointer,
    releases: async () => [...releases.values()],
    objects: async (hashes) => hashes.map((hash) => objects.get(hash)),
    async putObjects(added) {
      for (const [hash, bytes] of added) objects.set(hash, bytes);
    },
    async deleteObjects(hashes) {
      for (const hash of hashes) objects.delete(hash);
    },
    async putRelease(release) {
      releases.set(release.id, release);
    },
    async complete(id) {
      const release = releases.get(id);
      if (release === undefined || !release.hashes.every((hash) => objects.has(hash))) return false;
      releases.set(id, { ...release, state: 'complete' });
      return true;
    },
    async switchTo(id) {
      const release = releases.get(id);
      if (release?.state !== 'complete') return false;
      pointer = movedPointer(pointer, release);
      return true;
    },
    async dropRelease(id) {
      releases.delete(id);
    },
    async prune() {
      if (pointer === undefined) return;
      const kept = keptReleases([...releases.values()], pointer);
      const needed = new Set(kept.flatMap((release) => release.hashes));
      for (const id of releases.keys()) if (!kept.some((release) => release.id === id)) releases.delete(id);
      for (const hash of objects.keys()) if (!needed.has(hash)) objects.delete(hash);
    },
    note: async (key) => notes.get(key),
    async setNote(key, value) {
      notes.set(key, value);
    },
  };
}
