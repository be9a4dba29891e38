import * as v from 'valibot';
import { utf8Text } from './bytes.ts';
import { canonicalBytes, NotCanonical } from './canonical-json.ts';
import { publicKeySchema } from './keys.ts';
import { limits } from './limits.ts';
import { refuse, trusted, type TrustResult } from './result.ts';

/**
 * Metadata files of The Update Framework, specification 1.0.34, section 4.
 * Fields that we do not know are accepted and belong to what is signed.
 */

/** The four top-level roles. */
export const topLevelRoles = ['root', 'timestamp', 'snapshot', 'targets'] as const;
export type TopLevelRole = (typeof topLevelRoles)[number];

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const length = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const bounded = <T>(values: readonly T[]): boolean => values.length <= limits.entries;
const boundedRecord = <K extends v.GenericSchema<string, string>, V extends v.GenericSchema>(key: K, value: V) =>
  v.pipe(v.record(key, value), v.check((entries) => bounded(Object.keys(entries)), 'too many entries'));
const unique = <T>(values: readonly T[]): boolean => new Set(values).size === values.length;

const hashesSchema = v.pipe(v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-9a-f]+$/i))), v.check((hashes) => Object.keys(hashes).length > 0, 'no hash'));

/** Engines differ on days such as 30 February: only what reads back as it was written is a moment. */
function isMoment(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text.replace('Z', '.000Z');
}

/** What every signed part begins with. */
const common = {
  spec_version: v.pipe(v.string(), v.regex(/^1\.\d+(\.\d+)?$/)),
  version: count,
  /** ISO 8601, UTC, seconds. */
  expires: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), v.check(isMoment, 'no such moment')),
};

/** Who signs a role: at least `threshold` of the keys. */
export const roleKeysSchema = v.looseObject({ keyids: v.pipe(v.array(v.string()), v.check(unique, 'a key named twice'), v.check(bounded, 'too many keys')), threshold: count });
export type RoleKeys = v.InferOutput<typeof roleKeysSchema>;

/** 4.3: who signs the top-level roles. */
export const rootSchema = v.looseObject({
  _type: v.literal('root'),
  ...common,
  consistent_snapshot: v.optional(v.boolean(), false),
  keys: boundedRecord(v.string(), publicKeySchema),
  roles: v.looseObject({ root: roleKeysSchema, timestamp: roleKeysSchema, snapshot: roleKeysSchema, targets: roleKeysSchema }),
});
export type Root = v.InferOutput<typeof rootSchema>;

/** What one metadata file says of another: its version, perhaps its length and hashes. */
export const metaFileSchema = v.looseObject({ version: count, length: v.optional(length), hashes: v.optional(hashesSchema) });
export type MetaFile = v.InferOutput<typeof metaFileSchema>;

/** 4.6: which snapshot is the newest. */
export const timestampSchema = v.looseObject({ _type: v.literal('timestamp'), ...common, meta: v.looseObject({ 'snapshot.json': metaFileSchema }) });
export type Timestamp = v.InferOutput<typeof timestampSchema>;

/** 4.4: which version of each targets file belongs together. */
export const snapshotSchema = v.looseObject({ _type: v.literal('snapshot'), ...common, meta: boundedRecord(v.string(), metaFileSchema) });
export type Snapshot = v.InferOutput<typeof snapshotSchema>;

/** A target as signed: its bytes' length and hashes. */
export interface TargetFile {
  /** bytes */
  readonly length: number;
  /** Hexadecimal digests by algorithm; at least one. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly custom?: unknown;
}

/** By hand and not as a schema: a ministry names hundreds of targets in one file, which is read in one piece while somebody may touch the panel. */
function isTargetFile(input: unknown): input is TargetFile {
  if (typeof input !== 'object' || input === null) return false;
  const { length: bytes, hashes } = input as { readonly length?: unknown; readonly hashes?: unknown };
  if (!Number.isSafeInteger(bytes) || (bytes as number) < 0 || typeof hashes !== 'object' || hashes === null || Array.isArray(hashes)) return false;
  const digests: unknown[] = Object.values(hashes);
  return digests.length > 0 && digests.every((digest) => typeof digest === 'string' && /^[0-9a-f]+$/i.test(digest));
}
const targetFileSchema = v.custom<TargetFile>(isTargetFile);

/** One delegation: this role speaks for these paths. */
export const delegatedRoleSchema = v.pipe(
  v.looseObject({
    name: v.pipe(v.string(), v.minLength(1), v.check((name) => !(topLevelRoles as readonly string[]).includes(name), 'a name of a top-level role')),
    ...roleKeysSchema.entries,
    terminating: v.boolean(),
    paths: v.optional(v.array(v.string())),
    path_hash_prefixes: v.optional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]*$/i)))),
  }),
  v.check((role) => (role.paths === undefined) !== (role.path_hash_prefixes === undefined), 'paths or hash prefixes, one of them'),
);
export type DelegatedRole = v.InferOutput<typeof delegatedRoleSchema>;

