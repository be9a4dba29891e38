import { paths } from '../../api/paths.ts';
import { terminalSchema } from '../../api/terminal.ts';
import type { HubInstance } from '../app.ts';
import type { HubContext } from '../context.ts';

/** `GET /api/v1/terminal`: what a terminal has to know before it has content. */
export function terminalRoute(app: HubInstance, context: HubContext): void {
  app.get(paths.terminal, { schema: { response: { 200: terminalSchema } } }, async (_request, reply) => {
    void reply.header('cache-control', 'no-cache');
    return context.terminal;
  });
}
