import rateLimit from '@fastify/rate-limit';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RawReplyDefaultExpression, type RawRequestDefaultExpression, type RawServerDefault } from 'fastify';
import { kioskHeader } from '../api/paths.ts';
import { isRepositoryFile, timestampName } from '../repository/names.ts';
import type { HubContext } from './context.ts';
import { answerUnreadable, HubError, readableUrl, useErrorShape } from './errors.ts';
import { hubLimits } from './limits.ts';
import { kioskName, loggerOptions } from './log.ts';
import { applicationRoute } from './routes/applications.ts';
import { contentRoutes } from './routes/content.ts';
import { healthRoute } from './routes/health.ts';
import { kioskRoutes } from './routes/kiosk.ts';
import { reportsRoute } from './routes/reports.ts';
import { samplesRoutes } from './routes/samples.ts';
import { terminalRoute } from './routes/terminal.ts';
import { useSecurityHeaders } from './security.ts';
import { makeServers } from './server.ts';
import { useValibot, type ValibotTypeProvider } from './schema-compilers.ts';
import { StaticTree } from './static-tree.ts';

/** A Fastify server whose route schemas are valibot schemas. */
export type HubInstance = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ValibotTypeProvider>;

/**
 * Builds the hub's server from its context, ready to listen or to be tested
 * with `inject`. Closing it closes the store.
 */
export async function buildApp(context: HubContext): Promise<HubInstance> {
  const servers = makeServers();
  const app: HubInstance = Fastify({
    serverFactory: servers.create as never,
    logger: loggerOptions(context.log),
    // Its lines hold the URL; ours is below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: hubLimits.body,
    routerOptions: { maxParamLength: hubLimits.pathParameter },
    trustProxy: context.trustProxy.length > 0 ? [...context.trustProxy] : false,
    rewriteUrl: readableUrl,
    clientErrorHandler: answerUnreadable as never,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  }).withTypeProvider<ValibotTypeProvider>();

  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    servers.hangUp();
  });
  await useSecurityHeaders(app as never);
  app.addHook('onRequest', async () => {
    if (closing) throw new HubError('unavailable', 'The hub is shutting down.', 5);
  });
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

  await app.register(rateLimit, { global: false });
  useValibot(app as never);
  useErrorShape(app as never);

  const content = new StaticTree(context.contentDir, { marker: timestampName, keep: true, wanted: isRepositoryFile });
  healthRoute(app, context, content);
  terminalRoute(app, context);
  applicationRoute(app, context);
  reportsRoute(app, context);
  contentRoutes(app, content);
  if (context.demonstration !== undefined) await samplesRoutes(app, context.demonstration, content);
  kioskRoutes(app, new StaticTree(context.kioskDir, { marker: 'index.html' }));
  return app;
}
