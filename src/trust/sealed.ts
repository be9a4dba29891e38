import * as v from 'valibot';
import { utf8, utf8Text } from './bytes.ts';
import { roleFileName, type TrustClient } from './client.ts';
import { ownFields, stableJson } from './compose.ts';
import { limits } from './limits.ts';
import { collectTargets } from './lookup.ts';
import type { DelegatedRole, Root, Targets, Timestamp } from './metadata.ts';
import { checkObject, isOfOffices, objectsOf, releaseVersion, type Release, type ReleaseVerifier } from './release.ts';
import { refuse, trusted, type TrustResult } from './result.ts';
import { TrustedMetadata } from './trusted-metadata.ts';

/**
 * All metadata that vouches for one release, in one text, so that it can be kept
 * with the release and proven again at every start, offline and however old: by
 * the same signatures, from the same anchor, with expiry left out of account.
 */
export const sealedSchema = v.strictObject({
  format: v.literal(2),
  /** Roots after the anchor, oldest first. */
  roots: v.array(v.string()),
  timestamp: v.string(),
  snapshot: v.string(),
  targets: v.string(),
  /** Delegated roles by name: those that this machine has use for. */
  roles: v.record(v.string(), v.string()),
});
export type Sealed = v.InferOutput<typeof sealedSchema>;

/** Metadata files by their unversioned names, as a client's store holds them, and the roots after the anchor. */
export interface KeptMetadata {
  readonly roots: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

/** Seals what a client has come to trust in this refresh. The files are those that its store holds. */
export function seal(kept: KeptMetadata, client: TrustClient): Sealed {
  const file = (name: string): string => {
    const text = kept.files.get(name);
    if (text === undefined) throw new Error(`${name} was trusted but not stored`);
    return text;
  };
  return {
    format: 2,
    roots: [...kept.roots],
    timestamp: file('timestamp.json'),
    snapshot: file('snapshot.json'),
    targets: file('targets.json'),
    roles: Object.fromEntries(client.loadedRoles().map((role) => [role, file(`${roleFileName(role)}.json`)])),
  };
}

/** The bytes of a sealed release. Equal metadata gives equal bytes. */
export function sealedBytes(sealed: Sealed): Uint8Array<ArrayBuffer> {
  return utf8(stableJson(sealed));
}

/** Parses sealed metadata; nothing is proven by it. */
export function parseSealed(bytes: Uint8Array): TrustResult<Sealed> {
  if (bytes.length > limits.sealed) return refuse('tooBig', 'release');
  let json: unknown;
  try {
    json = JSON.parse(utf8Text(bytes) ?? '');
  } catch {
    return refuse('corrupt', 'release', 'not JSON');
  }
  const sealed = v.safeParse(sealedSchema, json);
  return sealed.success ? trusted(sealed.output) : refuse('corrupt', 'release', 'not a sealed release');
}

/** Follows the chain of roots from the anchor. Roots that the anchor already contains are passed over. */
export async function rootFrom(anchor: Uint8Array, roots: readonly string[]): Promise<TrustResult<TrustedMetadata>> {
  const begun = await TrustedMetadata.begin(anchor, undefined);
  if (!begun.ok) return begun;
  const set = begun.value;
  for (const text of roots.slice(0, limits.entries)) {
    const bytes = utf8(text);
    if (versionIn(text) <= set.root.version) continue;
    const updated = await set.updateRoot(bytes);
    if (!updated.ok) return updated;
  }
  return begun;
}

function versionIn(root: string): number {
  try {
    const version: unknown = (JSON.parse(root) as { signed?: { version?: unknown } } | null)?.signed?.version;
    return typeof version === 'number' ? version : Number.MAX_SAFE_INTEGER;
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}

/**
 * Proves a sealed release from the anchor and gives what it vouches for. Offices
 * may be left out, since a terminal keeps its own alone, but no authority: prices
 * that are missing from a list would look like services that do not exist.
 */
export async function openSealed(anchor: Uint8Array, sealed: Sealed): Promise<TrustResult<Release>> {
  const begun = await rootFrom(anchor, sealed.roots);
  if (!begun.ok) return begun;
  const set = begun.value;
  const timestamp = await set.updateTimestamp(utf8(sealed.timestamp));
  if (!timestamp.ok) return timestamp;
  const snapshot = await set.updateSnapshot(utf8(sealed.snapshot));
  if (!snapshot.ok) return snapshot;
  const top = await set.updateTargets(utf8(sealed.targets));
  if (!top.ok) return top;
  const used = new Set<string>();
  const load = async (delegator: Targets, role: DelegatedRole): Promise<TrustResult<Targets>> => {
    used.add(role.name);
    return set.readDelegated(utf8(sealed.roles[role.name] ?? ''), delegator, role);
  };
  let missing: string | undefined;
  const targets = await collectTargets(top.value, load, (role) => {
    const there = Object.hasOwn(sealed.roles, role.name);
    if (!there && !isOfOffices(role) && set.metaOf(role.name) !== undefined) missing ??= role.name;
    return there;
  });
  if (!targets.ok) return targets;
  if (missing !== undefined) return refuse('absent', `${missing}.json`, 'left out of a sealed release');
  const stray = Object.keys(sealed.roles).find((role) => !used.has(role));
  if (stray !== undefined) return refuse('notDelegated', `${stray}.json`, 'in a sealed release');
  const objects = objectsOf(targets.value);
  if (!objects.ok) return objects;
  return trusted(releaseOf(set, objects.value));
}

/** The release of a set whose timestamp and snapshot are known. */
export function releaseOf(set: TrustedMetadata, objects: Release['objects']): Release {
  const edition = set.snapshot?.version ?? 0;
  return { version: releaseVersion(set.root.version, edition), edition, objects, confirmed: issuedAt(set.timestamp), demonstration: isDemonstration(set.root) };
}

/** When a timestamp was signed, ms, as it says itself. */
export function issuedAt(timestamp: Timestamp | undefined): number | undefined {
  const text = timestamp?.[ownFields.issued];
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/**
 * When content was confirmed, as far as a clock believes it: what says that it was
 * signed later than now confirms nothing. Otherwise whoever has the hub's keys
 * could choose the day on every screen, and keep content confirmed for years.
 */
export function confirmedAt(issued: number | undefined, now: number): number | undefined {
  return issued === undefined || issued - now > limits.clockBehind ? undefined : issued;
}

/** Whether a root says that its keys are for demonstration. */
export function isDemonstration(root: Root): boolean {
  return root[ownFields.demonstration] === true;
}

/** Believes what signatures prove from an anchor: the root that came with the app. */
export function signatureVerifier(anchor: Uint8Array): ReleaseVerifier {
  return {
    async acceptRelease(bytes) {
      const sealed = parseSealed(bytes);
      return sealed.ok ? openSealed(anchor, sealed.value) : sealed;
    },
    checkObject,
  };
}
