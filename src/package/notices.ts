import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';

const lockSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ packages: v.record(v.string(), v.looseObject({ version: v.optional(v.string()), license: v.optional(v.string()), dev: v.optional(v.boolean()), optional: v.optional(v.boolean()) })) }),
);

/** Texts that the package registry's own packages lack, as they come with the release of that version: another version needs its own. */
const licences = join(import.meta.dirname, 'licences');

/** Built into the app, though the lock file calls it a tool. */
const builtIn = /(?:^|\/)node_modules\/workbox-[\w-]+$/;

/**
 * The licences of everything that may be bundled into a package: what whoever
 * hands it on has to hand on with it. Of the lock file all that is no tool, so
 * rather one too many.
 * @param root folder of the project, with its modules
 */
export function thirdPartyNotices(root: string): string {
  const { packages } = v.parse(lockSchema, readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const node = packages['node_modules/node']?.version ?? '';
  const parts = ['Parts of this package were made by others. The programs run on Node.js, which lies beside them.', `Node.js ${node}, and what is built into it\n\n${gunzipSync(readFileSync(join(licences, `node-${node}.txt.gz`))).toString('utf8').trim()}`];
  for (const [path, { version = '', license = '', dev, optional }] of Object.entries(packages)) {
    if (path === '' || optional === true || (dev === true && !builtIn.test(path))) continue;
    const folder = join(root, path);
    const texts = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name)).map((name) => readFileSync(join(folder, name), 'utf8').trim());
    parts.push([`${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version}, ${license}`, ...texts].join('\n\n'));
  }
  return `${parts.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}
