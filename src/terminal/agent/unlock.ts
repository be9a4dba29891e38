import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { UnlockAnswer } from '../../api/agent.ts';
import { checkPin } from '../pin.ts';
import { writeWhole } from '../write-whole.ts';
import type { PanelTokens } from './panel-tokens.ts';

/**
 * The door to the operator's panel. Whoever types a wrong PIN waits, longer each
 * time, up to {@link longestWait}: at that pace a million PINs take thirty years,
 * and staff whom somebody shut out in play wait a quarter of an hour.
 *
 * The count is on the disk before a PIN is looked at, so that pulling the plug
 * gains no try. After a restart the wait begins anew, counted by the monotonic
 * clock: the machine's clock may be anything.
 */

/** Seconds of the longest wait between two tries. */
export const longestWait = 15 * 60;

/** Seconds to wait after so many wrong PINs in a row: slips cost a moment, guessing does not pay. */
export function waitAfter(failures: number): number {
  if (failures <= 0) return 0;
  if (failures <= 3) return 2;
  return Math.min(longestWait, 15 * 2 ** (failures - 4));
}

const countSchema = v.pipe(v.string(), v.parseJson(), v.strictObject({ failures: v.pipe(v.number(), v.integer(), v.minValue(0)) }));
const countFile = 'pin-delay.json';
/** Wrong PINs that are assumed where the count cannot be read: somebody may have made it so. */
const failuresIfUnreadable = 6;

/** What the door needs. */
export interface UnlockDeps {
  readonly pinFile: string;
  readonly stateDir: string;
  readonly tokens: PanelTokens;
  /** Monotonic clock, ms. */
  readonly elapsed: () => number;
  /** For faults of the disk, without the PIN. */
  readonly warn: (error: unknown) => void;
}

/** Looks at PINs, one at a time. */
export class Unlock {
  readonly #deps: UnlockDeps;
  #failures: number | undefined;
  /** Moment before which no PIN is looked at, by the monotonic clock. */
  #until = 0;
  #busy = false;

  constructor(deps: UnlockDeps) {
    this.#deps = deps;
  }

  async #readFailures(): Promise<number> {
    const path = join(this.#deps.stateDir, countFile);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
      this.#deps.warn(error);
      return failuresIfUnreadable;
    }
    const parsed = v.safeParse(countSchema, text);
    return parsed.success ? parsed.output.failures : failuresIfUnreadable;
  }

  async #count(failures: number): Promise<void> {
    this.#failures = failures;
    try {
      await writeWhole(join(this.#deps.stateDir, countFile), JSON.stringify({ failures }), 0o600);
    } catch (error) {
      // A full disk must not shut staff out: the count goes on in memory.
      this.#deps.warn(error);
    }
  }

  /** Whether a PIN opens the panel. */
  async try(pin: string): Promise<UnlockAnswer> {
    if (this.#busy) return { result: 'wait', wait: 1 };
    this.#busy = true;
    try {
      return await this.#look(pin);
    } finally {
      this.#busy = false;
    }
  }

  async #look(pin: string): Promise<UnlockAnswer> {
    const { elapsed, pinFile, tokens, warn } = this.#deps;
    if (this.#failures === undefined) {
      this.#failures = await this.#readFailures();
      this.#until = elapsed() + waitAfter(this.#failures) * 1_000;
    }
    const left = this.#until - elapsed();
    if (left > 0) return { result: 'wait', wait: Math.ceil(left / 1_000) };
    let line: string;
    try {
      line = await readFile(pinFile, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) warn(error);
      return { result: 'notSet' };
    }
    const failures = this.#failures + 1;
    await this.#count(failures);
    const verdict = await checkPin(pin, line);
    if (verdict === 'broken') {
      warn(new Error('the file of the PIN holds no hash'));
      await this.#count(failures - 1);
      return { result: 'notSet' };
    }
    if (verdict === 'wrong') {
      this.#until = elapsed() + waitAfter(failures) * 1_000;
      return { result: 'wrong', wait: waitAfter(failures) };
    }
    await this.#count(0);
    return { result: 'open', token: tokens.open() };
  }
}
