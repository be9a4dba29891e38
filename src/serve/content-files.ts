import * as v from 'valibot';
import { paths } from '../api/paths.ts';
import { isImmutable, isRepositoryFile } from '../repository/names.ts';
import type { ServerInstance } from './fastify.ts';
import { bareRoute } from './security.ts';
import type { StaticTree } from './static-tree.ts';

/**
 * The content repository below `/content/`, as any web server would carry it:
 * the timestamp, asked for again each time, and files whose names change with
 * their bytes. It is the kiosk that checks.
 *
 * Answers are kept small, since a kiosk on mobile data asks every few minutes
 * whether there is something new: of the headers only those of a file, and
 * nothing at all in an answer that there is no such file, which is how a kiosk
 * learns that the root is the newest.
 */
export function contentRoutes(app: ServerInstance, tree: StaticTree): void {
  const params = v.strictObject({ '*': v.string() });
  app.get(`${paths.content}*`, { ...bareRoute, schema: { params } }, async (request, reply) => {
    const name = request.params['*'];
    const ours = isRepositoryFile(name);
    let file = ours && isImmutable(name) ? tree.file(name) : undefined;
    if (file === undefined && ours && (await tree.refresh())) file = tree.file(name);
    if (file === undefined) return reply.code(404).header('cache-control', 'no-cache').send();
    return file.send(request, reply, isImmutable(name) ? 'immutable' : 'revalidate');
  });
}
