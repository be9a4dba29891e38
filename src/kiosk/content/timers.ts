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

/**
 * Runs an operation with a signal that is aborted when the time is over; the operation has to heed it.
 * @param pause milliseconds after which it is over, too, unless something was `heard` meanwhile
 */
export async function withDeadline<T>(timers: Timers, milliseconds: number, operation: (signal: AbortSignal, heard: () => void) => Promise<T>, pause?: number): Promise<T> {
  const controller = new AbortController();
  const over = (): void => controller.abort(new DOMException('the hub is too slow', 'TimeoutError'));
  const timer = timers.setTimeout(over, milliseconds);
  let silence = pause === undefined ? undefined : timers.setTimeout(over, pause);
  const heard = (): void => {
    if (pause === undefined) return;
    timers.clearTimeout(silence);
    silence = timers.setTimeout(over, pause);
  };
  try {
    return await operation(controller.signal, heard);
  } finally {
    timers.clearTimeout(timer);
    timers.clearTimeout(silence);
  }
}
