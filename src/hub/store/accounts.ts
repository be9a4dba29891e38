import { createHash, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { accountNameSchema, journalEntrySchema, staffRoles, type JournalEntry } from '../../api/staff.ts';
import { hubLimits } from '../limits.ts';
import type { Cost } from '../../serve/secret-hash.ts';
import { checkPassword, hashPassword } from './password.ts';
import { inTransaction } from './transaction.ts';
import type { CodeSecret } from './secret.ts';
import type { Account, AccountStore, Failures, JournalStore } from './store.ts';

const accountRow = v.strictObject({ name: accountNameSchema, role: v.picklist(staffRoles), area: v.string() });
const passwordRow = v.strictObject({ ...accountRow.entries, password: v.string() });
const failuresRow = v.strictObject({ count: v.number(), lastAt: v.number() });
const journalRow = v.strictObject({ at: v.string(), by: v.string(), action: v.string(), about: v.string(), order: v.nullable(v.string()) });

/** Names that nobody has are counted too; a guesser must not fill the disk with them. */
const failuresKept = 10_000;

/** ms by which a session may lie in the future: the hub's clock is being set. Beyond that it was set back, and nobody knows how long ago the session was used. */
const sessionAhead = 120_000;

function tokenHash(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** Accounts and sessions in SQLite. */
export class SqliteAccounts implements AccountStore {
  readonly #database: DatabaseSync;
  readonly #secret: CodeSecret;
  readonly #cost: Cost;

  constructor(database: DatabaseSync, secret: CodeSecret, cost: Cost) {
    this.#database = database;
    this.#secret = secret;
    this.#cost = cost;
  }

  async add(...[account, now]: Parameters<AccountStore['add']>): Promise<boolean> {
    const hash = await hashPassword(account.password, this.#cost);
    const { changes } = this.#database
      .prepare('INSERT INTO accounts (name, role, area, password, created_at, demonstration) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING')
      .run(account.name, account.role, account.area, hash, new Date(now).toISOString(), account.demonstration === true ? 1 : 0);
    return Number(changes) === 1;
  }

  async list(): Promise<readonly Account[]> {
    return this.#database.prepare('SELECT name, role, area FROM accounts ORDER BY name').all().map((row) => v.parse(accountRow, { ...row }));
  }

  async remove(name: string): Promise<boolean> {
    return Number(this.#database.prepare('DELETE FROM accounts WHERE name = ?').run(name).changes) === 1;
  }

  async setPassword(name: string, password: string): Promise<boolean> {
    const hash = await hashPassword(password, this.#cost);
    return inTransaction(this.#database, () => {
      this.#database.prepare('DELETE FROM sessions WHERE account = ?').run(name);
      return Number(this.#database.prepare('UPDATE accounts SET password = ? WHERE name = ?').run(hash, name).changes) === 1;
    });
  }

  async removeDemonstration(): Promise<void> {
    this.#database.prepare('DELETE FROM accounts WHERE demonstration = 1').run();
  }

  async check(name: string, password: string): Promise<Account | undefined> {
    const row = this.#database.prepare('SELECT name, role, area, password FROM accounts WHERE name = ?').get(name);
    const found = row === undefined ? undefined : v.parse(passwordRow, { ...row });
    if (!(await checkPassword(password, found?.password, this.#cost)) || found === undefined) return undefined;
    return { name: found.name, role: found.role, area: found.area };
  }

  async failures(name: string): Promise<Failures> {
    const row = this.#database.prepare('SELECT count, last_at AS lastAt FROM sign_in_failures WHERE name_hash = ?').get(this.#nameHash(name));
    return row === undefined ? { count: 0, lastAt: 0 } : v.parse(failuresRow, { ...row });
  }

  async addFailure(name: string, now: number, forgetBefore: number): Promise<number> {
    this.#database
      .prepare(`INSERT INTO sign_in_failures (name_hash, count, last_at) VALUES (?, 1, ?)
        ON CONFLICT (name_hash) DO UPDATE SET count = CASE WHEN last_at < ? THEN 1 ELSE count + 1 END, last_at = excluded.last_at`)
      .run(this.#nameHash(name), now, forgetBefore);
    // Those of accounts stay, however many other names are tried: they are what the delay is for.
    const accounts = (await this.list()).map((account) => Buffer.from(this.#nameHash(account.name)).toString('hex'));
    this.#database
      .prepare(`DELETE FROM sign_in_failures WHERE last_at < ? OR name_hash IN (
        SELECT name_hash FROM sign_in_failures WHERE lower(hex(name_hash)) NOT IN (SELECT value FROM json_each(?)) ORDER BY count DESC, last_at DESC LIMIT -1 OFFSET ?)`)
      .run(forgetBefore, JSON.stringify(accounts), failuresKept);
    return (await this.failures(name)).count;
  }

  async clearFailures(name: string): Promise<void> {
    this.#database.prepare('DELETE FROM sign_in_failures WHERE name_hash = ?').run(this.#nameHash(name));
  }

  async openSession(name: string, now: number): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    this.#database.prepare('DELETE FROM sessions WHERE opened_at NOT BETWEEN ? AND ? OR used_at NOT BETWEEN ? AND ?').run(now - hubLimits.sessionAge, now + sessionAhead, now - hubLimits.sessionIdle, now + sessionAhead);
    this.#database.prepare('INSERT INTO sessions (token_hash, account, opened_at, used_at) VALUES (?, ?, ?, ?)').run(tokenHash(token), name, now, now);
    return token;
  }

  async session(...[token, { now, openedAfter, usedAfter, use }]: Parameters<AccountStore['session']>): Promise<Account | undefined> {
    const hash = tokenHash(token);
    const row = this.#database
      .prepare('SELECT name, role, area FROM sessions JOIN accounts ON accounts.name = sessions.account WHERE token_hash = ? AND opened_at > ? AND used_at > ? AND max(opened_at, used_at) <= ?')
      .get(hash, openedAfter, usedAfter, now + sessionAhead);
    if (row === undefined) return undefined;
    if (use) this.#database.prepare('UPDATE sessions SET used_at = ? WHERE token_hash = ?').run(now, hash);
    return v.parse(accountRow, { ...row });
  }

  async closeSession(token: string): Promise<void> {
    this.#database.prepare('DELETE FROM sessions WHERE token_hash = ?').run(tokenHash(token));
  }

  /** The name that somebody typed may be a password in the wrong field: it is not kept. */
  #nameHash(name: string): Uint8Array {
    return this.#secret.hashText('account name', name.toLowerCase());
  }
}

/** The journal in SQLite. */
export class SqliteJournal implements JournalStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async add({ at, by, action, about, order }: JournalEntry): Promise<void> {
    this.#database.prepare('INSERT INTO journal (at, by_whom, action, about, order_action) VALUES (?, ?, ?, ?, ?)').run(at, by, action, about, order ?? null);
    this.#database.prepare('DELETE FROM journal WHERE id <= (SELECT max(id) FROM journal) - ?').run(hubLimits.journal);
  }

  async latest(...[count, { name, area } = { name: '', area: '' }]: Parameters<JournalStore['latest']>): ReturnType<JournalStore['latest']> {
    // An entry on a terminal begins with its office's code. Among those of the area, or the newest of a large country would leave a commune none.
    const rows = this.#database.prepare(`SELECT at, by_whom AS "by", action, about, order_action AS "order" FROM journal WHERE ? = '' OR by_whom = ? OR (about >= ? AND about < ?) ORDER BY id DESC LIMIT ?`).all(area, name, area, `${area}:`, count);
    return rows.map((row) => {
      const { order, ...entry } = v.parse(journalRow, { ...row });
      return v.parse(journalEntrySchema, order === null ? entry : { ...entry, order });
    });
  }
}
