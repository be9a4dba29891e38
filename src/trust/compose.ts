import { utf8 } from './bytes.ts';
import { canonicalBytes } from './canonical-json.ts';
import { keyId, type PublicKey } from './keys.ts';
import { topLevelRoles, type TopLevelRole } from './metadata.ts';
import type { Signer } from './signer.ts';

/**
 * Writes metadata: the other end of `metadata.ts`. Composing gives the part to
 * be signed as plain data; {@link signMetadata} makes the file of it.
 */

/** The specification that we write by. */
const specVersion = '1.0.34';

/** Fields of ours in signed metadata. The standard lets unknown fields be. */
export const ownFields = {
  /** In root: its keys are for demonstration, and all they sign is a sample. */
  demonstration: 'x-owso-demonstration',
  /** In timestamp: moment at which it was signed, ISO 8601 UTC. Tells a mirror's or a stick's age whatever clock reads it. */
  issued: 'x-owso-issued',
} as const;

/** A moment as metadata writes it. @param at ms */
export function momentText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Part of a file that gets signed. */
export type Signable = Readonly<Record<string, unknown>>;

interface Frame {
  readonly version: number;
  /** ms */
  readonly expires: number;
}

const frame = (type: TopLevelRole, { version, expires }: Frame): Signable => ({ _type: type, spec_version: specVersion, version, expires: momentText(expires) });

/** Keys and how many of them must sign. */
export interface KeyHolders {
  readonly keys: readonly PublicKey[];
  readonly threshold: number;
}

async function keyTable(holders: readonly KeyHolders[]): Promise<Record<string, PublicKey>> {
  const table: Record<string, PublicKey> = {};
  for (const { keys } of holders) for (const key of keys) table[await keyId(key)] = key;
  return table;
}

const roleOf = async ({ keys, threshold }: KeyHolders): Promise<{ keyids: string[]; threshold: number }> => ({ keyids: await Promise.all(keys.map(keyId)), threshold });

/** 4.3: who signs the top-level roles. */
export async function composeRoot(given: Frame & { readonly roles: Readonly<Record<TopLevelRole, KeyHolders>>; readonly demonstration: boolean }): Promise<Signable> {
  const roles = Object.fromEntries(await Promise.all(topLevelRoles.map(async (role) => [role, await roleOf(given.roles[role])] as const)));
  return {
    ...frame('root', given),
    consistent_snapshot: true,
    keys: await keyTable(Object.values(given.roles)),
    roles,
    ...(given.demonstration && { [ownFields.demonstration]: true }),
  };
}

/** Who speaks for which paths. Ours are all terminating: what a role may speak of, nobody after it does. */
export interface Delegation extends KeyHolders {
  readonly name: string;
  readonly paths: readonly string[];
}

/** A target as it is signed. */
export interface TargetEntry {
  /** bytes */
  readonly length: number;
  readonly sha256: string;
}

/** 4.5: targets and delegations of a role. */
export async function composeTargets(given: Frame & { readonly targets: Readonly<Record<string, TargetEntry>>; readonly delegations?: readonly Delegation[] }): Promise<Signable> {
  return {
    ...frame('targets', given),
    targets: Object.fromEntries(Object.entries(given.targets).map(([path, { length, sha256 }]) => [path, { length, hashes: { sha256 } }])),
    ...(given.delegations !== undefined && {
      delegations: {
        keys: await keyTable(given.delegations),
        roles: await Promise.all(given.delegations.map(async (role) => ({ name: role.name, ...(await roleOf(role)), terminating: true, paths: role.paths }))),
      },
    }),
  };
}

/** 4.4: versions of targets files, by role, that belong together. */
export function composeSnapshot(given: Frame & { readonly versions: Readonly<Record<string, number>> }): Signable {
  return { ...frame('snapshot', given), meta: Object.fromEntries(Object.entries(given.versions).map(([role, version]) => [`${role}.json`, { version }])) };
}

/** 4.6: the newest snapshot. @param given.issued moment of signing, ms */
export function composeTimestamp(given: Frame & { readonly snapshot: number; readonly issued: number }): Signable {
  return { ...frame('timestamp', given), meta: { 'snapshot.json': { version: given.snapshot } }, [ownFields.issued]: momentText(given.issued) };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** JSON without spaces and with sorted keys: equal data gives equal bytes, and so an equal hash. */
export function stableJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The bytes of a metadata file. Signatures in the order of the signers' key names, so that who signed first shows nowhere. */
export async function signMetadata(signed: Signable, signers: readonly Signer[]): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = canonicalBytes(signed);
  const signatures = await Promise.all(signers.map(async (signer) => ({ keyid: signer.keyid, sig: await signer.sign(bytes) })));
  return metadataBytes(signed, signatures);
}

/** The bytes of a metadata file with these signatures. */
export function metadataBytes(signed: Signable, signatures: readonly { readonly keyid: string; readonly sig: string }[]): Uint8Array<ArrayBuffer> {
  return utf8(stableJson({ signatures: [...signatures].sort((a, b) => (a.keyid < b.keyid ? -1 : 1)), signed }));
}
