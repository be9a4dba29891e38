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
  /** rows of the journal: older entries make room for newer ones. At {@link defaultRates} nobody fills it with noise in less than seven hours */
  journal: 100_000,
  /** milliseconds after which an enrolment code is good for nothing */
  enrolmentCode: 24 * 3_600_000,
  /** milliseconds after which an order that nothing was heard of is given up: three heartbeats, and the time of a picture */
  order: 5 * 60_000,
  /** milliseconds a picture of a screen is kept, unless the next one comes before */
  picture: 3_600_000,
  /** pictures kept at the same time: at most 120 MB */
  pictures: 40,
  /** milliseconds: a session ends so long after the last thing a person did */
  sessionIdle: 30 * 60_000,
  /** milliseconds: a session ends so long after it was opened */
  sessionAge: 12 * 3_600_000,
  /** passwords checked at the same time: each takes 32 MiB and a third of a second */
  passwordsAtOnce: 4,
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
  /** signed requests of terminals */
  readonly fleet: Rate;
  readonly enrol: Rate;
  readonly signIn: Rate;
  /** what staff do that the journal keeps: by address, since behind one there is an office */
  readonly staff: Rate;
}

/**
 * A citizen takes some 15 seconds for one code, so 30 a minute is far beyond
 * use, and at 600 a minute an address would need eight years to try all 2.6
 * thousand million codes of one office.
 */
export const defaultRates: Rates = {
  applications: { perKiosk: 30, perAddress: 600, window: 60_000 },
  reports: { perKiosk: 30, perAddress: 600, window: 60_000 },
  // A terminal asks once a minute, and answers orders; a country's terminals may stand behind one address.
  fleet: { perKiosk: 40, perAddress: 8_000, window: 60_000 },
  // A code has 59 bits and lives for a day: at this rate one in ten thousand million million would be found.
  enrol: { perKiosk: 10, perAddress: 10, window: 60_000 },
  signIn: { perKiosk: 20, perAddress: 20, window: 60_000 },
  staff: { perKiosk: 240, perAddress: 240, window: 60_000 },
};

/** How long somebody who typed a wrong password has to wait. */
export interface Delay {
  /** failures that cost nothing: slips */
  readonly free: number;
  /** milliseconds after the first failure beyond them; doubled by each further one */
  readonly first: number;
  /** milliseconds at most: nobody is shut out for good by a stranger who knows their name */
  readonly most: number;
  /** milliseconds after which failures are forgotten */
  readonly memory: number;
}

/** Sign-in delays, for a name and for an address: at these an attacker has some hundred tries a day. */
export const signInDelays = {
  name: { free: 5, first: 30_000, most: 15 * 60_000, memory: 24 * 3_600_000 },
  address: { free: 20, first: 30_000, most: 15 * 60_000, memory: 24 * 3_600_000 },
} as const satisfies Readonly<Record<string, Delay>>;

/** When the next try is looked at (ms since 1970), after so many failures the last of which was then. */
export function nextTry({ free, first, most, memory }: Delay, failures: number, lastAt: number, now: number): number {
  // A failure in the future: the hub's clock was set back.
  if (failures < free || now - lastAt > memory || lastAt - now > most) return now;
  return lastAt + Math.min(most, first * 2 ** Math.min(failures - free, 30));
}
