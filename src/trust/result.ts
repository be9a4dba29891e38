/**
 * Why content was not believed. Each is a different event for the operator.
 *
 * - `absent`: the file is not there;
 * - `corrupt`: not what its format says, or not of a supported version;
 * - `wrongLength`, `wrongHash`: not the bytes that signed metadata names;
 * - `forged`: a signature in the name of a trusted key does not fit the text;
 * - `thresholdNotMet`: what is signed is signed rightly, but by too few;
 * - `rolledBack`: older than what was trusted before;
 * - `expired`: signed, but not confirmed in time;
 * - `clockWrong`: this machine's clock cannot be right, so nothing can be said of expiry;
 * - `notDelegated`: nobody who may speak of this path speaks of it;
 * - `tooBig`: longer, deeper or more than its limit allows;
 * - `unreachable`: the carrier gave no answer.
 */
export const trustErrorCodes = ['absent', 'corrupt', 'wrongLength', 'wrongHash', 'forged', 'thresholdNotMet', 'rolledBack', 'expired', 'clockWrong', 'notDelegated', 'tooBig', 'unreachable'] as const;
export type TrustErrorCode = (typeof trustErrorCodes)[number];

/** An expected failure: what is wrong, with which file or role, and a technical word more. */
export interface TrustError {
  readonly code: TrustErrorCode;
  /** Metadata file, role or target path. */
  readonly path: string;
  /** ASCII, short, for the operator. */
  readonly detail?: string;
}

/** Either what was asked for or why it is not believed. */
export type TrustResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: TrustError };

/** Wraps what is believed. */
export function trusted<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a refusal. */
export function refuse(code: TrustErrorCode, path: string, detail?: string): { readonly ok: false; readonly error: TrustError } {
  return { ok: false, error: detail === undefined ? { code, path } : { code, path, detail } };
}
