import * as v from 'valibot';
import { base64Url, fromBase64, fromHex, hex, utf8 } from './bytes.ts';
import type { KeyHolders } from './compose.ts';
import { keyId, signingKey, type PublicKey } from './keys.ts';
import type { Targets } from './metadata.ts';
import { refuse, trusted, type TrustResult } from './result.ts';
import type { Signer } from './signer.ts';
import { feeAmountSchema, feeBytes, feeSchema, statementSignatureSchema, type Fee, type FeeStatement, type StatementSignature } from './statement-code.ts';
import { covers } from './trusted-metadata.ts';

/**
 * Signed statements of single fees: a phone can check one without the release
 * that it is from. The keys are those that the targets metadata delegates to the
 * competent authority (specification 4.5, 5.6.7), as many of them as it asks for.
 *
 * A publisher signs in two rounds, since the metadata is signed over the very
 * bytes of a service object, and its statements are in it: first everybody signs
 * the statements ({@link withStatements}, then {@link addStatementSignatures} by
 * whoever signs later), and only when {@link unsignedStatements} names none, the
 * metadata is composed and signed.
 */

/**
 * What is signed begins with these words and never with `{`, as all metadata
 * does: a signature under the one can never be shown as one under the other.
 */
const domain = utf8('OWSO fee statement 1\n');

/** The bytes that an authority's keys sign for a fee. */
export function signedBytesOf(fee: Fee): Uint8Array<ArrayBuffer> {
  const body = feeBytes(fee);
  const bytes = new Uint8Array(domain.length + body.length);
  bytes.set(domain);
  bytes.set(body, domain.length);
  return bytes;
}

const prefixOf = (keyid: string): string => keyid.slice(0, 8);

/** One key's signature under a fee. */
export async function signStatement(fee: Fee, signer: Signer): Promise<StatementSignature> {
  const sig = fromHex(await signer.sign(signedBytesOf(fee)));
  if (sig === undefined) throw new Error('a signer answers in hexadecimal');
  return { keyid: prefixOf(signer.keyid), sig: base64Url(sig) };
}

interface NamedKey {
  readonly keyid: string;
  readonly key: PublicKey;
}

/** Sorts signatures into those that fit a key of the role, each key once, and the number of those that are in such a key's name and do not fit. */
async function fitting(statement: FeeStatement, keys: readonly NamedKey[]): Promise<{ readonly good: ReadonlyMap<string, StatementSignature>; readonly wrong: number }> {
  const bytes = signedBytesOf(statement.fee);
  const good = new Map<string, StatementSignature>();
  let wrong = 0;
  for (const signature of statement.signatures) {
    const named = keys.filter(({ keyid }) => prefixOf(keyid) === signature.keyid);
    const sig = hex(fromBase64(signature.sig) ?? new Uint8Array());
    let fits = false;
    for (const { key } of named) {
      const by = await signingKey(key, sig, bytes);
      if (by === undefined) continue;
      fits = true;
      // One key under two names counts once.
      good.set(by, signature);
    }
    if (named.length > 0 && !fits) wrong++;
  }
  return { good, wrong };
}

/** Path of a service object, as delegations speak of it. */
export function servicePath({ authority, service }: Pick<Fee, 'authority' | 'service'>): string {
  return `services/${authority}/${service}.json`;
}

/**
 * Whether a fee was stated by its competent authority, going by targets metadata
 * that is trusted now. The first role that may speak of the service's path has
 * to be that authority, and enough of its keys must have signed.
 *
 * Errors: `notDelegated` (nobody, or somebody else, speaks for this service),
 * `forged` (a signature in the name of one of the authority's keys does not fit:
 * something was altered or moved here from another fee), `thresholdNotMet`
 * (signed rightly, but by too few of the keys that count today: by others, by
 * one person alone, or by a key that was revoked).
 */
