import * as v from 'valibot';
import { err, ok, type Result } from '../../model/result.ts';
import { packedReleaseSchema, type ReleaseVerifier } from '../../trust/release.ts';
import type { TrustError } from '../../trust/result.ts';
import { discard } from './discard.ts';
import { releaseId, type AcceptedRelease } from './store.ts';

/** Where the app's own build carries a release; the service worker keeps it. */
export const baselinePath = '/baseline/packed.json';

/** The root that came with the app: from here everything else is proven. */
export const anchorPath = '/baseline/root.json';

/** The trust anchor, as trusted as the app's own code. `absent`: the app was built without one. */
export async function loadAnchor(fetchFrom: typeof fetch): Promise<Result<Uint8Array, BaselineError>> {
  try {
    const response = await fetchFrom(anchorPath);
    return response.ok ? ok(new Uint8Array(await response.arrayBuffer())) : err({ code: 'absent', detail: `anchor ${response.status}` });
  } catch (error) {
    return err({ code: 'absent', detail: `anchor ${error instanceof Error ? error.name : 'unknown'}` });
  }
}

/** A release with all its bytes in hand. */
export interface Baseline extends AcceptedRelease {
  /** Bytes as they came; ask the verifier before believing them. */
  bytesOf(path: string): Uint8Array | undefined;
}

/** Why there is no baseline. `absent`: not served, or not by us; `corrupt`: not a packed release; otherwise the verifier's word. */
export type BaselineError = { readonly code: 'absent' | 'corrupt'; readonly detail: string } | { readonly code: TrustError['code']; readonly detail: string };

/** The baseline, read when first asked for. */
export interface BaselineSource {
  /**
   * A short text that changes when the baseline changes, without reading it;
   * `undefined` if nothing can be said.
   */
  mark(): Promise<string | undefined>;
  load(): Promise<Result<Baseline, BaselineError>>;
}

/** The baseline built into the app. It is as trusted as the app's own code, whatever has been shown before. */
export function createBaseline(fetchFrom: typeof fetch, verifier: ReleaseVerifier): BaselineSource {
  let loading: Promise<Result<Baseline, BaselineError>> | undefined;
  return {
    async mark() {
      try {
        const response = await fetchFrom(baselinePath);
        discard(response);
        if (!response.ok) return undefined;
        const name = (header: string): string => response.headers.get(header) ?? '';
        const mark = `${name('etag')} ${name('last-modified')} ${name('content-length')}`;
        return mark.trim() === '' ? undefined : mark;
      } catch {
        return undefined;
      }
    },
    load: () =>
      (loading ??= loadBaseline(fetchFrom, verifier).then((result) => {
        if (!result.ok) loading = undefined;
        return result;
      })),
  };
}

async function loadBaseline(fetchFrom: typeof fetch, verifier: ReleaseVerifier): Promise<Result<Baseline, BaselineError>> {
  let json: unknown;
  try {
    const response = await fetchFrom(baselinePath);
    if (!response.ok) return err({ code: 'absent', detail: `status ${response.status}` });
    json = await response.json();
  } catch (error) {
    return err({ code: error instanceof SyntaxError ? 'corrupt' : 'absent', detail: error instanceof Error ? error.name : 'unknown' });
  }
  const packed = v.safeParse(packedReleaseSchema, json);
  if (!packed.success) return err({ code: 'corrupt', detail: 'packed.json' });
  const encoder = new TextEncoder();
  const manifest = encoder.encode(packed.output.manifest);
  const accepted = await verifier.acceptRelease(manifest);
  if (!accepted.ok) return err({ code: accepted.error.code, detail: accepted.error.path });
  const { objects } = packed.output;
  return ok({
    id: await releaseId(manifest),
    manifest,
    release: accepted.value,
    bytesOf: (path) => (Object.hasOwn(objects, path) ? encoder.encode(objects[path]) : undefined),
  });
}
