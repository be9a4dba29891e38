import { ok, type Result } from '../model/result.ts';
import { roleFileName } from '../trust/client.ts';
import { metadataBytes, signMetadata, stableJson, type Signable } from '../trust/compose.ts';
import { parseMetadata, type Signature, type Targets, type TopLevelRole } from '../trust/metadata.ts';
import type { Signer } from '../trust/signer.ts';
import { checkSignatures, type Signers } from '../trust/trusted-metadata.ts';
import { failure, fromTrust, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { metadataFile } from './names.ts';
import { listVersions } from './state.ts';

/**
 * Files that not everybody has signed yet. The first signer's file waits in
 * `metadata/pending/`, where nobody fetches it; whoever signs next adds to it,
 * provided that they mean the same. Only a file that meets its thresholds gets
 * its name among the metadata.
 */

/** How far two signers' clocks may be apart, ms. */
const longestSkew = 24 * 3_600_000;

/** Name of a half-signed file. */
export function pendingName(version: number, role: string): string {
  return `metadata/pending/${version}.${roleFileName(role)}.json`;
}

/** What another signer began of a role's file, as far as it can be read; its signatures are looked at when it is signed. */
export async function readWaiting(folder: RepositoryFolder, version: number, role: string): Promise<Targets | undefined> {
  const bytes = await folder.read(pendingName(version, role));
  const file = bytes === undefined ? undefined : parseMetadata('targets', bytes, pendingName(version, role));
  return file?.ok === true ? file.value.signed : undefined;
}

/** Roles whose next file waits for signatures, with its version. */
export async function listWaiting(folder: RepositoryFolder): Promise<readonly { readonly role: string; readonly version: number }[]> {
  const versions = await listVersions(folder);
  return (await folder.list('metadata/pending/')).flatMap((name) => {
    const [, version = '', role = ''] = /\/([1-9]\d{0,14})\.([^/]+)\.json$/.exec(name) ?? [];
    // Beside a newer file that is complete, it is what somebody left over.
    return role !== '' && Number(version) > (versions(role)[0] ?? 0) ? [{ role, version: Number(version) }] : [];
  });
}

/** A file to be signed. */
export interface Draft {
  readonly folder: RepositoryFolder;
  readonly role: string;
  readonly type: TopLevelRole;
  readonly version: number;
  readonly signed: Signable;
  readonly signers: readonly Signer[];
  /** Whose signatures it needs; a new root needs its own keys' and the old one's. */
  readonly rules: readonly Signers[];
  /** Throw away what another signer began. */
  readonly anew?: boolean;
}

/** What became of a draft. */
export type Signing =
  | { readonly done: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly done: false;
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Keys of which more must sign. */
      readonly open: readonly string[];
      /** How many of them. */
      readonly missing: number;
    };

/** The two signed parts say the same, whenever they were written. */
function meansTheSame(a: Signable, b: Signable): boolean {
  return stableJson({ ...a, expires: undefined }) === stableJson({ ...b, expires: undefined });
}

async function fitting(type: TopLevelRole, bytes: Uint8Array, rule: Signers): Promise<readonly string[]> {
  const file = parseMetadata(type, bytes, 'draft');
  if (!file.ok) throw new Error(`a draft made here is well-formed: ${JSON.stringify(file.error)}`);
  const fits = await Promise.all(
    file.value.signatures.map(async (signature) => {
      const alone = await checkSignatures({ ...file.value, signatures: [signature] }, { keys: rule.keys, role: { keyids: rule.role.keyids, threshold: 1 } }, 'draft');
      return alone.ok ? [signature.keyid] : [];
    }),
  );
  return fits.flat();
}

/** Which signature of a waiting file fits and is needed. */
async function kept(draft: Draft, bytes: Uint8Array, signatures: readonly Signature[]): Promise<readonly Signature[]> {
  const fit = new Set((await Promise.all(draft.rules.map((rule) => fitting(draft.type, bytes, rule)))).flat());
  return signatures.filter(({ keyid }) => fit.has(keyid));
}

/**
 * Signs a draft, together with what others signed of it before. `differs` if
 * another signer's file is waiting that says something else. Writes nothing.
 */
export async function signDraft(draft: Draft): Promise<Result<Signing, RepositoryError>> {
  let { signed } = draft;
  let before: readonly Signature[] = [];
  const waiting = draft.anew === true ? undefined : await draft.folder.read(pendingName(draft.version, draft.role));
  if (waiting !== undefined) {
    const file = parseMetadata(draft.type, waiting, pendingName(draft.version, draft.role));
    if (!file.ok) return fromTrust(file.error);
    const others = await kept(draft, waiting, file.value.signatures);
    // Nobody lends their signature to a longer life than they would give it themselves.
    const lasts = Date.parse(file.value.signed.expires) <= Date.parse(String(draft.signed['expires'])) + longestSkew;
    if (lasts && meansTheSame(file.value.signed, draft.signed)) {
      signed = file.value.signed;
      before = others;
    } else if (others.some(({ keyid }) => !draft.signers.some((signer) => signer.keyid === keyid))) {
      return failure('differs', `Somebody else has signed another text of ${draft.role} version ${draft.version}; it waits in ${pendingName(draft.version, draft.role)}.`, 'Settle together which one is meant: compile the same content, or throw theirs away with --anew.');
    }
  }
  const fresh = await signMetadata(signed, draft.signers);
  const parsed = parseMetadata(draft.type, fresh, draft.role);
  if (!parsed.ok) return fromTrust(parsed.error);
  const own = new Set(parsed.value.signatures.map(({ keyid }) => keyid));
  const bytes = metadataBytes(signed, [...before.filter(({ keyid }) => !own.has(keyid)), ...parsed.value.signatures].map(({ keyid, sig }) => ({ keyid, sig })));
  for (const rule of draft.rules) {
    const have = new Set(await fitting(draft.type, bytes, rule));
    const missing = rule.role.threshold - have.size;
    if (missing > 0) return ok({ done: false, bytes, missing, open: rule.role.keyids.filter((keyid) => !have.has(keyid)) });
  }
  return ok({ done: true, bytes });
}

/** Writes what became of a draft: under its name if it is done, among the waiting files otherwise. */
export async function keepSigning({ folder, version, role }: Pick<Draft, 'folder' | 'version' | 'role'>, signing: Signing): Promise<void> {
  if (!signing.done) {
    await folder.write(pendingName(version, role), signing.bytes);
    return;
  }
  await folder.write(metadataFile(version, role), signing.bytes);
  await folder.remove(pendingName(version, role));
}