export async function verifyStatement(statement: FeeStatement, targets: Targets): Promise<TrustResult<Fee>> {
  const path = servicePath(statement.fee);
  const { keys = {}, roles = [] } = targets.delegations ?? {};
  let role: (typeof roles)[number] | undefined;
  for (const one of roles) {
    if (!(await covers(one, path))) continue;
    role = one;
    break;
  }
  if (role === undefined || role.name !== statement.fee.authority) return refuse('notDelegated', path, role === undefined ? 'nobody speaks for it' : `${role.name} speaks for it`);
  const named = role.keyids.flatMap((keyid) => {
    const key = Object.hasOwn(keys, keyid) ? keys[keyid] : undefined;
    return key === undefined ? [] : [{ keyid, key }];
  });
  const { good, wrong } = await fitting(statement, named);
  if (good.size >= role.threshold) return trusted(statement.fee);
  return refuse(wrong > 0 ? 'forged' : 'thresholdNotMet', path, `${good.size} of ${role.threshold} signatures`);
}

/** Statements as a service object carries them: the fee itself is read from its `costs`. */
export const statementRecordSchema = v.strictObject({ cost: v.string(), edition: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), signatures: v.array(statementSignatureSchema) });
export type StatementRecord = v.InferOutput<typeof statementRecordSchema>;

/** As much of a service object as a statement is made of. */
const serviceSchema = v.looseObject({
  identifier: v.string(),
  competentAuthority: v.string(),
  costs: v.array(
    v.looseObject({
      identifier: v.string(),
      amount: feeAmountSchema,
      unit: v.optional(v.looseObject({ km: v.string(), en: v.string() })),
      quantity: v.optional(v.string()),
      validFrom: v.optional(v.string()),
      validTo: v.optional(v.string()),
    }),
  ),
  statements: v.optional(v.array(statementRecordSchema), []),
});
type Service = v.InferOutput<typeof serviceSchema>;

/**
 * The fee of one case as a service object has it. `undefined` where it cannot be
 * stated: there is no such cost, or its unit is too long for a code; a price
 * without its unit would be an untruth.
 */
function feeOf(service: Service, costId: string, edition: number): Fee | undefined {
  const cost = service.costs.find(({ identifier }) => identifier === costId);
  if (cost === undefined) return undefined;
  const fee = v.safeParse(feeSchema, {
    authority: service.competentAuthority,
    service: service.identifier,
    cost: cost.identifier,
    amount: cost.amount,
    ...(cost.unit !== undefined && { unit: { km: cost.unit.km, en: cost.unit.en } }),
    counted: cost.quantity !== undefined,
    ...(cost.validFrom !== undefined && { validFrom: cost.validFrom }),
    ...(cost.validTo !== undefined && { validTo: cost.validTo }),
    edition,
  });
  return fee.success ? fee.output : undefined;
}

/** Whether two fees are the same one, in whichever releases they were stated. */
export function sameFee(a: Fee, b: Fee): boolean {
  return hex(feeBytes({ ...a, edition: 1 })) === hex(feeBytes({ ...b, edition: 1 }));
}

/** The statement of one case that a service object carries; `undefined` if it carries none. Nothing is verified. */
export function statementIn(service: unknown, cost: string): FeeStatement | undefined {
  const parsed = v.safeParse(serviceSchema, service);
  if (!parsed.success) return undefined;
  const record = parsed.output.statements.find((one) => one.cost === cost);
  const fee = record === undefined ? undefined : feeOf(parsed.output, cost, record.edition);
  return record === undefined || fee === undefined ? undefined : { fee, signatures: record.signatures };
}

/** The fee of one case as a service object has it, stated or not, for comparison by {@link sameFee}. */
export function feeIn(service: unknown, cost: string): Fee | undefined {
  const parsed = v.safeParse(serviceSchema, service);
  return parsed.success ? feeOf(parsed.output, cost, 1) : undefined;
}

/** With whose keys, and for which release, statements are signed. */
export interface StatementSigning {
  /** Name of the authority's delegated role: the folder below `services/`. */
  readonly authority: string;
  /** All keys that the targets metadata delegates to the authority now, and how many must sign. */
  readonly role: KeyHolders;
  /** Who signs here and now: one person, or all that are needed. */
  readonly signers: readonly Signer[];
}

type ServiceJson = Readonly<Record<string, unknown>>;

