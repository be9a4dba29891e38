import { Dexie, type EntityTable } from 'dexie';
import * as v from 'valibot';
import { reportSchema } from '../../api/report.ts';
import { ok, type Result } from '../../model/result.ts';
import { attempt, keptReleases, movedPointer, type ContentStore, type NoteKey, type StorageError, type StoredRelease } from './store.ts';

/**
 * The kiosk's databases. Rows are parsed when read, because a damaged disk has
 * been seen to give back wrong rows without any error: a row that does not fit
 * its schema counts as missing.
 *
 * Two databases, because durability belongs to a database in Dexie: content can
 * be had again and is written relaxed (2.6 times faster for small
 * transactions); a report exists only here and is written strictly.
 */

const bytesSchema = v.custom<Uint8Array>((input) => input instanceof Uint8Array);
const objectRowSchema = v.object({ sha256: v.string(), bytes: bytesSchema });
const releaseRowSchema = v.object({
  id: v.string(),
  version: v.number(),
  manifest: bytesSchema,
  hashes: v.array(v.string()),
  state: v.picklist(['staged', 'complete']),
});
const pointerRowSchema = v.object({ key: v.literal('pointer'), current: v.string(), previous: v.optional(v.string()) });
const noteRowSchema = v.object({ key: v.string(), value: v.string() });
/** A report that waits to be sent; its key holds what makes two reports the same. */
export const outboxRowSchema = v.object({ key: v.string(), ...reportSchema.entries });
export type OutboxRow = v.InferOutput<typeof outboxRowSchema>;

class ContentDatabase extends Dexie {
  declare objects: EntityTable<v.InferOutput<typeof objectRowSchema>, 'sha256'>;
  declare releases: EntityTable<v.InferOutput<typeof releaseRowSchema>, 'id'>;
  declare pointer: EntityTable<v.InferOutput<typeof pointerRowSchema>, 'key'>;
  declare meta: EntityTable<v.InferOutput<typeof noteRowSchema>, 'key'>;

  constructor(name: string) {
    super(name, { chromeTransactionDurability: 'relaxed' });
    this.version(1).stores({ objects: 'sha256', releases: 'id', pointer: 'key', meta: 'key' });
  }
}

class OutboxDatabase extends Dexie {
  declare outbox: EntityTable<OutboxRow, 'key'>;

  constructor(name: string) {
    super(name, { chromeTransactionDurability: 'strict' });
    this.version(1).stores({ outbox: 'key, at' });
  }
}

/** Names of the databases in the browser. */
export const databaseNames = { content: 'owso-content', outbox: 'owso-outbox' } as const;

/** Milliseconds after which a database that neither opens nor fails counts as unusable: another page may hold it. */
const openLimit = 3000;

/**
 * Opens the content database. One that cannot be opened is deleted and made
 * anew once: what was in it can be had again. An error means that the kiosk
 * has to live without a database until its next start.
 */
export async function openContentStore(name: string = databaseNames.content, limit = openLimit): Promise<Result<{ readonly store: ContentStore; readonly recreated: boolean }, StorageError>> {
  const first = await openWithin(new ContentDatabase(name), limit);
  if (first.ok) return ok({ store: dexieStore(first.value), recreated: false });
  if (first.error.detail === tookTooLong || first.error.code === 'storageFull') return first;
  const deleted = await attempt(() => within(Dexie.delete(name), limit));
  if (!deleted.ok) return first;
  const second = await openWithin(new ContentDatabase(name), limit);
  return second.ok ? ok({ store: dexieStore(second.value), recreated: true }) : second;
}

/** Opens the outbox, or says why it cannot be. */
export function openOutbox(name: string = databaseNames.outbox): Promise<Result<OutboxDatabase, StorageError>> {
  return openWithin(new OutboxDatabase(name), openLimit);
}
export type Outbox = OutboxDatabase;

const tookTooLong = 'TimeoutError';

async function openWithin<D extends Dexie>(database: D, limit: number): Promise<Result<D, StorageError>> {
  const opened = await attempt(() => within(Promise.resolve(database.open()), limit));
  if (opened.ok) return ok(database);
  database.close({ disableAutoOpen: true });
  return opened;
}

function within<T>(operation: Promise<T>, limit: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('the database does not answer', tookTooLong)), limit);
    operation.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function parsed<S extends v.GenericSchema>(schema: S, rows: readonly unknown[]): readonly v.InferOutput<S>[] {
  return rows.flatMap((row) => {
    const result = v.safeParse(schema, row);
    return result.success ? [result.output] : [];
  });
}

function dexieStore(db: ContentDatabase): ContentStore {
  const pointer = async (): Promise<v.InferOutput<typeof pointerRowSchema> | undefined> => parsed(pointerRowSchema, [await db.pointer.get('pointer')])[0];
  const release = async (id: string): Promise<StoredRelease | undefined> => parsed(releaseRowSchema, [await db.releases.get(id)])[0];
  return {
    durable: true,
    pointer,
    releases: async () => parsed(releaseRowSchema, await db.releases.toArray()),
    async objects(hashes) {
      const rows = await db.objects.bulkGet([...hashes]);
      return rows.map((row) => parsed(objectRowSchema, [row])[0]?.bytes);
    },
    async putObjects(objects) {
      await db.objects.bulkPut(Array.from(objects, ([sha256, bytes]) => ({ sha256, bytes })));
    },
    async deleteObjects(hashes) {
      await db.objects.bulkDelete([...hashes]);
    },
    async putRelease(row) {
      await db.releases.put({ ...row, hashes: [...row.hashes] });
    },
    complete: (id) =>
      db.transaction('rw', db.releases, db.objects, async () => {
        const row = await release(id);
        if (row === undefined) return false;
        const there = new Set(await db.objects.toCollection().primaryKeys());
        if (!row.hashes.every((hash) => there.has(hash))) return false;
        await db.releases.update(id, { state: 'complete' });
        return true;
      }),
    switchTo: (id) =>
      db.transaction('rw', db.releases, db.pointer, async () => {
        const row = await release(id);
        if (row?.state !== 'complete') return false;
        await db.pointer.put({ key: 'pointer', ...movedPointer(await pointer(), row) });
        return true;
      }),
    async dropRelease(id) {
      await db.releases.delete(id);
    },
    prune: () =>
      db.transaction('rw', db.releases, db.objects, db.pointer, async () => {
        const now = await pointer();
        if (now === undefined) return;
        const kept = keptReleases(parsed(releaseRowSchema, await db.releases.toArray()), now);
        const ids = new Set(kept.map((row) => row.id));
        const needed = new Set(kept.flatMap((row) => row.hashes));
        const releaseKeys = await db.releases.toCollection().primaryKeys();
        const objectKeys = await db.objects.toCollection().primaryKeys();
        await db.releases.bulkDelete(releaseKeys.filter((id) => !ids.has(id)));
        await db.objects.bulkDelete(objectKeys.filter((hash) => !needed.has(hash)));
      }),
    async note(key: NoteKey) {
      return parsed(noteRowSchema, [await db.meta.get(key)])[0]?.value;
    },
    async setNote(key: NoteKey, value: string) {
      await db.meta.put({ key, value });
    },
  };
}
