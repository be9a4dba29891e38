import type { TrustError, TrustErrorCode } from '../trust/result.ts';

/**
 * Why the publisher's side of a repository did not do what it was asked for,
 * beyond what a client would refuse too ({@link TrustErrorCode}).
 *
 * - `noRepository`: the folder holds no root metadata;
 * - `notDelegated`: nobody gave this role a right to speak;
 * - `wrongKey`: a key that may not sign this role;
 * - `wrongPassphrase`: the key file does not open with it;
 * - `badKeyFile`: no key file, or a damaged one;
 * - `weakPassphrase`: too short to protect a key;
 * - `fewSignatures`: signed rightly, but by too few;
 * - `differs`: two signers do not mean the same;
 * - `needsSignatures`: roles whose files must be signed anew before anything can be published;
 * - `alreadyThere`: would overwrite what somebody may still need;
 * - `absentContent`: nothing compiled for this role;
 * - `badCall`: cannot be meant so.
 */
export type RepositoryErrorCode =
  | TrustErrorCode
  | 'noRepository'
  | 'wrongKey'
  | 'wrongPassphrase'
  | 'badKeyFile'
  | 'weakPassphrase'
  | 'fewSignatures'
  | 'differs'
  | 'needsSignatures'
  | 'alreadyThere'
  | 'absentContent'
  | 'badCall';

/** An expected failure, in words for the operator. */
export interface RepositoryError {
  readonly code: RepositoryErrorCode;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** What to do, as a sentence. */
  readonly mend: string;
}

/** An error with its two sentences. */
export function failure(code: RepositoryErrorCode, message: string, mend: string): { readonly ok: false; readonly error: RepositoryError } {
  return { ok: false, error: { code, message, mend } };
}

const sentences: Readonly<Record<TrustErrorCode, readonly [what: string, mend: string]>> = {
  absent: ['is not there', 'Bring it from a copy of the repository, or have it signed anew.'],
  corrupt: ['is damaged', 'Bring it from a copy of the repository, or have it signed anew.'],
  wrongLength: ['does not have the length that was signed', 'Bring it from a copy of the repository, or have it signed anew.'],
  wrongHash: ['is not what was signed', 'Bring it from a copy of the repository, or have it signed anew.'],
  forged: ['carries a signature that does not fit', 'Somebody changed it: keep it as evidence, bring the right one from a copy, and find out who could write there.'],
  thresholdNotMet: ['is signed by too few of its keys', 'Let the other key holders sign it.'],
  rolledBack: ['is older than what was published before', 'Bring the newest files from a copy of the repository.'],
  expired: ['is past its date', 'Let its key holders sign it anew.'],
  clockWrong: ['cannot be dated by this machine’s clock', 'Set the clock.'],
  notDelegated: ['is spoken of by nobody who may', 'Let the holders of the targets keys delegate it, or take it out.'],
  tooBig: ['is beyond a limit', 'Make it smaller.'],
  unreachable: ['cannot be read', 'Mend the disk or the network and try again.'],
};

/** A client's refusal in the publisher's words. */
export function fromTrust({ code, path, detail }: TrustError): { readonly ok: false; readonly error: RepositoryError } {
  const [what, mend] = sentences[code];
  return failure(code, `${path} ${what}${detail === undefined ? '' : ` (${detail})`}.`, mend);
}
