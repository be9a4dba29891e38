import { setTimeout as delay } from 'node:timers/promises';

/** Time as a server sees it; tests hand in their own. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Monotonic, milliseconds since some moment: for durations. */
  elapsed(): number;
  /** Resolves after some milliseconds, or as soon as the signal is given. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  wait: async (milliseconds, signal) => {
    try {
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};

/** An instant as ISO 8601 text in UTC, to the millisecond, so that it always has the same length. */
export function instantText(now: number): string {
  return new Date(now).toISOString();
}
