import * as v from 'valibot';
import { utf8, utf8Text } from './bytes.ts';
import type { Fetcher, MetadataStore } from './client.ts';
import { metadataBytes, stableJson } from './compose.ts';
import { differenceOf, withDifference } from './difference.ts';
import { limits } from './limits.ts';
import { nestsWithin } from './metadata.ts';
import type { TrustResult } from './result.ts';

/**
 * A file of changes carries at once all that is new between two snapshots:
 * metadata as its difference to the version that the client has, and the changed
 * objects. It makes a small change small on the wire (a hash is 32 bytes that
 * nothing compresses, and a list of 150 of them would be sent for one price).
 *
 * It is a convenience of the carrier and is trusted with nothing: what it yields
 * is verified like any other file, and what it does not yield is fetched whole.
 */

const recordSchema = v.record(v.string(), v.unknown());
const fileChangeSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('whole'), text: v.string() }),
  v.strictObject({
    kind: v.literal('difference'),
    /** Version of the same role that it is a difference to. */
    base: v.number(),
    /** Which table of the signed part is given as a difference. */
    table: v.picklist(['meta', 'targets']),
    set: recordSchema,
    remove: v.array(v.string()),
    /** The other fields of the signed part that differ. */
    signed: recordSchema,
    signatures: v.array(v.looseObject({ keyid: v.string(), sig: v.string() })),
  }),
]);
/** One metadata file of a file of changes. */
export type FileChange = v.InferOutput<typeof fileChangeSchema>;

export const changesSchema = v.strictObject({
  format: v.literal(1),
  /** Snapshot versions. */
  from: v.number(),
  to: v.number(),
  /** By unversioned file name. */
  metadata: v.record(v.string(), fileChangeSchema),
  /** Objects by path: as a text, or as the difference to the object that the earlier snapshot had there. */
  objects: v.record(v.string(), v.union([v.string(), v.strictObject({ difference: v.unknown() })])),
});
export type Changes = v.InferOutput<typeof changesSchema>;
/** One object of a file of changes. */
export type ObjectChange = Changes['objects'][string];

/** Name of the file of changes between two snapshots, below the content folder. */
export function changesName(from: number, to: number): string {
  return `changes/${from}-${to}.json`;
}

interface File {
  readonly signed: Record<string, unknown>;
  readonly signatures: { keyid: string; sig: string }[];
}

function parseFile(text: string): File | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const parsed = v.safeParse(v.object({ signed: recordSchema, signatures: v.array(v.object({ keyid: v.string(), sig: v.string() })) }), json);
    return parsed.success ? { signed: parsed.output.signed, signatures: parsed.output.signatures } : undefined;
  } catch {
    return undefined;
  }
}

const tableOf = (signed: Record<string, unknown>): 'meta' | 'targets' => ('targets' in signed ? 'targets' : 'meta');
const entriesOf = (signed: Record<string, unknown>, table: 'meta' | 'targets'): Record<string, unknown> => {
  const parsed = v.safeParse(recordSchema, signed[table]);
  return parsed.success ? parsed.output : {};
};
const same = (a: unknown, b: unknown): boolean => stableJson(a) === stableJson(b);

/** Describes a metadata file by its difference to an earlier version, or whole where there is none or that would be shorter. */
export function describeChange(before: string | undefined, after: string): FileChange {
  const whole: FileChange = { kind: 'whole', text: after };
  const [was, is] = [before === undefined ? undefined : parseFile(before), parseFile(after)];
  if (was === undefined || is === undefined || typeof was.signed['version'] !== 'number') return whole;
  const table = tableOf(is.signed);
  const [old, now] = [entriesOf(was.signed, table), entriesOf(is.signed, table)];
  // A field that went away cannot be said as a difference.
  if (Object.keys(was.signed).some((field) => !(field in is.signed))) return whole;
  const difference: FileChange = {
    kind: 'difference',
    base: was.signed['version'],
    table,
    set: Object.fromEntries(Object.entries(now).filter(([key, entry]) => !same(old[key], entry))),
    remove: Object.keys(old).filter((key) => !(key in now)),
    signed: Object.fromEntries(Object.entries(is.signed).filter(([field, value]) => field !== table && !same(was.signed[field], value))),
    signatures: is.signatures,
  };
  if (stableJson(difference).length >= after.length) return whole;
  // What our own publisher did not write may be written in another way than a difference gives back.
  const again = applyChange(difference, before);
  return again !== undefined && utf8Text(again) === after ? difference : whole;
}

