import * as v from 'valibot';
import { sha256Hex } from './bytes.ts';
import { limits } from './limits.ts';
import type { DelegatedRole } from './metadata.ts';
import type { TrustedTarget } from './trusted-metadata.ts';
import { refuse, trusted, type TrustResult } from './result.ts';

/**
 * A release: the objects that belong together, each named by a path, with its
 * length and hash. The kiosk shows an object only if a release that it accepted
 * vouches for those very bytes.
 *
 * Paths follow the delegations: `services/<authority>/…`, `offices/<code>/…`,
 * `catalogue/…`.
 */

const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Path of an object inside a release. */
export const objectPathSchema = v.pipe(v.string(), v.regex(/^(services\/[a-z0-9-]+|offices\/\d{2,6}|catalogue)\/[a-z0-9-]+\.json$/), v.maxLength(160));

/** Whether a delegated role speaks of offices alone. */
export function isOfOffices(role: Pick<DelegatedRole, 'paths'>): boolean {
  return role.paths?.every((pattern) => pattern.startsWith('offices/')) === true;
}

/** What a release says of one object. */
export const objectEntrySchema = v.strictObject({
  length: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(limits.object)),
  sha256: sha256Schema,
});
export type ObjectEntry = v.InferOutput<typeof objectEntrySchema>;

const objectsSchema = v.pipe(
  v.record(objectPathSchema, objectEntrySchema),
  v.check((objects) => Object.keys(objects).length <= limits.objects, 'too many objects'),
);

/** What the compiler writes beside its objects: a release that nobody has signed yet. */
export const compiledReleaseSchema = v.strictObject({
  format: v.literal(1),
  /** Day the pack was last edited. */
  editedOn: v.string(),
  objects: objectsSchema,
});
export type CompiledManifest = v.InferOutput<typeof compiledReleaseSchema>;

/** A release that signatures vouch for. */
export interface Release {
  /**
   * Higher is newer: the root's version first, then the snapshot's, since a new
   * root may begin to count anew (specification 5.3.11).
   */
  readonly version: number;
  /** The snapshot's version: the number that people see. */
  readonly edition: number;
  readonly objects: Readonly<Record<string, ObjectEntry>>;
  /** When the hub with the keys last said that this is the newest, ms; `undefined` if its timestamp does not tell. */
  readonly confirmed: number | undefined;
  /** Signed with demonstration keys. */
  readonly demonstration: boolean;
}

const snapshotVersions = 2 ** 32;

/**
 * {@link Release.version} of a root and a snapshot. A snapshot's version that is
 * beyond any use, as a thief of the snapshot key may sign, stays below every
 * release of the next root (specification 1.5, fast-forward).
 */
export function releaseVersion(root: number, snapshot: number): number {
  return root * snapshotVersions + Math.min(snapshot, snapshotVersions - 1);
}

/** The root's version in a {@link Release.version}. */
export function rootVersionOf(version: number): number {
  return Math.floor(version / snapshotVersions);
}

/**
 * The objects that a repository's targets name. A target that is no object of
 * ours is `corrupt`; one below `offices/` is left out, so that the key of one
 * office cannot keep new prices from anybody.
 */
export function objectsOf(targets: ReadonlyMap<string, TrustedTarget>): TrustResult<Record<string, ObjectEntry>> {
  const objects: Record<string, ObjectEntry> = {};
  for (const [path, { file }] of targets) {
    const entry = v.safeParse(objectEntrySchema, { length: file.length, sha256: file.hashes['sha256'] });
    const sound = v.is(objectPathSchema, path) && entry.success;
    if (!sound && path.startsWith('offices/')) continue;
    if (!sound) return refuse(file.length > limits.object ? 'tooBig' : 'corrupt', path, 'no object of a release');
    objects[path] = entry.output;
  }
  return trusted(objects);
}

/** Decides what is believed. Bytes in, verdict out. */
export interface ReleaseVerifier {
  /** Accepts the metadata of a release as it was stored, whatever its age. That nothing older than it is taken from anybody is the client's part. */
  acceptRelease(bytes: Uint8Array): Promise<TrustResult<Release>>;
  /** Checks one object's bytes against an accepted release. */
  checkObject(release: Release, path: string, bytes: Uint8Array): Promise<TrustResult<void>>;
}

/** Checks one object's bytes against what a release says of it. */
export async function checkObject(release: Pick<Release, 'objects'>, path: string, bytes: Uint8Array): Promise<TrustResult<void>> {
  const entry = Object.hasOwn(release.objects, path) ? release.objects[path] : undefined;
  if (entry === undefined) return refuse('notDelegated', path, 'not in the release');
  if (bytes.length !== entry.length) return refuse('wrongLength', path);
  if ((await sha256Hex(bytes)) !== entry.sha256) return refuse('wrongHash', path);
  return trusted(undefined);
}

/** Path of an object below the targets folder: the name changes with the bytes, so it may be cached for ever (consistent snapshots, specification 6.2). */
export function objectUrlPath(path: string, entry: Pick<ObjectEntry, 'sha256'>): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash + 1)}${entry.sha256}.${path.slice(slash + 1)}`;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The short code of the price list, e.g. `K7M2-Q9F4`: 40 bits of a SHA-256 over
 * every service object's path and hash. Offices and notices do not enter it, so
 * that the same list has the same code on every screen and print.
 */
export async function priceListVersionCode(release: Pick<Release, 'objects'>): Promise<string> {
  const lines = Object.entries(release.objects)
    .filter(([path]) => path.startsWith('services/'))
    .map(([path, entry]) => `${path} ${entry.sha256}`)
    .sort();
  const hex = await sha256Hex(new TextEncoder().encode(lines.join('\n')));
  let bits = BigInt(`0x${hex.slice(0, 10)}`);
  let code = '';
  for (let i = 0; i < 8; i++) {
    code = crockford[Number(bits & 31n)] + code;
    bits >>= 5n;
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/**
 * The precached baseline: the metadata of a release, sealed, and its objects as
 * the very texts whose hashes the metadata states.
 */
export const packedReleaseSchema = v.strictObject({ manifest: v.string(), objects: v.record(objectPathSchema, v.string()) });
export type PackedRelease = v.InferOutput<typeof packedReleaseSchema>;
