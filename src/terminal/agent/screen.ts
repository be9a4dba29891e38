import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { todayInCambodia } from '../../model/day.ts';
import type { Clock } from '../../serve/clock.ts';
import { screenTimes, screenWish, timeInCambodia, type Hours } from './hours.ts';
import type { PageWatch } from './page-watch.ts';
import type { Requests } from './requests.ts';

/** What the loop needs. */
export interface ScreenDeps {
  readonly hours: Hours | undefined;
  readonly page: PageWatch;
  readonly requests: Requests;
  readonly clock: Clock;
  /** Whether the clock can be believed. By one that cannot, nobody's panel goes dark. */
  readonly clockBelieved: () => Promise<boolean>;
  /** The mark that the screen is off lies here: it outlives the agent, and not the machine. */
  readonly runDir: string;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>;
}

const markOf = (runDir: string): string => join(runDir, 'screen-off');

/** Whether the agent had the screen switched off by its hours. */
export async function isScreenOff(runDir: string): Promise<boolean> {
  return access(markOf(runDir)).then(() => true, () => false);
}

/** Milliseconds between two looks at the clock. */
const lookEvery = 10_000;
/** Milliseconds before a request that nobody took up is tried again. */
const retry = 60_000;

/** Switches the screen by its hours, and starts the display anew every night, until the signal is given. */
export async function runScreen({ hours, page, requests, clock, clockBelieved, runDir, log }: ScreenDeps, signal: AbortSignal): Promise<void> {
  const mark = markOf(runDir);
  const began = clock.elapsed();
  const startedAt = clock.now();
  // Started in the night after the hour, it is fresh already.
  let restartedOn = timeInCambodia(startedAt) >= screenTimes.restart ? todayInCambodia(startedAt) : undefined;
  let off = await isScreenOff(runDir);
  while (!signal.aborted) {
    const wish = screenWish({ now: clock.now(), hours: (await clockBelieved()) ? hours : undefined, off, screen: page.present?.screen, running: clock.elapsed() - began, restartedOn });
    let wait = lookEvery;
    if (wish !== undefined) {
      if (await requests.ask(wish)) {
        log.info({ request: wish }, 'The screen is switched by its hours.');
        if (wish === 'restart-display') restartedOn = todayInCambodia(clock.now());
        else off = wish === 'screen-off';
        await (off ? writeFile(mark, '') : rm(mark, { force: true }));
      } else {
        log.warn({ request: wish }, 'No unit of this machine took the request up.');
        wait = retry;
      }
    }
    await clock.wait(wait, signal);
  }
}
