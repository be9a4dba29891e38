import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openBrowser, type KioskBrowser } from './browser.ts';
import { startHub, type TestHub } from './hub.ts';
import { furnish, windows, type Window } from './studio.ts';

/** A hub with a made-up fleet, and one browser before it. */
export function useStudio(window: Window = 'desk') {
  let hub: TestHub;
  let browser: KioskBrowser;
  let ids: ReadonlyMap<string, string>;
  beforeAll(async () => {
    hub = await startHub();
    ids = await furnish(hub);
    browser = await openBrowser({ viewport: windows[window] });
    browser.page.setDefaultTimeout(8_000);
  });
  afterEach(() => {
    expect([browser.errors.splice(0), browser.foreign.splice(0)], 'errors on the page and addresses asked outside the hub').toEqual([[], []]);
  });
  afterAll(async () => {
    await browser.close();
    await hub.end();
  });
  return {
    get hub() { return hub; },
    get page() { return browser.page; },
    get context() { return browser.context; },
    id: (place: string): string => ids.get(place) ?? '',
  };
}

/** The names in the list, as they stand there. */
export const rowNames = (page: Page): Promise<string[]> => page.locator('.row__name').allInnerTexts();
