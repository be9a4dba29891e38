import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as v from 'valibot';
import { paths } from '../../api/paths.ts';
import { localizedTextSchema, type LocalizedText } from '../../model/text.ts';
import type { HubInstance } from '../app.ts';
import type { Demonstration } from '../demo.ts';
import { samplesPage, type Titles } from '../samples/page.ts';
import { servedObjects } from '../../serve/served.ts';
import { StaticFile, type StaticTree } from '../../serve/static-tree.ts';

const resolvePackage = createRequire(import.meta.url).resolve;

/** What the page loads, by its name below `/samples/`. Found when asked: a hub that was installed has no samples and no such files. */
const assets = (): Readonly<Record<string, string>> => ({
  'samples.css': join(import.meta.dirname, '../samples/samples.css'),
  'kantumruy-pro-khmer.woff2': resolvePackage('@fontsource-variable/kantumruy-pro/files/kantumruy-pro-khmer-wght-normal.woff2'),
  'kantumruy-pro-latin.woff2': resolvePackage('@fontsource-variable/kantumruy-pro/files/kantumruy-pro-latin-wght-normal.woff2'),
  'moul-khmer.woff2': resolvePackage('@fontsource/moul/files/moul-khmer-400-normal.woff2'),
});

const titledSchema = v.pipe(v.string(), v.parseJson(), v.object({ title: localizedTextSchema }));

function titlesOf(objects: ReadonlyMap<string, string>): Titles {
  const title = (path: RegExp, fallback: string): LocalizedText => {
    const found = [...objects].find(([candidate]) => path.test(candidate));
    const parsed = found === undefined ? undefined : v.safeParse(titledSchema, found[1]);
    return parsed?.success === true ? parsed.output.title : { km: fallback, en: fallback };
  };
  return {
    service: (identifier) => title(new RegExp(`^services/[^/]+/${identifier}\\.json$`), identifier),
    office: (code) => title(new RegExp(`^offices/${code}/office\\.json$`), code),
  };
}

/** `/samples/`, in demonstration mode only: the sample receipts with their codes. */
export async function samplesRoutes(app: HubInstance, demonstration: Demonstration, content: StaticTree): Promise<void> {
  app.get(paths.samples, async (request, reply) => {
    const page = await samplesPage(demonstration.samples, titlesOf(await servedObjects(content)));
    return new StaticFile('samples.html', Buffer.from(page)).send(request, reply, 'revalidate');
  });
  app.get(paths.samples.slice(0, -1), async (_request, reply) => reply.redirect(paths.samples, 308));
  for (const [name, path] of Object.entries(assets())) {
    const file = new StaticFile(name, await readFile(path));
    app.get(paths.samples + name, async (request, reply) => file.send(request, reply, 'revalidate'));
  }
}
