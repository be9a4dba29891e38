import { signal, type ReadonlySignal } from '@preact/signals';
import type { ReportCode } from '../../api/report.ts';
import { hashVerifier, type ReleaseVerifier } from '../../trust/release.ts';
import { createBaseline } from './baseline.ts';
import type { Catalogue } from './catalogue.ts';
import { openContentStore, type openOutbox } from './db.ts';
import type { Readable, ShownRelease } from './readable.ts';
import { reports as pageReports, type Reports } from './reports.ts';
import { stageRelease, type StageError } from './stage.ts';
import { findContent, type StartError } from './start.ts';
import { attempt, memoryStore, type ContentStore } from './store.ts';
import { askRelease, fetchObject, type HubDeps, type HubError, type ReleaseAnswer } from './sync.ts';
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
  /** Decides what is believed. */
  readonly verifier?: ReleaseVerifier;
  readonly fetch?: typeof fetch;
  readonly timers?: Timers;
  /** The kiosk's clock, ms. */
  readonly now?: () => number;
  /** In [0, 1): spreads the questions of many kiosks. */
  readonly random?: () => number;
  readonly openStore?: typeof openContentStore;
  readonly openOutbox?: typeof openOutbox;
  readonly reports?: Reports;
  /** Remembers, outside the database, that there was content: tells a lost database from a new kiosk. */
  readonly marker?: Pick<Storage, 'getItem' | 'setItem'>;
}

/** Content as signals and the few things that can be done with it. */
export interface Content {
  readonly content: ReadonlySignal<ContentState>;
  /** A newer release is whole and waits for {@link Content.applyPending}. */
  readonly pending: ReadonlySignal<boolean>;
  /** When the hub last said that the shown release is its current one, ms. */
  readonly lastConfirmed: ReadonlySignal<number | undefined>;
  /** Finds what to show, then keeps asking the hub. Resolves when `content` is decided. */
  startContent(deps: ContentDeps): Promise<void>;
  /**
   * Shows the waiting release. Only on the attract screen: nobody's page may
   * change under their eyes. `false`: there is none, or it is no longer whole.
   */
  applyPending(): Promise<boolean>;
  /** Asks the hub now. */
  checkForUpdate(): Promise<void>;
  /** Asks no more. */
  stopContent(): void;
}

/** Times of synchronization, milliseconds. */
export const syncTimes = {
  /** between two questions to a hub that answers */
  interval: 5 * 60_000,
  /** after the first failure; doubles with each */
  retry: 15_000,
  /** longest wait between failures */
  retryMax: 10 * 60_000,
  /** share by which each wait is made longer or shorter at random */
  jitter: 0.2,
  /** for the hub to heal damage at start, while nothing is shown */
  heal: 800,
  /** difference to the hub's clock that is reported */
  clock: 5 * 60_000,
} as const;

/** The wait before the next question, after so many failures in a row. */
export function nextWait(failures: number, random: number): number {
  const base = failures === 0 ? syncTimes.interval : Math.min(syncTimes.retry * 2 ** (failures - 1), syncTimes.retryMax);
  return Math.round(base * (1 + syncTimes.jitter * (2 * random - 1)));
}

const markerKey = 'owso-content';

/** A staged release and when the hub named it. */
interface Waiting {
  readonly readable: Readable;
  readonly at: number;
}

