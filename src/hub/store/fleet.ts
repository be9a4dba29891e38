import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { fleetHeartbeatSchema, orderActions, orderResults, ordersKept, publicKeySchema, type FleetHeartbeat } from '../../api/fleet.ts';
import { identifierSchema, officeCodeSchema } from '../../model/identifier.ts';
import { hubLimits } from '../limits.ts';
import type { CodeSecret } from './secret.ts';
import { inTransaction } from './transaction.ts';
import type { FleetStore, FleetTerminal, Place, StoredOrder } from './store.ts';

const healthSchema = v.pipe(v.string(), v.parseJson(), fleetHeartbeatSchema);
const optionalNumber = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? undefined));

/** A terminal without what it said last, which is read when it is new. */
const terminalRow = v.strictObject({
  id: v.string(),
  office: officeCodeSchema,
  name: identifierSchema,
  publicKey: publicKeySchema,
  enrolledAt: v.number(),
  moment: v.number(),
  heardAt: optionalNumber,
  clockAhead: optionalNumber,
  health: v.nullable(v.string()),
});
const terminalColumns = 'id, office, name, public_key AS publicKey, enrolled_at AS enrolledAt, moment, heard_at AS heardAt, clock_ahead AS clockAhead, health';

const orderRow = v.strictObject({
  id: v.number(),
  terminal: v.string(),
  action: v.picklist(orderActions),
  by: v.string(),
  at: v.number(),
  fetchedAt: optionalNumber,
  result: v.pipe(v.nullable(v.picklist(orderResults)), v.transform((value) => value ?? undefined)),
  finishedAt: optionalNumber,
});
const orderColumns = 'id, terminal, action, ordered_by AS "by", ordered_at AS at, fetched_at AS fetchedAt, result, finished_at AS finishedAt';

const codeRow = v.strictObject({ office: v.string(), name: v.string(), expiresAt: v.number(), usedBy: v.nullable(v.string()) });
/** What was said, and when, ms. */
interface Said {
  readonly at: number;
  readonly health: FleetHeartbeat;
}

const idRow = v.strictObject({ id: v.string() });

/** Milliseconds by which the start of one machine can seem to move: whole seconds, slow lines, a hub's clock that is being set. */
const startSlack = 120_000;

/**
 * Whether what was said cannot come from the machine that spoke before: it began
 * earlier, and nothing that started later becomes older. A hub whose clock was set
 * back in between cannot tell.
 */
function isAnotherMachine(before: Said, said: Said): boolean {
  const began = ({ at, health: { machine } }: Said): number => at - machine.uptime * 1_000;
  return said.at >= before.at && began(said) < began(before) - startSlack;
}

/** Terminals in SQLite. */
export class SqliteFleet implements FleetStore {
  readonly #database: DatabaseSync;
  readonly #secret: CodeSecret;
  /** What each terminal said last, already read: a list of thousands is looked at every few seconds, each changes once a minute. */
  readonly #read = new Map<string, { readonly text: string; readonly health: FleetHeartbeat }>();

  /** When a terminal was last heard as two machines. Not kept: while it is so, the next heartbeats say it again. */
  readonly #twins = new Map<string, number>();

  constructor(database: DatabaseSync, secret: CodeSecret) {
    this.#database = database;
    this.#secret = secret;
  }

