import rateLimit from '@fastify/rate-limit';
import { kioskHeader } from '../api/paths.ts';
import { isRepositoryFile, timestampName } from '../repository/names.ts';
import { kioskRoutes } from '../serve/app-files.ts';
import { contentRoutes } from '../serve/content-files.ts';
import { makeServer, type ServerInstance } from '../serve/fastify.ts';
import { kioskName } from '../serve/log.ts';
import { StaticTree } from '../serve/static-tree.ts';
import type { HubContext } from './context.ts';
import { Pictures } from './fleet/pictures.ts';
import { ServedNews } from './fleet/served-news.ts';
import { RateStore } from './rate-store.ts';
import { applicationRoute } from './routes/applications.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoute } from './routes/health.ts';
import { reportsRoute } from './routes/reports.ts';
import { samplesRoutes } from './routes/samples.ts';
import { staffRoutes } from './routes/staff.ts';
import { studioRoutes } from './routes/studio.ts';
import { terminalRoute } from './routes/terminal.ts';

/** The hub's server. */
export type HubInstance = ServerInstance;

/**
 * Builds the hub's server from its context, ready to listen or to be tested
 * with `inject`. Closing it closes the store.
 */
export async function buildApp(context: HubContext): Promise<HubInstance> {
  const app: HubInstance = await makeServer({ log: context.log, trustProxy: context.trustProxy });
  app.addHook('onResponse', async (request, reply) => {
    const format = context.terminal.registrationCode;
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        kiosk: kioskName(request.headers[kioskHeader], format),
      },
      'answered',
    );
  });
  app.addHook('onClose', async () => {
    await context.store.close();
  });

  await app.register(rateLimit, { global: false, store: RateStore });

  const content = new StaticTree(context.contentDir, { marker: timestampName, keep: true, wanted: isRepositoryFile });
  healthRoute(app, context, content);
  terminalRoute(app, context);
  applicationRoute(app, context);
  reportsRoute(app, context);
  contentRoutes(app, content);
  const pictures = context.pictures ?? new Pictures();
  const news = new ServedNews(content);
  await fleetRoutes(app, context, { pictures, news });
  await staffRoutes(app, context, { pictures, news });
  studioRoutes(app, new StaticTree(context.studioDir, { marker: 'index.html' }));
  if (context.demonstration !== undefined) await samplesRoutes(app, context.demonstration, content);
  kioskRoutes(app, new StaticTree(context.kioskDir, { marker: 'index.html' }));
  return app;
}
