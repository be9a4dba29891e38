import type { Page } from 'playwright-core';

/** What is in the kiosk's databases, read past the app. */
export interface DatabaseContent {
  /** Version of the release that the pointer names; undefined: none. */
  readonly current: number | undefined;
  /** Versions of the releases that are complete. */
  readonly complete: readonly number[];
  /** Objects that the current release needs and that are missing or do not have their hash. */
  readonly damaged: number;
  readonly objects: number;
  /** Codes of the reports that wait in the outbox. */
  readonly reports: readonly string[];
}

/** Reads the databases in the page. */
export function readDatabase(page: Page): Promise<DatabaseContent> {
  return page.evaluate(async () => {
    interface Row {
      readonly id: string;
      readonly version: number;
      readonly state: string;
      readonly hashes: readonly string[];
    }
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('request failed'));
      });
    const all = async (name: string, stores: readonly string[]): Promise<unknown[][]> => {
      const known = (await indexedDB.databases()).some((database) => database.name === name);
      if (!known) return stores.map(() => []);
      const db = await done(indexedDB.open(name));
      try {
        return await Promise.all(stores.map((store) => (db.objectStoreNames.contains(store) ? done(db.transaction(store).objectStore(store).getAll()) : Promise.resolve([]))));
      } finally {
        db.close();
      }
    };
    const [pointers = [], releases = [], objects = []] = (await all('owso-content', ['pointer', 'releases', 'objects'])) as [{ current: string }[], Row[], { sha256: string; bytes: Uint8Array<ArrayBuffer> }[]];
    const [reports = []] = (await all('owso-outbox', ['outbox'])) as [{ code: string }[]];
    const current = releases.find((release) => release.id === pointers[0]?.current);
    const whole = new Set<string>();
    for (const { sha256, bytes } of objects) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      if (Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === sha256) whole.add(sha256);
    }
    return {
      current: current?.version,
      complete: releases.filter((release) => release.state === 'complete').map((release) => release.version),
      damaged: current?.hashes.filter((hash) => !whole.has(hash)).length ?? 0,
      objects: objects.length,
      reports: reports.map((report) => report.code),
    };
  });
}

/** Until the database holds the release, whole and pointed at. @param version rank of the release */
export async function settled(page: Page, version: number): Promise<DatabaseContent> {
  return untilDatabase(page, (content) => content.current === version && content.damaged === 0);
}

/** Until the database is as it should be; throws after a while, with what is there instead. */
export async function untilDatabase(page: Page, condition: (content: DatabaseContent) => boolean): Promise<DatabaseContent> {
  const end = Date.now() + 15_000;
  for (;;) {
    const content = await readDatabase(page);
    if (condition(content)) return content;
    if (Date.now() > end) throw new Error(`the database did not get there: ${JSON.stringify({ ...content })}`);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

/** Damages the content database in the page, past the app. */
export function damageDatabase(page: Page, how: 'deleteSome' | 'alterOne' | 'deletePointer' | 'deleteAll'): Promise<void> {
  return page.evaluate(async (damage) => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('owso-content');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('cannot open'));
    });
    const transaction = db.transaction(['objects', 'pointer', 'releases'], 'readwrite');
    const objects = transaction.objectStore('objects');
    objects.getAll().onsuccess = (event) => {
      const rows = (event.target as IDBRequest<{ sha256: string; bytes: Uint8Array }[]>).result;
      if (damage === 'deleteSome') for (const row of rows.slice(0, 5)) objects.delete(row.sha256);
      const [first] = rows;
      if (damage === 'alterOne' && first !== undefined) {
        first.bytes[10] = (first.bytes[10] ?? 0) ^ 1;
        objects.put(first);
      }
      if (damage === 'deletePointer') transaction.objectStore('pointer').clear();
      if (damage === 'deleteAll') for (const store of ['objects', 'pointer', 'releases']) transaction.objectStore(store).clear();
    };
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = reject;
    });
    db.close();
  }, how);
}
