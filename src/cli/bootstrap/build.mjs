import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, step, StepFailed } from './process.mjs';

const stamps = join(root, '.build/stamps');

/** What is built, in order: from which inputs, into which file, how. */
const products = [
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
    name: 'baseline',
    title: 'Packing the signed content for the app',
    inputs: ['.build/content/release.json', '.build/repository/metadata/1.root.json', 'src/cli/content', 'src/repository', 'src/model', 'src/trust', 'package-lock.json'],
    outputs: ['.build/baseline/packed.json', '.build/baseline/root.json'],
    command: ['src/cli/main.ts', 'content', 'pack'],
  },
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
  if (current) return true;
  const { code } = await step(product.title, join(root, 'node_modules/.bin/node'), product.command);
  if (code !== 0) return false;
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

/** Builds what has changed. @returns {Promise<{ name: string, ok: boolean }[]>} */
export async function buildAll() {
  const results = [];
  for (const product of products) {
    const ok = results.every((result) => result.ok) && (await make(product));
    results.push({ name: product.name, ok });
  }
  return results;
}

/** Builds what has changed, or fails with the product that could not be made. */
export async function build() {
  const failed = (await buildAll()).find((result) => !result.ok);
  if (failed !== undefined) throw new StepFailed(`Building the ${failed.name} failed: mend what the lines above name, and run the command again.`);
}
