import { err, ok, type Result } from '../../model/result.ts';
import type { ReportCode } from '../../api/report.ts';
import type { ReleaseVerifier } from '../../trust/release.ts';
import type { TrustError } from '../../trust/result.ts';
import type { Baseline, BaselineError, BaselineSource } from './baseline.ts';
import type { CatalogueError } from './catalogue.ts';
import { makeReadable, type Readable } from './readable.ts';
import { atHand, stageRelease, type ObjectSource, type StageError } from './stage.ts';
import { attempt, readObjects, releaseId, type AcceptedRelease, type ContentStore, type Pointer, type StoredRelease } from './store.ts';

/** What the start needs; every way out is handed in. */
export interface StartDeps {
  readonly store: ContentStore;
  readonly verifier: ReleaseVerifier;
  readonly baseline: BaselineSource;
  /** Objects from the hub, for damage that the baseline cannot heal. Must give up within a second: the screen waits. */
  readonly hub: ObjectSource<unknown>;
  readonly report: (code: ReportCode, detail?: string) => void;
  /** Content has been kept on this kiosk before: an empty store is then a lost one. */
  readonly hadContent: boolean;
}

/** Why a kiosk has nothing to show. */
export type StartError = BaselineError | TrustError | CatalogueError;

/**
 * Finds what to show: the newest complete release of the store whose manifest
 * and every object are whole, healed from the baseline and then from the hub
 * where they are not; failing that, an older one; failing that, the baseline.
 * A baseline newer than the store (a new version of the app) wins.
 *
 * Damage is reported, and what cannot be healed is removed, so that the next
 * synchronization brings it anew.
 *
 * @returns what to show, and work to be done after it is on the screen.
 */
export async function findContent(deps: StartDeps): Promise<Result<{ readonly shown: Readable; readonly afterwards: () => Promise<void> }, StartError>> {
  const { store, report } = deps;
  const [kept, mark] = await Promise.all([
    attempt(async () => ({ pointer: await store.pointer(), releases: await store.releases(), baselineMark: await store.note('baseline') })),
    deps.baseline.mark(),
  ]);
  if (!kept.ok) report('contentDamaged', `${kept.error.code} ${kept.error.detail}`);
  const pointer = kept.ok ? kept.value.pointer : undefined;
  const candidates = kept.ok ? inOrderOfChoice(kept.value.releases, pointer) : [];
  if (kept.ok) reportLoss(deps, pointer, candidates);

  const baselineIsNew = mark === undefined || !kept.ok || kept.value.baselineMark !== mark;
  const baseline = baselineIsNew || candidates.length === 0 ? await deps.baseline.load() : undefined;
  const remember = async (): Promise<void> => {
    if (mark !== undefined) await attempt(() => store.setNote('baseline', mark));
  };

  for (const candidate of candidates) {
    if (baseline?.ok === true && baseline.value.release.version > candidate.version) break;
    const readable = await readStored(deps, candidate);
    if (readable.ok) {
      const shown = readable.value;
      return ok({
        shown,
        async afterwards() {
          if (pointer?.current !== shown.id) await attempt(() => store.switchTo(shown.id));
          await attempt(() => store.prune());
          await remember();
        },
      });
    }
    report(readable.error === 'damaged' ? 'contentDamaged' : 'contentRefused', `release ${candidate.version} ${readable.error}`);
    await attempt(() => store.dropRelease(candidate.id));
  }

  const source = baseline ?? (await deps.baseline.load());
  if (!source.ok) return source;
  const shown = await readBaseline(deps.verifier, source.value);
  if (!shown.ok) return shown;
  return ok({
    shown: shown.value,
    async afterwards() {
      const seeded = await seed(deps, source.value);
      if (seeded.ok) await remember();
      else report('contentDamaged', `seed ${seeded.error.code}`);
    },
  });
}

/** Complete releases, newest first; of two with one version the shown one. */
function inOrderOfChoice(releases: readonly StoredRelease[], pointer: Pointer | undefined): readonly StoredRelease[] {
  return releases
    .filter((release) => release.state === 'complete')
    .sort((a, b) => b.version - a.version || Number(b.id === pointer?.current) - Number(a.id === pointer?.current));
}

function reportLoss({ hadContent, report }: StartDeps, pointer: Pointer | undefined, candidates: readonly StoredRelease[]): void {
  if (pointer === undefined && candidates.length > 0) report('contentDamaged', 'pointer lost');
  else if (pointer === undefined && hadContent) report('contentDamaged', 'database lost');
  else if (pointer !== undefined && !candidates.some((release) => release.id === pointer.current)) report('contentDamaged', 'manifest lost');
}

