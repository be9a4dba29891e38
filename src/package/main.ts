import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import { bundle } from './bundle.ts';
import { architectures, buildDeb, type Architecture } from './deb.ts';
import { nodeFor } from './node-binary.ts';
import { buildPage } from './page.ts';
import { thirdPartyNotices } from './notices.ts';
import { drawOutOfService } from './picture.ts';

/**
 * `npm run package`: the two Debian packages, from what `kiosk-config/terminal`
 * and `kiosk-config/hub` show and what is built from the sources.
 *
 *     npm run package -- [--arch amd64|arm64] [--version 0.1.0] [--only terminal|hub] [--out DIR]
 */
const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: { arch: { type: 'string' }, version: { type: 'string' }, only: { type: 'string' }, out: { type: 'string' } },
});
const packageFile = v.parse(v.pipe(v.string(), v.parseJson(), v.looseObject({ version: v.string() })), readFileSync(join(root, 'package.json'), 'utf8'));
const architecture: Architecture = v.parse(v.picklist(architectures), values.arch ?? (process.arch === 'arm64' ? 'arm64' : 'amd64'));
const version = v.parse(v.pipe(v.string(), v.regex(/^\d[\d.]*(?:[~+][\w.]+)?$/, 'a version such as 0.1.0')), values.version ?? packageFile.version);
const out = resolve(root, values.out ?? '.build/packages');
const staging = join(root, '.build/package');

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Lays out one package: its own files, then Node and the programs bundled for it. */
async function layOut(name: 'terminal' | 'hub', entries: Readonly<Record<string, string>>): Promise<{ readonly tree: string; readonly lib: string; readonly share: string }> {
  const config = join(root, 'kiosk-config', name);
  const tree = join(staging, name);
  const lib = join(tree, `usr/lib/owso-kiosk-${name}`);
  const share = join(tree, `usr/share/owso-kiosk-${name}`);
  const doc = join(tree, `usr/share/doc/owso-kiosk-${name}`);
  rmSync(tree, { recursive: true, force: true });
  cpSync(join(config, 'files'), tree, { recursive: true, verbatimSymlinks: true });
  for (const folder of [lib, share, doc]) mkdirSync(folder, { recursive: true });
  const programs = join(staging, `${name}-programs`);
  await bundle(entries, programs);
  cpSync(programs, lib, { recursive: true });
  // Each program is a module, and reads the version of the whole from here.
  writeFileSync(join(lib, 'package.json'), `${JSON.stringify({ name: `owso-kiosk-${name}`, version, type: 'module', private: true }, undefined, 2)}\n`);
  cpSync(await nodeFor(architecture), join(lib, 'node'));
  chmodSync(join(lib, 'node'), 0o755);
  for (const file of ['README.md', 'ESCAPES.md', 'FAULTS.md']) if (existsSync(join(config, file))) cpSync(join(config, file), join(doc, file));
  cpSync(join(root, 'LICENSE'), join(doc, 'copyright'));
  writeFileSync(join(doc, 'third-party-licences.txt'), thirdPartyNotices(root));
  return { tree, lib, share };
}

async function terminal(): Promise<string> {
  const config = join(root, 'kiosk-config/terminal');
  const { tree, share } = await layOut('terminal', {
    agent: 'src/terminal/agent/main.ts',
    'owso-kiosk': 'src/terminal/cli/main.ts',
    'prepare-profile': 'src/terminal/machine/prepare-profile.ts',
    'apply-settings': 'src/terminal/machine/apply-settings.ts',
  });
  cpSync(join(root, '.build/kiosk'), join(share, 'app'), { recursive: true });
  await buildPage('src/setup', join(share, 'setup'));
  // The same content once more, as a repository: what the agent answers with where there is no hub.
  const published = join(root, '.build/published');
  if (!existsSync(published)) throw new Error('no packed content: run `npm run build`, which makes it first');
  cpSync(published, join(share, 'content'), { recursive: true });
  cpSync(join(config, 'chromium-flags.txt'), join(share, 'chromium-flags.txt'));
  const policies: unknown = parseYaml(readFileSync(join(config, 'chromium-policies.yaml'), 'utf8'));
  const managed = join(tree, 'etc/chromium/policies/managed');
  mkdirSync(managed, { recursive: true });
  writeFileSync(join(managed, 'owso-kiosk.json'), `${JSON.stringify(policies, undefined, 2)}\n`);
  await drawOutOfService(join(share, 'out-of-service.png'));
  return buildDeb({ name: 'owso-kiosk-terminal', tree, debian: join(config, 'debian'), version, architecture }, out);
}

async function hub(): Promise<string> {
  const config = join(root, 'kiosk-config/hub');
  const { tree, share } = await layOut('hub', {
    hub: 'src/hub/main.ts',
    command: 'src/cli/main.ts',
  });
  cpSync(join(root, '.build/kiosk'), join(share, 'app'), { recursive: true });
  cpSync(join(root, '.build/studio'), join(share, 'studio'), { recursive: true });
  cpSync(join(root, 'kiosk-config/terminal.yaml'), join(tree, 'etc/owso-kiosk-hub/terminal.yaml'));
  return buildDeb({ name: 'owso-kiosk-hub', tree, debian: join(config, 'debian'), version, architecture }, out);
}

const wanted = v.parse(v.optional(v.picklist(['terminal', 'hub'])), values.only);
for (const [name, make] of [['terminal', terminal], ['hub', hub]] as const) {
  if (wanted !== undefined && wanted !== name) continue;
  say(`• Packing owso-kiosk-${name} …`);
  process.stdout.write(`${await make()}\n`);
}
