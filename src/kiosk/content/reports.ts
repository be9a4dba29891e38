import { signal, type ReadonlySignal } from '@preact/signals';
import * as v from 'valibot';
import { kioskHeader, paths } from '../../api/paths.ts';
import type { Report, ReportCode } from '../../api/report.ts';
import { openOutbox, outboxRowSchema, type Outbox, type OutboxRow } from './db.ts';
import { discard } from './discard.ts';
import { attempt } from './store.ts';
import { withDeadline, type Timers } from './timers.ts';

/**
 * What the kiosk tells its operator of itself: kept in an outbox until the hub
 * has taken it, shown on the kiosk to whoever looks after it. Never anything a
 * citizen did: {@link cleanDetail} lets only technical text through.
 */
export interface Reports {
  /**
   * Reports a fact. The same fact is said once in a while, not each time.
   * @param detail an object path, an HTTP status, an error's name; never user input
   */
  report(code: ReportCode, detail?: string): void;
  /** The latest reports of this kiosk, newest first. */
  readonly recentReports: ReadonlySignal<readonly Report[]>;
  /** Opens the outbox and takes over what an earlier start left in it. */
  startReports(deps: ReportsDeps): Promise<void>;
  /** Sends what waits. `false`: the hub did not take it, it goes on waiting. */
  flushReports(): Promise<boolean>;
}

/** What reports need from outside. */
export interface ReportsDeps {
  readonly kiosk: () => string;
  readonly fetch: typeof fetch;
  readonly timers: Timers;
  readonly now: () => number;
  readonly openOutbox?: typeof openOutbox;
}

/** Limits of reporting. */
const bounds = {
  /** reports that wait; the oldest go first */
  outbox: 200,
  /** reports in one request: the hub takes no more */
  request: 100,
  /** reports shown on the kiosk */
  recent: 50,
  /** milliseconds in which the same fact is not reported again */
  quiet: 10 * 60_000,
  /** milliseconds for the hub to take them */
  answer: 5_000,
} as const;

/** Makes an independent set of reports; the app has one, below. */
export function createReports(): Reports {
  const recent = signal<readonly Report[]>([]);
  const saidAt = new Map<string, number>();
  let deps: ReportsDeps | undefined;
  let outbox = memoryOutbox();
  let writing: Promise<unknown> = Promise.resolve();
  let flushing: Promise<boolean> | undefined;

  function report(code: ReportCode, detail = ''): void {
    const now = deps?.now() ?? Date.now();
    const clean = cleanDetail(detail);
    const key = `${code} ${clean}`;
    const before = saidAt.get(key);
    if (before !== undefined && Math.abs(now - before) < bounds.quiet) return;
    if (saidAt.size >= bounds.outbox) saidAt.clear();
    saidAt.set(key, now);
    const row: OutboxRow = { key, code, at: new Date(now).toISOString(), detail: clean };
    recent.value = [{ code, at: row.at, detail: clean }, ...recent.value].slice(0, bounds.recent);
    // Strictly one after the other, so that the bound holds.
    writing = writing.then(() => attempt(() => outbox.add(row)));
  }

  async function flush(): Promise<boolean> {
    await writing;
    if (deps === undefined) return false;
    const { fetch: send, kiosk, timers } = deps;
    for (;;) {
      const rows = await attempt(() => outbox.first(bounds.request));
      if (!rows.ok) return false;
      if (rows.value.length === 0) return true;
      const body = JSON.stringify({ kiosk: kiosk(), reports: rows.value.map(({ code, at, detail }) => ({ code, at, detail })) });
      const status = await withDeadline(timers, bounds.answer, async (signal) => {
        try {
          const response = await send(paths.reports, {
            method: 'POST',
            headers: { 'content-type': 'application/json', [kioskHeader]: kiosk() },
            body,
            signal,
            credentials: 'omit',
            redirect: 'error',
          });
          discard(response);
          return response.status;
        } catch {
          return 0;
        }
      });
      // A hub that calls them malformed will say so for ever: they are given up, not kept in the way of later ones.
      if (!(status >= 200 && status < 300) && status !== 400 && status !== 413) return false;
      const removed = await attempt(() => outbox.remove(rows.value.map((row) => row.key)));
      if (!removed.ok) return false;
    }
  }

  return {
    report,
    recentReports: recent,
    async startReports(given) {
      deps = given;
      const opened = await (given.openOutbox ?? openOutbox)();
      if (!opened.ok) return;
      const kept = dexieOutbox(opened.value);
      const early = outbox;
      writing = writing.then(async () => {
        outbox = kept;
        const [old, said] = await Promise.all([attempt(() => kept.first(bounds.recent)), early.first(bounds.outbox)]);
        if (old.ok) recent.value = [...recent.value, ...old.value.map(({ code, at, detail }) => ({ code, at, detail })).reverse()].slice(0, bounds.recent);
        for (const row of said) await attempt(() => kept.add(row));
      });
      await writing;
    },
    flushReports: () => (flushing ??= flush().finally(() => (flushing = undefined))),
  };
}

/**
 * Technical text only: ASCII, short, and nothing that looks like a registration
 * code, whoever passes it by mistake.
 */
export function cleanDetail(detail: string): string {
  return detail
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/(applications\/)\S*/gi, '$1-')
    .replace(/\d{2,6}[- ]?[a-z]{4}[- ]?[a-z]{4}[- ]?\d{2}/gi, '-')
    .trim()
    .slice(0, 200);
}

interface OutboxRows {
  add(row: OutboxRow): Promise<void>;
  /** Oldest first. */
  first(count: number): Promise<readonly OutboxRow[]>;
  remove(keys: readonly string[]): Promise<void>;
}

function memoryOutbox(): OutboxRows {
  const rows = new Map<string, OutboxRow>();
  return {
    async add(row) {
      if (!rows.has(row.key)) rows.set(row.key, row);
      for (const key of rows.keys()) if (rows.size > bounds.outbox) rows.delete(key);
    },
    first: async (count) => [...rows.values()].slice(0, count),
    async remove(keys) {
      for (const key of keys) rows.delete(key);
    },
  };
}

function dexieOutbox(db: Outbox): OutboxRows {
  const { outbox } = db;
  return {
    add: (row) =>
      db.transaction('rw', outbox, async () => {
        if ((await outbox.get(row.key)) === undefined) await outbox.add(row);
        const surplus = (await outbox.count()) - bounds.outbox;
        if (surplus > 0) await outbox.bulkDelete(await outbox.orderBy('at').limit(surplus).primaryKeys());
      }),
    async first(count) {
      const rows: readonly unknown[] = await outbox.orderBy('at').limit(count).toArray();
      return rows.flatMap((row) => {
        const parsed = v.safeParse(outboxRowSchema, row);
        return parsed.success ? [parsed.output] : [];
      });
    },
    async remove(keys) {
      await outbox.bulkDelete([...keys]);
    },
  };
}

/** The app's own. */
export const reports: Reports = createReports();
export const { report, recentReports, startReports, flushReports } = reports;
