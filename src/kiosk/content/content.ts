import { signal, type ReadonlySignal } from '@preact/signals';
import { ok } from '../../model/result.ts';
import { limits } from '../../trust/limits.ts';
import type { ReportCode } from '../../api/report.ts';
import type { ObjectEntry, ReleaseVerifier } from '../../trust/release.ts';
import { confirmedAt, signatureVerifier } from '../../trust/sealed.ts';
import { appSigned, notBeforeApp } from '../app-moment.ts';
import { createBaseline, loadAnchor, type BaselineSource } from './baseline.ts';
import type { Catalogue } from './catalogue.ts';
import { openContentStore, type openOutbox } from './db.ts';
import { failureReport } from './failures.ts';
import { fetchObject, type HubDeps, type HubError } from './hub.ts';
import { keepShown } from './keep.ts';
import { KeptTrust } from './kept-trust.ts';
import { hadContent, markContent, type MarkerStorage } from './marker.ts';
import type { Readable, ShownRelease } from './readable.ts';
import { reports as pageReports, type Reports } from './reports.ts';
import { nextWait, syncTimes } from './schedule.ts';
import { nextTurn } from './slices.ts';
import { stageRelease } from './stage.ts';
import { findContent, type StartError } from './start.ts';
import { attempt, memoryStore, type ContentStore } from './store.ts';
import { askRelease, rootEvery, type BegunChanges, type ReleaseAnswer } from './sync.ts';
import { pageTimers, type Timers } from './timers.ts';

/** What there is to show. `unavailable`: neither the database, nor the app's baseline, nor so far the hub had a whole release. */
export type ContentState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly catalogue: Catalogue; readonly release: ShownRelease }
  | { readonly kind: 'unavailable'; readonly error: StartError };

/** What content needs from outside. All but the kiosk's name default to the browser's own. */
export interface ContentDeps {
  /** Name of this kiosk, for reports; may become known later. */
  readonly kiosk: () => string;
  /** Code of the office in which this kiosk stands; may become known later. */
  readonly office: () => string;
  /** Over, well or badly, when kiosk and office are known: the hub is not asked for newer content before. Absent: they are known. */
  readonly settled?: Promise<unknown>;
  readonly fetch?: typeof fetch;
  readonly timers?: Timers;
  /** The kiosk's clock, ms. */
  readonly now?: () => number;
  /** When the app's own content was signed, ms: the clock counts as no earlier. */
  readonly appSigned?: number;
  /** In [0, 1): spreads the questions of many kiosks. */
  readonly random?: () => number;
  readonly openStore?: typeof openContentStore;
  readonly openOutbox?: typeof openOutbox;
  readonly reports?: Reports;
  /** Remembers, outside the database, that there was content: tells a lost database from a new kiosk. */
  readonly marker?: MarkerStorage;
}

/** Content as signals and the few things that can be done with it. */
export interface Content {
  readonly content: ReadonlySignal<ContentState>;
  /** A newer release is whole and waits for {@link Content.applyPending}. */
  readonly pending: ReadonlySignal<boolean>;
  /**
   * When whoever holds the hub's keys last confirmed the shown release as the
   * newest, ms: the moment in the signed timestamp, which no mirror, stick or
   * clock can make younger, and which those keys cannot put into the future.
   */
  readonly lastConfirmed: ReadonlySignal<number | undefined>;
  /** When the hub last gave an answer that could be used, ms. */
  readonly lastAnswered: ReadonlySignal<number | undefined>;
  /** Finds what to show, then keeps asking the hub. Resolves when `content` is decided. */
  startContent(deps: ContentDeps): Promise<void>;
  /**
   * Shows the waiting release. Only on the attract screen: nobody's page may
   * change under their eyes. `false`: there is none, or it is no longer whole.
   */
  applyPending(): Promise<boolean>;
  /** Asks the hub now. */
  checkForUpdate(): Promise<void>;
  /** Looks whether the database still holds what is shown, and mends it. Part of every question to the hub. */
  lookAfterStore(): Promise<void>;
  /** Asks no more. */
  stopContent(): void;
}

