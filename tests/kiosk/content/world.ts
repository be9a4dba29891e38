import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import type { Report } from '../../../src/api/report.ts';
import { createContent, type Content, type ContentDeps } from '../../../src/kiosk/content/content.ts';
import { openContentStore, openOutbox } from '../../../src/kiosk/content/db.ts';
import { createReports, type Reports } from '../../../src/kiosk/content/reports.ts';
import { nextWait } from '../../../src/kiosk/content/schedule.ts';
import type { ContentStore } from '../../../src/kiosk/content/store.ts';
import type { Timers } from '../../../src/kiosk/content/timers.ts';
import { testKeys, type BuiltRelease } from '../../fixtures/content-release.ts';

/** What a hub answers: `undefined` is a dead hub. */
export type HubAnswer = (path: string, init: RequestInit | undefined) => Response | undefined | Promise<Response | undefined>;

/** One kiosk with its disk, its app build and its hub; a start can be repeated. */
export interface World {
  readonly name: string;
  /** The release built into the app; undefined: none is served. */
  baseline: Pick<BuiltRelease, 'id' | 'packed'> | undefined;
  /** The root built into the app; undefined: that of the test releases. */
  anchor: string | undefined;
  /** When the release in the app was signed, ms. */
  appSigned: number;
  hub: HubAnswer;
  /** The kiosk's clock, ms. */
  time: number;
  /** Code of the office in which it stands. */
  office: string;
  /** Over when that is known; undefined: it is known from the start. */
  settled: Promise<unknown> | undefined;
  /** Paths asked of the hub since the last start. */
  readonly asked: string[];
  /** What the hub has been told. */
  readonly told: Report[];
  /** Timers that wait, with their milliseconds. */
  readonly timers: Map<number, { readonly callback: () => void; readonly milliseconds: number }>;
  readonly marker: Map<string, string>;
  openStore: ContentDeps['openStore'];
  /** The store, for damage. */
  store(): Promise<ContentStore>;
  /** Starts the kiosk and waits until it is quiet. */
  start(): Promise<{ readonly content: Content; readonly reports: Reports }>;
}

let count = 0;

export function createWorld(baseline: World['baseline']): World {
  const name = `content-${++count}`;
  const asked: string[] = [];
  const told: Report[] = [];
  const timers: World['timers'] = new Map();
  let timerNumber = 0;
  const handed: Timers = {
    setTimeout: (callback, milliseconds) => {
      timers.set(++timerNumber, { callback, milliseconds });
      return timerNumber;
    },
    clearTimeout: (timer) => timers.delete(timer as number),
  };
  const running: Content[] = [];
  const world: World = {
    name,
    baseline,
    anchor: undefined,
    appSigned: 0,
    hub: () => undefined,
    time: Date.parse('2026-11-23T03:00:00Z'),
    office: '990101',
    settled: undefined,
    asked,
    told,
    timers,
    marker: new Map(),
    openStore: () => openContentStore(name),
    async store() {
      const opened = await openContentStore(name);
      if (!opened.ok) throw new Error(opened.error.detail);
      return opened.value.store;
    },
    async start() {
      for (const content of running) content.stopContent();
      timers.clear();
      asked.length = 0;
      const content = createContent();
      const reports = createReports();
      running.push(content);
      await content.startContent({
        kiosk: () => 'test',
        office: () => world.office,
        ...(world.settled === undefined ? {} : { settled: world.settled }),
        timers: handed,
        now: () => world.time,
        appSigned: world.appSigned,
        random: () => 0.5,
        reports,
        marker: { getItem: (key) => world.marker.get(key) ?? null, setItem: (key, value) => void world.marker.set(key, value) },
        openStore: () => (world.openStore ?? openContentStore)(),
        openOutbox: () => openOutbox(`${name}-outbox`),
        fetch: async (input, init) => {
          const path = String(input);
          if (path === '/baseline/root.json') return new Response(world.anchor ?? (await testKeys()).anchor);
          if (path === '/baseline/packed.json') {
            return world.baseline === undefined ? new Response('', { status: 404 }) : Response.json(world.baseline.packed, { headers: { etag: world.baseline.id } });
          }
          asked.push(path);
          if (path === '/api/v1/reports' && init?.body !== undefined) {
            const answer = await world.hub(path, init);
            if (answer?.ok === true) told.push(...(JSON.parse(String(init.body)) as { reports: Report[] }).reports);
            if (answer !== undefined) return answer;
          }
          const answer = await world.hub(path, init);
          if (answer === undefined) throw new TypeError('failed to fetch');
          return answer;
        },
      });
      await quiet(handed, timers);
      return { content, reports };
    },
  };
  return world;
}

/** Every wait between two questions, with the share of chance that a world gives them. */
const waits = new Set(Array.from({ length: 12 }, (_, failures) => nextWait(failures, 0.5)));

/** Until the next question to the hub is planned: all work of the start is then done. */
async function quiet(_: Timers, timers: World['timers']): Promise<void> {
  const planned = (): boolean => [...timers.values()].some((timer) => waits.has(timer.milliseconds));
  while (!planned()) await new Promise((resolve) => setImmediate(resolve));
}

/** What a kiosk asks for first. */
export const timestampPath = '/content/metadata/timestamp.json';

/** A hub that serves a release and takes reports. */
export function serving(release: BuiltRelease): HubAnswer {
  return servingFiles((name) => release.web.get(name));
}

/** A hub that serves files by their names below `/content/`, and takes reports. */
export function servingFiles(read: (name: string) => string | undefined | Promise<string | undefined>): HubAnswer {
  return async (path, init) => {
    if (path === '/api/v1/reports') return new Response(null, { status: 204 });
    const text = await read(path.replace('/content/', ''));
    if (text === undefined) return Response.json({ error: 'not found' }, { status: 404 });
    if (path !== timestampPath) return json(text);
    const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
    return new Headers(init?.headers).get('if-none-match') === etag ? new Response(null, { status: 304 }) : json(text, { etag });
  };
}

/** A JSON answer from text. */
export function json(text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { 'content-type': 'application/json', ...headers } });
}

/** What is shown, as one word: an edition, or why there is none. */
export function shownVersion(content: Content): number | string {
  const state = content.content.value;
  return state.kind === 'ready' ? state.release.edition : state.kind;
}

/** Codes of the reports of one start, newest first. */
export function codes(reports: Reports): readonly string[] {
  return reports.recentReports.value.map((report) => report.code);
}