  async addCode(code: string, { office, name }: Place, expiresAt: number): Promise<void> {
    inTransaction(this.#database, () => {
      this.#database.prepare('DELETE FROM enrolment_codes WHERE expires_at < ? OR (office = ? AND name = ? AND used_by IS NULL)').run(expiresAt - 2 * hubLimits.enrolmentCode, office, name);
      this.#database.prepare('INSERT INTO enrolment_codes (code_hash, office, name, expires_at) VALUES (?, ?, ?, ?)').run(this.#codeHash(code), office, name, expiresAt);
    });
  }

  async enrol(...[code, place, publicKey, now]: Parameters<FleetStore['enrol']>): ReturnType<FleetStore['enrol']> {
    return inTransaction(this.#database, () => this.#enrol(this.#codeHash(code), place, publicKey, now));
  }

  #enrol(hash: Uint8Array, { office, name }: Place, publicKey: string, now: number): { readonly id: string; readonly isNew: boolean } | undefined {
    const row = this.#database.prepare('SELECT office, name, expires_at AS expiresAt, used_by AS usedBy FROM enrolment_codes WHERE code_hash = ?').get(hash);
    const code = row === undefined ? undefined : v.parse(codeRow, { ...row });
    if (code === undefined || code.expiresAt <= now || code.office !== office || code.name !== name) return undefined;
    if (code.usedBy !== null) {
      const known = this.#database.prepare('SELECT id FROM terminals WHERE id = ? AND public_key = ?').get(code.usedBy, publicKey);
      return known === undefined ? undefined : { id: v.parse(idRow, { ...known }).id, isNew: false };
    }
    const id = randomBytes(8).toString('hex');
    // Also a terminal that moved: one key is one machine.
    this.#database.prepare('DELETE FROM terminals WHERE (office = ? AND name = ?) OR public_key = ?').run(office, name, publicKey);
    this.#database.prepare('INSERT INTO terminals (id, office, name, public_key, enrolled_at, moment) VALUES (?, ?, ?, ?, ?, 0)').run(id, office, name, publicKey, now);
    this.#database.prepare('UPDATE enrolment_codes SET used_by = ? WHERE code_hash = ?').run(id, hash);
    return { id, isNew: true };
  }

  async addSample({ office, name }: Place, enrolledAt: number): Promise<string | undefined> {
    const id = randomBytes(8).toString('hex');
    // Random bytes in place of a key: nobody has the other half.
    const { changes } = this.#database
      .prepare('INSERT INTO terminals (id, office, name, public_key, enrolled_at, moment, demonstration) VALUES (?, ?, ?, ?, ?, 0, 1) ON CONFLICT (office, name) DO NOTHING')
      .run(id, office, name, randomBytes(32).toString('hex'), enrolledAt);
    return Number(changes) === 1 ? id : undefined;
  }

  async removeSamples(): Promise<void> {
    this.#database.prepare('DELETE FROM terminals WHERE demonstration = 1').run();
  }

  async terminal(id: string): Promise<FleetTerminal | undefined> {
    const row = this.#database.prepare(`SELECT ${terminalColumns} FROM terminals WHERE id = ?`).get(id);
    return row === undefined ? undefined : this.#terminal({ ...row });
  }

  async list(area: string): Promise<readonly FleetTerminal[]> {
    // A code's digits are followed by nothing that sorts after a colon.
    return this.#database.prepare(`SELECT ${terminalColumns} FROM terminals WHERE office >= ? AND office < ? ORDER BY office, name`).all(area, `${area}:`).map((row) => this.#terminal({ ...row }));
  }

  async remove(id: string): Promise<boolean> {
    this.#read.delete(id);
    this.#twins.delete(id);
    return Number(this.#database.prepare('DELETE FROM terminals WHERE id = ?').run(id).changes) === 1;
  }

  async takeMoment(id: string, moment: number): Promise<boolean> {
    return Number(this.#database.prepare('UPDATE terminals SET moment = ? WHERE id = ? AND moment < ?').run(moment, id, moment).changes) === 1;
  }

  async heard(id: string, health: FleetHeartbeat, now: number): Promise<void> {
    const before = (await this.terminal(id))?.heard;
    if (before !== undefined && isAnotherMachine(before, { at: now, health })) this.#twins.set(id, now);
    this.#database.prepare('UPDATE terminals SET heard_at = ?, clock_ahead = ?, health = ? WHERE id = ?').run(now, Date.parse(health.clock) - now, JSON.stringify(health), id);
  }

  async order(...[terminal, action, by, now, openAfter]: Parameters<FleetStore['order']>): Promise<StoredOrder> {
    const same = (await this.openOrders(terminal, openAfter, undefined)).find((order) => order.action === action);
    if (same !== undefined) return same;
    const { lastInsertRowid } = this.#database.prepare('INSERT INTO orders (terminal, action, ordered_by, ordered_at) VALUES (?, ?, ?, ?)').run(terminal, action, by, now);
    this.#database.prepare('DELETE FROM orders WHERE terminal = ? AND id NOT IN (SELECT id FROM orders WHERE terminal = ? ORDER BY id DESC LIMIT ?)').run(terminal, terminal, ordersKept);
    return { id: Number(lastInsertRowid), terminal, action, by, at: now, fetchedAt: undefined, result: undefined, finishedAt: undefined };
  }

  async findOrder(id: number): Promise<StoredOrder | undefined> {
    const row = this.#database.prepare(`SELECT ${orderColumns} FROM orders WHERE id = ?`).get(id);
    return row === undefined ? undefined : v.parse(orderRow, { ...row });
  }

  async openOrders(...[terminal, openAfter, fetch]: Parameters<FleetStore['openOrders']>): Promise<readonly StoredOrder[]> {
    const rows = this.#database.prepare(`SELECT ${orderColumns} FROM orders WHERE terminal = ? AND result IS NULL AND ordered_at > ? ORDER BY id`).all(terminal, openAfter);
    if (fetch !== undefined && rows.length > 0) this.#database.prepare('UPDATE orders SET fetched_at = ? WHERE terminal = ? AND result IS NULL AND fetched_at IS NULL').run(fetch, terminal);
    return rows.map((row) => v.parse(orderRow, { ...row }));
  }

  async finish(...[id, result, now]: Parameters<FleetStore['finish']>): Promise<boolean> {
    return Number(this.#database.prepare('UPDATE orders SET result = ?, finished_at = ? WHERE id = ? AND result IS NULL').run(result, now, id).changes) === 1;
  }

  async lastOrders(terminal?: string): Promise<ReadonlyMap<string, StoredOrder>> {
    const rows =
      terminal === undefined
        ? this.#database.prepare(`SELECT ${orderColumns} FROM orders WHERE id IN (SELECT max(id) FROM orders GROUP BY terminal)`).all()
        : this.#database.prepare(`SELECT ${orderColumns} FROM orders WHERE terminal = ? ORDER BY id DESC LIMIT 1`).all(terminal);
    return new Map(rows.map((row) => v.parse(orderRow, { ...row })).map((order) => [order.terminal, order]));
  }

  #terminal(raw: Record<string, unknown>): FleetTerminal {
    const { heardAt, clockAhead, health, ...row } = v.parse(terminalRow, raw);
    const twinAt = this.#twins.get(row.id);
    const rest = { ...row, ...(twinAt !== undefined && { twinAt }) };
    if (heardAt === undefined || health === null) return { ...rest, heard: undefined };
    let read = this.#read.get(rest.id);
    if (read?.text !== health) {
      const parsed = v.safeParse(healthSchema, health);
      // Said to an older hub: within a minute it says it anew.
      if (!parsed.success) return { ...rest, heard: undefined };
      read = { text: health, health: parsed.output };
      this.#read.set(rest.id, read);
    }
    return { ...rest, heard: { at: heardAt, clockAhead: clockAhead ?? 0, health: read.health } };
  }

  #codeHash(code: string): Uint8Array {
    return this.#secret.hashText('enrolment code', code);
  }
}
