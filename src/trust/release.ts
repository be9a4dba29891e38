import * as v from 'valibot';

/**
 * What makes content believable. A release is a list of objects, each named by
 * a path, with its length and hash; the kiosk shows an object only if a release
 * it accepted vouches for those very bytes.
 *
 * Paths follow the delegations of The Update Framework as the project will use
 * them: `services/<authority>/…`, `offices/<code>.json`, `catalogue/…`.
 *
 * {@link ReleaseVerifier} is the seam: here it is met by hashes alone
 * ({@link hashVerifier}), which proves *whole*, not *authentic*. Signed metadata
 * replaces the verifier, not the flow around it.
 */

/** Every limit of content, with its unit. */
export const limits = {
  /** bytes */
  manifest: 2_000_000,
  /** bytes */
  object: 1_000_000,
  /** objects in one release */
  objects: 10_000,
} as const;

const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Path of an object inside a release. */
export const objectPathSchema = v.pipe(v.string(), v.regex(/^(services\/[a-z0-9-]+|offices|catalogue)\/[a-z0-9-]+\.json$/), v.maxLength(160));

/** What a release says of one object. */
export const objectEntrySchema = v.strictObject({
  length: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(limits.object)),
  sha256: sha256Schema,
});
export type ObjectEntry = v.InferOutput<typeof objectEntrySchema>;

/** The manifest of a release. */
export const releaseSchema = v.strictObject({
  format: v.literal(1),
  /** Higher is newer. Seconds since 1970 of the day of the last edit plus the pack's revision, so that one source tree gives one number. */
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Day the pack was last edited. */
  editedOn: v.string(),
  objects: v.pipe(
    v.record(objectPathSchema, objectEntrySchema),
    v.check((objects) => Object.keys(objects).length <= limits.objects, 'too many objects'),
  ),
});
export type Release = v.InferOutput<typeof releaseSchema>;

/** Why content was not accepted. */
export type TrustErrorCode = 'corrupt' | 'tooBig' | 'wrongLength' | 'wrongHash' | 'notInRelease' | 'rolledBack';

/** An unacceptable manifest or object, with the path it was found at. */
export interface TrustError {
  readonly code: TrustErrorCode;
  readonly path: string;
}

/** Either the accepted release or why not. */
export type TrustResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: TrustError };

/** Decides what is believed. Implementations are pure: bytes in, verdict out. */
export interface ReleaseVerifier {
  /** Accepts a manifest, given the version that is trusted now (0 for none). */
  acceptRelease(bytes: Uint8Array, trustedVersion: number): Promise<TrustResult<Release>>;
  /** Checks one object's bytes against an accepted release. */
  checkObject(release: Release, path: string, bytes: Uint8Array): Promise<TrustResult<void>>;
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function refuse(code: TrustErrorCode, path: string): { readonly ok: false; readonly error: TrustError } {
  return { ok: false, error: { code, path } };
}

/** Verifies wholeness by length and SHA-256. Says nothing about who wrote it. */
export const hashVerifier: ReleaseVerifier = {
  async acceptRelease(bytes, trustedVersion) {
    if (bytes.length > limits.manifest) return refuse('tooBig', 'release.json');
    let parsed: unknown;
    try {
      parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      return refuse('corrupt', 'release.json');
    }
    const release = v.safeParse(releaseSchema, parsed);
    if (!release.success) return refuse('corrupt', 'release.json');
    if (release.output.version < trustedVersion) return refuse('rolledBack', 'release.json');
    return { ok: true, value: release.output };
  },
  async checkObject(release, path, bytes) {
    const entry = release.objects[path];
    if (entry === undefined) return refuse('notInRelease', path);
    if (bytes.length !== entry.length) return refuse('wrongLength', path);
    if ((await sha256Hex(bytes)) !== entry.sha256) return refuse('wrongHash', path);
    return { ok: true, value: undefined };
  },
};

/** Web path of an object below `/content/`: the name changes with the bytes, so it may be cached for ever. */
export function objectUrlPath(path: string, entry: ObjectEntry): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash + 1)}${entry.sha256}.${path.slice(slash + 1)}`;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The short code of the price list, e.g. `K7M2-Q9F4`: 40 bits of a SHA-256 over
 * every service object's path and hash. Offices and notices do not enter it, so
 * that the same list has the same code on every screen and print.
 */
export async function priceListVersionCode(release: Release): Promise<string> {
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
 * The precached baseline and the file of a carried release: manifest and
 * objects as the very texts whose hashes the manifest states.
 */
export const packedReleaseSchema = v.strictObject({ manifest: v.string(), objects: v.record(objectPathSchema, v.string()) });
export type PackedRelease = v.InferOutput<typeof packedReleaseSchema>;
