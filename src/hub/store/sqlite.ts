import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { reportSchema } from '../../api/report.ts';
import { applicationSchema, type Application } from '../../model/application.ts';
import { err, ok } from '../../model/result.ts';
import { hubLimits } from '../limits.ts';
import { SqliteAccounts, SqliteJournal } from './accounts.ts';
import { SqliteFleet } from './fleet.ts';
import { migrate } from './migrations.ts';
import { fullCost, tokenCost, type Cost } from '../../serve/secret-hash.ts';
import { passingSecret, secretOfFolder, type CodeSecret } from './secret.ts';
import type { ApplicationStore, ImportTransaction, Origin, ReportStore, Store } from './store.ts';

/**
 * The store in one SQLite file. `node:sqlite` is synchronous: a question takes
 * some 20 µs, far less than handing it to a thread would.
 */

const documentSchema = v.pipe(v.string(), v.parseJson(), applicationSchema);
const foundRow = v.strictObject({ document: documentSchema });
const countRow = v.strictObject({ count: v.number() });
const proofRow = v.strictObject({ proof: v.instance(Uint8Array) });
const reportRow = v.pipe(
  v.strictObject({ ...reportSchema.entries, kiosk: v.string(), receivedAt: v.string() }),
);

/** Stands in for an application that is not there, so that an unknown code costs what a known one does. */
const decoy = JSON.stringify({
  service: 'birth-registration',
  office: '990101',
  state: 'inProgress',
  step: { number: 2, of: 4 },
  missing: [],
  readyOn: '2026-01-01',
  counter: '3',
  updatedAt: '2026-01-01T00:00:00.000Z',
} satisfies Application);

class SqliteApplications implements ApplicationStore {
  readonly #database: DatabaseSync;
  readonly #secret: CodeSecret;
  readonly #find;

  constructor(database: DatabaseSync, secret: CodeSecret) {
    this.#database = database;
    this.#secret = secret;
    this.#find = database.prepare('SELECT document FROM applications WHERE code_hash = ?');
  }

  async find(code: Parameters<ApplicationStore['find']>[0]): Promise<Application | null> {
    const row = this.#find.get(this.#secret.hash(code));
    const found = v.parse(foundRow, { document: row === undefined ? decoy : row['document'] }).document;
    return row === undefined ? null : found;
  }

  async begin(origin: Origin): Promise<ImportTransaction> {
    const database = this.#database;
    const exists = database.prepare('SELECT 1 FROM applications WHERE code_hash = ?');
    const put = database.prepare('INSERT INTO applications (code_hash, origin, document) VALUES (?, ?, ?) ON CONFLICT (code_hash) DO UPDATE SET origin = excluded.origin, document = excluded.document');
    database.exec('BEGIN IMMEDIATE');
    return {
      put: (code, application) => {
        const document = JSON.stringify(application);
        const length = Buffer.byteLength(document);
        if (length > hubLimits.application) return err({ code: 'tooLong', length, limit: hubLimits.application });
        const hash = this.#secret.hash(code);
        const outcome = exists.get(hash) === undefined ? 'added' : 'replaced';
        put.run(hash, origin, document);
        return ok(outcome);
      },
      commit: () => {
        database.exec('COMMIT');
      },
      rollback: () => {
        database.exec('ROLLBACK');
      },
    };
  }

  async count(origin: Origin): Promise<number> {
    return v.parse(countRow, { ...this.#database.prepare('SELECT count(*) AS count FROM applications WHERE origin = ?').get(origin) }).count;
  }

  async removeSamples(): Promise<void> {
    this.#database.prepare("DELETE FROM applications WHERE origin = 'sample'").run();
  }
}

class SqliteReports implements ReportStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async add(...[kiosk, reports, receivedAt]: Parameters<ReportStore['add']>): Promise<void> {
    const insert = this.#database.prepare('INSERT INTO reports (kiosk, code, at, detail, received_at) VALUES (?, ?, ?, ?, ?)');
    this.#database.exec('BEGIN IMMEDIATE');
    for (const report of reports) insert.run(kiosk, report.code, report.at, report.detail, receivedAt);
    this.#database.prepare('DELETE FROM reports WHERE id <= (SELECT max(id) FROM reports) - ?').run(hubLimits.reports);
    this.#database.exec('COMMIT');
  }

  async latest(count: number): ReturnType<ReportStore['latest']> {
    const rows = this.#database.prepare('SELECT kiosk, code, at, detail, received_at AS receivedAt FROM reports ORDER BY id DESC LIMIT ?').all(count);
    return rows.map((row) => v.parse(reportRow, { ...row }));
  }
}

function openSqlite(file: string, secret: CodeSecret, passwordCost: Cost): Store {
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    migrate(database, new Date().toISOString());
    claim(database, secret, file);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    applications: new SqliteApplications(database, secret),
    reports: new SqliteReports(database),
    accounts: new SqliteAccounts(database, secret, passwordCost),
    fleet: new SqliteFleet(database, secret),
    journal: new SqliteJournal(database),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

/** Under another secret every code would silently be unknown, so the database remembers whose it is. */
function claim(database: DatabaseSync, secret: CodeSecret, file: string): void {
  const row = database.prepare('SELECT proof FROM secret_check').get();
  if (row === undefined) {
    database.prepare('INSERT INTO secret_check (proof) VALUES (?)').run(secret.proof());
    return;
  }
  if (!Buffer.from(v.parse(proofRow, { ...row }).proof).equals(secret.proof())) {
    throw new Error(`registration-code.secret does not belong to ${file}: put back the one from your backup`);
  }
}

/** The store of a data folder: `hub.sqlite` and the secret beside it. */
export function openFileStore(folder: string): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'hub.sqlite');
  // Before SQLite opens it: the files it puts beside it get the same mode.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  return openSqlite(file, secretOfFolder(folder), fullCost);
}

/** A store that is gone with the process: for tests. Its passwords are hashed at next to no cost. */
export function openMemoryStore(): Store {
  return openSqlite(':memory:', passingSecret(), tokenCost);
}
