import { healthSchema } from '../../api/health.ts';
import { paths } from '../../api/paths.ts';
import type { HubInstance } from '../app.ts';
import type { HubContext } from '../context.ts';
import type { StaticTree } from '../../serve/static-tree.ts';
import { instantText } from '../../serve/clock.ts';
import { servedEdition } from '../../serve/served.ts';

/** `GET /api/v1/health`: the hub lives, its clock, and which edition of the content it serves. */
export function healthRoute(app: HubInstance, context: HubContext, content: StaticTree): void {
  app.get(paths.health, { schema: { response: { 200: healthSchema } } }, async (_request, reply) => {
    const release = await servedEdition(content);
    void reply.header('cache-control', 'no-store');
    return {
      status: 'ok' as const,
      version: context.version,
      now: instantText(context.clock.now()),
      release,
      demonstration: context.demonstration !== undefined,
    };
  });
}
