import { ok, type Result } from '../model/result.ts';
import { sha256Hex } from '../trust/bytes.ts';
import { composeTargets, type TargetEntry } from '../trust/compose.ts';
import type { DelegatedRole, TargetFile, Targets } from '../trust/metadata.ts';
import { objectUrlPath } from '../trust/release.ts';
import type { Signer } from '../trust/signer.ts';
import { failure, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { readableKeyId } from './key-file.ts';
import { keepSigning, readWaiting, signDraft } from './pending.ts';
import { readRole } from './review.ts';
import { delegatedSigners, nextVersion } from './state.ts';
import { differsInStatements, stateFees } from './statements.ts';
import { expiryFrom, isDue } from './times.ts';

/** What is to be signed, by whom. */
export interface SignRequest {
  readonly folder: RepositoryFolder;
  /** Authority, `catalogue`, or office code. */
  readonly role: string;
  /** All compiled objects by path; those that the role speaks for are taken. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly signers: readonly Signer[];
  readonly now: number;
  /** Throw away what another signer began. */
  readonly anew?: boolean;
  readonly onProgress?: (done: number, all: number) => void;
}

/** What came of it. */
export interface SignReport {
  readonly outcome: 'unchanged' | 'signed' | 'waiting';
  readonly version: number;
  /** Objects that the role now speaks for. */
  readonly objects: number;
  /** Paths that are new, changed or gone since the version before. */
  readonly changed: readonly string[];
  /** How many signatures are missing. */
  readonly missing: number;
  /**
   * Which of how many signings this was; absent where everybody signed at once.
   * The signatures of a new fee are part of the bytes that the metadata is signed
   * over, so that nobody can sign that for good before all have signed the fee:
   * two people who sign one after the other then sign in three turns.
   */
  readonly turn?: { readonly number: number; readonly of: number };
  /** Keys of which those may come. */
  readonly open: readonly string[];
}

function mayNotSign(role: DelegatedRole, signer: Signer): Result<never, RepositoryError> {
  return failure(
    'wrongKey',
    `The key ${readableKeyId(signer.keyid)} may not sign for ${role.name}: it is none of the ${role.keyids.length} that this role was delegated to.`,
    'Sign the role that the key belongs to, or let the holders of the targets keys delegate to it (keys delegate).',
  );
}

/** Paths of objects that differ between two versions. */
export function changedPaths(before: Readonly<Record<string, Pick<TargetFile, 'hashes'>>>, after: Readonly<Record<string, Pick<TargetFile, 'hashes'>>>): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path]?.hashes['sha256'] !== after[path]?.hashes['sha256']).sort();
}

/**
 * Signs the objects of one delegated role and puts them and the role's new
 * metadata into the repository. Unchanged content is not signed again before
 * half of its life is over. With fewer keys than the threshold the file waits for
 * the others; they call the same, with the content that they compiled themselves.
 */
export async function signRole(request: SignRequest): Promise<Result<SignReport, RepositoryError>> {
  const { folder, role: name, now, signers } = request;
  const read = await readRole(folder, name, request.objects);
  if (!read.ok) return read;
  const { delegator, role, before, own } = read.value;
  const stranger = signers.find(({ keyid }) => !role.keyids.includes(keyid));
  if (stranger !== undefined) return mayNotSign(role, stranger);

  const rule = delegatedSigners(delegator, role);
  const version = await nextVersion(folder, name);
  const waiting = request.anew === true ? undefined : await readWaiting(folder, version, name);
  const keys = { threshold: role.threshold, keys: role.keyids.flatMap((id) => delegator.delegations?.keys[id] ?? []) };
  const edition = await nextVersion(folder, 'snapshot');
  const stated = await stateFees({ folder, authority: name, role: keys, signers, objects: own, before: before?.signed, waiting, edition });
  if (!stated.ok) return stated;
  const { objects, fresh } = stated.value;

  const entries: Record<string, TargetEntry> = {};
  for (const [path, bytes] of objects) entries[path] = { length: bytes.length, sha256: await sha256Hex(bytes) };
  const targets = targetsOf(entries);
  const changed = changedPaths(before?.signed.targets ?? {}, targets);
  const report = { objects: objects.size, changed };
  if (before !== undefined && changed.length === 0 && !isDue('delegated', before.signed.expires, now)) return ok({ ...report, outcome: 'unchanged', version: before.signed.version, missing: 0, open: [] });

  const anew = request.anew === true || (waiting !== undefined && (await differsInStatements(folder, waiting, objects)) && changedPaths(waiting.targets, targets).length > 0);
  const signed = await composeTargets({ version, expires: expiryFrom('delegated', now), targets: entries });
  const draft = { folder, role: name, type: 'targets' as const, version, signed, signers, rules: [rule], anew };
  const signing = await signDraft(draft);
  if (!signing.ok) return signing;
  let done = 0;
  for (const [path, bytes] of objects) {
    const file = `targets/${objectUrlPath(path, entries[path] ?? { sha256: '' })}`;
    const there = await folder.read(file);
    if (there === undefined || Buffer.compare(there, bytes) !== 0) await folder.write(file, bytes);
    request.onProgress?.(++done, objects.size);
  }
  await keepSigning(draft, signing.value);
  const { value } = signing;
  const of = fresh > 0 ? 2 * role.threshold - 1 : role.threshold;
  if (value.done) return ok({ ...report, version, outcome: 'signed', missing: 0, open: [], ...(waiting !== undefined && { turn: { number: of, of } }) });
  const number = stated.value.missing > 0 ? role.threshold - stated.value.missing : of - value.missing;
  return ok({ ...report, version, outcome: 'waiting', missing: value.missing, open: value.open, turn: { number, of } });
}

function targetsOf(entries: Readonly<Record<string, TargetEntry>>): Targets['targets'] {
  return Object.fromEntries(Object.entries(entries).map(([path, { length, sha256 }]) => [path, { length, hashes: { sha256 } }]));
}
