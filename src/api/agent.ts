import * as v from 'valibot';
import { pageHealthSchema } from './page-health.ts';

/**
 * Between the page and the agent of its terminal: a program on the same machine
 * that serves the app on loopback, stands between it and the hub, and does what
 * a page cannot. On a hub these paths do not exist.
 */
export const agentPaths = {
  /** `POST` {@link pageHealthSchema}, about once a second; answers {@link heartbeatAnswerSchema}. */
  heartbeat: '/terminal/heartbeat',
  /** `POST` {@link unlockSchema}; answers {@link unlockAnswerSchema}. */
  unlock: '/terminal/unlock',
  /** `GET` with {@link panelHeader}; answers {@link panelSchema}. */
  panel: '/terminal/panel',
  /** `POST` with {@link panelHeader}, followed by one of {@link panelActions}; answers {@link actionAnswerSchema}. */
  actions: '/terminal/actions/',
  /** `GET`; answers {@link agentHealthSchema}. For the display's watchdog, which asks whether the agent lives, and for tests. */
  health: '/terminal/health',
} as const;

/** Milliseconds between two heartbeats of the page. The watchdog gives up after {@link heartbeatLimit}. */
export const heartbeatEvery = 1_000;
/** Milliseconds without a heartbeat after which the display is started anew. */
export const heartbeatLimit = 6_000;

/** What the page is asked to do with the answer to a heartbeat. */
export const pageOrders = ['reload', 'syncNow'] as const;
export type PageOrder = (typeof pageOrders)[number];

export const heartbeatSchema = pageHealthSchema;
export const heartbeatAnswerSchema = v.strictObject({
  orders: v.array(v.picklist(pageOrders)),
});
export type HeartbeatAnswer = v.InferOutput<typeof heartbeatAnswerSchema>;

/** Digits of a PIN, least and most. */
export const pinLength = { least: 6, most: 12 } as const;

/** The digits that staff type. Checked by the agent alone, against a hash. */
export const unlockSchema = v.strictObject({ pin: v.pipe(v.string(), v.digits(), v.minLength(pinLength.least), v.maxLength(pinLength.most)) });

/**
 * Whether the PIN was right. `notSet`: no PIN was chosen when this terminal was
 * set up, so the panel opens for nobody.
 */
export const unlockAnswerSchema = v.variant('result', [
  v.strictObject({ result: v.literal('open'), /** For {@link panelHeader}; forgotten after some minutes without use. */ token: v.string() }),
  v.strictObject({ result: v.literal('wrong'), /** Seconds until the next try is looked at. */ wait: v.number() }),
  v.strictObject({ result: v.literal('wait'), wait: v.number() }),
  v.strictObject({ result: v.literal('notSet') }),
]);
export type UnlockAnswer = v.InferOutput<typeof unlockAnswerSchema>;

/** Header with the token of an opened panel. */
export const panelHeader = 'x-panel-token';

/**
 * What staff can have done. `examine` has `owso-kiosk doctor` look at the machine
 * as root. `closePanel` forgets the token. `release` ends the kiosk and opens a
 * console for a technician until the machine starts anew.
 */
export const panelActions = ['importStick', 'examine', 'restartDisplay', 'restartMachine', 'release', 'closePanel'] as const;
export type PanelAction = (typeof panelActions)[number];

/** Most that the panel is told of an examination: texts in UTF-16 units. A machine in ruins has no end of faults. */
export const examinationLimits = { findings: 30, check: 30, text: 500 } as const;

/** How something is that is not well, the worst first. `unknown`: it cannot be told. */
export const findingStatuses = ['fault', 'unknown', 'warning'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

const findingText = v.pipe(v.string(), v.maxLength(examinationLimits.text));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What `owso-kiosk doctor` found: sentences in English for the technician, nothing of a person and nothing secret. */
export const examinationSchema = v.strictObject({
  /** How many things were looked at, with those that are well. */
  looked: count,
  /** What is not well, the worst first. */
  findings: v.pipe(v.array(v.strictObject({ check: v.pipe(v.string(), v.maxLength(examinationLimits.check)), status: v.picklist(findingStatuses), says: findingText, /** What to do. */ mend: findingText })), v.maxLength(examinationLimits.findings)),
  /** How many more there are than are told. */
  left: count,
});
export type Examination = v.InferOutput<typeof examinationSchema>;

/** How an action went. `code` names what stopped it; the page has the sentence for it. */
export const actionCodes = ['noStick', 'noContentOnStick', 'stickOlder', 'stickSame', 'stickRefused', 'stickUnreadable', 'diskFull', 'notPossible', 'tooSlow'] as const;
export const actionAnswerSchema = v.variant('result', [
  v.strictObject({ result: v.literal('done'), /** With `importStick`: edition that came. */ edition: v.optional(v.number()), /** With `examine`: what was found. */ examination: v.optional(examinationSchema) }),
  v.strictObject({ result: v.literal('failed'), code: v.picklist(actionCodes), /** For the technician: technical, English. */ detail: v.string() }),
]);
export type ActionAnswer = v.InferOutput<typeof actionAnswerSchema>;

/** Whoever plugs in a hundred devices with long names must not make a heartbeat too long to be read. */
export const foreignKeyboardLimits = { /** names */ count: 20, /** UTF-16 units of a name */ name: 100 } as const;

/** What the machine knows of itself: part of the operator's panel and of the heartbeat to the hub. */
export const machineHealthSchema = v.strictObject({
  /** Version of the terminal's package. */
  version: v.string(),
  /** Seconds since the machine started. */
  uptime: v.number(),
  /** How often the display was started since then. */
  displayStarts: v.number(),
  /** Free bytes where data is kept, and of how many. */
  disk: v.strictObject({ free: v.number(), size: v.number() }),
  /** Bytes of memory that can still be used, and of how many. */
  memory: v.strictObject({ free: v.number(), size: v.number() }),
  /** Whether the clock is set by the network; absent if that cannot be told. */
  clockSynchronized: v.optional(v.boolean()),
  /** Names of input devices that type and were not allowed when the terminal was set up: the first ones, as far as the limits below go. */
  foreignKeyboards: v.pipe(v.array(v.pipe(v.string(), v.maxLength(foreignKeyboardLimits.name))), v.maxLength(foreignKeyboardLimits.count)),
  /** Highest temperature that a sensor of the machine tells, °C. */
  temperature: v.optional(v.number()),
});
export type MachineHealth = v.InferOutput<typeof machineHealthSchema>;

/** How the agent is, and what it last heard of the page. */
export const agentHealthSchema = v.strictObject({
  status: v.literal('ok'),
  /** Version of the terminal's package. */
  version: v.string(),
  /** Absent: the page has not been heard of since the agent started. */
  page: v.optional(v.strictObject({ health: pageHealthSchema, /** Milliseconds since then. */ age: v.number() })),
});

/** What the operator's panel shows beside what the page knows itself. */
export const panelSchema = v.strictObject({
  terminal: v.string(),
  office: v.string(),
  machine: machineHealthSchema,
  /** Interfaces with an address, as `name address`. */
  network: v.array(v.string()),
  hub: v.strictObject({
    /** Address of the hub; absent: this terminal was set up to work without one. */
    address: v.optional(v.string()),
    enrolled: v.boolean(),
    /** When the hub last answered. */
    answered: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    /** Why it did not, in the agent's words. */
    failure: v.optional(v.string()),
  }),
  /** A stick with something to import is plugged in. */
  stick: v.boolean(),
});
export type Panel = v.InferOutput<typeof panelSchema>;