/** Makes an independent content model; the app has one, below. */
export function createContent(): Content {
  const content = signal<ContentState>({ kind: 'loading' });
  const pending = signal(false);
  const lastConfirmed = signal<number | undefined>(undefined);
  let given: ContentDeps | undefined;
  let store: ContentStore = memoryStore();
  let hub: HubDeps = { fetch: (...args) => fetch(...args), timers: pageTimers, verifier: hashVerifier };
  let shown: Readable | undefined;
  let waiting: Waiting | undefined;
  /** Release that this version of the app cannot read: not fetched again. */
  let refused: string | undefined;
  /** What the hub's last ETag stood for. */
  let named: { readonly etag: string; readonly id: string } | undefined;
  let trustedVersion = 0;
  let failures = 0;
  let timer: unknown;
  let stopped = false;
  let checking: Promise<void> | undefined;
  let applying: Promise<boolean> | undefined;

  const now = (): number => given?.now?.() ?? Date.now();
  const reports = (): Reports => given?.reports ?? pageReports;
  const report = (code: ReportCode, detail?: string): void => reports().report(code, detail);

  function show(readable: Readable): void {
    shown = readable;
    trustedVersion = Math.max(trustedVersion, readable.release.version);
    content.value = { kind: 'ready', catalogue: readable.catalogue, release: readable.release };
  }

  async function confirm(id: string, at: number): Promise<void> {
    lastConfirmed.value = at;
    await attempt(() => store.setNote('confirmed', `${id} ${at}`));
  }

  async function readConfirmed(): Promise<void> {
    const note = await attempt(() => store.note('confirmed'));
    const [id, at] = note.ok ? (note.value?.split(' ') ?? []) : [];
    if (id !== undefined && id === shown?.id && lastConfirmed.value === undefined) lastConfirmed.value = Number(at);
  }

  /** One question to the hub and what follows from it. `false`: it failed. */
  async function check(): Promise<boolean> {
    const known = named !== undefined && [shown?.id, waiting?.readable.id, refused].includes(named.id) ? named : undefined;
    const answer = await askRelease(hub, known?.etag, trustedVersion);
    if (!answer.ok) {
      reportFailure(report, answer.error);
      return false;
    }
    compareClocks(answer.value);
    void reports().flushReports();
    const id = answer.value.kind === 'release' ? answer.value.accepted.id : known?.id;
    if (id !== undefined && id === shown?.id) await confirm(id, now());
    if (answer.value.kind === 'unchanged') return true;
    const { accepted, etag } = answer.value;
    named = etag === undefined ? undefined : { etag, id: accepted.id };
    if ([shown?.id, waiting?.readable.id, refused].includes(accepted.id)) return true;

    const staged = await stageRelease<HubError>(store, hub.verifier, accepted, (path, entry) => fetchObject(hub, path, entry));
    if (!staged.ok) {
      reportFailure(report, staged.error);
      if (staged.error.code === 'unreadable' || staged.error.code === 'missing') {
        refused = accepted.id;
        await attempt(() => store.dropRelease(accepted.id));
      }
      if (staged.error.code === 'storageFull') await attempt(() => store.prune());
      return false;
    }
    waiting = { readable: staged.value, at: now() };
    // Nobody's page changes when there is none yet.
    if (shown === undefined) await apply();
    else pending.value = true;
    return true;
  }

  function compareClocks({ hubTime }: ReleaseAnswer): void {
    if (hubTime !== undefined && Math.abs(hubTime - now()) > syncTimes.clock) report('clockWrong', hubTime > now() ? 'behind the hub' : 'ahead of the hub');
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
    remember();
    await confirm(next.readable.id, next.at);
    await attempt(() => store.prune());
    return true;
  }

  function remember(): void {
    if (!store.durable) return;
    try {
      (given?.marker ?? globalThis.localStorage).setItem(markerKey, 'kept');
    } catch {
      // Without the marker a lost database is healed all the same, only not reported.
    }
  }

  function hadContent(): boolean {
    try {
      return (given?.marker ?? globalThis.localStorage).getItem(markerKey) !== null;
    } catch {
      return false;
    }
  }

  /** Back on the network: the next planned question may be minutes away. */
  const backOnline = (): void => void checkForUpdate();

  function checkForUpdate(): Promise<void> {
    if (given === undefined) return Promise.resolve();
    const { timers } = hub;
    timers.clearTimeout(timer);
    return (checking ??= check()
      .then((answered) => {
        failures = answered ? 0 : failures + 1;
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
    hub = { fetch: deps.fetch ?? hub.fetch, timers: deps.timers ?? pageTimers, verifier: deps.verifier ?? hashVerifier };
    const reporting = reports().startReports({
      kiosk: deps.kiosk,
      fetch: hub.fetch,
      timers: hub.timers,
      now,
      ...(deps.openOutbox === undefined ? {} : { openOutbox: deps.openOutbox }),
    });
    // Asks not to be the first to go when the disk fills up; without a right to it the checks at start are all the same.
    void globalThis.navigator?.storage?.persist?.().catch(() => false);
    const opened = await (deps.openStore ?? openContentStore)();
    if (!opened.ok) report('contentDamaged', `database ${opened.error.code} ${opened.error.detail}`);
    else if (opened.value.recreated) report('contentDamaged', 'database made anew');
    store = opened.ok ? opened.value.store : memoryStore();
    const pointer = await attempt(() => store.pointer());
    trustedVersion = pointer.ok ? (pointer.value?.trustedVersion ?? 0) : 0;
    const found = await findContent({
      store,
      verifier: hub.verifier,
      baseline: createBaseline(hub.fetch, hub.verifier),
      hub: (path, entry) => fetchObject(hub, path, entry, syncTimes.heal),
      report,
      hadContent: opened.ok && !opened.value.recreated && hadContent(),
    });
    if (found.ok) {
      show(found.value.shown);
      await readConfirmed();
    } else {
      report('contentDamaged', `baseline ${found.error.code}`);
      content.value = { kind: 'unavailable', error: found.error };
    }
    globalThis.addEventListener?.('online', backOnline);
    void (async () => {
      await reporting;
      if (found.ok) {
        await found.value.afterwards();
        remember();
      }
      await checkForUpdate();
    })();
  }

  return {
    content,
    pending,
    lastConfirmed,
    startContent,
    applyPending: () => (applying ??= apply().finally(() => (applying = undefined))),
    checkForUpdate,
    stopContent() {
      stopped = true;
      globalThis.removeEventListener?.('online', backOnline);
      hub.timers.clearTimeout(timer);
    },
  };
}

/** Sorts what can go wrong in a synchronization into what an operator acts on. */
function reportFailure(report: (code: ReportCode, detail: string) => void, error: HubError | StageError): void {
  switch (error.code) {
    case 'unreachable':
    case 'tooSlow':
      return report('hubUnreachable', error.code);
    case 'badStatus':
      return report('hubAnswerInvalid', `${error.status ?? ''} ${error.path}`);
    case 'wrongType':
    case 'tooBig':
      return report('hubAnswerInvalid', `${error.code} ${error.path}`);
    case 'storageFull':
    case 'storageBroken':
      return report('contentDamaged', `${error.code} ${error.detail}`);
    default:
      return report('contentRefused', `${error.code} ${error.path}`);
  }
}

/** The app's own. */
export const { content, pending, lastConfirmed, startContent, applyPending, checkForUpdate, stopContent } = createContent();
