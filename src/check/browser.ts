import * as v from 'valibot';
import { paths } from '../api/paths.ts';
import type { Fetcher } from '../trust/client.ts';
import { refuse, trusted, type TrustResult } from '../trust/result.ts';
import { baselineName, checkBaselineSchema, type CheckBaseline } from './baseline.ts';
import type { Keeper } from './believe.ts';
import type { ObjectSource } from './names.ts';

/** The page's ways to the outside: the hub it came from, and this browser's caches. */

/** ms after which the hub counts as unreachable: somebody waits at a counter. */
const patience = 8_000;

/** Fetches with a limit. No limit is trusted to a header: what is too long is not read further. */
async function fetchBytes(address: string, limit: number, cache: RequestCache): Promise<TrustResult<Uint8Array>> {
  try {
    const answer = await fetch(address, { cache, redirect: 'error', signal: AbortSignal.timeout(patience) });
    if (answer.status === 404) return refuse('absent', address);
    if (!answer.ok || answer.body === null) return refuse('unreachable', address, `status ${answer.status}`);
    const parts: Uint8Array[] = [];
    let length = 0;
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > limit) {
        await reader.cancel();
        return refuse('tooBig', address);
      }
      parts.push(part.value);
    }
    return trusted(new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer()));
  } catch {
    return refuse('unreachable', address);
  }
}

/** Metadata from the hub. Only the timestamp is asked for anew each time; all else has a new name with new bytes. */
export const hubFetcher: Fetcher = {
  metadata: (name, limit) => fetchBytes(`${paths.content}metadata/${name}`, limit, name === 'timestamp.json' || name.endsWith('.root.json') ? 'no-cache' : 'default'),
};

const cacheName = 'check-kept-1';
/** Objects that a phone keeps: the last dozens of prices that its owner checked. */
const maxObjects = 40;

/** This browser's cache; `undefined` where it has none for us, as in some apps' own browsers and private windows, or is full. */
async function kept<T>(use: (cache: Cache) => Promise<T>): Promise<T | undefined> {
  try {
    return await use(await caches.open(cacheName));
  } catch {
    return undefined;
  }
}

/** Objects from the hub, kept by their names, which change with their bytes. */
export const hubObjects: ObjectSource = async (path, limit) => {
  const address = `${paths.content}targets/${path}`;
  const before = await kept(async (cache) => (await cache.match(address))?.arrayBuffer());
  if (before !== undefined) return trusted(new Uint8Array(before));
  const bytes = await fetchBytes(address, limit, 'default');
  if (bytes.ok) {
    await kept(async (cache) => {
      await cache.put(address, new Response(bytes.value as Uint8Array<ArrayBuffer>));
      const objects = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith(paths.content));
      for (const old of objects.slice(0, Math.max(0, objects.length - maxObjects))) await cache.delete(old);
    });
  }
  return bytes;
};

const keptSchema = v.pipe(v.string(), v.parseJson(), v.strictObject({ anchor: v.string(), files: v.record(v.string(), v.string()) }));
/** Not an address of the hub: a key in the cache. */
const keptAddress = '/check/kept.json';

/** Keeps trusted metadata in the browser. Another anchor, as after a new key ceremony, begins anew. */
export const cacheKeeper: Keeper = {
  async read(anchor) {
    const text = await kept(async (cache) => (await cache.match(keptAddress))?.text());
    const parsed = v.safeParse(keptSchema, text);
    return parsed.success && parsed.output.anchor === anchor ? parsed.output.files : undefined;
  },
  async write(anchor, files) {
    await kept((cache) => cache.put(keptAddress, new Response(JSON.stringify({ anchor, files }))));
  },
};

/** The trust built into the page; `undefined` if even that cannot be had. */
export async function builtIn(): Promise<CheckBaseline | undefined> {
  const bytes = await fetchBytes(`./${baselineName}`, 10_000_000, 'default');
  const parsed = bytes.ok ? v.safeParse(v.pipe(v.string(), v.parseJson(), checkBaselineSchema), new TextDecoder().decode(bytes.value)) : undefined;
  return parsed?.success === true ? parsed.output : undefined;
}

/** Why this browser cannot check signatures at all; `undefined`: it can. Ed25519 came to Chromium in 2025, to Firefox in 2024, to Safari in 2023. */
export async function hindrance(): Promise<'browser' | 'connection' | undefined> {
  if (!isSecureContext) return 'connection';
  // The curve's base point: a key that every implementation accepts.
  const key = new Uint8Array(32).fill(0x66);
  key[0] = 0x58;
  try {
    await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
    return undefined;
  } catch {
    return 'browser';
  }
}
