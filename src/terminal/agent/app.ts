import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kioskRoutes } from '../../serve/app-files.ts';
import { makeServer, type ServerInstance } from '../../serve/fastify.ts';
import { StaticTree } from '../../serve/static-tree.ts';
import type { AgentContext } from './context.ts';
import { HubLink } from './upstream/link.ts';
import { LocalContent, stickContentDir } from './local-content.ts';
import { keepOthersOut } from './origin.ts';
import { PageWatch } from './page-watch.ts';
import { contentRoutes } from './routes/content.ts';
import { hubRoutes } from './routes/hub.ts';
import { pageRoutes } from './routes/page.ts';

/** A built agent: its server, ready to listen, and what its loops look at. */
export interface AgentApp {
  readonly server: ServerInstance;
  readonly page: PageWatch;
  readonly link: HubLink;
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

  const page = new PageWatch(() => context.clock.elapsed());
  const link = new HubLink(context.settings.hub, () => context.clock.now());
  const local = new LocalContent([stickContentDir(context.stateDir), context.packagedContentDir]);
  pageRoutes(server, context, { page, feed: () => touch(join(context.runDir, 'heartbeat')), forget: () => undefined });
  hubRoutes(server, link, context.settings);
  contentRoutes(server, { link, kiosk: context.settings.kiosk, local, page });
  kioskRoutes(server, new StaticTree(context.appDir, { marker: 'index.html' }));
  return { server, page, link };
}