/** The file that a change describes, given the version before; `undefined` if it is a difference to another one. */
export function applyChange(change: FileChange, before: string | undefined): Uint8Array | undefined {
  if (change.kind === 'whole') return utf8(change.text);
  const was = before === undefined ? undefined : parseFile(before);
  if (was === undefined || was.signed['version'] !== change.base) return undefined;
  const gone = new Set(change.remove);
  const kept = Object.fromEntries(Object.entries(entriesOf(was.signed, change.table)).filter(([key]) => !gone.has(key)));
  return metadataBytes({ ...was.signed, ...change.signed, [change.table]: { ...kept, ...change.set } }, change.signatures);
}

/** Describes an object by its difference to an earlier one, or whole where there is none, or where only that gives the same text. */
export function describeObject(before: string | undefined, after: string): ObjectChange {
  try {
    const difference = differenceOf(JSON.parse(before ?? ''), JSON.parse(after));
    const change = { difference };
    const restored = difference === undefined ? undefined : applyObjectChange(change, before);
    return restored !== undefined && utf8Text(restored) === after && stableJson(change).length < after.length ? change : after;
  } catch {
    return after;
  }
}

/** The object that a change describes, given the one before; `undefined` if it needs one and there is none. */
export function applyObjectChange(change: ObjectChange, before: string | undefined): Uint8Array | undefined {
  if (typeof change === 'string') return utf8(change);
  try {
    return utf8(stableJson(withDifference(JSON.parse(before ?? ''), change.difference)));
  } catch {
    return undefined;
  }
}

/** Puts a file of changes, where there is one, before another fetcher. */
export class ChangesFetcher implements Fetcher {
  readonly #inner: Fetcher;
  readonly #store: Pick<MetadataStore, 'read'>;
  readonly #get: (name: string, limit: number) => Promise<TrustResult<Uint8Array>>;
  #changes: Changes | undefined;
  /** Files that were answered from the changes. */
  readonly #answered = new Set<string>();

  /**
   * @param store where the versions before lie
   * @param get fetches a file by its path below the content folder
   */
  constructor(inner: Fetcher, store: Pick<MetadataStore, 'read'>, get: (name: string, limit: number) => Promise<TrustResult<Uint8Array>>) {
    this.#inner = inner;
    this.#store = store;
    this.#get = get;
  }

  async prepare(from: number, to: number): Promise<void> {
    if (from < 1 || to <= from) return;
    const bytes = await this.#get(changesName(from, to), limits.changes);
    if (!bytes.ok) return;
    const text = utf8Text(bytes.value);
    if (text === undefined || !nestsWithin(text, limits.nesting)) return;
    try {
      const parsed = v.safeParse(changesSchema, JSON.parse(text));
      this.#changes = parsed.success ? parsed.output : undefined;
    } catch {
      this.#changes = undefined;
    }
  }

  async metadata(name: string, limit: number): Promise<TrustResult<Uint8Array>> {
    const unversioned = name.replace(/^\d+\./, '');
    const change = this.#changes !== undefined && unversioned !== 'root.json' && Object.hasOwn(this.#changes.metadata, unversioned) ? this.#changes.metadata[unversioned] : undefined;
    if (change !== undefined) {
      const before = await this.#store.read(unversioned);
      const bytes = applyChange(change, before === undefined ? undefined : utf8Text(before));
      if (bytes !== undefined && bytes.length <= limit && `${String(parseFile(utf8Text(bytes) ?? '')?.signed['version'])}.${unversioned}` === name) {
        this.#answered.add(name);
        return { ok: true, value: bytes };
      }
    }
    return this.#inner.metadata(name, limit);
  }

  async instead(name: string, limit: number): Promise<TrustResult<Uint8Array> | undefined> {
    return this.#answered.delete(name) ? this.#inner.metadata(name, limit) : undefined;
  }

  /** A changed object's bytes, unchecked. @param before the object that the earlier snapshot had at this path */
  object(path: string, before: Uint8Array | undefined): Uint8Array | undefined {
    const objects = this.#changes?.objects;
    const change = objects !== undefined && Object.hasOwn(objects, path) ? objects[path] : undefined;
    return change === undefined ? undefined : applyObjectChange(change, before === undefined ? undefined : utf8Text(before));
  }
}
