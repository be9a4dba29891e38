import { nobodyAnswered } from '../../api/go-between.ts';
import { paths } from '../../api/paths.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { limits } from '../../trust/limits.ts';
import { objectUrlPath, type ObjectEntry } from '../../trust/release.ts';
import { discard } from './discard.ts';
import { withDeadline, type Timers } from './timers.ts';

/**
 * What went wrong between kiosk and hub.
 * - `unreachable`: no connection, or it broke off, or whoever is asked in the hub's stead says that it is away;
 * - `tooSlow`: it paused for too long, or came too slowly;
 * - `badStatus`: an HTTP status that is no answer;
 * - `wrongType`: something that is no JSON, such as the page of a captive portal;
 * - `tooBig`: more bytes than allowed, given up at the limit.
 */
export interface HubError {
  readonly code: 'unreachable' | 'tooSlow' | 'badStatus' | 'wrongType' | 'tooBig';
  readonly path: string;
  /** HTTP status, with `badStatus`, and with `unreachable` where somebody answered in the hub's stead. */
  readonly status?: number;
}

/** How the hub is asked. */
export interface HubDeps {
  readonly fetch: typeof fetch;
  readonly timers: Timers;
}

/** Milliseconds for one whole answer of at most so many bytes, on the slowest line. The screen never waits for it. */
export function answerTime(maxBytes: number): number {
  return limits.answerPause + Math.ceil((maxBytes / limits.answerRate) * 1000);
}

/** What may differ in a question for a file. */
export interface FileOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for the whole answer; absent: as long as the slowest line takes. */
  readonly time?: number | undefined;
  /** Called when the first bytes of its body are there. */
  readonly onBegun?: () => void;
}

/** Fetches one object's bytes, unchecked: the caller asks the verifier. @param time milliseconds for the whole answer */
export async function fetchObject(deps: HubDeps, path: string, entry: ObjectEntry, time?: number): Promise<Result<Uint8Array, HubError>> {
  const answer = await getFile(deps, `targets/${objectUrlPath(path, entry)}`, entry.length, { time });
  if (!answer.ok) return answer;
  return answer.value.bytes === undefined ? err({ code: 'badStatus', path, status: 304 }) : ok(answer.value.bytes);
}

/** A file as the hub answered it. */
export interface Answer {
  readonly headers: Headers;
  /** Absent: not modified. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * Fetches a file below the content folder.
 * @param name path below that folder
 * @param maxBytes given up beyond it
 */
export async function getFile(deps: HubDeps, name: string, maxBytes: number, { headers = {}, time = answerTime(maxBytes), onBegun }: FileOptions = {}): Promise<Result<Answer, HubError>> {
  const path = paths.content + name;
  const ask = async (signal: AbortSignal, heard: () => void): Promise<Result<Answer, HubError>> => {
    try {
      // The browser's own cache would keep a damaged answer for as long as a whole one.
      const response = await deps.fetch(path, { headers, signal, cache: 'no-store', redirect: 'error', credentials: 'omit' });
      heard();
      if (response.status === 304) return ok({ headers: response.headers, bytes: undefined });
      if (response.status !== 200) {
        discard(response);
        return err({ code: nobodyAnswered(response.status) ? 'unreachable' : 'badStatus', path, status: response.status });
      }
      if (!/^application\/([a-z.+-]+\+)?json\b/.test(response.headers.get('content-type') ?? '')) {
        discard(response);
        return err({ code: 'wrongType', path });
      }
      const bytes = await readLimited(response, maxBytes, (length) => {
        heard();
        if (length === 0) onBegun?.();
      });
      return bytes === undefined ? err({ code: 'tooBig', path }) : ok({ headers: response.headers, bytes });
    } catch {
      return err({ code: signal.aborted ? 'tooSlow' : 'unreachable', path });
    }
  };
  return withDeadline(deps.timers, time, ask, limits.answerPause);
}

/**
 * Reads a body, giving up as soon as it is longer than allowed: a length header can lie.
 * @param onBytes called with each piece, given the length of all before it
 */
async function readLimited(response: Response, maxBytes: number, onBytes: (before: number) => void): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onBytes(length);
    length += value.length;
    if (length > maxBytes) {
      void reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
