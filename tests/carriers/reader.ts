import type { RepositorySource } from '../../src/repository/copy.ts';
import { TrustClient } from '../../src/trust/client.ts';
import { checkObject, objectsOf, objectUrlPath } from '../../src/trust/release.ts';
import type { TrustResult } from '../../src/trust/result.ts';
import { memoryStore } from '../fixtures/served-files.ts';

function must<T>(result: TrustResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.code} ${result.error.path} ${result.error.detail ?? ''}`);
}

/** What a terminal that never saw the repository would show after a first sync: every object's text by path, all of it verified. Throws the first refusal. */
export async function readRelease(from: RepositorySource, anchor: Uint8Array, now: number): Promise<Record<string, string>> {
  const client = must(await TrustClient.open({ store: memoryStore({ 'root.json': anchor }), fetcher: { metadata: (name, limit) => from.get(`metadata/${name}`, limit) }, now }));
  must(await client.refresh());
  const objects = must(objectsOf(must(await client.allTargets())));
  const texts: Record<string, string> = {};
  for (const [path, entry] of Object.entries(objects)) {
    const bytes = must(await from.get(`targets/${objectUrlPath(path, entry)}`, entry.length));
    must(await checkObject({ objects }, path, bytes));
    texts[path] = new TextDecoder().decode(bytes);
  }
  return texts;
}
