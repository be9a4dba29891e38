import * as v from 'valibot';
import { fleetHeaders, momentWindow, signedText } from '../../api/fleet.ts';
import { RequestError } from '../../serve/errors.ts';
import { sha256Hex, utf8 } from '../../trust/bytes.ts';
import { signingKey } from '../../trust/keys.ts';
import type { FleetStore, FleetTerminal } from '../store/store.ts';

const headersSchema = v.object({
  [fleetHeaders.terminal]: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  [fleetHeaders.at]: v.pipe(v.string(), v.regex(/^\d{1,15}$/)),
  [fleetHeaders.signature]: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});

/** A request with its body as it came. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/**
 * Which terminal a request says it comes from. Nothing is proven yet: enough to
 * refuse a body before it is read.
 */
export async function claimedTerminal(fleet: FleetStore, headers: Readonly<Record<string, unknown>>): Promise<FleetTerminal> {
  const parsed = v.safeParse(headersSchema, headers);
  if (!parsed.success) throw new RequestError('badRequest', 'A terminal’s request bears its number, a moment and a signature: src/api/fleet.ts.');
  const terminal = await fleet.terminal(parsed.output[fleetHeaders.terminal]);
  if (terminal === undefined) throw new RequestError('notEnrolled', 'This terminal is not enrolled here, or was retired: make a new code on the staff page and run `owso-kiosk provision` on it.');
  return terminal;
}

/**
 * The terminal that signed a request. Fails with `notEnrolled`, `signatureWrong`
 * or `wrongMoment`; takes the request's moment, so that it counts once.
 * @param now the hub's clock, ms
 */
export async function signingTerminal(fleet: FleetStore, request: SignedRequest, now: number): Promise<FleetTerminal> {
  const terminal = await claimedTerminal(fleet, request.headers);
  const { [fleetHeaders.at]: at, [fleetHeaders.signature]: signature } = v.parse(headersSchema, request.headers);
  const text = signedText(request.method, request.url, at, await sha256Hex(request.body));
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: terminal.publicKey } };
  if ((await signingKey(key, signature, utf8(text))) === undefined) throw new RequestError('signatureWrong', 'The signature is not this terminal’s over this request.');
  const moment = Number(at);
  // A hub whose clock was once ahead has heard moments that are still to come: what is later than those is good.
  const late = Math.max(now, terminal.moment);
  const near = moment >= now - momentWindow && moment <= late + momentWindow;
  if (!near || !(await fleet.takeMoment(terminal.id, moment))) {
    const { moment: last = 0 } = (await fleet.terminal(terminal.id)) ?? {};
    throw new RequestError('wrongMoment', 'The request is older than one heard before, or its moment is far from this hub’s clock.', undefined, Math.max(now, last));
  }
  return terminal;
}
