import * as v from 'valibot';
import { ok, type Result } from '../model/result.ts';
import { utf8, utf8Text } from '../trust/bytes.ts';
import { stableJson, type KeyHolders } from '../trust/compose.ts';
import type { Targets } from '../trust/metadata.ts';
import { objectUrlPath } from '../trust/release.ts';
import type { Signer } from '../trust/signer.ts';
import { statementIn, unsignedStatements, withStatements } from '../trust/statement.ts';
import { fromTrust, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';

/**
 * Puts signed statements of their fees into service objects before the objects
 * themselves are signed. What an earlier edition, or another signer of this one,
 * stated alike is kept, so that an unchanged price keeps its bytes.
 */

const objectSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));
/** An object of content, parsed as far as to be JSON. */
export type ObjectJson = v.InferOutput<typeof objectSchema>;

/** The JSON of an object's bytes; `undefined` if they are none. */
export function parsedObject(bytes: Uint8Array | undefined): ObjectJson | undefined {
  const object = v.safeParse(objectSchema, bytes === undefined ? undefined : utf8Text(bytes));
  return object.success ? object.output : undefined;
}

/** An object as a targets file names it. */
export async function objectIn(folder: RepositoryFolder, targets: Targets | undefined, path: string): Promise<ObjectJson | undefined> {
  const sha256 = targets?.targets[path]?.hashes['sha256'];
  return sha256 === undefined ? undefined : parsedObject(await folder.read(`targets/${objectUrlPath(path, { sha256 })}`));
}

/** What an object says apart from its statements, for comparison. */
export const bare = (object: ObjectJson): string => stableJson({ ...object, statements: undefined });

/** Objects with what was stated in them. */
export interface Stated {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** How many fees are stated for the first time, or otherwise than before. */
  readonly fresh: number;
  /** How many fees still lack a signature. */
  readonly open: number;
  /** The most that one of them lacks. */
  readonly missing: number;
}

/** Who states what. */
export interface Stating {
  readonly folder: RepositoryFolder;
  readonly authority: string;
  readonly role: KeyHolders;
  readonly signers: readonly Signer[];
  /** Compiled objects of the role. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Signed by all. */
  readonly before: Targets | undefined;
  /** Signed by some of this edition's signers. */
  readonly waiting: Targets | undefined;
  /** Version that the next snapshot will have. */
  readonly edition: number;
}

/** States the fees of all services among the objects; the others pass through. */
export async function stateFees({ folder, authority, role, signers, objects, before, waiting, edition }: Stating): Promise<Result<Stated, RepositoryError>> {
  const stated = new Map<string, Uint8Array>();
  let [fresh, open, missing] = [0, 0, 0];
  for (const [path, bytes] of objects) {
    const service = path.startsWith('services/') ? parsedObject(bytes) : undefined;
    if (service === undefined) {
      stated.set(path, bytes);
      continue;
    }
    const begun = await objectIn(folder, waiting, path);
    const published = await objectIn(folder, before, path);
    const previous = begun !== undefined && bare(begun) === bare(service) ? begun : published;
    const result = await withStatements(service, previous, edition, { authority, role, signers });
    if (!result.ok) return fromTrust({ ...result.error, path });
    const unsigned = await unsignedStatements(result.value, role);
    open += unsigned.length;
    for (const cost of unsigned) missing = Math.max(missing, role.threshold - (statementIn(result.value, cost)?.signatures.length ?? 0));
    const unaided = await withStatements(service, published, edition, { authority, role, signers: [] });
    if (unaided.ok) fresh += (await unsignedStatements(unaided.value, role)).length;
    stated.set(path, utf8(stableJson(result.value)));
  }
  return ok({ objects: stated, fresh, open, missing });
}

/** Whether a waiting file means the same objects, only with fewer statements: its signer then signs once more. */
export async function differsInStatements(folder: RepositoryFolder, waiting: Targets, objects: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
  if (Object.keys(waiting.targets).sort().join('\n') !== [...objects.keys()].sort().join('\n')) return false;
  for (const [path, bytes] of objects) {
    const [theirs, ours] = [await objectIn(folder, waiting, path), parsedObject(bytes)];
    if (theirs === undefined || ours === undefined || bare(theirs) !== bare(ours)) return false;
  }
  return true;
}
