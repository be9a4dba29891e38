import * as v from 'valibot';
import { studioPath } from '../../api/staff.ts';
import { RequestError } from '../../serve/errors.ts';
import type { StaticTree } from '../../serve/static-tree.ts';
import type { HubInstance } from '../app.ts';

/** The staff's app, on the hub alone: a terminal does not carry it. */
export function studioRoutes(app: HubInstance, tree: StaticTree): void {
  app.get(studioPath.slice(0, -1), async (_request, reply) => reply.redirect(studioPath, 308));
  app.get(`${studioPath}*`, { schema: { params: v.strictObject({ '*': v.string() }) } }, async (request, reply) => {
    const path = request.params['*'] === '' ? 'index.html' : request.params['*'];
    if (!(await tree.refresh())) throw new RequestError('unavailable', 'The staff’s app is not built: run `npm run build`.');
    const file = tree.file(path);
    if (file === undefined) throw new RequestError('notFound', 'There is no such address here.');
    return file.send(request, reply, path.startsWith('assets/') ? 'immutable' : 'revalidate');
  });
}
