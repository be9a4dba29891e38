import type { BrowserContext, CDPSession } from 'playwright-core';
import { processNumbers, stateOf, told } from '../../e2e/support/processes.ts';
import { inPage } from './hand.ts';

/** What is measured between two visits, on the attract screen, after forced garbage collections. */
export interface Sample {
  /** Sessions so far. */
  readonly at: number;
  /** Bytes that JavaScript of the page uses. */
  readonly heap: number;
  /** DOM nodes that are alive, in the document or not. */
  readonly nodes: number;
  /** Listeners of DOM events. */
  readonly listeners: number;
  /** Documents, frames and workers that are alive. */
  readonly documents: number;
  /** Objects with a life cycle of their own: observers, streams, connections. */
  readonly observers: number;
  /** Bytes that the database holds, by its rows. */
  readonly rows: number;
  /** Bytes that the database takes on disk. */
  readonly disk: number;
  /** Pages, workers and service workers of the browser. */
  readonly targets: number;
  /** Memory of the page's process, bytes. */
  readonly renderer: number;
  /** Memory of the browser's other processes, bytes. */
  readonly others: number;
}

/** Names of the measures. */
export type Measure = Exclude<keyof Sample, 'at'>;

/**
 * Memory of a browser's processes, shared pages by their share; bytes. Without
 * the pages of files: their share depends on who else runs the same program.
 */
export function memoryOf(root: number): { readonly renderer: number; readonly others: number } {
  const parents = new Map(processNumbers().map((pid) => [pid, stateOf(pid)?.parent ?? 0]));
  const below = (pid: number): boolean => pid === root || (parents.has(pid) && below(parents.get(pid) ?? 0));
  const sum = { renderer: 0, others: 0 };
  for (const pid of [...parents.keys()].filter(below)) {
    const kind = told(pid, 'cmdline').includes('--type=renderer') ? 'renderer' : 'others';
    for (const [, kilobytes] of told(pid, 'smaps_rollup').matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB/gm)) sum[kind] += Number(kilobytes) * 1_024;
  }
  return sum;
}

/** The browser's process with this profile. */
export function browserOf(profile: string): number {
  const found = processNumbers().find((pid) => {
    const line = told(pid, 'cmdline').split('\0');
    return line.includes(`--user-data-dir=${profile}`) && !line.some((argument) => argument.startsWith('--type='));
  });
  if (found === undefined) throw new Error('the browser has no process');
  return found;
}

/** The app's database, read past the app: the version that the pointer names, and the bytes of all rows. */
const readRows = `(async () => {
  const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const size = (value) => value instanceof Uint8Array ? value.length : typeof value === 'string' ? value.length : value !== null && typeof value === 'object' ? Object.values(value).reduce((sum, part) => sum + size(part), 0) : 8;
  let bytes = 0;
  let current;
  for (const { name } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    const rows = Object.fromEntries(await Promise.all([...db.objectStoreNames].map(async (store) => [store, await done(db.transaction(store).objectStore(store).getAll())])));
    db.close();
    bytes += size(rows);
    if (rows.pointer) current = rows.releases.find(({ id }) => id === rows.pointer[0]?.current)?.version;
  }
  const { usage, usageDetails } = await navigator.storage.estimate();
  return { bytes, current, disk: usageDetails?.indexedDB ?? usage };
})()`;

export interface Rows {
  readonly bytes: number;
  /** Version of the release that the terminal shows. */
  readonly current: number | undefined;
  readonly disk: number;
}

/** Reads the terminal's database. */
export function rowsOf(session: CDPSession): Promise<Rows> {
  return inPage(session, readRows);
}

const metric = (metrics: readonly { readonly name: string; readonly value: number }[], name: string): number => metrics.find((candidate) => candidate.name === name)?.value ?? 0;

/** Collects garbage until two readings agree, then measures. */
export async function measure(session: CDPSession, context: BrowserContext, browser: number, at: number): Promise<Sample> {
  let before = Number.POSITIVE_INFINITY;
  let metrics: readonly { readonly name: string; readonly value: number }[] = [];
  for (let tries = 0; tries < 12; tries++) {
    // What waits for an idle moment is done first.
    await inPage(session, 'new Promise((resolve) => requestIdleCallback(() => requestAnimationFrame(() => resolve())))');
    await session.send('HeapProfiler.collectGarbage');
    ({ metrics } = await session.send('Performance.getMetrics'));
    const heap = metric(metrics, 'JSHeapUsedSize');
    if (Math.abs(heap - before) < 20_000) break;
    before = heap;
  }
  // Pictures that the browser keeps until memory is short: half a gigabyte after a camera was on.
  await session.send('Memory.simulatePressureNotification', { level: 'critical' });
  const rows = await rowsOf(session);
  const pages = context.pages();
  const memory = memoryOf(browser);
  return {
    at,
    heap: metric(metrics, 'JSHeapUsedSize'),
    nodes: metric(metrics, 'Nodes'),
    listeners: metric(metrics, 'JSEventListeners'),
    documents: metric(metrics, 'Documents') + metric(metrics, 'Frames') + metric(metrics, 'WorkerGlobalScopes'),
    observers: metric(metrics, 'ContextLifecycleStateObservers') + metric(metrics, 'RTCPeerConnections'),
    rows: rows.bytes,
    disk: rows.disk,
    targets: pages.length + context.serviceWorkers().length + pages.reduce((sum, page) => sum + page.workers().length, 0),
    renderer: memory.renderer,
    others: memory.others,
  };
}
