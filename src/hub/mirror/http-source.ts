import type { RepositorySource } from '../../repository/copy.ts';
import { refuse, trusted, type TrustResult } from '../../trust/result.ts';

/** A file with the tag by which the server will know it again. */
export interface TaggedFile {
  readonly bytes: Uint8Array;
  readonly tag: string | undefined;
}

/** A repository on a web server, ours or any other. */
export interface HttpSource extends RepositorySource {
  /** Asks for a file only if it is another than the one with this tag: nothing changed costs one small request. */
  changed(name: string, limit: number, tag: string | undefined): Promise<TrustResult<TaggedFile | 'same'>>;
}

export interface HttpOptions {
  /** Milliseconds that an answer may pause. */
  readonly idle: number;
  /** Milliseconds that an answer may take in all. */
  readonly answer: number;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
}

/** A word on what went wrong on the way: a system's error code or the kind of error, never a text of the other side. */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error instanceof Error ? error.name : 'unknown';
}

/**
 * Files below an address, over HTTP. Nothing follows a redirect, and no more is
 * read than the limit allows, counted after decompression.
 * @param base address of the content folder, ending in a slash
 */
export function httpSource(base: URL, { idle, answer, signal }: HttpOptions): HttpSource {
  const ask = async (name: string, limit: number, tag: string | undefined): Promise<TrustResult<TaggedFile | 'same'>> => {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(new DOMException('', 'TimeoutError')), idle);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new DOMException('', 'TimeoutError')), idle);
    };
    try {
      const response = await fetch(new URL(name, base), {
        redirect: 'error',
        headers: tag === undefined ? {} : { 'if-none-match': tag },
        signal: AbortSignal.any([signal, silence.signal, AbortSignal.timeout(answer)]),
      });
      heard();
      if (response.status === 304 && tag !== undefined) return trusted('same');
      if (response.status !== 200) {
        await response.body?.cancel();
        // Some stores answer 403 for what is not there.
        return refuse(response.status === 404 || response.status === 403 ? 'absent' : 'unreachable', name, `status ${response.status}`);
      }
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of response.body ?? []) {
        heard();
        length += chunk.length;
        if (length > limit) return refuse('tooBig', name, `more than ${limit} bytes`);
        chunks.push(chunk);
      }
      return trusted({ bytes: new Uint8Array(Buffer.concat(chunks)), tag: response.headers.get('etag') ?? undefined });
    } catch (error) {
      return refuse('unreachable', name, reason(error));
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    changed: ask,
    get: async (name, limit) => {
      const file = await ask(name, limit, undefined);
      if (!file.ok) return file;
      return file.value === 'same' ? refuse('unreachable', name, 'status 304') : trusted(file.value.bytes);
    },
  };
}