/** A staged release and when it was confirmed, ms. */
interface Waiting {
  readonly readable: Readable;
  readonly issued: number | undefined;
}

/** Believes nothing: what an app without a trust anchor has to do. */
const blindVerifier: ReleaseVerifier = {
  acceptRelease: async () => ({ ok: false, error: { code: 'absent', path: 'root.json' } }),
  checkObject: async (_, path) => ({ ok: false, error: { code: 'absent', path } }),
};

/** Makes an independent content model; the app has one, below. */
export function createContent(): Content {
  const content = signal<ContentState>({ kind: 'loading' });
  const pending = signal(false);
  const lastConfirmed = signal<number | undefined>(undefined);
  const lastAnswered = signal<number | undefined>(undefined);
  let given: ContentDeps | undefined;
  let store: ContentStore = memoryStore();
  let hub: HubDeps = { fetch: (...args) => fetch(...args), timers: pageTimers };
  let verifier = blindVerifier;
  let trust: KeptTrust | undefined;
  let baseline: BaselineSource | undefined;
  let shown: Readable | undefined;
  let waiting: Waiting | undefined;
  /** Release that this version of the app cannot read: not fetched again. */
  let refused: string | undefined;
  /** What the hub named last, by which timestamp and ETag, for which office, and when a new root was last asked for, ms. */
  let named: { readonly etag: string | undefined; readonly timestamp: string | undefined; readonly id: string; readonly office: string; readonly at: number } | undefined;
  let failures = 0;
  let timer: unknown;
  let stopped = false;
  let checking: Promise<void> | undefined;
  let applying: Promise<boolean> | undefined;
  let looking: Promise<void> | undefined;

  const now = (): number => given?.now?.() ?? Date.now();
  const reports = (): Reports => given?.reports ?? pageReports;
  const report = (code: ReportCode, detail?: string): void => reports().report(code, detail);

  function show(readable: Readable): void {
    shown = readable;
    readable.catalogue.leftOut.forEach(fail);
    content.value = { kind: 'ready', catalogue: readable.catalogue, release: readable.release };
  }

  const confirmedBy = (issued: number | undefined): number | undefined => confirmedAt(issued, notBeforeApp(now(), given?.appSigned ?? appSigned));

  /** A confirmation never becomes younger by an older word. */
  function confirm(issued: number | undefined): void {
    const confirmed = confirmedBy(issued);
    if (confirmed !== undefined) lastConfirmed.value = Math.max(confirmed, lastConfirmed.value ?? 0);
  }

  async function keepTrust(): Promise<void> {
    await nextTurn();
    const note = trust?.takeNote();
    if (note === undefined) return;
    await nextTurn();
    await attempt(() => store.setNote('trust', note));
  }

  /** Takes up what was trusted before: kept metadata where it is not behind what is shown, and the kept roots in any case. */
  async function openTrust(anchor: Uint8Array): Promise<void> {
    const note = await attempt(() => store.note('trust'));
    const kept = note.ok && note.value !== undefined ? await KeptTrust.fromNote(anchor, note.value) : undefined;
    if (kept?.ok === false) report('contentDamaged', `trust ${kept.error.code}`);
    const newest = kept?.ok === true ? await kept.value.newest() : undefined;
    if (kept?.ok === true && newest !== undefined && newest.version >= (shown?.release.version ?? 0)) {
      trust = kept.value;
      if (newest.version === shown?.release.version) confirm(newest.issued);
      return;
    }
    const fresh = await KeptTrust.fromRelease(anchor, shown?.manifest ?? new Uint8Array(), kept?.ok === true ? kept.value.roots : []);
    if (fresh.ok) trust = fresh.value;
    else report('contentForged', `anchor ${fresh.error.code}`);
  }

  const begun: BegunChanges = {
    name: async () => {
      const note = await attempt(() => store.note('changes'));
      return note.ok ? note.value : undefined;
    },
    note: (name) => void attempt(() => store.setNote('changes', name)),
  };

  /** One question to the hub and what follows from it. `false`: it failed. */
  async function check(): Promise<boolean> {
    if (trust === undefined) return false;
    const office = given?.office() ?? '';
    const has = (id: string | undefined): boolean => id !== undefined && [shown?.id, waiting?.readable.id, refused].includes(id);
    // A newer timestamp that was kept while the rest was refused has not led to anything yet.
    const timestamp = (): string | undefined => trust?.files.get('timestamp.json');
    const settled = has(named?.id) && named?.timestamp === timestamp() && named?.office === office && now() - named.at < rootEvery;
    const answer = await askRelease({ ...hub, trust, now, office: () => office, begun }, settled ? named?.etag : undefined, settled);
    await keepTrust();
    if (!answer.ok) {
      fail(answer.error);
      return false;
    }
    compareClocks(answer.value);
    void reports().flushReports();
    if (answer.value.kind === 'unchanged') {
      if (named?.id === shown?.id) confirm(answer.value.issued);
      return true;
    }
    const { accepted, carried, etag, issued, lapsed } = answer.value;
    for (const code of lapsed) report('officeLapsed', code);
    named = { etag, timestamp: timestamp(), id: accepted.id, office, at: now() };
    if (accepted.id === shown?.id) confirm(issued);
    if (has(accepted.id)) return true;

    const staged = await stageRelease<HubError>(store, verifier, accepted, async (path, entry) => {
      const had = shown?.objects[path];
      const [before] = had === undefined ? [] : await store.objects([had.sha256]).catch(() => []);
      const bytes = carried(path, before);
      return bytes !== undefined && (await verifier.checkObject(accepted.release, path, bytes)).ok ? ok(bytes) : fetchObject(hub, path, entry);
    });
    if (!staged.ok) {
      fail(staged.error);
      if (staged.error.code === 'unreadable' || staged.error.code === 'missing') {
        refused = accepted.id;
        await attempt(() => store.dropRelease(accepted.id));
      }
      if (staged.error.code === 'storageFull') await attempt(() => store.prune());
      return false;
    }
    waiting = { readable: staged.value, issued };
    // Nobody's page changes when there is none yet.
    if (shown === undefined) await apply();
    else pending.value = true;
    return true;
  }

  function fail(error: Parameters<typeof failureReport>[0]): void {
    const { code, detail } = failureReport(error);
    report(code, detail);
  }

  function compareClocks({ hubTime, issued }: ReleaseAnswer): void {
    // What was signed later than now was not signed: this clock is behind, or the hub's was ahead.
    if (issued !== undefined && issued - now() > limits.clockBehind) report('clockWrong', 'behind the signature');
    else if (hubTime !== undefined && Math.abs(hubTime - now()) > syncTimes.clock) report('clockWrong', hubTime > now() ? 'behind the hub' : 'ahead of the hub');
  }

  async function apply(): Promise<boolean> {
    const next = waiting;
    if (next === undefined) return false;
    waiting = undefined;
    pending.value = false;
    const switched = await attempt(() => store.switchTo(next.readable.id));
    if (!switched.ok) report('contentDamaged', `${switched.error.code} ${switched.error.detail}`);
    // What was staged is gone or cannot be pointed at: the next question stages it anew.
    if (!switched.ok || !switched.value) return false;
    show(next.readable);
    if (store.durable) markContent(given?.marker);
    lastConfirmed.value = confirmedBy(next.issued);
    await attempt(() => store.prune());
    return true;
  }

  /** Back on the network: the next planned question may be minutes away. */
  const backOnline = (): void => void checkForUpdate();

  function lookAfterStore(): Promise<void> {
    return (looking ??= (async () => {
      // While another release is being taken in the database is ahead of the screen.
      if (shown === undefined || baseline === undefined || applying !== undefined) return;
      const deps = { store, open: given?.openStore ?? openContentStore, verifier, baseline, hub: (path: string, entry: ObjectEntry) => fetchObject(hub, path, entry), report, isShown: (id: string) => id === shown?.id };
      store = await keepShown(deps, shown);
    })().finally(() => {
      looking = undefined;
    }));
  }

  function checkForUpdate(): Promise<void> {
    if (given === undefined) return Promise.resolve();
    const { timers } = hub;
    timers.clearTimeout(timer);
    return (checking ??= lookAfterStore()
      .then(check)
      .then((answered) => {
        failures = answered ? 0 : failures + 1;
        if (answered) lastAnswered.value = now();
      })
      .finally(() => {
        checking = undefined;
        if (stopped) return;
        timers.clearTimeout(timer);
        timer = timers.setTimeout(() => void checkForUpdate(), nextWait(failures, given?.random?.() ?? Math.random()));
      }));
  }

  async function startContent(deps: ContentDeps): Promise<void> {
    given = deps;
    stopped = false;
    const settled = deps.settled?.catch(() => undefined);
    hub = { fetch: deps.fetch ?? hub.fetch, timers: deps.timers ?? pageTimers };
    const reporting = reports().startReports({
      kiosk: deps.kiosk,
      fetch: hub.fetch,
      timers: hub.timers,
      now,
      ...(deps.openOutbox === undefined ? {} : { openOutbox: deps.openOutbox }),
    });
    // Asks not to be the first to go when the disk fills up; without a right to it the checks at start are all the same.
    void globalThis.navigator?.storage?.persist?.().catch(() => false);
    const [opened, anchor] = await Promise.all([(deps.openStore ?? openContentStore)(), loadAnchor(hub.fetch)]);
    if (anchor.ok) verifier = signatureVerifier(anchor.value);
    else report('contentAbsent', anchor.error.detail);
    if (!opened.ok) report('contentDamaged', `database ${opened.error.code} ${opened.error.detail}`);
    else if (opened.value.recreated) report('contentDamaged', 'database made anew');
    store = opened.ok ? opened.value.store : memoryStore();
    baseline = createBaseline(hub.fetch, verifier);
    const found = await findContent({
      store,
      verifier,
      baseline,
      hub: (path, entry) => fetchObject(hub, path, entry, syncTimes.heal),
      report,
      hadContent: opened.ok && !opened.value.recreated && hadContent(deps.marker),
    });
    if (found.ok) {
      show(found.value.shown);
      confirm(found.value.shown.release.confirmed);
    } else {
      report('contentDamaged', `baseline ${found.error.code}`);
      content.value = { kind: 'unavailable', error: found.error };
    }
    void (async () => {
      if (anchor.ok) await openTrust(anchor.value);
      await reporting;
      if (found.ok) {
        await found.value.afterwards();
        if (store.durable) markContent(given?.marker);
      }
      // What is another office's would be fetched, shown, and stay until the next question.
      await settled;
      if (stopped) return;
      globalThis.addEventListener?.('online', backOnline);
      await checkForUpdate();
    })();
  }

  return {
    content,
    pending,
    lastConfirmed,
    lastAnswered,
    startContent,
    applyPending: () => (applying ??= apply().finally(() => (applying = undefined))),
    checkForUpdate,
    lookAfterStore,
    stopContent() {
      stopped = true;
      globalThis.removeEventListener?.('online', backOnline);
      hub.timers.clearTimeout(timer);
    },
  };
}

/** The app's own. */
export const { content, pending, lastConfirmed, lastAnswered, startContent, applyPending, checkForUpdate, lookAfterStore, stopContent } = createContent();
