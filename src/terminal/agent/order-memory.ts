import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { orderResults, type OrderResult } from '../../api/fleet.ts';
import { writeWhole } from '../write-whole.ts';

const fileName = 'orders.json';
/** Orders that are remembered: the hub repeats only the newest few. */
const most = 50;
const schema = v.pipe(v.string(), v.parseJson(), v.array(v.strictObject({ id: v.number(), result: v.picklist(orderResults) })));

/**
 * Orders that were acted on, with their results. The hub sends an order again
 * until it has its result; what was done must not be done again, least of all a
 * restart, whose result can only be told after it.
 */
export class OrderMemory {
  readonly #path: string;
  #known: Map<number, OrderResult> | undefined;

  constructor(stateDir: string) {
    this.#path = join(stateDir, fileName);
  }

  async #load(): Promise<Map<number, OrderResult>> {
    if (this.#known === undefined) {
      const parsed = v.safeParse(schema, await readFile(this.#path, 'utf8').catch(() => '[]'));
      this.#known = new Map(parsed.success ? parsed.output.map(({ id, result }) => [id, result]) : []);
    }
    return this.#known;
  }

  /** How an order went that was acted on before. */
  async resultOf(id: number): Promise<OrderResult | undefined> {
    return (await this.#load()).get(id);
  }

  /** Remembers how an order went. What the disk refuses is thrown. */
  async remember(id: number, result: OrderResult): Promise<void> {
    const known = await this.#load();
    known.delete(id);
    known.set(id, result);
    const newest = [...known].slice(-most);
    this.#known = new Map(newest);
    await writeWhole(this.#path, JSON.stringify(newest.map(([number, how]) => ({ id: number, result: how }))), 0o600);
  }
}