/** Reads a stored release as a whole, healing it where possible. An error names what is wrong with it. */
async function readStored(deps: StartDeps, stored: StoredRelease): Promise<Result<Readable, 'damaged' | `unreadable ${string}`>> {
  const accepted = await readManifest(deps, stored);
  if (accepted === undefined) return err('damaged');
  const { release } = accepted;
  const read = await attempt(() => readObjects(deps.store, deps.verifier, release));
  const whole = read.ok ? read.value.whole : new Map<string, Uint8Array>();
  const bad = read.ok ? read.value.bad : Object.keys(release.objects);
  if (bad.length > 0) {
    deps.report('contentDamaged', `${bad.length} of ${Object.keys(release.objects).length} objects ${bad[0] ?? ''}`);
    const healed = await heal(deps, accepted, bad);
    for (const [path, bytes] of healed) whole.set(path, bytes);
    if (healed.size < bad.length) return err('damaged');
    deps.report('contentHealed', `${bad.length} objects`);
  }
  const readable = await makeReadable(accepted, whole);
  return readable.ok ? readable : err(`unreadable ${readable.error.path}` as const);
}

async function readManifest({ verifier, baseline, store, report }: StartDeps, stored: StoredRelease): Promise<AcceptedRelease | undefined> {
  const accepted = (await releaseId(stored.manifest)) === stored.id ? await verifier.acceptRelease(stored.manifest) : undefined;
  if (accepted?.ok === true) return { id: stored.id, manifest: stored.manifest, release: accepted.value };
  report('contentDamaged', `manifest ${accepted?.error.code ?? 'altered'}`);
  const own = await baseline.load();
  if (!own.ok || own.value.id !== stored.id) return undefined;
  await attempt(() => store.putRelease({ ...stored, manifest: own.value.manifest }));
  report('contentHealed', 'manifest');
  return own.value;
}

/** Whole bytes for damaged objects: from the baseline, then from the hub. What stays damaged is removed. */
async function heal({ store, verifier, baseline, hub }: StartDeps, accepted: AcceptedRelease, bad: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const healed = new Map<string, Uint8Array>();
  const own = await baseline.load();
  const believe = async (path: string, bytes: Uint8Array | undefined): Promise<void> => {
    if (bytes !== undefined && (await verifier.checkObject(accepted.release, path, bytes)).ok) healed.set(path, bytes);
  };
  if (own.ok) for (const path of bad) await believe(path, own.value.bytesOf(path));
  await Promise.all(
    bad.map(async (path) => {
      const entry = accepted.release.objects[path];
      if (healed.has(path) || entry === undefined) return;
      const fetched = await hub(path, entry);
      if (fetched.ok) await believe(path, fetched.value);
    }),
  );
  const hashOf = (path: string): string => accepted.release.objects[path]?.sha256 ?? '';
  await attempt(async () => {
    await store.deleteObjects(bad.filter((path) => !healed.has(path)).map(hashOf));
    await store.putObjects(new Map(Array.from(healed, ([path, bytes]) => [hashOf(path), bytes])));
  });
  return healed;
}

/** The baseline straight from its file, so that the screen does not wait for the database. */
async function readBaseline(verifier: ReleaseVerifier, baseline: Baseline): Promise<Result<Readable, TrustError | CatalogueError>> {
  const objects = new Map<string, Uint8Array>();
  for (const path of Object.keys(baseline.release.objects)) {
    const bytes = baseline.bytesOf(path) ?? new Uint8Array();
    const verdict = await verifier.checkObject(baseline.release, path, bytes);
    if (!verdict.ok) return verdict;
    objects.set(path, bytes);
  }
  return makeReadable(baseline, objects);
}

/** Brings the baseline into the store and points at it. */
async function seed({ store, verifier }: StartDeps, baseline: Baseline): Promise<Result<void, StageError>> {
  const staged = await stageRelease<TrustError>(store, verifier, baseline, async (path) => {
    const bytes = baseline.bytesOf(path);
    return bytes === undefined ? err({ code: 'absent', path }) : ok(bytes);
  }, atHand);
  if (!staged.ok) return staged;
  const switched = await attempt(() => store.switchTo(baseline.id));
  if (!switched.ok) return switched;
  await attempt(() => store.prune());
  return ok(undefined);
}
