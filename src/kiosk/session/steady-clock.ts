/**
 * A clock for how long nobody has touched the screen, ms since some moment. It
 * never goes back: a machine whose clock is set back by an hour, by the network or
 * by staff, must not leave somebody's status or an open panel there for an hour.
 * And it does not stand still while a machine sleeps, as a monotonic one does.
 */
export function createSteadyClock(wall: () => number, monotonic: () => number): () => number {
  let at = 0;
  let before = [wall(), monotonic()] as const;
  return () => {
    const now = [wall(), monotonic()] as const;
    at += Math.max(0, now[0] - before[0], now[1] - before[1]);
    before = now;
    return at;
  };
}

/** This machine's. */
export const steadyNow = createSteadyClock(() => Date.now(), () => performance.now());
