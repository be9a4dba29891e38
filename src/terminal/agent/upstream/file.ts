import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { kioskHeader, paths } from '../../../api/paths.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { limits } from '../../../trust/limits.ts';
import { reasonOf, type HubLink } from './link.ts';

/**
 * Files of the content, passed on as they come: still compressed, chunk by
 * chunk, with the headers by which the page knows them again. Nothing here
 * believes them; the page verifies. `fetch` would decompress, so this is done
 * by Node's own client.
 */

const agents = { 'http:': new HttpAgent({ keepAlive: true, maxSockets: 8, timeout: 30_000 }), 'https:': new HttpsAgent({ keepAlive: true, maxSockets: 8, timeout: 30_000 }) } as const;

/** Headers of the page's request that mean something to a server of files. */
const asked = ['accept-encoding', 'if-none-match'] as const;
/** Headers of an answer that mean something to the page. */
const told = ['etag', 'cache-control', 'vary', 'date', 'content-encoding', 'content-length'] as const;
const encodings = new Set(['br', 'gzip', 'zstd', 'deflate', 'identity']);

/** A file on its way from the hub, or its word that there is nothing to send. */
export type HubFile =
  | { readonly kind: 'file'; readonly headers: Readonly<Record<string, string>>; readonly body: AsyncIterable<Uint8Array> & { readonly discard: () => void } }
  | { readonly kind: 'same'; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'absent' };

function pick(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && value.length <= 200) picked[name] = value;
  }
  return picked;
}

/** One attempt; `again`: a connection that was kept open had been closed at the other end. */
function attempt(url: URL, headers: Record<string, string>, { limits: { hubIdle } }: HubLink, signal: AbortSignal): Promise<Result<IncomingMessage, { readonly why: string; readonly again: boolean }>> {
  return new Promise((done) => {
    const secure = url.protocol === 'https:';
    const request = (secure ? httpsRequest : httpRequest)(url, { method: 'GET', headers, signal, agent: secure ? agents['https:'] : agents['http:'], timeout: hubIdle, maxHeaderSize: 16_384 });
    request.once('response', (response) => {
      // What breaks later is the reader's to see.
      request.on('error', () => undefined);
      done(ok(response));
    });
    request.once('timeout', () => request.destroy(Object.assign(new Error('idle'), { code: 'tooSlow' })));
    request.once('error', (error) => done(err({ why: signal.aborted ? 'tooSlow' : reasonOf(error), again: request.reusedSocket && reasonOf(error) === 'ECONNRESET' })));
    request.end();
  });
}

/** The body, held to its limits: a longer or slower one breaks off, which the page sees as such. */
function limited(response: IncomingMessage, link: HubLink): AsyncIterable<Uint8Array> & { readonly discard: () => void } {
  response.setTimeout(link.limits.hubIdle, () => response.destroy(Object.assign(new Error('idle'), { code: 'tooSlow' })));
  return {
    discard: () => response.destroy(),
    async *[Symbol.asyncIterator]() {
      let length = 0;
      try {
        for await (const chunk of response) {
          const bytes = chunk as Buffer;
          length += bytes.length;
          if (length > limits.targets) throw Object.assign(new Error('too long'), { code: 'answerTooLong' });
          yield bytes;
        }
        link.heard();
      } catch (error) {
        link.failed(reasonOf(error));
        throw error;
      } finally {
        response.destroy();
      }
    },
  };
}

/**
 * Asks the hub for a file of its content. The error is a word for the operator:
 * no connection, too slow, or something that is no answer of a hub (the log-in
 * page of a network, a redirect).
 * @param name a name that `isRepositoryFile` accepts
 * @param headers of the page's request
 */
export async function hubFile(link: HubLink, kiosk: string, name: string, headers: IncomingHttpHeaders, left: AbortSignal): Promise<Result<HubFile, string>> {
  if (link.address === undefined) return err('noHub');
  const url = new URL(paths.content + name, link.address);
  const signal = AbortSignal.any([left, AbortSignal.timeout(link.limits.hubFile)]);
  const sent = { ...pick(headers, asked), accept: 'application/json', [kioskHeader]: kiosk };
  let answer = await attempt(url, sent, link, signal);
  if (!answer.ok && answer.error.again) answer = await attempt(url, sent, link, signal);
  if (!answer.ok) {
    link.failed(answer.error.why);
    return err(answer.error.why);
  }
  const response = answer.value;
  const give = (why: string): Result<never, string> => {
    response.destroy();
    link.failed(why);
    return err(why);
  };
  const status = response.statusCode ?? 0;
  const kept = pick(response.headers, told);
  if (status === 304 && headers['if-none-match'] !== undefined) {
    response.resume();
    link.heard();
    return ok({ kind: 'same', headers: kept });
  }
  // Some stores answer 403 for what is not there.
  if (status === 404 || status === 403) {
    // Read out, so that the connection can be used again, unless it is long.
    if (Number(response.headers['content-length'] ?? Infinity) <= link.limits.answerBytes) response.resume();
    else response.destroy();
    link.heard();
    return ok({ kind: 'absent' });
  }
  if (status !== 200) return give(`status${status}`);
  // A page of a stranger must never stand below the terminal's own address.
  if (!/^application\/json\b/.test(response.headers['content-type'] ?? '')) return give('wrongType');
  if (!encodings.has(response.headers['content-encoding'] ?? 'identity')) return give('wrongEncoding');
  if (Number(response.headers['content-length'] ?? 0) > limits.targets) return give('answerTooLong');
  return ok({ kind: 'file', headers: kept, body: limited(response, link) });
}
