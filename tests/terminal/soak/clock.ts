import type { Page } from 'playwright-core';

/** What the page's clock is told; on `globalThis` of the page under this name. */
export interface PageClock {
  /**
   * Time goes by at once, as it does for a laptop whose lid was closed: every
   * timer that is due by then fires once, soon, in its order.
   * @param milliseconds how much
   * @param wall the wall clock goes on as well; otherwise only timers do
   */
  pass(milliseconds: number, wall: boolean): void;
  /** Sets the wall clock to the machine's time, as the network does it. */
  setRight(): void;
}

/** Where the page's side of it is found. */
export const pageClockName = 'owsoPageClock';

/**
 * Runs in the page before its own scripts. Timers go on in real time; `pass`
 * brings them nearer. Frames, events and the network keep their own time: only
 * waiting is taken away. Playwright's clock would fake frames too, and each of
 * its commands stays in the browser as a script for the next load: a leak of our
 * own in a run of days.
 */
function install(name: string): void {
  interface Timer {
    readonly call: () => void;
    readonly every: number | undefined;
    due: number;
    real: number;
  }
  const native = { set: globalThis.setTimeout.bind(globalThis), clear: globalThis.clearTimeout.bind(globalThis) };
  const machine = Date.now.bind(Date);
  const timers = new Map<number, Timer>();
  let ahead = 0;
  let wallAhead = 0;
  // Above every name that the browser itself gives.
  let named = 1_000_000_000;

  const elapsed = (): number => performance.now() + ahead;
  const now = (): number => machine() + wallAhead;
  globalThis.Date = new Proxy(Date, {
    construct: (target, given: unknown[], made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made) as object,
    get: (target, key, self) => (key === 'now' ? now : (Reflect.get(target, key, self) as unknown)),
  });

  const arm = (id: number, timer: Timer): void => {
    timer.real = native.set(() => {
      if (timer.every === undefined) timers.delete(id);
      else {
        timer.due = elapsed() + timer.every;
        arm(id, timer);
      }
      timer.call();
    }, Math.max(0, timer.due - elapsed())) as unknown as number;
  };
  const add = (handler: TimerHandler, milliseconds: number, repeated: boolean, given: unknown[]): number => {
    if (typeof handler === 'string') throw new Error('a timer that compiles its text');
    const id = ++named;
    const wait = Math.max(0, Number(milliseconds) || 0);
    const timer: Timer = { call: () => { Reflect.apply(handler, globalThis, given); }, every: repeated ? Math.max(4, wait) : undefined, due: elapsed() + wait, real: 0 };
    timers.set(id, timer);
    arm(id, timer);
    return id;
  };
  const take = (id: unknown): void => {
    const timer = timers.get(id as number);
    timers.delete(id as number);
    native.clear(timer === undefined ? (id as number) : timer.real);
  };
  Object.assign(globalThis, {
    setTimeout: (handler: TimerHandler, milliseconds = 0, ...given: unknown[]) => add(handler, milliseconds, false, given),
    setInterval: (handler: TimerHandler, milliseconds = 0, ...given: unknown[]) => add(handler, milliseconds, true, given),
    clearTimeout: take,
    clearInterval: take,
  });
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('signal timed out', 'TimeoutError')), milliseconds);
    return controller.signal;
  };

  const clock: PageClock = {
    pass(milliseconds, wall) {
      ahead += milliseconds;
      if (wall) wallAhead += milliseconds;
      for (const [id, timer] of [...timers].sort(([, a], [, b]) => a.due - b.due)) {
        native.clear(timer.real);
        arm(id, timer);
      }
    },
    setRight() {
      wallAhead = 0;
    },
  };
  Object.defineProperty(globalThis, name, { value: clock });
}

/** Puts the clock into every document that the page loads from now on. */
export async function installClock(page: Page): Promise<void> {
  await page.addInitScript(install, pageClockName);
}
