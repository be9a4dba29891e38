import { pictureLimit, type OrderAction, type OrderResult } from '../../api/fleet.ts';
import type { PageHealth } from '../../api/page-health.ts';
import type { Clock } from '../../serve/clock.ts';
import type { AgentLimits } from './limits.ts';
import type { PageWatch } from './page-watch.ts';
import type { Requests } from './requests.ts';

/** What carrying out orders needs. */
export interface OrderDeps {
  readonly page: PageWatch;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly limits: AgentLimits;
  /** Seconds since the machine started. */
  readonly uptime: () => Promise<number>;
}

/** How an order went, and the picture that it asked for. */
export interface OrderOutcome {
  readonly result: OrderResult;
  readonly picture?: Uint8Array<ArrayBuffer>;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const lastChunk = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];

/** Whether these bytes are a whole PNG: how it begins and how it ends. */
export function isWholePng(bytes: Uint8Array): boolean {
  return bytes.length > 40 && signature.every((byte, at) => bytes[at] === byte) && lastChunk.every((byte, at) => bytes[bytes.length - lastChunk.length + at] === byte);
}

/** Waits for a heartbeat that satisfies a test. False: none did in time. */
async function heard({ page, clock }: Pick<OrderDeps, 'page' | 'clock'>, test: () => boolean, limit: number, signal: AbortSignal): Promise<boolean> {
  const end = clock.elapsed() + limit;
  while (!signal.aborted && clock.elapsed() < end) {
    if (test()) return true;
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, signal]);
    await Promise.race([page.next(either), clock.wait(Math.max(0, end - clock.elapsed()), either)]);
    over.abort();
  }
  return test();
}

/**
 * What the page says of itself. An agent that has just started waits for its first word.
 *
 * @param limit how long it waits, ms
 */
export async function pageThere(deps: Pick<OrderDeps, 'page' | 'clock' | 'limits'>, signal: AbortSignal, limit: number = deps.limits.nextBeat): Promise<PageHealth | undefined> {
  await heard(deps, () => deps.page.present !== undefined, limit, signal);
  return deps.page.present;
}

/**
 * A picture of the screen, but never of a citizen's status: the page must say
 * before and after it that it shows nothing private. A page that says nothing
 * may have stopped with anything on the screen: no picture then.
 */
async function screenshot(deps: OrderDeps, signal: AbortSignal): Promise<OrderOutcome> {
  const { page, requests } = deps;
  const before = await pageThere(deps, signal);
  if (before === undefined) return { result: 'noPage' };
  if (before.screen === 'private') return { result: 'private' };
  const asked = deps.clock.elapsed();
  const picture = await requests.askFor('screenshot', 'screenshot.png', { limit: deps.limits.screenshot, bytes: pictureLimit, whole: isWholePng });
  if (!picture.ok) return { result: 'failed' };
  const taken = deps.clock.elapsed();
  if (!(await heard(deps, () => (page.newest?.at ?? 0) > taken, deps.limits.nextBeat, signal))) return { result: 'noPage' };
  if (page.privateSince(asked)) return { result: 'private' };
  return { result: 'done', picture: picture.value };
}

/** Whether the page takes something over: it is handed out with the next heartbeat. */
async function handOver(deps: OrderDeps, what: 'reload' | 'syncNow', signal: AbortSignal): Promise<'done' | 'noPage' | 'failed'> {
  const { page } = deps;
  if ((await pageThere(deps, signal)) === undefined) return 'noPage';
  page.order(what);
  return (await heard(deps, () => !page.isOrdered(what), deps.limits.handOver, signal)) ? 'done' : 'failed';
}

/**
 * Carries an order out. A restart disturbs nobody for two minutes, and then
 * comes all the same, but never soon after another: a hub in wrong hands must not
 * keep a terminal from its public. `restarting` is called just before, since
 * nothing can be said after it; where it cannot be kept (false), the machine would
 * be restarted again and again, and is not.
 */
export async function carryOut(action: OrderAction, deps: OrderDeps, restarting: () => Promise<boolean>, signal: AbortSignal): Promise<OrderOutcome> {
  const { page, requests } = deps;
  if (action === 'screenshot') return screenshot(deps, signal);
  if (action === 'syncNow') return { result: await handOver(deps, 'syncNow', signal) };
  if (action === 'reload') {
    const was = (await pageThere(deps, signal))?.page;
    const taken = await handOver(deps, 'reload', signal);
    if (taken !== 'done') return { result: taken };
    // The page waits for the end of the visit.
    return { result: (await heard(deps, () => page.newest?.health.page !== was, deps.limits.reload, signal)) ? 'done' : 'failed' };
  }
  if ((await deps.uptime()) * 1_000 < deps.limits.restartEvery) return { result: 'tooSoon' };
  await heard(deps, () => page.idle, deps.limits.restartPatience, signal);
  if (signal.aborted || !(await restarting())) return { result: 'failed' };
  return { result: (await requests.ask('restart-machine')) ? 'done' : 'failed' };
}
