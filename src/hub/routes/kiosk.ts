import * as v from 'valibot';
import { HubError } from '../errors.ts';
import type { StaticTree } from '../static-tree.ts';
import type { HubInstance } from '../app.ts';

/** Vite puts a hash of the bytes into the names of what it bundles. */
const hashed = /^assets\/.+-[\w-]{8}\.\w+$/;

/** The kiosk app. Only `/` and `/index.html` give the page: every screen lives there, and an unknown address is an error. */
export function kioskRoutes(app: HubInstance, tree: StaticTree): void {
  app.get('/*', { schema: { params: v.strictObject({ '*': v.string() }) } }, async (request, reply) => {
    const path = request.params['*'] === '' ? 'index.html' : request.params['*'];
    if (path === 'index.html' && !(await tree.refresh())) throw new HubError('unavailable', 'The kiosk app is not built: run `npm run build`.');
    // A kiosk that stands for weeks asks for nothing but its service worker: a new build must show there too.
    if (path === 'sw.js') await tree.refresh();
    let file = tree.file(path);
    if (file === undefined && (await tree.refresh())) file = tree.file(path);
    if (file === undefined) throw new HubError('notFound', 'This hub has no such address.');
    return file.send(request, reply, hashed.test(path) ? 'immutable' : 'revalidate');
  });
}