/**
 * A service object with the statements of all its fees (field `statements`), for
 * `content sign`. Pass the object as compiled, and the object of the same path
 * in the release before: a fee that is the same as there keeps its edition, and
 * its signatures as far as they still fit a key of the role, so that an object
 * in which nothing changed comes out with the same bytes. What is missing up to
 * the role's threshold is signed by the signers, in the order of their keys'
 * names. With fewer signers than the threshold the statements stay open: let the
 * next person add theirs by {@link addStatementSignatures} before any metadata
 * is signed.
 *
 * Signatures are deterministic (Ed25519), so signing again changes nothing.
 * @param edition version that the next snapshot will have
 * @returns the object, to be written by `stableJson`. Errors: `corrupt` (no
 * service object, or one of another authority), `notDelegated` (a signer's key
 * is none of the role's)
 */
export async function withStatements(service: ServiceJson, previous: ServiceJson | undefined, edition: number, signing: StatementSigning): Promise<TrustResult<ServiceJson>> {
  return restate(service, signing, (cost, fee) => {
    const before = previous === undefined ? undefined : statementIn(previous, cost);
    return before !== undefined && sameFee(before.fee, fee) ? { fee: { ...fee, edition: before.fee.edition }, signatures: before.signatures } : { fee: { ...fee, edition }, signatures: [] };
  });
}

/**
 * The second person's part: adds signatures to the statements that an object
 * already carries, leaving editions as they are. Errors as {@link withStatements}.
 */
export async function addStatementSignatures(service: ServiceJson, signing: StatementSigning): Promise<TrustResult<ServiceJson>> {
  return restate(service, signing, (cost) => statementIn(service, cost));
}

/** Costs whose statements are not signed by enough of the role's keys yet. Empty: the metadata may be signed. */
export async function unsignedStatements(service: ServiceJson, role: KeyHolders): Promise<readonly string[]> {
  const keys = await named(role);
  const parsed = v.safeParse(serviceSchema, service);
  const missing: string[] = [];
  for (const { cost } of parsed.success ? parsed.output.statements : []) {
    const statement = statementIn(service, cost);
    if (statement === undefined || (await fitting(statement, keys)).good.size < role.threshold) missing.push(cost);
  }
  return missing;
}

const named = ({ keys }: KeyHolders): Promise<NamedKey[]> => Promise.all(keys.map(async (key) => ({ keyid: await keyId(key), key })));

async function restate(service: ServiceJson, signing: StatementSigning, begin: (cost: string, fee: Fee) => FeeStatement | undefined): Promise<TrustResult<ServiceJson>> {
  const path = `services/${signing.authority}`;
  const parsed = v.safeParse(serviceSchema, service);
  if (!parsed.success || parsed.output.competentAuthority !== signing.authority) return refuse('corrupt', path, parsed.success ? 'a service of another authority' : 'no service object');
  const keys = await named(signing.role);
  const stranger = signing.signers.find((signer) => !keys.some(({ keyid }) => keyid === signer.keyid));
  if (stranger !== undefined) return refuse('notDelegated', path, `key ${prefixOf(stranger.keyid)} is none of its keys`);
  const signers = [...signing.signers].sort((a, b) => (a.keyid < b.keyid ? -1 : 1));
  const statements: StatementRecord[] = [];
  for (const { identifier } of parsed.output.costs) {
    const fee = feeOf(parsed.output, identifier, 1);
    const begun = fee === undefined ? undefined : begin(identifier, fee);
    if (begun === undefined) continue;
    const good = new Map((await fitting(begun, keys)).good);
    const signatures = [...good.values()].slice(0, signing.role.threshold);
    for (const signer of signers) {
      if (signatures.length >= signing.role.threshold) break;
      const signature = await signStatement(begun.fee, signer);
      const by = await signingKey(signer.key, hex(fromBase64(signature.sig) ?? new Uint8Array()), signedBytesOf(begun.fee));
      // Whoever signed before is one person still.
      if (by === undefined || good.has(by)) continue;
      good.set(by, signature);
      signatures.push(signature);
    }
    statements.push({ cost: identifier, edition: begun.fee.edition, signatures: signatures.sort((a, b) => (a.keyid < b.keyid ? -1 : 1)) });
  }
  return trusted({ ...service, statements });
}