/** 4.5: the targets of a role and to whom it delegates. */
export const targetsSchema = v.looseObject({
  _type: v.literal('targets'),
  ...common,
  targets: boundedRecord(v.string(), targetFileSchema),
  delegations: v.optional(
    v.looseObject({
      keys: boundedRecord(v.string(), publicKeySchema),
      roles: v.pipe(v.array(delegatedRoleSchema), v.check(bounded, 'too many roles'), v.check((roles) => unique(roles.map((role) => role.name)), 'a role named twice')),
    }),
  ),
});
export type Targets = v.InferOutput<typeof targetsSchema>;

const schemas = { root: rootSchema, timestamp: timestampSchema, snapshot: snapshotSchema, targets: targetsSchema } as const;

/** The signed part of each type of file. */
export interface SignedParts {
  readonly root: Root;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
}

const signatureSchema = v.looseObject({ keyid: v.string(), sig: v.string() });
export type Signature = v.InferOutput<typeof signatureSchema>;

const envelopeSchema = v.looseObject({
  signatures: v.pipe(
    v.array(signatureSchema),
    v.check((signatures) => signatures.length <= limits.signatures, 'too many signatures'),
    v.check((signatures) => unique(signatures.map((signature) => signature.keyid)), 'a key that signs twice'),
  ),
  signed: v.looseObject({}),
});

/** A parsed file whose signatures nobody has looked at yet. */
export interface MetadataFile<T extends TopLevelRole = TopLevelRole> {
  readonly signed: SignedParts[T];
  readonly signatures: readonly Signature[];
  /** The canonical form of `signed` as it came, unknown fields included: what the signatures are over. */
  readonly signedBytes: Uint8Array<ArrayBuffer>;
  /** The file as it came. */
  readonly bytes: Uint8Array;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [34, 92, 91, 93, 123, 125] as const;

/** Whether a JSON text nests no deeper than so many arrays and objects: what is deeper would exhaust the stack of whoever walks it. */
export function nestsWithin(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === backslash) i++;
      else if (char === quote) inString = false;
    } else if (char === quote) inString = true;
    else if ((char === openBracket || char === openBrace) && ++depth > most) return false;
    else if (char === closeBracket || char === closeBrace) depth--;
  }
  return true;
}

/**
 * Parses a metadata file of a type. Errors: `corrupt` (not JSON, not of this
 * type, of another major version of the specification), `tooBig` (nested too deep).
 * @param path what the file is called in an error
 */
export function parseMetadata<T extends TopLevelRole>(type: T, bytes: Uint8Array, path: string): TrustResult<MetadataFile<T>> {
  const text = utf8Text(bytes);
  if (text === undefined) return refuse('corrupt', path, 'not UTF-8');
  if (!nestsWithin(text, limits.nesting)) return refuse('tooBig', path, 'nested too deep');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse('corrupt', path, 'not JSON');
  }
  const envelope = v.safeParse(envelopeSchema, json, { abortEarly: true });
  if (!envelope.success) return refuse('corrupt', path, fault(envelope.issues));
  const signed = v.safeParse(schemas[type], (json as { signed: unknown }).signed, { abortEarly: true });
  if (!signed.success) return refuse('corrupt', path, fault(signed.issues));
  let signedBytes: Uint8Array<ArrayBuffer>;
  try {
    signedBytes = canonicalBytes((json as { signed: unknown }).signed);
  } catch (error) {
    if (error instanceof NotCanonical) return refuse('corrupt', path, error.message);
    throw error;
  }
  return trusted({ signed: signed.output as unknown as SignedParts[T], signatures: envelope.output.signatures, signedBytes, bytes });
}

function fault(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  return issue === undefined ? 'not of this format' : `${v.getDotPath(issue) ?? ''} ${issue.type}`.trim().slice(0, 120);
}
