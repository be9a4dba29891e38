import * as v from 'valibot';
import { identifierSchema, officeCodeSchema } from '../model/identifier.ts';
import { localizedTextSchema } from '../model/text.ts';
import { machineHealthSchema } from './agent.ts';
import { enrolmentCodeSchema, orderActions, orderResults } from './fleet.ts';
import { pageHealthSchema } from './page-health.ts';
import { reportCodes } from './report.ts';

/** Between the staff's app at `/studio/` and the hub. Every path but the first wants a session's cookie. */
export const staffPaths = {
  /** `POST` {@link signInSchema}: opens a session. `GET`: whose it is. `DELETE`: ends it. The first two answer {@link sessionSchema}. */
  session: '/api/v1/staff/session',
  /** `GET` with {@link terminalsQuerySchema}; answers {@link terminalsSchema}. */
  terminals: '/api/v1/staff/terminals',
  /** Followed by a terminal's number: `GET` answers {@link oneTerminalSchema}; `DELETE` retires it, its key counts no more. */
  terminal: '/api/v1/staff/terminals/',
  /** Appended to the above: `POST` {@link orderSchema}; answers {@link orderStateSchema}. */
  orders: '/orders',
  /** Appended to a terminal's path: `GET` of the last picture of its screen, a PNG. */
  picture: '/picture',
  /** `POST` {@link enrolmentSchema}; answers {@link newEnrolmentSchema}. */
  enrolments: '/api/v1/staff/enrolments',
  /** `GET`; answers {@link journalSchema}. */
  journal: '/api/v1/staff/journal',
} as const;

/** Where the staff's app is served. */
export const studioPath = '/studio/';

/** On a request that follows something a person did. Those without, which the page makes by itself, keep no session open. */
export const staffActiveHeader = 'x-staff-active';

/** Milliseconds between two looks of an open page. */
export const staffPollEvery = 15_000;

/** What an account may do. `operator`: sees terminals, orders, enrols and retires them. */
export const staffRoles = ['operator'] as const;
export type StaffRole = (typeof staffRoles)[number];

/** Names of accounts are typed by people: short, lower-case. */
export const accountNameSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]{1,39}$/, 'a name is 2 to 40 letters a–z, digits, dots and hyphens, beginning with a letter'));

export const signInSchema = v.strictObject({ name: v.pipe(v.string(), v.maxLength(200)), password: v.pipe(v.string(), v.maxLength(200)) });

export const sessionSchema = v.strictObject({
  name: accountNameSchema,
  role: v.picklist(staffRoles),
  /** Gazetteer code of the province, district or commune that the account is limited to. */
  area: v.optional(officeCodeSchema),
  /** The hub holds demonstration data. */
  demonstration: v.boolean(),
});
export type Session = v.InferOutput<typeof sessionSchema>;

/**
 * What is wrong with a terminal. The first group is worse than the second: the
 * public sees nothing there, or nobody knows what it sees.
 */
export const graveTroubles = ['neverHeard', 'silent', 'pageGone', 'blackScreen', 'noContent'] as const;
export const otherTroubles = [
  'foreignKeyboard', 'editionBehind', 'editionAhead', 'unconfirmed', 'clockWrong', 'placeDiffers', 'twoMachines',
  'displayRestarts', 'diskLow', 'memoryLow', 'hot', 'fault',
] as const;
export const troubleCodes = [...graveTroubles, ...otherTroubles] as const;
export type TroubleCode = (typeof troubleCodes)[number];

export const troubleSchema = v.strictObject({
  code: v.picklist(troubleCodes),
  /** With `silent`: since when. With `unconfirmed`: when it was last confirmed, if ever. */
  since: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  /** With `fault`: what the page reports. */
  fault: v.optional(v.picklist(reportCodes)),
});
export type Trouble = v.InferOutput<typeof troubleSchema>;

