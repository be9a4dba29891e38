import type { FastifyRateLimitStore } from '@fastify/rate-limit';

/** Windows that are remembered; the one not asked for longest makes room. */
const windowsKept = 5_000;

/**
 * How often something was asked, in memory. By a clock that nobody sets: by the
 * hub's own, set back by hours, every window would stay open for as long.
 */
export class RateStore implements FastifyRateLimitStore {
  readonly #windows = new Map<string, { readonly count: number; readonly since: number }>();

  /** Counts one more. @param timeWindow ms */
  incr(key: string, callback: (error: Error | null, result?: { current: number; ttl: number }) => void, timeWindow: number): void {
    const now = performance.now();
    const known = this.#windows.get(key);
    const { count, since } = known === undefined || now - known.since >= timeWindow ? { count: 0, since: now } : known;
    this.#windows.delete(key);
    this.#windows.set(key, { count: count + 1, since });
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= windowsKept) break;
      this.#windows.delete(oldest);
    }
    callback(null, { current: count + 1, ttl: timeWindow - (now - since) });
  }

  /** One for another route. */
  child(): RateStore {
    return new RateStore();
  }
}
