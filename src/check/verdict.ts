import { todayInCambodia } from '../model/day.ts';
import type { TrustErrorCode, TrustResult } from '../trust/result.ts';
import { confirmedAt, issuedAt, isDemonstration } from '../trust/sealed.ts';
import { sameFee, verifyStatement } from '../trust/statement.ts';
import { decodeStatement, type Fee } from '../trust/statement-code.ts';
import type { Believed } from './believe.ts';
import { lookUp, type Names, type ObjectSource } from './names.ts';

/** By what a statement was judged. */
export interface Basis {
  /** When the keys and prices were last confirmed, ms; `undefined`: not told, or told of a day that has not come. */
  readonly asOf: number | undefined;
  /** Why they could not be brought up to date; `undefined`: they were confirmed just now. */
  readonly stale: TrustErrorCode | undefined;
  /** The keys are for demonstration: a sample, whatever it says. */
  readonly demonstration: boolean;
}

/**
 * Whether a rightly signed fee is the one to pay today:
 * - `current`: the trusted release has this very fee;
 * - `replaced`: it has another one in its place;
 * - `gone`: it has none in its place;
 * - `notYet`, `ended`: the fee itself says so;
 * - `unknown`: the release could not be asked.
 */
export type Standing = 'current' | 'replaced' | 'gone' | 'notYet' | 'ended' | 'unknown';

/** What the page says. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly fee: Fee; readonly standing: Standing; /** What took its place. */ readonly instead?: Fee; readonly names: Names; readonly basis: Basis }
  | { readonly kind: 'refused'; readonly why: TrustErrorCode; readonly basis?: Basis }
  /** The page was opened without a code. */
  | { readonly kind: 'nothing' }
  /** Nothing can be said: this browser cannot check signatures, the connection is not one on which it may, or there are no keys to go by. */
  | { readonly kind: 'cannot'; readonly why: 'browser' | 'connection' | 'keys' };

/** What a verdict needs from outside. */
export interface JudgeDeps {
  readonly believe: () => Promise<TrustResult<Believed>>;
  readonly objects: ObjectSource;
  /** ms */
  readonly now: number;
}

/** Judges the fragment of the page's address. Never throws for what a camera can have read. */
export async function judge(fragment: string, { believe, objects, now }: JudgeDeps): Promise<Verdict> {
  if (fragment === '') return { kind: 'nothing' };
  const statement = decodeStatement(fragment);
  if (!statement.ok) return { kind: 'refused', why: statement.error.code };
  const believed = await believe();
  if (!believed.ok) return { kind: 'cannot', why: 'keys' };
  const { client, stale, keep } = believed.value;
  const { root, timestamp, targets } = client.set;
  const basis: Basis = { asOf: confirmedAt(issuedAt(timestamp), now), stale: stale?.code, demonstration: isDemonstration(root) };
  if (targets === undefined) return { kind: 'cannot', why: 'keys' };
  const fee = await verifyStatement(statement.value, targets);
  if (!fee.ok) return { kind: 'refused', why: fee.error.code, basis };
  const { names, fee: present } = await lookUp(fee.value, client, objects);
  await keep();
  const standing = standingOf(fee.value, present, todayInCambodia(now));
  return { kind: 'confirmed', fee: fee.value, standing, ...(standing === 'replaced' && typeof present === 'object' && { instead: present }), names, basis };
}

function standingOf(fee: Fee, present: Fee | 'gone' | 'unknown', today: string): Standing {
  if (present === 'gone') return 'gone';
  if (present !== 'unknown' && !sameFee(fee, present)) return 'replaced';
  if (fee.validTo !== undefined && fee.validTo < today) return 'ended';
  if (fee.validFrom !== undefined && today < fee.validFrom) return 'notYet';
  return present === 'unknown' ? 'unknown' : 'current';
}
