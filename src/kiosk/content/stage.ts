import { err, ok, type Result } from '../../model/result.ts';
import { limits } from '../../trust/limits.ts';
import type { ObjectEntry, ReleaseVerifier } from '../../trust/release.ts';
import type { TrustError } from '../../trust/result.ts';
import type { CatalogueError } from './catalogue.ts';
import { makeReadable, type Readable } from './readable.ts';
import { attempt, readObjects, storedRelease, type AcceptedRelease, type ContentStore, type StorageError } from './store.ts';

/**
 * Why a release was not staged. Trust: an object is not what the release says.
 * Catalogue: it is whole but not for this version of the app. Storage: no room.
 * In each case nothing that is shown has changed.
 */
export type StageError = TrustError | CatalogueError | StorageError;

/** Gives the bytes of an object that the store does not have. */
export type ObjectSource<E> = (path: string, entry: ObjectEntry) => Promise<Result<Uint8Array, E>>;

/** Objects that are written together when they are at hand already. */
export const atHand = 64;

/**
 * Brings an accepted release into the store beside the one that is shown: only
 * the objects that are not there yet, each checked before it is written; then
 * all of them are read back and checked as a whole, parsed, and the release is
 * marked complete. It can be cut at any moment and taken up again; it never
 * touches the pointer.
 *
 * @param batch objects fetched and written together. One at a time from afar, so
 * that a cut costs at most one object twice; many where they are at hand.
 */
export async function stageRelease<E>(store: ContentStore, verifier: ReleaseVerifier, accepted: AcceptedRelease, source: ObjectSource<E>, batch = 1): Promise<Result<Readable, StageError | E>> {
  const { release } = accepted;
  const known = await attempt(async () => {
    const rows = await store.releases();
    if (!rows.some((row) => row.id === accepted.id)) await store.putRelease(storedRelease(accepted, 'staged'));
    return await readObjects(store, verifier, release);
  });
  if (!known.ok) return known;
  for (let i = 0; i < known.value.bad.length; i += batch) {
    const paths = known.value.bad.slice(i, i + batch);
    const got = await Promise.all(paths.map((path) => fetchChecked(verifier, accepted, path, source)));
    const whole = new Map<string, Uint8Array>();
    let failure: TrustError | E | undefined;
    for (const one of got) {
      if (one.ok) whole.set(one.value.sha256, one.value.bytes);
      else failure ??= one.error;
    }
    // What came whole is kept, so that the next attempt starts from here.
    const put = await attempt(() => store.putObjects(whole));
    if (failure !== undefined) return err(failure);
    if (!put.ok) return put;
  }
  const stored = await attempt(() => readObjects(store, verifier, release));
  if (!stored.ok) return stored;
  const [bad] = stored.value.bad;
  if (bad !== undefined) return err({ code: 'storageBroken', detail: bad });
  const readable = await makeReadable(accepted, stored.value.whole);
  if (!readable.ok) return readable;
  const completed = await attempt(() => store.complete(accepted.id));
  if (!completed.ok) return completed;
  if (!completed.value) return err({ code: 'storageBroken', detail: 'complete' });
  return readable;
}

async function fetchChecked<E>(
  verifier: ReleaseVerifier,
  accepted: AcceptedRelease,
  path: string,
  source: ObjectSource<E>,
): Promise<Result<{ readonly sha256: string; readonly bytes: Uint8Array }, TrustError | E>> {
  const entry = accepted.release.objects[path];
  if (entry === undefined || entry.length > limits.object) return err({ code: 'notDelegated', path });
  const bytes = await source(path, entry);
  if (!bytes.ok) return bytes;
  const verdict = await verifier.checkObject(accepted.release, path, bytes.value);
  return verdict.ok ? ok({ sha256: entry.sha256, bytes: bytes.value }) : verdict;
}
