/** Where the marker is kept: outside the database, of which it tells. */
export type MarkerStorage = Pick<Storage, 'getItem' | 'setItem'>;

const markerKey = 'owso-content';

/** Remembers that this kiosk has content in its database: tells a lost database from a new kiosk. */
export function markContent(storage: MarkerStorage | undefined): void {
  try {
    (storage ?? globalThis.localStorage).setItem(markerKey, 'kept');
  } catch {
    // Without the marker a lost database is healed all the same, only not reported.
  }
}

/** Whether this kiosk had content in its database before. */
export function hadContent(storage: MarkerStorage | undefined): boolean {
  try {
    return (storage ?? globalThis.localStorage).getItem(markerKey) !== null;
  } catch {
    return false;
  }
}
