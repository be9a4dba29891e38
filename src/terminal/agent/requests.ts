import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentLimits } from './limits.ts';
import type { Clock } from '../../serve/clock.ts';
import { ok, err, type Result } from '../../model/result.ts';
import { readPlain } from '../read-plain.ts';

/**
 * What the machine does for the agent, which may do nothing itself. A file of
 * that name in `requests` starts a unit of root's, which takes the file away
 * first; what comes of it lies in `results`.
 */
export const requestNames = ['restart-display', 'restart-machine', 'release', 'import-stick', 'examine', 'screenshot', 'screen-off', 'screen-on'] as const;
export type RequestName = (typeof requestNames)[number];

/** Milliseconds between two looks at a folder: the units take some 100 ms themselves. */
const lookEvery = 50;

/** Writes requests and reads results. */
export class Requests {
  readonly #requests: string;
  readonly #results: string;
  readonly #clock: Clock;
  readonly #limits: AgentLimits;

  constructor(runDir: string, clock: Clock, limits: AgentLimits) {
    this.#limits = limits;
    this.#requests = join(runDir, 'requests');
    this.#results = join(runDir, 'results');
    this.#clock = clock;
  }

  /** Makes the folders, and takes away what an agent before this one left: nobody waits for it any more. */
  async prepare(): Promise<void> {
    await mkdir(this.#results, { recursive: true, mode: 0o755 });
    await mkdir(this.#requests, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#requests)) await rm(join(this.#requests, name), { recursive: true, force: true });
  }

  async #until(done: () => Promise<boolean>, limit: number): Promise<boolean> {
    const end = this.#clock.elapsed() + limit;
    for (;;) {
      if (await done()) return true;
      if (this.#clock.elapsed() >= end) return false;
      await this.#clock.wait(lookEvery);
    }
  }

  /** Asks for something and waits until it is taken up. False: nobody did, and it is asked for no more. */
  async ask(name: RequestName): Promise<boolean> {
    const path = join(this.#requests, name);
    await writeFile(path, '', { mode: 0o644 });
    const taken = await this.#until(async () => !(await exists(path)), this.#limits.requestTaken);
    if (!taken) await rm(path, { force: true });
    return taken;
  }

  /**
   * Asks for something that leaves a result file, and reads it once it is whole.
   * `notTaken`: no unit took the request up; `tooSlow`: no whole result in time.
   * @param whole whether these bytes are all of it
   */
  async askFor(name: RequestName, file: string, { limit, bytes, whole }: { readonly limit: number; readonly bytes: number; readonly whole: (bytes: Uint8Array) => boolean }): Promise<Result<Uint8Array<ArrayBuffer>, 'notTaken' | 'tooSlow'>> {
    const path = join(this.#results, file);
    await rm(path, { recursive: true, force: true });
    if (!(await this.ask(name))) return err('notTaken');
    let found: Uint8Array<ArrayBuffer> | undefined;
    const there = await this.#until(async () => {
      found = await readPlain(path, bytes);
      return found !== undefined && whole(found);
    }, limit);
    await rm(path, { recursive: true, force: true });
    return there && found !== undefined ? ok(found) : err('tooSlow');
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
