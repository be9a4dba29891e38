import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import type { Architecture } from './deb.ts';

const root = resolve(import.meta.dirname, '../..');
const nodePackage = v.pipe(v.string(), v.parseJson(), v.looseObject({ version: v.string() }));

/** SHA-256 of the binaries that the lock file does not pin, by version and processor: what is fetched must be what was looked at. */
const pinned: Readonly<Record<string, string>> = {
  '24.21.0 arm64': '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
};

/**
 * The Node that goes into a package: for this machine's own processor the one
 * that the project itself runs on; for the other the same version, fetched from
 * the package registry (the lock file names this machine's alone).
 */
export async function nodeFor(architecture: Architecture): Promise<string> {
  const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
  if (architecture === own) return process.execPath;
  const { version } = v.parse(nodePackage, readFileSync(join(root, 'node_modules/node/package.json'), 'utf8'));
  const folder = join(root, '.build/package', `node-${architecture}-${version}`);
  const binary = join(folder, 'package/bin/node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const name = `node-linux-${architecture === 'amd64' ? 'x64' : architecture}@${version}`;
    const file = execFileSync('npm', ['pack', '--silent', name], { cwd: folder, encoding: 'utf8' }).trim();
    execFileSync('tar', ['-xzf', file], { cwd: folder });
  }
  const found = createHash('sha256').update(readFileSync(binary)).digest('hex');
  const wanted = pinned[`${version} ${architecture}`];
  if (found !== wanted) throw new Error(`Node ${version} for ${architecture} has the SHA-256 ${found}${wanted === undefined ? ', which is not pinned yet' : `, not ${wanted}`}: look at it, then pin it in src/package/node-binary.ts`);
  return binary;
}
