import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kioskRoutes } from '../../serve/app-files.ts';
import { makeServer, type ServerInstance } from '../../serve/fastify.ts';
import { StaticTree } from '../../serve/static-tree.ts';
import { clockBelieved } from '../machine/health.ts';
import type { AgentContext } from './context.ts';
import { runFleet } from './fleet.ts';
import { HubLink } from './upstream/link.ts';
import { LocalContent, stickContentDir } from './local-content.ts';
import { keepOthersOut } from './origin.ts';
import { PageWatch } from './page-watch.ts';
import { PanelTokens } from './panel-tokens.ts';
import { Requests } from './requests.ts';
import { contentRoutes } from './routes/content.ts';
import { hubRoutes } from './routes/hub.ts';
import { pageRoutes } from './routes/page.ts';
import { panelRoutes } from './routes/panel.ts';
import { runScreen } from './screen.ts';
import { runStateFile } from './state-file.ts';
import { Unlock } from './unlock.ts';

/** A built agent: its server, ready to listen, and what its loops look at. */
export interface AgentApp {
  readonly server: ServerInstance;
  readonly page: PageWatch;
  readonly link: HubLink;
  readonly requests: Requests;
  /** Starts what goes on beside the server: the line to the hub, the screen's hours, the file for this machine's commands. */
  run(signal: AbortSignal): void;
}

/** Sets the time of the file that the display's watchdog looks at, making it if it is not there. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await writeFile(path, '');
  }
}

/** Builds the agent from its context. */
export async function buildAgent(context: AgentContext): Promise<AgentApp> {
  await mkdir(context.runDir, { recursive: true });
  const server = await makeServer({ log: context.log });
  keepOthersOut(server);
  server.addHook('onResponse', async (request, reply) => {
    request.log.debug({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, milliseconds: Math.round(reply.elapsedTime) }, 'answered');
  });

  const elapsed = (): number => context.clock.elapsed();
  const page = new PageWatch(elapsed, context.limits);
  const link = new HubLink(context.settings.hub, context.limits, () => context.clock.now());
  const local = new LocalContent([stickContentDir(context.stateDir), context.packagedContentDir]);
  const tokens = new PanelTokens(elapsed, context.limits);
  const unlock = new Unlock({ pinFile: context.pinFile, stateDir: context.stateDir, tokens, elapsed, warn: (error) => server.log.error({ err: error }) });
  const requests = new Requests(context.runDir, context.clock, context.limits);
  await requests.prepare();
  pageRoutes(server, context, { page, feed: () => touch(join(context.runDir, 'heartbeat')), forget: () => tokens.close() });
  panelRoutes(server, context, { page, link, tokens, unlock, requests });
  hubRoutes(server, link, context.settings);
  contentRoutes(server, { link, kiosk: context.settings.kiosk, local, page });
  kioskRoutes(server, new StaticTree(context.appDir, { marker: 'index.html' }));
    const run = (signal: AbortSignal): void => {
    const { clock, runDir, settings } = context;
    const loops = [
      runFleet(context, { page, requests, link, log: server.log }, signal),
      runScreen({ hours: settings.hours, page, requests, clock, clockBelieved: () => clockBelieved(context.systemRoot, clock.now()), runDir, log: server.log }, signal),
      runStateFile(context, page, link, server.log, signal),
    ];
    // A bug there must not take the page away: it is logged, and the agent goes on serving.
    for (const loop of loops) loop.catch((error: unknown) => server.log.error({ err: error }));
  };
  return { server, page, link, requests, run };
}
