import { kioskHeader } from '../../../api/paths.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { reasonOf, type HubLink } from './link.ts';

/** A short question to the hub. */
export interface Question {
  readonly method: 'GET' | 'POST';
  /** Path at the hub. It may hold a registration code: it is written down nowhere. */
  readonly path: string;
  /** JSON, with `POST`. */
  readonly body?: string;
}

/** A short answer: its status, and its text, of which nothing is known yet. */
export interface ShortAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks the hub in the terminal's name and reads a short answer. No redirect is
 * followed, nothing longer than the limit is read, nothing is waited for longer
 * than the page waits. The error is a word for the operator.
 */
export async function askHub(link: HubLink, kiosk: string, { method, path, body }: Question, signal?: AbortSignal): Promise<Result<ShortAnswer, string>> {
  if (link.address === undefined) return err('noHub');
  const patience = AbortSignal.timeout(link.limits.hubAnswer);
  try {
    const response = await fetch(new URL(path, link.address), {
      method,
      headers: { accept: 'application/json', [kioskHeader]: kiosk, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > link.limits.answerBytes) return fail(link, 'answerTooLong');
      chunks.push(chunk);
    }
    return ok({ status: response.status, text: Buffer.concat(chunks).toString('utf8') });
  } catch (error) {
    return fail(link, patience.aborted ? 'tooSlow' : reasonOf(error));
  }
}

function fail(link: HubLink, why: string): Result<never, string> {
  link.failed(why);
  return err(why);
}
