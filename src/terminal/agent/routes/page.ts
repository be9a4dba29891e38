import { agentHealthSchema, agentPaths, heartbeatAnswerSchema, heartbeatSchema } from '../../../api/agent.ts';
import { paths } from '../../../api/paths.ts';
import { terminalSchema, type Terminal } from '../../../api/terminal.ts';
import type { ServerInstance } from '../../../serve/fastify.ts';
import type { TerminalSettings } from '../../settings.ts';
import type { AgentContext } from '../context.ts';
import type { PageWatch } from '../page-watch.ts';

/** What the page has to know of the terminal's settings. */
export function terminalOf({ hub: _hub, rotation: _rotation, hours: _hours, keyboards: _keyboards, ...page }: TerminalSettings): Terminal {
  return { ...page, supervised: true };
}

/** What page routes need beside the context. */
export interface PageDeps {
  readonly page: PageWatch;
  /** Feeds the display's watchdog. */
  readonly feed: () => Promise<void>;
  /** A page that was loaded anew has nothing of the one before. */
  readonly forget: () => void;
}

/** Settings, heartbeat, and how the agent is. */
export function pageRoutes(app: ServerInstance, context: AgentContext, { page, feed, forget }: PageDeps): void {
  const terminal = terminalOf(context.settings);
  app.get(paths.terminal, { schema: { response: { 200: terminalSchema } } }, async (_request, reply) => {
    void reply.header('cache-control', 'no-cache');
    return terminal;
  });

  app.post(agentPaths.heartbeat, { schema: { body: heartbeatSchema, response: { 200: heartbeatAnswerSchema } } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const { healthy, anew } = page.beat(request.body);
    if (anew) {
      forget();
      request.log.info({ app: request.body.app, edition: request.body.edition }, 'The page has started.');
    }
    if (healthy) await feed();
    return { orders: page.takeOrders() };
  });

  app.get(agentPaths.health, { schema: { response: { 200: agentHealthSchema } } }, async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    const beat = page.newest;
    return {
      status: 'ok' as const,
      version: context.version,
      ...(beat === undefined ? {} : { page: { health: beat.health, age: Math.max(0, Math.round(context.clock.elapsed() - beat.at)) } }),
    };
  });
}
