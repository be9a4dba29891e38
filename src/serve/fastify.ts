import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RawReplyDefaultExpression, type RawRequestDefaultExpression, type RawServerDefault } from 'fastify';
import { answerUnreadable, readableUrl, RequestError, useErrorShape } from './errors.ts';
import { serverLimits } from './limits.ts';
import { loggerOptions, type LogOptions } from './log.ts';
import { useValibot, type ValibotTypeProvider } from './schema-compilers.ts';
import { useSecurityHeaders } from './security.ts';
import { makeServers } from './server.ts';

/** A Fastify server whose route schemas are valibot schemas. */
export type ServerInstance = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ValibotTypeProvider>;

/** What servers differ in. */
export interface ServerOptions {
  readonly log: LogOptions;
  /** Addresses of reverse proxies that are believed. */
  readonly trustProxy?: readonly string[];
}

/**
 * A server without routes: security headers, valibot as the judge of what comes
 * in and goes out, the one error shape, no URL in the log, and a close that
 * finishes what is under way and waits for nothing else.
 */
export async function makeServer({ log, trustProxy = [] }: ServerOptions): Promise<ServerInstance> {
  const servers = makeServers();
  const app: ServerInstance = Fastify({
    serverFactory: servers.create as never,
    logger: loggerOptions(log),
    // Its lines hold the URL; whoever builds on this writes its own.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: serverLimits.body,
    routerOptions: { maxParamLength: serverLimits.pathParameter },
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
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
    if (closing) throw new RequestError('unavailable', 'This server is shutting down.', 5);
  });
  useValibot(app as never);
  useErrorShape(app as never);
  return app;
}
