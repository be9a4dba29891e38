import { ok, type Result } from '../../model/result.ts';
import type { ReportCode } from '../../api/report.ts';
import type { ReleaseVerifier } from '../../trust/release.ts';
import type { BaselineSource } from './baseline.ts';
import type { openContentStore } from './db.ts';
import { failureReport } from './failures.ts';
import type { HubError } from './hub.ts';
import type { Readable } from './readable.ts';
import { stageRelease, type ObjectSource } from './stage.ts';
import { attempt, type ContentStore, type StorageError } from './store.ts';

/** What looking after the database needs. */
export interface KeepDeps {
  readonly store: ContentStore;
  readonly open: typeof openContentStore;
  readonly verifier: ReleaseVerifier;
  readonly baseline: BaselineSource;
  /** Objects from the hub, for what the baseline does not have. */
  readonly hub: ObjectSource<HubError>;
  readonly report: (code: ReportCode, detail?: string) => void;
  /** Is this release still the one on screen? */
  readonly isShown: (id: string) => boolean;
}

/**
 * Looks whether what is on screen could be shown again after a power cut, and
 * brings it into the database anew if not. A database can vanish under a running
 * page: deleted by the browser when the disk is short, closed by it when a file
 * is damaged. The screen needs it only at the next start, which would then fall
 * back to the baseline: an older price list.
 *
 * @returns the store to go on with: another one if the old one is of no use any more
 */
export async function keepShown(deps: KeepDeps, shown: Readable): Promise<ContentStore> {
  const { store, report } = deps;
  const there = await attempt(async () => store.durable && (await store.pointer())?.current === shown.id && (await store.complete(shown.id)));
  if ((there.ok && there.value) || !deps.isShown(shown.id)) return store;
  if (store.durable) report('contentDamaged', there.ok ? 'database lost while running' : `database ${there.error.code} ${there.error.detail}`);
  const usable = await usableStore(deps, there);
  if (usable === undefined) return store;
  if (await bringAnew(deps, shown, usable)) report('contentHealed', 'database');
  return usable;
}

/** The store if it still works, else one that is opened anew, else none. */
async function usableStore({ store, open }: KeepDeps, there: Result<boolean, StorageError>): Promise<ContentStore | undefined> {
  // A full disk does not get emptier by opening the database once more.
  if (store.durable && (there.ok || there.error.code === 'storageFull')) return store;
  const opened = await open();
  return opened.ok ? opened.value.store : undefined;
}

async function bringAnew({ verifier, baseline, hub, report, isShown }: KeepDeps, shown: Readable, store: ContentStore): Promise<boolean> {
  const accepted = await verifier.acceptRelease(shown.manifest);
  if (!accepted.ok) return false;
  const release = accepted.value;
  const own = await baseline.load();
  const staged = await stageRelease<HubError>(store, verifier, { id: shown.id, manifest: shown.manifest, release }, async (path, entry) => {
    const bytes = own.ok ? own.value.bytesOf(path) : undefined;
    return bytes !== undefined && (await verifier.checkObject(release, path, bytes)).ok ? ok(bytes) : hub(path, entry);
  });
  if (!staged.ok) {
    const { code, detail } = failureReport(staged.error);
    report(code, detail);
    return false;
  }
  // Meanwhile another release may have come on screen, and with it into the database.
  if (!isShown(shown.id)) return false;
  const switched = await attempt(() => store.switchTo(shown.id));
  return switched.ok && switched.value;
}
