/** Every limit of the hub's own, with its unit. Limits of any server are in `serve/limits.ts`, those of content in `trust/limits.ts`. */
export const hubLimits = {
  /** bytes of an application as it is stored: what fits a status answer with room for its frame */
  application: 1_600,
  /** bytes of every answer to a status question, padding included */
  statusAnswer: 2_048,
  /** milliseconds: a status answer leaves at the next whole multiple of this after the question came */
  statusSlot: 40,
  /** rows: older reports make room for newer ones */
  reports: 10_000,
  /** milliseconds a shutdown may take before it is forced */
  shutdown: 10_000,
  /** connections that may wait to be accepted: all offices at once after an outage. With Node's 511, the others would try again a second later */
  backlog: 4_096,
  /** milliseconds an answer of a mirror's upstream may pause: a radio link hangs for a while */
  upstreamIdle: 30_000,
  /** milliseconds an answer of a mirror's upstream may take: the longest metadata file at 64 kbit/s */
  upstreamAnswer: 600_000,
} as const;

/** How often one route may be asked, in requests per window. */
export interface Rate {
  /** one kiosk at one address */
  readonly perKiosk: number;
  /** all kiosks behind one address together, so that an invented kiosk name gains nothing */
  readonly perAddress: number;
  /** milliseconds */
  readonly window: number;
}

/** Rate of each limited route. */
export interface Rates {
  readonly applications: Rate;
  readonly reports: Rate;
}

/**
 * A citizen takes some 15 seconds for one code, so 30 a minute is far beyond
 * use, and at 600 a minute an address would need eight years to try all 2.6
 * thousand million codes of one office.
 */
export const defaultRates: Rates = {
  applications: { perKiosk: 30, perAddress: 600, window: 60_000 },
  reports: { perKiosk: 30, perAddress: 600, window: 60_000 },
};
