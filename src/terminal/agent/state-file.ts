import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { instantText } from '../../serve/clock.ts';
import type { AgentState } from '../agent-state.ts';
import { writeWhole } from '../write-whole.ts';
import type { AgentContext } from './context.ts';
import type { PageWatch } from './page-watch.ts';
import { hubState } from './routes/panel.ts';
import type { HubLink } from './upstream/link.ts';

/** Milliseconds between two looks, and after which it is written again in any case. */
const times = { look: 1_000, write: 5_000 } as const;

/** Keeps `state.json` up to date for the commands of this machine, until the signal is given. */
export async function runStateFile({ clock, stateDir, runDir }: AgentContext, page: PageWatch, link: HubLink, log: Pick<FastifyBaseLogger, 'error'>, signal: AbortSignal): Promise<void> {
  let known = '';
  let written = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      const beat = page.newest;
      const hub = await hubState(link, stateDir);
      const { answered: _answered, ...lasting } = hub;
      const now = JSON.stringify([beat?.health, lasting]);
      if (now !== known || clock.elapsed() - written >= times.write) {
        const state: AgentState = {
          written: instantText(clock.now()),
          ...(beat === undefined ? {} : { page: { heard: instantText(clock.now() - (clock.elapsed() - beat.at)), health: beat.health } }),
          hub,
        };
        await writeWhole(join(runDir, 'state.json'), `${JSON.stringify(state)}\n`);
        [known, written] = [now, clock.elapsed()];
      }
    } catch (error) {
      log.error({ err: error });
    }
    await clock.wait(times.look, signal);
  }
}
