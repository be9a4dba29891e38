import { heartbeatLimit, type PageOrder } from '../../api/agent.ts';
import type { PageHealth } from '../../api/page-health.ts';
import type { AgentLimits } from './limits.ts';

/** A heartbeat of the page. */
export interface Beat {
  readonly health: PageHealth;
  /** When it came, by the agent's monotonic clock, ms. */
  readonly at: number;
}

/**
 * What the agent knows of the page. A page is healthy if frames are drawn and
 * content is on screen, or may still be loading. Only for a healthy page the
 * display's watchdog is fed.
 */
export class PageWatch {
  readonly #elapsed: () => number;
  readonly #limits: AgentLimits;
  #beat: Beat | undefined;
  /** First heartbeat since which no page has had content, this load or an earlier one; undefined: the newest has it. */
  #without: number | undefined;
  /** Last heartbeat of this load of the page with content on screen. */
  #contentAt: number | undefined;
  /** Last heartbeat with something private on screen. */
  #privateAt = Number.NEGATIVE_INFINITY;
  #orders: PageOrder[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param elapsed monotonic clock, ms */
  constructor(elapsed: () => number, limits: AgentLimits) {
    this.#elapsed = elapsed;
    this.#limits = limits;
  }

  /** Takes a heartbeat. @returns whether the page is healthy, and whether it was loaded anew */
  beat(health: PageHealth): { readonly healthy: boolean; readonly anew: boolean } {
    const at = this.#elapsed();
    const anew = this.#beat?.health.page !== health.page;
    if (anew) this.#contentAt = undefined;
    if (health.screen === 'private') this.#privateAt = at;
    if (health.content) {
      this.#contentAt = at;
      this.#without = undefined;
    } else this.#without ??= at;
    this.#beat = { health, at };
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    // Counted over all loads: a page that loads itself over and over gains no time by it.
    const loading = this.#contentAt === undefined ? at - (this.#without ?? at) <= this.#limits.contentGrace : at - this.#contentAt <= this.#limits.contentGap;
    return { healthy: health.drawn && (health.content || loading), anew };
  }

  /** The newest heartbeat, whatever its age. */
  get newest(): Beat | undefined {
    return this.#beat;
  }

  /** The newest heartbeat, unless the page has been silent for longer than the watchdog allows. */
  get present(): PageHealth | undefined {
    return this.#beat !== undefined && this.#elapsed() - this.#beat.at <= heartbeatLimit ? this.#beat.health : undefined;
  }

  /** Nobody is at the terminal, as far as the page can tell. */
  get idle(): boolean {
    return this.present?.screen === 'attract';
  }

  /** Something private was on screen at or after a moment, as far as was heard. */
  privateSince(moment: number): boolean {
    return this.#privateAt >= moment || this.#beat?.health.screen === 'private';
  }

  /** Resolves at the next heartbeat, or when the signal is given. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((done) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        done();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.add(wake);
    });
  }

  /** Gives the page something to do with its next heartbeat. */
  order(what: PageOrder): void {
    if (!this.#orders.includes(what)) this.#orders.push(what);
  }

  /** Whether the page still has to be told of it. */
  isOrdered(what: PageOrder): boolean {
    return this.#orders.includes(what);
  }

  /** What the page has to do, handed out once. */
  takeOrders(): PageOrder[] {
    return this.#orders.splice(0);
  }
}
