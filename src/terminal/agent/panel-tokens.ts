import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AgentLimits } from './limits.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The token of the one panel that may be open: in memory alone, forgotten after some minutes without use, when the panel closes, and when the page starts anew. */
export class PanelTokens {
  readonly #elapsed: () => number;
  readonly #limits: AgentLimits;
  #hash: Buffer | undefined;
  #used = 0;
  #held = 0;

  /** @param elapsed monotonic clock, ms */
  constructor(elapsed: () => number, limits: AgentLimits) {
    this.#elapsed = elapsed;
    this.#limits = limits;
  }

  /** Opens a panel; one that was open before is closed by it. @returns its token */
  open(): string {
    const token = randomBytes(32).toString('base64url');
    this.#hash = digest(token);
    this.#used = this.#elapsed();
    return token;
  }

  /** Whether this is the open panel's token; being asked counts as use. */
  use(token: unknown): boolean {
    if (this.#hash === undefined || typeof token !== 'string' || token.length > 100) return false;
    if (this.#held === 0 && this.#elapsed() - this.#used > this.#limits.panelIdle) this.close();
    if (this.#hash === undefined || !timingSafeEqual(this.#hash, digest(token))) return false;
    this.#used = this.#elapsed();
    return true;
  }

  /** Keeps the panel open while something long is done for it. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#held += 1;
    try {
      return await work;
    } finally {
      this.#held -= 1;
      this.#used = this.#elapsed();
    }
  }

  close(): void {
    this.#hash = undefined;
  }
}
