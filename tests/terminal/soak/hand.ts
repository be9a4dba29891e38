import type { CDPSession, Page } from 'playwright-core';
import type { Random } from '../../fixtures/random.ts';
import { pageClockName, type PageClock } from './clock.ts';
import { eyeName, type Eye, type Sight, type Target } from './eye.ts';

/** A citizen's finger, eye and patience, by real input events. */
export interface Hand {
  readonly page: Page;
  look(): Promise<Sight>;
  /** Touches the nth thing that matches. `false`: there is none within reach. */
  touch(selector: string, nth?: number): Promise<boolean>;
  /** Touches one of the things that match. */
  touchAny(selector: string): Promise<boolean>;
  /** Touches a target that was seen. */
  tap(target: Pick<Target, 'x' | 'y' | 'what'>): Promise<void>;
  /** Types on the keyboard on screen; what it has no key for on this layer comes from a plugged-in one. */
  typeOnScreen(text: string): Promise<void>;
  /** Draws a finger over the panel; px. */
  swipe(from: { readonly x: number; readonly y: number }, dy: number): Promise<void>;
  /** Presses for long on the attract screen: Chromium remembers where that was last, and with it a whole screen of some visit. */
  longPress(): Promise<void>;
  /** Which of the selectors matches first; `undefined`: none in so many ms of real time. */
  until(selectors: readonly string[], milliseconds?: number): Promise<string | undefined>;
  /** Stands still for so long: the page's clocks go on. */
  wait(milliseconds: number): Promise<void>;
  /** Stands still where only timers go on: the wall clock is right at once. */
  letPass(milliseconds: number): Promise<void>;
  clockRight(): Promise<void>;
  /** What is left of a visit that has ended. */
  traces(): Promise<readonly string[]>;
  /** The screens that were seen since this was asked last. */
  screens(): Promise<readonly string[]>;
  /** Leaves a text in the page's memory. */
  leaveTrace(text: string): Promise<void>;
  /** What was done, the last thing last: screen and class names, never a code. */
  readonly log: string[];
}

/** Longest wait for something that is on its way, ms of real time. */
const patience = 5_000;

/** Evaluates in the page without leaving a handle in it. */
export async function inPage<T>(session: CDPSession, expression: string): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}

/** A hand for a page that has {@link installClock} and {@link installEye}. */
export function createHand(page: Page, session: CDPSession, random: () => Random): Hand {
  const log: string[] = [];
  const eye = <K extends keyof Eye>(method: K, ...given: Parameters<Eye[K]>): Promise<Awaited<ReturnType<Eye[K]>>> => inPage(session, `${eyeName}.${method}(${given.map((value) => JSON.stringify(value)).join(',')})`);
  const clock = <K extends keyof PageClock>(method: K, ...given: Parameters<PageClock[K]>): Promise<void> => inPage(session, `${pageClockName}.${method}(${given.join(',')})`);
  const tap: Hand['tap'] = async ({ x, y, what }) => {
    log.push(`touch ${what}`);
    await page.touchscreen.tap(x, y);
  };
  const touch = async (selector: string, nth = 0): Promise<boolean> => {
    const target = await eye('find', selector, nth);
    if (target === undefined) return false;
    await tap(target);
    return true;
  };
  return {
    page,
    log,
    look: () => eye('look'),
    touch,
    async touchAny(selector) {
      const count = await eye('count', selector);
      return count > 0 && touch(selector, Math.floor(random()() * count));
    },
    tap,
    async typeOnScreen(text) {
      const keys = new Map((await eye('look')).targets.flatMap((target) => {
        const key = target.what.split(' ').at(-1);
        return key === undefined || !target.what.includes('hg-button') ? [] : [[key, target] as const];
      }));
      log.push(`type ${text.length} keys`);
      let before = '';
      for (const char of text) {
        const key = keys.get(char === ' ' ? '{space}' : char);
        // The same key twice at a machine's speed is a finger that bounced: a plugged-in keyboard does not bounce.
        if (key === undefined || char === before) await page.keyboard.insertText(char);
        else await page.touchscreen.tap(key.x, key.y);
        before = char;
      }
    },
    async swipe({ x, y }, dy) {
      log.push('swipe');
      const point = (to: number): { x: number; y: number }[] => [{ x, y: to }];
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: point(y) });
      for (const share of [0.3, 0.7, 1]) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: point(y + dy * share) });
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    },
    async longPress() {
      const at = { x: 40, y: 40, button: 'right', clickCount: 1 } as const;
      await session.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at });
      await session.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at });
    },
    until: (selectors, milliseconds = patience) => eye('until', selectors, milliseconds),
    async wait(milliseconds) {
      log.push(`wait ${milliseconds / 1_000} s`);
      await clock('pass', milliseconds, true);
    },
    letPass: (milliseconds) => clock('pass', milliseconds, false),
    clockRight: () => clock('setRight'),
    traces: () => eye('traces'),
    screens: () => eye('screens'),
    leaveTrace: (text) => inPage(session, `void (globalThis.owsoTrace = ${JSON.stringify(text)})`),
  };
}
