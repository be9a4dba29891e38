import type { AgentLimits } from '../limits.ts';

/**
 * What the agent knows of its hub: the address, when it last answered and why it
 * did not. One for the whole agent; whoever asks the hub tells it here.
 */
export class HubLink {
  /** Origin of the hub; `undefined`: the terminal works without one. */
  readonly address: string | undefined;
  readonly limits: AgentLimits;
  readonly #now: () => number;
  #answered: number | undefined;
  #failure: string | undefined;
  #disowned = false;

  /** @param now wall clock, ms */
  constructor(address: string | undefined, limits: AgentLimits, now: () => number) {
    this.address = address;
    this.limits = limits;
    this.#now = now;
  }

  /** The hub answered as a hub does. */
  heard(): void {
    this.#answered = this.#now();
    this.#failure = undefined;
  }

  /** It did not. @param why a system's error code or a word of ours, never a text of the other side */
  failed(why: string): void {
    this.#failure = why;
  }

  /** What it said to this terminal as one that is enrolled. @param known false: that it knows no such terminal, or another key of it */
  saidOfTerminal(known: boolean): void {
    this.#disowned = !known;
  }

  /** The terminal believes to be enrolled, and the hub does not: it was retired, or another one took its place. */
  get disowned(): boolean {
    return this.#disowned;
  }

  /** When it last answered, ms. */
  get answered(): number | undefined {
    return this.#answered;
  }

  /** Why it did not since then. */
  get failure(): string | undefined {
    return this.#failure;
  }
}

/** A word on what went wrong on the way: a system's error code or the kind of error. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown';
}
