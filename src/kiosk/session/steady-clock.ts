/** Milliseconds by which the two clocks may differ between two looks: one of them is rounded, and they are not read at once. */
const tolerance = 1_000;

/**
 * A clock for how long nobody has touched the screen, ms since some moment. It
 * never goes back: a machine whose clock is set back by an hour, by the network or
 * by staff, must not leave somebody's status or an open panel there for an hour.
 * And it does not stand still while a machine sleeps, as a monotonic one does:
 * what the wall clock is then ahead of it is added.
 */
export function createSteadyClock(wall: () => number, monotonic: () => number): () => number {
  let slept = 0;
  let ahead = wall() - monotonic();
  return () => {
    const now = monotonic();
    const jump = wall() - now - ahead;
    if (Math.abs(jump) > tolerance) {
      ahead += jump;
      slept += Math.max(0, jump);
    }
    return now + slept;
  };
}

/** This machine's. */
export const steadyNow = createSteadyClock(() => Date.now(), () => performance.now());
