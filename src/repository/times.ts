import type { TopLevelRole } from '../trust/metadata.ts';

const day = 24 * 3_600_000;

/** Kinds of roles that have a lifetime of their own. */
export type RoleKind = TopLevelRole | 'delegated';

/**
 * How long what is signed holds, ms. The offline roles outlast a ministry's
 * year; snapshot and timestamp outlast the weeks for which an office may have no
 * network, and are signed anew long before.
 */
export const lifetime: Readonly<Record<RoleKind, number>> = {
  root: 3 * 365 * day,
  targets: 2 * 365 * day,
  delegated: 365 * day,
  snapshot: 60 * day,
  timestamp: 30 * day,
};

/** Age at which the hub signs the timestamp anew though nothing changed, ms: kiosks say since when nobody confirmed. */
export const timestampAge = day;

/** Newest snapshots from which a file of changes leads to the newest one, and whose files stay. */
export const keptSnapshots = 20;

/** Longest file of changes, bytes. Beyond it, fetching what is needed whole costs about as much. */
export const longestChanges = 200_000;

/** When what is signed now expires, ms, on a whole second as metadata writes it. */
export function expiryFrom(kind: RoleKind, now: number): number {
  return Math.floor((now + lifetime[kind]) / 1000) * 1000;
}

/** Whether half of a file's life is over: time to sign it anew without any hurry. @param expires as metadata writes it */
export function isDue(kind: RoleKind, expires: string, now: number): boolean {
  return now >= Date.parse(expires) - lifetime[kind] / 2;
}
