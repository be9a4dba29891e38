import * as v from 'valibot';
import { applicationStatusSchema } from '../../api/application-status.ts';
import { apiErrorSchema } from '../../api/error.ts';
import { nobodyAnswered } from '../../api/go-between.ts';
import { kioskHeader, paths } from '../../api/paths.ts';
import type { Application } from '../../model/application.ts';
import type { RegistrationCode } from '../../model/registration-code.ts';
import { discard } from '../content/discard.ts';
import { onWipe, visit } from '../session/session.ts';

/** Times of one question to the hub, in ms. */
export const askTimes = {
  /** After this the screen says that it takes long. */
  slow: 1_000,
  /** After this it stops waiting. */
  giveUp: 8_000,
  /** A difference to the hub's clock from which dates are not to be trusted. */
  clock: 5 * 60_000,
} as const;

/** What could be found out about an application. */
export type StatusAnswer =
  | { readonly kind: 'known'; readonly application: Application; readonly asOf: number; readonly fresh: boolean; readonly clockWrong: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'tooMany'; readonly seconds: number }
  /** No hub, a slow one, or one that answers nonsense: plainly not checkable now. */
  | { readonly kind: 'cannotCheck'; readonly reason: 'unreachable' | 'tooSlow' | 'badAnswer' };

/** What asking needs of the world. */
export interface AskDeps {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly kiosk: string;
}

/**
 * Answers of this visit, so that a hub that dies between two looks does not
 * take the answer with it. In memory alone; gone with the visit.
 */
const asked = new Map<string, { readonly application: Application; readonly asOf: number }>();
onWipe(() => asked.clear());

/**
 * Asks the hub for an application. Never throws; a fault of the hub falls back
 * to this visit's last answer for the code, if there is one.
 */
export async function askStatus(code: RegistrationCode, deps: AskDeps): Promise<StatusAnswer> {
  const mine = visit.peek();
  const answer = await askHub(code, deps);
  // Who asked may have gone meanwhile: nothing of theirs is kept for whoever comes next.
  if (answer.kind === 'known' && visit.peek() === mine) asked.set(code.canonical, answer);
  if (answer.kind !== 'cannotCheck') return answer;
  const before = asked.get(code.canonical);
  return before === undefined ? answer : { kind: 'known', ...before, fresh: false, clockWrong: false };
}

async function askHub(code: RegistrationCode, { fetch: ask, now, kiosk }: AskDeps): Promise<StatusAnswer> {
  let body: unknown;
  let ok: boolean;
  let status: number;
  try {
    const response = await ask(paths.applications + code.canonical, {
      headers: { accept: 'application/json', [kioskHeader]: kiosk },
      cache: 'no-store',
      // The hub answers for itself: who is sent elsewhere with a code is sent nowhere.
      redirect: 'error',
      signal: AbortSignal.timeout(askTimes.giveUp),
    });
    ({ ok, status } = response);
    if (nobodyAnswered(status)) {
      discard(response);
      return { kind: 'cannotCheck', reason: 'unreachable' };
    }
    body = await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'cannotCheck', reason: 'badAnswer' };
    return { kind: 'cannotCheck', reason: error instanceof DOMException && error.name === 'TimeoutError' ? 'tooSlow' : 'unreachable' };
  }
  if (status === 429) {
    const told = v.safeParse(apiErrorSchema, body);
    return { kind: 'tooMany', seconds: (told.success ? told.output.error.retryAfter : undefined) ?? 30 };
  }
  const parsed = v.safeParse(applicationStatusSchema, body);
  if (!ok || !parsed.success) return { kind: 'cannotCheck', reason: 'badAnswer' };
  if (parsed.output.application === null) return { kind: 'unknown' };
  const asOf = Date.parse(parsed.output.asOf);
  return { kind: 'known', application: parsed.output.application, asOf, fresh: true, clockWrong: Math.abs(asOf - now()) > askTimes.clock };
}
