import { limits } from '../../trust/limits.ts';

/** Every limit of the agent, with its unit. */
export const agentLimits = {
  /** milliseconds that the hub may take to begin an answer to the page, or pause in it: just before the page gives up */
  hubIdle: limits.answerPause - 2_000,
  /** milliseconds that one file of the content may take: the longest one on the slowest line. The page gives a shorter one up earlier */
  hubFile: limits.answerPause + (limits.targets / limits.answerRate) * 1_000,
  /** milliseconds for a whole short answer of the hub: just before the page gives up */
  hubAnswer: 7_500,
  /** bytes of a short answer of the hub: a status has 2,048 */
  answerBytes: 16_384,
  /** milliseconds after the first heartbeat without content in which a page may still be loading: a first start on a slow machine stages the whole release */
  contentGrace: 30_000,
  /** milliseconds that content may be missing later. The watchdog waits another six seconds */
  contentGap: 4_000,
  /** milliseconds without use after which an opened panel is forgotten; the page closes it after two minutes */
  panelIdle: 3 * 60_000,
  /** milliseconds for a request of the agent to be taken up by the machine */
  requestTaken: 10_000,
  /** milliseconds for the content of a stick to be read and verified: the unit's own limit and a little more */
  importStick: 5 * 60_000 + 15_000,
  /** milliseconds for the machine to be examined: the request's own limit and a little more */
  examine: 180_000,
  /** milliseconds for a picture of the screen */
  screenshot: 15_000,
  /** milliseconds for the page to say what it shows: after a picture was taken, or the agent was started */
  nextBeat: 5_000,
  /** milliseconds for the page's first word before the hub hears of the terminal: a browser that starts with the machine takes ten seconds */
  firstBeat: 20_000,
  /** milliseconds for the page to take an order over */
  handOver: 30_000,
  /** milliseconds for the page to be loaded anew: it waits for the end of the visit, the hub five minutes for the result */
  reload: 4 * 60_000,
  /** milliseconds that an ordered restart waits for the end of a visit */
  restartPatience: 2 * 60_000,
  /** milliseconds that the machine must have run before an order restarts it */
  restartEvery: 10 * 60_000,
  /** milliseconds a shutdown may take before it is forced */
  shutdown: 3_000,
} as const;

/** The limits of one agent; tests hand in shorter ones. */
export type AgentLimits = Readonly<Record<keyof typeof agentLimits, number>>;
