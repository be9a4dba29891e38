/** The timers of the page, handed in so that a test owns time. */
export interface Timers {
  readonly setTimeout: (callback: () => void, milliseconds: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
}

/** The browser's own. */
export const pageTimers: Timers = {
  setTimeout: (callback, milliseconds) => globalThis.setTimeout(callback, milliseconds),
  clearTimeout: (timer) => globalThis.clearTimeout(timer as Parameters<typeof globalThis.clearTimeout>[0]),
};

/** Runs an operation with a signal that is aborted when the time is over; the operation has to heed it. */
export async function withDeadline<T>(timers: Timers, milliseconds: number, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = timers.setTimeout(() => controller.abort(new DOMException('the hub is too slow', 'TimeoutError')), milliseconds);
  try {
    return await operation(controller.signal);
  } finally {
    timers.clearTimeout(timer);
  }
}
