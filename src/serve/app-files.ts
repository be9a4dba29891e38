import * as v from 'valibot';
import { RequestError } from './errors.ts';
import type { StaticTree } from './static-tree.ts';
import type { ServerInstance } from './fastify.ts';

/** Vite puts a hash of the bytes into the names of what it bundles. */
const hashed = /^(?:check\/)?assets\/.+-[\w-]{8}\.\w+$/;

/** Pages by their addresses. Every screen of the kiosk lives on one; the page on which phones check a price is another. */
const pages: ReadonlyMap<string, string> = new Map([['', 'index.html'], ['check/', 'check/index.html']]);

/** The kiosk app. An unknown address is an error. */
export function kioskRoutes(app: ServerInstance, tree: StaticTree): void {
  app.get('/*', { schema: { params: v.strictObject({ '*': v.string() }) } }, async (request, reply) => {
    if (request.params['*'] === 'check') return reply.redirect('/check/', 308);
    const path = pages.get(request.params['*']) ?? request.params['*'];
    if (path.endsWith('index.html') && !(await tree.refresh())) throw new RequestError('unavailable', 'The kiosk app is not built: run `npm run build`.');
    // A kiosk that stands for weeks asks for nothing but its service worker: a new build must show there too.
    if (path.endsWith('sw.js')) await tree.refresh();
    let file = tree.file(path);
    if (file === undefined && (await tree.refresh())) file = tree.file(path);
    if (file === undefined) throw new RequestError('notFound', 'There is no such address here.');
    return file.send(request, reply, hashed.test(path) ? 'immutable' : 'revalidate');
  });
}
