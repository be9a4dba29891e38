import * as v from 'valibot';
import { apiErrorSchema, type ApiErrorCode } from '../api/error.ts';
import {
  enrolAnswerSchema,
  enrolmentText,
  fleetHeaders,
  fleetHeartbeatAnswerSchema,
  fleetPaths,
  lastMoment,
  signedText,
  type Enrol,
  type FleetHeartbeat,
  type FleetHeartbeatAnswer,
  type OrderResult,
} from '../api/fleet.ts';
import { err, ok, type Result } from '../model/result.ts';
import { sha256Hex, utf8 } from '../trust/bytes.ts';
import type { Signer } from '../trust/signer.ts';
import { shortText } from './short-text.ts';

/**
 * What a terminal says to its hub: it enrols once, then every request bears its
 * signature. Pure over `fetch` and WebCrypto. All failures are values: a hub can
 * be away, old, or somebody else.
 */

/** What talking to a hub needs of the world. */
export interface FleetDeps {
  /** Origin of the hub, such as `https://hub.example.org`. */
  readonly hub: string;
  readonly fetch: typeof fetch;
  /** The terminal's clock, ms since 1970; may be wrong. */
  readonly now: () => number;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}

/** Limits of one question to the hub. */
export const fleetClientLimits = {
  /** ms until an answer must be there in whole */
  answer: 15_000,
  /** ms for a picture of the screen to go out on a slow line */
  picture: 60_000,
  /** bytes of an answer: a few orders */
  answerBytes: 65_536,
} as const;

/**
 * Why the hub did not do what it was asked.
 * - `unreachable`: no connection, or it broke off; `tooSlow`: no answer in time;
 * - `badAnswer`: something answered that is no hub of this kind;
 * - `refused`: the hub's own word, {@link ApiErrorCode}, with its hint for the operator.
 */
export type FleetError =
  | { readonly code: 'unreachable' | 'tooSlow' | 'badAnswer' }
  | { readonly code: 'refused'; readonly why: ApiErrorCode; readonly hint: string; /** Seconds to wait. */ readonly retryAfter?: number; readonly after?: number };

interface Question {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly type: 'application/json' | 'image/png';
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

const errorSchema = v.pipe(v.string(), v.parseJson(), apiErrorSchema);

/** One question and the text of its good answer. */
async function ask(deps: FleetDeps, question: Question): Promise<Result<string, FleetError>> {
  const timeout = AbortSignal.timeout(question.type === 'image/png' ? fleetClientLimits.picture : fleetClientLimits.answer);
  let text: string | undefined;
  let good: boolean;
  try {
    const response = await deps.fetch(new URL(question.path, deps.hub), {
      method: question.method,
      headers: { accept: 'application/json', 'content-type': question.type, ...question.headers },
      body: question.body,
      // A hub never sends elsewhere; whatever does is none.
      redirect: 'manual',
      signal: deps.signal === undefined ? timeout : AbortSignal.any([timeout, deps.signal]),
    });
    good = response.ok;
    text = await shortText(response, fleetClientLimits.answerBytes);
  } catch {
    return err({ code: timeout.aborted ? 'tooSlow' : 'unreachable' });
  }
  if (text === undefined) return err({ code: 'badAnswer' });
  if (good) return ok(text);
  const told = v.safeParse(errorSchema, text);
  if (!told.success) return err({ code: 'badAnswer' });
  const { code, hint, retryAfter, after } = told.output.error;
  return err({ code: 'refused', why: code, hint, ...(retryAfter !== undefined && { retryAfter }), ...(after !== undefined && { after }) });
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, text: string): Result<T, FleetError> {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return answer.success ? ok(answer.output) : err({ code: 'badAnswer' });
}

/**
 * Presents a terminal to its hub with a one-time code. The same code and the
 * same key again (the first answer was lost) give the same number.
 * @returns the terminal's number, for {@link FleetClient}
 */
export async function enrol(deps: FleetDeps, signer: Signer, who: Pick<Enrol, 'code' | 'name' | 'office'>): Promise<Result<string, FleetError>> {
  const publicKey = signer.key.keyval.public;
  const signature = await signer.sign(utf8(enrolmentText(who.code, publicKey)));
  const body = { code: who.code, publicKey, name: who.name, office: who.office, signature } satisfies Enrol;
  const answer = await ask(deps, { method: 'POST', path: fleetPaths.enrol, type: 'application/json', body: utf8(JSON.stringify(body)) });
  if (!answer.ok) return answer;
  const told = parsed(enrolAnswerSchema, answer.value);
  return told.ok ? ok(told.value.terminal) : told;
}

/** One enrolled terminal's line to its hub. */
export class FleetClient {
  readonly #deps: FleetDeps;
  readonly #signer: Signer;
  readonly #terminal: string;
  /** The last moment that was signed: no two are the same. */
  #last = 0;
  /** What has to be added to the terminal's clock for the hub to take it, ms. */
  #correction = 0;

  /** @param terminal the number from {@link enrol} */
  constructor(deps: FleetDeps, signer: Signer, terminal: string) {
    this.#deps = deps;
    this.#signer = signer;
    this.#terminal = terminal;
  }

  /** Tells how the terminal is; the answer brings what staff have ordered. */
  async heartbeat(health: Omit<FleetHeartbeat, 'clock'>): Promise<Result<FleetHeartbeatAnswer, FleetError>> {
    const body: FleetHeartbeat = { ...health, clock: new Date(this.#deps.now()).toISOString() };
    const answer = await this.#ask({ method: 'POST', path: fleetPaths.heartbeat, type: 'application/json', body: utf8(JSON.stringify(body)) });
    return answer.ok ? parsed(fleetHeartbeatAnswerSchema, answer.value) : answer;
  }

  /** Tells how an order went. Of a picture that was taken, {@link picture} tells it. */
  async result(order: number, result: OrderResult): Promise<Result<void, FleetError>> {
    const answer = await this.#ask({ method: 'POST', path: `${fleetPaths.orders}${order}`, type: 'application/json', body: utf8(JSON.stringify({ result })) });
    return answer.ok ? ok(undefined) : answer;
  }

  /** Hands over the picture that an order asked for, a PNG of at most `pictureLimit` bytes: the order is then done. */
  async picture(order: number, png: Uint8Array<ArrayBuffer>): Promise<Result<void, FleetError>> {
    const answer = await this.#ask({ method: 'PUT', path: `${fleetPaths.orders}${order}${fleetPaths.picture}`, type: 'image/png', body: png });
    return answer.ok ? ok(undefined) : answer;
  }

  /** Signs and asks; once more by the hub's moment if the terminal's own will not do. */
  async #ask(question: Question): Promise<Result<string, FleetError>> {
    const first = await this.#askOnce(question);
    if (first.ok || first.error.code !== 'refused' || first.error.why !== 'wrongMoment' || first.error.after === undefined) return first;
    // Once signed, it would have to be followed by later ones, which no hub can read.
    if (first.error.after > lastMoment) return err({ code: 'badAnswer' });
    this.#correction = first.error.after - this.#deps.now();
    this.#last = first.error.after;
    return this.#askOnce(question);
  }

  async #askOnce(question: Question): Promise<Result<string, FleetError>> {
    this.#last = Math.max(this.#last + 1, Math.floor(this.#deps.now() + this.#correction));
    const at = String(this.#last);
    const signature = await this.#signer.sign(utf8(signedText(question.method, question.path, at, await sha256Hex(question.body))));
    return ask(this.#deps, { ...question, headers: { [fleetHeaders.terminal]: this.#terminal, [fleetHeaders.at]: at, [fleetHeaders.signature]: signature } });
  }
}
