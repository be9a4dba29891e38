#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { TrustClient, roleFileName, type ClientDeps, type Fetcher, type MetadataStore } from '../../trust/client.ts';
import { limits } from '../../trust/limits.ts';
import { refuse, trusted, type TrustError, type TrustResult } from '../../trust/result.ts';
import { checkBytes, type TrustedTarget } from '../../trust/trusted-metadata.ts';

/**
 * Our client of The Update Framework as a program of its own, with the command
 * line of the public conformance suite: `init`, `refresh`, `download`. Exit
 * status 0 if all of it succeeded, otherwise 1 with a line on standard error.
 * `--timeout` sets the seconds that one answer may take, 60 without it.
 */

/** Fetches at most so many bytes within so many milliseconds. */
type Get = (url: string, path: string, limit: number) => Promise<TrustResult<Uint8Array>>;

const getWithin = (answerLimit: number): Get => async (url, path, limit) => {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(answerLimit), headers: { connection: 'close' } });
    if (response.status === 404 || response.status === 403) {
      await response.body?.cancel();
      return refuse('absent', path, `status ${response.status}`);
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      return refuse('unreachable', path, `status ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > limit) return refuse('tooBig', path, `more than ${limit} bytes`);
      chunks.push(chunk);
    }
    return trusted(Buffer.concat(chunks));
  } catch (error) {
    return refuse('unreachable', path, error instanceof Error ? error.name : '');
  }
};

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

function httpFetcher(base: string, get: Get): Fetcher {
  return { metadata: (name, limit) => get(withSlash(base) + name, name, limit) };
}

/** Writes beside and renames, so that a cut leaves the old file or the new one. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${process.pid}`);
  try {
    await writeFile(beside, bytes);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function folderStore(folder: string): MetadataStore {
  return { read: (name) => readIfThere(join(folder, name)), write: (name, bytes) => replaceFile(join(folder, name), bytes), remove: (name) => rm(join(folder, name), { force: true }) };
}

/** A target's path on the server: the hash stands before the last segment where snapshots are consistent. */
function targetAddress(base: string, target: TrustedTarget, hash: string | undefined): string {
  const segments = target.path.split('/').map(encodeURIComponent);
  const last = segments.pop() ?? '';
  return withSlash(base) + [...segments, hash === undefined ? last : `${hash}.${last}`].join('/');
}

async function download(client: TrustClient, name: string, base: string, folder: string, get: Get): Promise<TrustResult<void>> {
  const target = await client.target(name);
  if (!target.ok) return target;
  const path = join(folder, roleFileName(name));
  const kept = await readIfThere(path);
  if (kept !== undefined && (await checkBytes(kept, target.value.file, name)).ok) return trusted(undefined);
  const hash = client.set.root.consistent_snapshot ? Object.values(target.value.file.hashes)[0] : undefined;
  const bytes = await get(targetAddress(base, target.value, hash), name, target.value.file.length);
  if (!bytes.ok) return bytes;
  const whole = await checkBytes(bytes.value, target.value.file, name);
  if (!whole.ok) return whole;
  await replaceFile(path, bytes.value);
  return trusted(undefined);
}

function say({ code, path, detail }: TrustError): 1 {
  process.stderr.write(`${code}: ${path}${detail === undefined ? '' : ` (${detail})`}\n`);
  return 1;
}

async function main(): Promise<0 | 1> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'metadata-dir': { type: 'string' },
      'metadata-url': { type: 'string' },
      'target-name': { type: 'string', multiple: true },
      'target-base-url': { type: 'string' },
      'target-dir': { type: 'string' },
      timeout: { type: 'string', default: '60' },
    },
  });
  const need = (name: 'metadata-dir' | 'metadata-url' | 'target-base-url' | 'target-dir'): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing`);
    return value;
  };
  const store = folderStore(need('metadata-dir'));
  const [command, file] = positionals;
  if (command === 'init') {
    if (file === undefined) throw new Error('init needs the trusted root');
    const bytes = readFileSync(file);
    if (bytes.length > limits.root) return say({ code: 'tooBig', path: file });
    await store.write('root.json', bytes);
    return 0;
  }
  if (command !== 'refresh' && command !== 'download') throw new Error('the commands are init, refresh, download');
  const seconds = Number(values.timeout);
  if (!(seconds > 0 && seconds <= 3600)) throw new Error('--timeout is a number of seconds, at most 3600');
  const get = getWithin(seconds * 1000);
  const deps: ClientDeps = { store, fetcher: httpFetcher(need('metadata-url'), get), now: Date.now() };
  const client = await TrustClient.open(deps);
  if (!client.ok) return say(client.error);
  const refreshed = await client.value.refresh();
  if (!refreshed.ok) return say(refreshed.error);
  if (command === 'refresh') return 0;
  for (const name of values['target-name'] ?? []) {
    const done = await download(client.value, name, need('target-base-url'), need('target-dir'), get);
    if (!done.ok) return say(done.error);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
