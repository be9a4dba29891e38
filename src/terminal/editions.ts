import type { Edition } from '../repository/edition.ts';

/** Whether one edition is newer than another: a later release, or the same one confirmed later. */
export function isNewer(one: Edition, other: Edition): boolean {
  return one.number > other.number || (one.number === other.number && (one.confirmed ?? 0) > (other.confirmed ?? 0));
}
