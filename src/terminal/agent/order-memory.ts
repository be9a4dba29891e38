import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { orderResults, type OrderResult } from '../../api/fleet.ts';
import { writeWhole } from '../write-whole.ts';

const fileName = 'orders.json';
/** Milliseconds for which an order is remembered: the hub gives one up after five minutes, and a hub restored from a backup counts anew. */
const memory = 15 * 60_000;
const schema = v.pipe(v.string(), v.parseJson(), v.array(v.strictObject({ id: v.number(), result: v.picklist(orderResults) })));

interface Remembered {
  readonly result: OrderResult;
  /** Moment of the monotonic clock until which it is. */
  readonly until: number;
}

/**
 * Orders that were acted on, with their results. The hub sends an order again
 * until it has its result; what was done must not be done again, least of all a
 * restart, whose result can only be told after it.
 */
export class OrderMemory {
  readonly #path: string;
  readonly #elapsed: () => number;
  #known: Map<number, Remembered> | undefined;

  /** @param elapsed monotonic clock, ms: the machine's may be set meanwhile */
  constructor(stateDir: string, elapsed: () => number) {
    this.#path = join(stateDir, fileName);
    this.#elapsed = elapsed;
  }

  async #load(): Promise<Map<number, Remembered>> {
    if (this.#known === undefined) {
      const parsed = v.safeParse(schema, await readFile(this.#path, 'utf8').catch(() => '[]'));
      const until = this.#elapsed() + memory;
      this.#known = new Map(parsed.success ? parsed.output.map(({ id, result }) => [id, { result, until }]) : []);
    }
    for (const [id, { until }] of this.#known) if (until < this.#elapsed()) this.#known.delete(id);
    return this.#known;
  }

  /** How an order went that was acted on before. */
  async resultOf(id: number): Promise<OrderResult | undefined> {
    return (await this.#load()).get(id)?.result;
  }

  /** Remembers how an order went. What the disk refuses is thrown; it is then remembered until the agent ends. */
  async remember(id: number, result: OrderResult): Promise<void> {
    const known = await this.#load();
    known.set(id, { result, until: this.#elapsed() + memory });
    await writeWhole(this.#path, JSON.stringify([...known].map(([number, kept]) => ({ id: number, result: kept.result }))), 0o600);
  }
}
