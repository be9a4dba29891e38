import { signal, type ReadonlySignal } from '@preact/signals';

/** How long a visit may stand still, in ms. WCAG 2.2.1 asks for at least 20 s of warning. */
export const idleTimes = { untilWarning: 60_000, warning: 20_000 } as const;

/** What the watch needs of the world; tests hand in a clock of their own. */
export interface IdleDeps {
  readonly now: () => number;
  /** Calls back about four times a second until stopped. */
  readonly every: (tick: () => void) => () => void;
  /** Is there a visit to end? */
  readonly active: () => boolean;
  readonly end: () => void;
}

/** The running watch. */
export interface IdleWatch {
  /** Seconds left in the warning, or undefined while there is none. */
  readonly secondsLeft: ReadonlySignal<number | undefined>;
  /** Somebody touched the screen or a key. */
  touched(): void;
  stop(): void;
}

/**
 * Watches for a visit that nobody continues: after 60 s a warning that counts
 * 20 s, then the end of the visit. Works from the clock, not from counted
 * ticks, so that a throttled or sleeping page cannot stretch it.
 */
export function watchIdle(deps: IdleDeps): IdleWatch {
  const secondsLeft = signal<number | undefined>(undefined);
  let last = deps.now();
  const stop = deps.every(() => {
    if (!deps.active()) {
      last = deps.now();
      secondsLeft.value = undefined;
      return;
    }
    const still = deps.now() - last;
    if (still < idleTimes.untilWarning) secondsLeft.value = undefined;
    else {
      const left = Math.ceil((idleTimes.untilWarning + idleTimes.warning - still) / 1000);
      if (left > 0) secondsLeft.value = left;
      else {
        secondsLeft.value = undefined;
        last = deps.now();
        deps.end();
      }
    }
  });
  return {
    secondsLeft,
    touched() {
      last = deps.now();
      secondsLeft.value = undefined;
    },
    stop,
  };
}
