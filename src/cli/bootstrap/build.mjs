import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root, step, StepFailed } from './process.mjs';

const stamps = join(root, '.build/stamps');

/** What the content of an app is made from by `content pack`, wherever it comes from: the baseline in the app, and the same edition as a repository, for the terminal's package. */
const packing = {
  name: 'baseline',
  title: 'Packing the signed content for the app',
  outputs: ['.build/baseline/packed.json', '.build/baseline/root.json', '.build/published/metadata/timestamp.json'],
  // What another root signed must not be mistaken for an edition before.
  anew: ['.build/published'],
};
const packingPlaces = ['--out', '.build/baseline', '--published', '.build/published'];

/** The sample content, compiled, signed with demonstration keys and packed. */
const demonstration = [
  {
    name: 'content',
    title: 'Compiling the content',
    inputs: ['kiosk-config/content', 'src/cli/content', 'src/model', 'src/trust', 'package-lock.json'],
    outputs: ['.build/content/release.json'],
    command: ['src/cli/main.ts', 'content', 'build'],
  },
  {
    name: 'repository',
    title: 'Signing the content with demonstration keys',
    inputs: ['.build/content/release.json', 'src/cli/content', 'src/repository', 'src/model', 'src/trust', 'package-lock.json'],
    // The keys are made once and outlive the build: with others, kiosks would have to be installed anew.
    outputs: ['.build/repository/metadata/timestamp.json', '.data/demonstration-keys/online/timestamp.key.json'],
    command: ['src/cli/main.ts', 'content', 'demonstrate'],
  },
  {
    ...packing,
    inputs: ['.build/content/release.json', '.build/repository/metadata/1.root.json', 'src/cli/content', 'src/repository', 'src/model', 'src/trust', 'package-lock.json'],
    command: ['src/cli/main.ts', 'content', 'pack', '--repository', '.build/repository', ...packingPlaces],
  },
];

const apps = [
  {
    name: 'kiosk',
    title: 'Building the kiosk app',
    inputs: ['src/model', 'src/trust', 'src/api', 'src/ui', 'src/kiosk', 'src/check', 'public', 'vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json', '.build/baseline'],
    outputs: ['.build/kiosk/index.html'],
    command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
  },
  {
    name: 'studio',
    title: 'Building the staff’s app',
    inputs: ['src/model', 'src/api', 'src/ui', 'src/studio', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'],
    outputs: ['.build/studio/index.html'],
    command: ['node_modules/vite/bin/vite.js', 'build', '--mode', 'studio', '--logLevel', 'warn'],
  },
];

/**
 * What is built, in order: from which inputs, into which file, how.
 * @param env with `CONTENT`, the folder of signed content, and `TRUST_ROOT`, the file of the root that it is verified from, the app is built of these; the demonstration is left as it is
 */
export function productsFor(env) {
  const { CONTENT: content = '', TRUST_ROOT: trusted = '' } = env;
  if (content === '') return [...demonstration, ...apps];
  if (trusted === '') throw new StepFailed('Name with TRUST_ROOT the root.json of the ceremony, which the content in CONTENT is verified from.');
  return [
    {
      ...packing,
      inputs: [],
      // Content that was fresh at the last build may be past its date at this one.
      always: true,
      command: ['src/cli/main.ts', 'content', 'pack', '--repository', resolve(content), '--root', resolve(trusted), ...packingPlaces],
    },
    ...apps,
  ];
}

function* files(path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isFile()) {
    yield path;
    return;
  }
  for (const name of readdirSync(full).sort()) yield* files(join(path, name));
}

/** SHA-256 over names and bytes of everything a product is made from. */
function hashOf(product) {
  const hash = createHash('sha256').update(JSON.stringify(product.command));
  for (const input of product.inputs) {
    for (const file of files(input)) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * Builds one product unless it is there and made from these very inputs.
 * @returns {Promise<boolean>} whether it is there now
 */
async function make(product) {
  const stamp = join(stamps, product.name);
  const hash = hashOf(product);
  const current = product.outputs.every((output) => existsSync(join(root, output))) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (current && product.always !== true) return true;
  for (const folder of product.anew ?? []) rmSync(join(root, folder), { recursive: true, force: true });
  const { code } = await step(product.title, join(root, 'node_modules/.bin/node'), product.command);
  if (code !== 0) return false;
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

/** Builds what has changed. @param env see `productsFor` @returns {Promise<{ name: string, ok: boolean }[]>} */
export async function buildAll(env = {}) {
  const results = [];
  for (const product of productsFor(env)) {
    const ok = results.every((result) => result.ok) && (await make(product));
    results.push({ name: product.name, ok });
  }
  return results;
}

/** Builds what has changed, or fails with the product that could not be made. @param env see `productsFor` */
export async function build(env = {}) {
  const failed = (await buildAll(env)).find((result) => !result.ok);
  if (failed !== undefined) throw new StepFailed(`Building the ${failed.name} failed: mend what the lines above name, and run the command again.`);
}
