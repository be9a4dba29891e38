/** Times of synchronization, milliseconds. */
export const syncTimes = {
  /** between two questions to a hub that answers */
  interval: 5 * 60_000,
  /** after the first failure; doubles with each */
  retry: 15_000,
  /** longest wait between failures */
  retryMax: 10 * 60_000,
  /** share by which each wait is made longer or shorter at random */
  jitter: 0.2,
  /** for the hub to heal damage at start, while nothing is shown */
  heal: 800,
  /** difference to the hub's clock that is reported */
  clock: 5 * 60_000,
} as const;

/** The wait before the next question, after so many failures in a row. */
export function nextWait(failures: number, random: number): number {
  const base = failures === 0 ? syncTimes.interval : Math.min(syncTimes.retry * 2 ** (failures - 1), syncTimes.retryMax);
  return Math.round(base * (1 + syncTimes.jitter * (2 * random - 1)));
}
