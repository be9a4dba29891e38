import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { assert } from '../../model/result.ts';

/** The database's shape, step by step. A step that was released is never edited: a new one is added. */
const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: 'applications by the keyed hash of their code',
    sql: `
      CREATE TABLE applications (
        code_hash BLOB PRIMARY KEY CHECK (length(code_hash) = 32),
        origin TEXT NOT NULL CHECK (origin IN ('office', 'sample')),
        document TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE secret_check (proof BLOB NOT NULL) STRICT;`,
  },
  {
    name: 'reports of kiosks',
    sql: `
      CREATE TABLE reports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kiosk TEXT NOT NULL,
        code TEXT NOT NULL,
        at TEXT NOT NULL,
        detail TEXT NOT NULL,
        received_at TEXT NOT NULL
      ) STRICT;`,
  },
  {
    name: 'accounts of staff, their sessions, and what they did',
    sql: `
      CREATE TABLE accounts (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('operator')),
        area TEXT NOT NULL,
        password TEXT NOT NULL,
        created_at TEXT NOT NULL,
        demonstration INTEGER NOT NULL CHECK (demonstration IN (0, 1))
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE sessions (
        token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
        account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        opened_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX sessions_account ON sessions (account);
      CREATE TABLE sign_in_failures (
        name_hash BLOB PRIMARY KEY CHECK (length(name_hash) = 32),
        count INTEGER NOT NULL,
        last_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        action TEXT NOT NULL,
        about TEXT NOT NULL,
        order_action TEXT
      ) STRICT;`,
  },
  {
    name: 'terminals, their enrolment and their orders',
    sql: `
      CREATE TABLE terminals (
        id TEXT PRIMARY KEY,
        office TEXT NOT NULL,
        name TEXT NOT NULL,
        public_key TEXT NOT NULL UNIQUE,
        enrolled_at INTEGER NOT NULL,
        moment INTEGER NOT NULL,
        heard_at INTEGER,
        clock_ahead INTEGER,
        health TEXT,
        UNIQUE (office, name)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE enrolment_codes (
        code_hash BLOB PRIMARY KEY CHECK (length(code_hash) = 32),
        office TEXT NOT NULL,
        name TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        used_by TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        terminal TEXT NOT NULL REFERENCES terminals (id) ON DELETE CASCADE,
        action TEXT NOT NULL,
        ordered_by TEXT NOT NULL,
        ordered_at INTEGER NOT NULL,
        fetched_at INTEGER,
        result TEXT,
        finished_at INTEGER
      ) STRICT;
      CREATE INDEX orders_terminal ON orders (terminal, id);`,
  },
  {
    name: 'terminals of a demonstration',
    sql: 'ALTER TABLE terminals ADD COLUMN demonstration INTEGER NOT NULL DEFAULT 0 CHECK (demonstration IN (0, 1));',
  },
];

const versionRow = v.strictObject({ version: v.nullable(v.number()) });

/**
 * Brings a database to the newest shape, each step in a transaction of its own.
 * Throws when the database was made by a newer version of the hub.
 */
export function migrate(database: DatabaseSync, now: string): void {
  database.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT');
  const current = (): number => v.parse(versionRow, { ...database.prepare('SELECT max(version) AS version FROM migrations').get() }).version ?? 0;
  assert(
    current() <= migrations.length,
    `the database has shape ${current()}, this hub knows up to ${migrations.length}: start the newer version of the hub, or another DATA_DIR`,
  );
  for (const [index, migration] of migrations.entries()) {
    database.exec('BEGIN IMMEDIATE');
    try {
      // Two processes may start at once: the one that waited finds the step done.
      if (current() <= index) {
        database.exec(migration.sql);
        database.prepare('INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)').run(index + 1, migration.name, now);
      }
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}
