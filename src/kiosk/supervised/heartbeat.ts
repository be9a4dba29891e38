import { heartbeatEvery, type HeartbeatAnswer, type PageOrder } from '../../api/agent.ts';
import type { PageHealth } from '../../api/page-health.ts';
import type { Timers } from '../content/timers.ts';

/** Milliseconds without a drawn frame after which the page says that its screen stands still. */
export const frameLimit = 2_000;

/** What the heartbeat needs of the page. */
export interface HeartDeps {
  readonly timers: Timers;
  /** Calls back when the browser draws its next frame: `requestAnimationFrame`. */
  readonly frame: (callback: () => void) => void;
  /** A question that the browser's own process answers: every touch comes to the page through it. */
  readonly reach: () => Promise<unknown>;
  /** Changes something on screen, so that there is a frame to draw. */
  readonly stir: () => void;
  readonly health: (drawn: boolean) => PageHealth;
  /** Hands the heartbeat to the agent. Never rejects; undefined: the agent did not take it. */
  readonly send: (health: PageHealth) => Promise<HeartbeatAnswer | undefined>;
  readonly obey: (order: PageOrder) => void;
}

/**
 * Tells the agent once a second that the page lives, by the way a citizen would
 * notice: it changes a dot on the screen and waits for two frames, the second of
 * which comes only when the first has left the page. A main thread that hangs
 * tells nothing; one that runs while nothing is drawn says so. So does one whose
 * browser hangs: the page would go on drawing and sending, and no touch would
 * ever arrive. An agent that does not answer changes nothing on the page.
 *
 * @returns the way to stop it
 */
export function startHeart({ timers, frame, reach, stir, health, send, obey }: HeartDeps): () => void {
  let stopped = false;
  let timer: unknown;

  function beat(): void {
    let told = false;
    const tell = (drawn: boolean): void => {
      if (told || stopped) return;
      told = true;
      timers.clearTimeout(timer);
      void send(health(drawn)).then((answer) => {
        if (stopped) return;
        answer?.orders.forEach(obey);
        timer = timers.setTimeout(beat, heartbeatEvery);
      });
    };
    timer = timers.setTimeout(() => tell(false), frameLimit);
    stir();
    frame(() => frame(() => void reach().then(() => tell(true), () => tell(true))));
  }

  beat();
  return () => {
    stopped = true;
    timers.clearTimeout(timer);
  };
}
