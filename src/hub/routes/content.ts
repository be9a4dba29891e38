import * as v from 'valibot';
import { paths } from '../../api/paths.ts';
import { releaseSchema, type Release } from '../../trust/release.ts';
import { HubError } from '../errors.ts';
import type { StaticFile, StaticTree } from '../static-tree.ts';
import type { HubInstance } from '../app.ts';

const missing = 'There is no compiled content: run `npm run build`, then ask again.';

/** The manifest the hub serves now, or `null` if there is none that can be read. */
export async function currentRelease(tree: StaticTree): Promise<Release | null> {
  if (!(await tree.refresh())) return null;
  const file = tree.file('release.json');
  if (file === undefined) return null;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), releaseSchema), new TextDecoder().decode(file.bytes));
  return parsed.success ? parsed.output : null;
}

/**
 * `/content/release.json`, asked for again each time, and the objects it names,
 * whose names change with their bytes. The hub is a plain carrier here: it is
 * the kiosk that checks.
 */
export function contentRoutes(app: HubInstance, tree: StaticTree): void {
  app.get(paths.release, async (request, reply) => {
    const file: StaticFile | undefined = (await tree.refresh()) ? tree.file('release.json') : undefined;
    if (file === undefined) throw new HubError('unavailable', missing);
    return file.send(request, reply, 'revalidate');
  });

  const objectPath = v.strictObject({ '*': v.pipe(v.string(), v.maxLength(300)) });
  app.get(`${paths.content}*`, { schema: { params: objectPath } }, async (request, reply) => {
    const path = request.params['*'];
    const named = /^(services\/[a-z0-9-]+|offices|catalogue)\/[0-9a-f]{64}\.[a-z0-9-]+\.json$/.test(path);
    let file = named ? tree.file(path) : undefined;
    if (file === undefined && named && (await tree.refresh())) file = tree.file(path);
    if (file === undefined) throw new HubError('notFound', 'No object of this release has that name. A kiosk that asks for one holds an old manifest.');
    return file.send(request, reply, 'immutable');
  });
}
