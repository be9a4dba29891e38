import * as v from 'valibot';
import { identifierSchema, officeCodeSchema } from '../model/identifier.ts';
import { machineHealthSchema } from './agent.ts';
import { pageHealthSchema } from './page-health.ts';

/** Between a terminal's agent and the hub. */
export const fleetPaths = {
  /** `POST` {@link enrolSchema}; answers {@link enrolAnswerSchema}. */
  enrol: '/api/v1/fleet/enrol',
  /** `POST` {@link fleetHeartbeatSchema}, signed; answers {@link fleetHeartbeatAnswerSchema}. */
  heartbeat: '/api/v1/fleet/heartbeat',
  /** `POST` {@link orderResultSchema}, signed, below the order's number. */
  orders: '/api/v1/fleet/orders/',
  /** Appended to the above: `PUT` of a PNG, signed. */
  picture: '/picture',
} as const;

/** Milliseconds between two heartbeats of a terminal; spread by a fifth. */
export const fleetHeartbeatEvery = 60_000;
/** A terminal that said nothing for so many milliseconds counts as silent. */
export const silentAfter = 5 * 60_000;
/** Largest picture of a screen, bytes. */
export const pictureLimit = 3_000_000;

/** One-time code for an enrolment: twelve letters and digits that are not mistaken for each other, in groups of four. */
export const enrolmentCodeSchema = v.pipe(
  v.string(),
  v.transform((text) => text.toUpperCase().replace(/[\s-]/g, '')),
  v.regex(/^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{12}$/, 'twelve letters and digits, as the staff page shows them'),
);

/** Ed25519, 32 bytes, hex. Made on the terminal, which never hands out the private half. */
export const publicKeySchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** A terminal that presents itself. */
export const enrolSchema = v.strictObject({
  code: enrolmentCodeSchema,
  publicKey: publicKeySchema,
  /** Its name among the terminals of its office. */
  name: identifierSchema,
  office: officeCodeSchema,
  /** By the key over `enrolmentText(code, publicKey)`, hex: whoever enrols has the private half. */
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});
export type Enrol = v.InferOutput<typeof enrolSchema>;
export const enrolAnswerSchema = v.strictObject({ terminal: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) });

/** What is signed at an enrolment. */
export function enrolmentText(code: string, publicKey: string): string {
  return `owso-kiosk enrolment\n${code}\n${publicKey}`;
}

/**
 * Headers of a signed request: the terminal's number, a moment (ms), and its
 * signature in hex over {@link signedText}.
 *
 * The hub accepts a moment once, only if it is later than the last one of this
 * terminal and within {@link momentWindow} of its own clock: no request can be
 * repeated, or kept back for long. A terminal whose clock is wrong is answered
 * `wrongMoment` with a moment that will do, and asks again by that; what its own
 * clock shows is a field of the heartbeat, so that staff see that it is wrong.
 */
export const fleetHeaders = { terminal: 'x-terminal', at: 'x-terminal-at', signature: 'x-terminal-signature' } as const;

/** How far a request's moment may be from the hub's clock, ms. */
export const momentWindow = 5 * 60_000;

/** The latest moment that a request can bear, ms: the end of the year 9999. */
export const lastMoment = 253_402_300_799_999;

/** What a terminal signs of a request. @param bodyHash SHA-256 of the body's bytes, hex */
export function signedText(method: string, path: string, at: string, bodyHash: string): string {
  return `${method}\n${path}\n${at}\n${bodyHash}`;
}

/** What staff can order a terminal to do from afar. */
export const orderActions = ['reload', 'syncNow', 'restart', 'screenshot'] as const;
export type OrderAction = (typeof orderActions)[number];

export const fleetHeartbeatSchema = v.strictObject({
  name: identifierSchema,
  office: officeCodeSchema,
  /** What the terminal's own clock shows, right or wrong. */
  clock: v.pipe(v.string(), v.isoTimestamp()),
  machine: machineHealthSchema,
  /** Absent: the page has not been heard of for longer than the watchdog allows. */
  page: v.optional(pageHealthSchema),
  /** The screen is off by the terminal's own hours: no page is to be expected. */
  screenOff: v.optional(v.boolean()),
});
export type FleetHeartbeat = v.InferOutput<typeof fleetHeartbeatSchema>;

/** Orders of one terminal that a hub keeps, and hands out at most. */
export const ordersKept = 20;

export const fleetHeartbeatAnswerSchema = v.strictObject({
  now: v.pipe(v.string(), v.isoTimestamp()),
  /** Oldest first. An order comes again with every answer until its result is there or it is too old: act on each number once. */
  orders: v.pipe(v.array(v.strictObject({ id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), action: v.picklist(orderActions) })), v.maxLength(ordersKept)),
});
export type FleetHeartbeatAnswer = v.InferOutput<typeof fleetHeartbeatAnswerSchema>;

/**
 * How an order went. `private`: no picture was taken because somebody's status was
 * on the screen. `noPage`: the page has not been heard of, and it alone could do it.
 * `tooSoon`: the machine started only minutes ago, and is not restarted again.
 */
export const orderResults = ['done', 'private', 'noPage', 'tooSoon', 'failed'] as const;
export type OrderResult = (typeof orderResults)[number];
export const orderResultSchema = v.strictObject({ result: v.picklist(orderResults) });
