import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { loadKiosk, openBrowser, standStill, startVisit, type KioskBrowser, type KioskOptions } from './browser.ts';
import { startHub, type TestHub } from './hub.ts';
import { startOver } from './states.ts';
import type { Tongue } from './words.ts';

/** What the kiosk of a test file may differ in. */
export interface RunningOptions extends KioskOptions {
  /** Instant at which the kiosk's clock stands still, ms; absent: the real time. */
  readonly now?: number;
  /** The clock goes on from there, and `page.clock` can run ahead. */
  readonly running?: boolean;
  /** Start address, e.g. `?office=9901`. */
  readonly search?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** One hub and one browser for all tests of a file. */
export interface RunningKiosk {
  readonly page: Page;
  readonly hub: TestHub;
  readonly browser: KioskBrowser;
  /** Ends the visit before and starts a new one at home. */
  visit(language: Tongue): Promise<Page>;
}

/**
 * Runs a kiosk for the tests around the call. After each of them: no error on
 * the page, and nothing was asked of any address but the hub's.
 */
export function useKiosk(options: RunningOptions = {}): RunningKiosk {
  let hub: TestHub | undefined;
  let browser: KioskBrowser | undefined;
  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the kiosk does not run yet');
    return thing;
  };
  beforeAll(async () => {
    hub = await startHub(options.environment);
    browser = await openBrowser(options);
    browser.page.setDefaultTimeout(8_000);
    if (options.running === true) await browser.page.clock.install({ time: options.now ?? Date.now() });
    else if (options.now !== undefined) await standStill(browser.page, options.now);
    await loadKiosk(browser.page, hub.url, options.search);
  });
  afterEach(() => {
    const { errors, foreign } = there(browser);
    const seen = [errors.splice(0), foreign.splice(0)];
    expect(seen, 'errors on the page and addresses asked outside the hub').toEqual([[], []]);
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.end();
  });
  return {
    get page() {
      return there(browser).page;
    },
    get hub() {
      return there(hub);
    },
    get browser() {
      return there(browser);
    },
    async visit(language) {
      const { page } = there(browser);
      // What a failed test has left open must not fail the next one, too.
      if (await page.locator('dialog[open]').isVisible()) await page.keyboard.press('Escape');
      await startOver(page);
      await startVisit(page, language);
      return page;
    },
  };
}
