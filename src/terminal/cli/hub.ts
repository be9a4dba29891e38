import * as v from 'valibot';
import { healthSchema } from '../../api/health.ts';
import { machineLimits } from '../../api/machine-limits.ts';
import { paths } from '../../api/paths.ts';
import { oneLine } from '../../console/one-line.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { users } from '../places.ts';
import { shortText } from '../short-text.ts';
import { asUser, type Machine } from './machine.ts';
import { setClock } from './set-clock.ts';

/** Milliseconds until a hub must have answered. */
const patience = 10_000;
/** Longest answer, bytes. */
const longest = 10_000;

const hubAnswerSchema = v.strictObject({
  health: healthSchema,
  /** By how much this machine's clock differs from the hub's, ms: positive if this one is ahead. */
  clockDifference: v.number(),
});
/** What a hub says of itself. */
export type HubAnswer = v.InferOutput<typeof hubAnswerSchema>;

/** Asks a hub whether it lives. The error is a sentence with what to do. */
export async function askHub(machine: Machine, hub: string, now: () => number, signal: AbortSignal): Promise<Result<HubAnswer, string>> {
  const timeout = AbortSignal.timeout(patience);
  let text: string | undefined;
  try {
    const response = await machine.fetch(new URL(paths.health, hub), { redirect: 'manual', signal: AbortSignal.any([timeout, signal]) });
    text = await shortText(response, longest);
    if (!response.ok || text === undefined) return err(`${hub} answers, but not as a hub does (status ${response.status}). Is the address right?`);
  } catch (error) {
    if (timeout.aborted) return err(`${hub} did not answer within ${patience / 1_000} seconds. Is the cable plugged in, and does the hub run?`);
    return err(unreachable(hub, reason(error), now()));
  }
  const health = v.safeParse(v.pipe(v.string(), v.parseJson(), healthSchema), text);
  if (!health.success) return err(`${hub} answers, but not as a hub of this version does. Is the address right?`);
  return ok({ health: health.output, clockDifference: now() - Date.parse(health.output.now) });
}

const untimely: ReadonlySet<string> = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
const unknownAuthority: ReadonlySet<string> = new Set(['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY']);

/** Why there is no answer, and what to do about it. @param code what the system or TLS says @param now this machine's clock, ms */
function unreachable(hub: string, code: string, now: number): string {
  if (untimely.has(code)) return `${hub} has a certificate that is not valid at the time of this machine’s clock, ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC (${code}). If it is, the hub needs a new certificate; if it is not, set it: ${setClock}`;
  if (unknownAuthority.has(code)) return `${hub} has a certificate of an authority that this machine does not know (${code}). If the ministry has one of its own, put its certificate, as a file that ends with .crt, into /usr/local/share/ca-certificates and run: update-ca-certificates. If not, somebody else may be answering.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `What answers at ${hub} has a certificate for another name. Is the address right?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The name in ${hub} cannot be looked up (${code}). Is the cable plugged in, and the address right?`;
  return `${hub} cannot be reached (${code}). Is the cable plugged in, and the address right?`;
}

/** Why an address is a bad one for a hub; nothing if it is not. */
export function unguarded(hub: string): string | undefined {
  const { protocol, hostname } = new URL(hub);
  if (protocol === 'https:' || hostname === 'localhost') return undefined;
  return `${hub} is not https: whoever is on the network in between can read what citizens ask and order this terminal about. Prices are safe: they are signed.`;
}

/** What Node's fetch hides behind "fetch failed". */
function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error instanceof Error ? error.message : 'unknown';
}

const answeredSchema = v.pipe(v.string(), v.parseJson(), v.variant('ok', [v.strictObject({ ok: v.literal(true), value: hubAnswerSchema }), v.strictObject({ ok: v.literal(false), error: v.string() })]));

/**
 * Has this program ask the hub under the agent's account, the only one that the
 * firewall lets out. `owso-kiosk hub --json` is its other half.
 */
export async function askHubAsAgent(machine: Machine, signal: AbortSignal): Promise<Result<HubAnswer, string>> {
  const ran = await machine.run(...asUser(users.agent, [...machine.self, 'hub', '--json']), { limit: patience + 10_000, signal });
  const answered = v.safeParse(answeredSchema, ran.kind === 'ended' ? ran.out : '');
  if (answered.success) return answered.output;
  return err(`The hub could not be asked as ${users.agent}: ${ran.kind === 'ended' ? oneLine(ran.err.trim()) : ran.kind === 'absent' ? 'setpriv is not there' : 'it took too long'}.`);
}

/** What an operator should know of a hub that answers, one sentence each. */
export function hubNotes({ health, clockDifference }: HubAnswer): readonly string[] {
  const notes: string[] = [];
  if (health.release === null) notes.push('The hub has no content yet: the terminal shows what came with its package until it has.');
  if (health.demonstration) notes.push('The hub holds demonstration data: it is not for the public.');
  if (Math.abs(clockDifference) > machineLimits.clock) notes.push(`This machine’s clock is ${Math.round(Math.abs(clockDifference) / 60_000)} minutes ${clockDifference > 0 ? 'ahead of' : 'behind'} the hub’s. Prices may count as expired. Set it: ${setClock}`);
  return notes;
}

/** A hub that answers, in lines. */
export function hubLines(answer: HubAnswer): readonly string[] {
  return [`It answers: version ${oneLine(answer.health.version)}, price list ${answer.health.release === null ? 'none' : `edition ${answer.health.release}`}.`, ...hubNotes(answer)];
}
