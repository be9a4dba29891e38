import * as v from 'valibot';
import type { Result } from '../../../model/result.ts';
import type { Pipe } from './pipe.ts';

/** One file of a {@link Site}. */
export interface Served {
  readonly type: string;
  readonly body: Uint8Array;
}

/** What a page of ours may ask for: by path, at one origin. Nothing else is answered, and nothing reaches a network. */
export interface Site {
  readonly origin: string;
  readonly files: ReadonlyMap<string, Served>;
}

const pausedSchema = v.looseObject({ requestId: v.string(), request: v.looseObject({ url: v.string(), method: v.string() }) });

/** `wasm-unsafe-eval`: the decoder of QR codes is WebAssembly. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Answers every request of Chromium’s pages and their threads over the pipe, in the network’s place. */
export function answerRequests(pipe: Pipe, site: Site): Promise<Result<unknown, string>> {
  pipe.on('Fetch.requestPaused', (params) => {
    const paused = v.safeParse(pausedSchema, params);
    if (!paused.success) return;
    const { requestId, request } = paused.output;
    const url = URL.parse(request.url);
    const served = url?.origin === site.origin && request.method === 'GET' ? site.files.get(url.pathname) : undefined;
    // A page that has gone meanwhile wants no answer.
    if (served === undefined) return void pipe.ask('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }, v.unknown());
    const headers = { 'content-type': served.type, 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
    void pipe.ask('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })), body: Buffer.from(served.body).toString('base64') }, v.unknown());
  });
  return pipe.ask('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, v.unknown());
}