/** How far an order has come. `waiting`: not fetched yet. `expired`: fetched or not, nothing was heard of it in time. */
export const orderStates = ['waiting', 'fetched', ...orderResults, 'expired'] as const;
export const orderStateSchema = v.strictObject({
  id: v.number(),
  action: v.picklist(orderActions),
  by: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  state: v.picklist(orderStates),
  /** When the result came. */
  finished: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type OrderState = v.InferOutput<typeof orderStateSchema>;

const terminalNumberSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** One terminal as staff see it. */
export const terminalViewSchema = v.strictObject({
  id: terminalNumberSchema,
  name: identifierSchema,
  office: officeCodeSchema,
  /** Name of the office, as the content that the hub serves has it. */
  officeTitle: v.optional(localizedTextSchema),
  enrolled: v.pipe(v.string(), v.isoTimestamp()),
  /** When it last said something; absent: never. */
  heard: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  /** How far its clock is ahead of the hub's, ms; below zero: behind. */
  clockAhead: v.optional(v.number()),
  /** With the trouble `placeDiffers`: where it believes to stand. */
  says: v.optional(v.strictObject({ office: officeCodeSchema, name: identifierSchema })),
  machine: v.optional(machineHealthSchema),
  page: v.optional(pageHealthSchema),
  /** There is no page because the screen is off by the terminal's hours. */
  screenOff: v.optional(v.boolean()),
  /** Worst first; none: all is well. */
  troubles: v.array(troubleSchema),
  /** The last order. */
  order: v.optional(orderStateSchema),
  /** When the picture that the hub holds came. */
  picture: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type TerminalView = v.InferOutput<typeof terminalViewSchema>;

/** Terminals on a page of the list. */
export const terminalsPerPage = 50;

export const terminalsQuerySchema = v.strictObject({
  /** From 0. */
  page: v.optional(v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number)), '0'),
  /** Offices whose code begins with this. */
  area: v.optional(v.pipe(v.string(), v.regex(/^\d{0,6}$/)), ''),
  /** Part of a terminal's name, or of its office's name or code. */
  text: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
  /** Keep to those with troubles, or with none. */
  state: v.optional(v.picklist(['all', 'trouble', 'well']), 'all'),
});

export const terminalsSchema = v.strictObject({
  now: v.pipe(v.string(), v.isoTimestamp()),
  /** What the hub serves; absent: it has no content. */
  served: v.optional(v.strictObject({ edition: v.number(), since: v.pipe(v.string(), v.isoTimestamp()) })),
  /** Those that the account may see, before any filter. */
  counts: v.strictObject({ all: v.number(), grave: v.number(), trouble: v.number() }),
  /** Areas with terminals, for the filter, by code: all of a few; of many, the provinces and those within the one that is asked for. */
  areas: v.array(v.strictObject({ code: v.string(), title: v.optional(localizedTextSchema), count: v.number() })),
  /** How many pass the filter. */
  found: v.number(),
  page: v.number(),
  /** Worst first, then by office and name. */
  terminals: v.array(terminalViewSchema),
});
export type Terminals = v.InferOutput<typeof terminalsSchema>;

export const oneTerminalSchema = v.strictObject({ ...v.pick(terminalsSchema, ['now', 'served']).entries, terminal: terminalViewSchema });
export type OneTerminal = v.InferOutput<typeof oneTerminalSchema>;

export const orderSchema = v.strictObject({ action: v.picklist(orderActions) });

/** For which place a code is made. The terminal that is there now is replaced when the code is used. */
export const enrolmentSchema = v.strictObject({ office: officeCodeSchema, name: identifierSchema });

export const newEnrolmentSchema = v.strictObject({
  /** Shown once; the hub keeps its hash. */
  code: enrolmentCodeSchema,
  office: officeCodeSchema,
  officeTitle: v.optional(localizedTextSchema),
  name: identifierSchema,
  expires: v.pipe(v.string(), v.isoTimestamp()),
  /** There is a terminal of this name: it will be replaced. */
  replaces: v.boolean(),
});
export type NewEnrolment = v.InferOutput<typeof newEnrolmentSchema>;

/** What is written down of staff: who did what to which terminal, never what anybody saw. */
export const journalActions = [
  'signedIn', 'signedOut', 'lockedOut', 'ordered', 'pictureSeen', 'enrolmentMade', 'enrolled', 'retired',
  'accountAdded', 'accountRemoved', 'accountUnlocked', 'passwordSet',
] as const;
export type JournalAction = (typeof journalActions)[number];
export const journalEntrySchema = v.strictObject({
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** Name of the account; `console`: by command on the hub; `terminal`: a terminal itself. */
  by: v.string(),
  action: v.picklist(journalActions),
  /** Office and name of a terminal, or the name of an account. */
  about: v.string(),
  /** With `ordered`: what. */
  order: v.optional(v.picklist(orderActions)),
});
export type JournalEntry = v.InferOutput<typeof journalEntrySchema>;
export const journalSchema = v.strictObject({ entries: v.array(journalEntrySchema) });
