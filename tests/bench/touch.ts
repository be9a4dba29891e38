import type { CDPSession, Page } from 'playwright-core';
import { loadKiosk, openBrowser, startVisit } from '../e2e/support/browser.ts';
import { startHub } from '../e2e/support/hub.ts';
import { openTile, startOver } from '../e2e/support/states.ts';

/** Times of one kind of touch, milliseconds. */
export interface TouchTimes {
  readonly touches: number;
  readonly median: number;
  readonly p98: number;
}

/** From a touch to the next picture, as the browser's own event timing states it (in steps of 8 ms), at CPU throttle 6×. */
export interface TouchBench {
  readonly screens: Readonly<Record<string, TouchTimes>>;
  readonly all: TouchTimes;
  /** A button on an empty page that changes one word: what the browser itself takes on this machine. */
  readonly emptyPage: TouchTimes;
  /** Median of all screens / median of the empty page. */
  readonly ratio: number;
}

/** The five busiest screens: how to stand before each, what to touch, and what shows that it is there. */
const screens: Readonly<Record<string, { readonly before: (page: Page) => Promise<void>; readonly touch: string; readonly there: string }>> = {
  home: { before: async (page) => startOver(page), touch: '.attract__language', there: '.home' },
  find: { before: async () => undefined, touch: '.tile--main', there: '.topics__topic' },
  topic: { before: async (page) => openTile(page, 'find'), touch: '.topics__topic', there: '.group' },
  guide: {
    before: async (page) => {
      await openTile(page, 'find');
      await page.locator('.topics__topic').first().click();
      await page.locator('.group').first().waitFor();
    },
    touch: '.group .row',
    there: '.guide',
  },
  prices: { before: async () => undefined, touch: '.tile:nth-of-type(2)', there: '.screen__title' },
};

function timesOf(values: readonly number[]): TouchTimes {
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { touches: values.length, median: quantile(0.5), p98: quantile(0.98) };
}

/** Makes the page tell how long its clicks take. */
async function watchClicks(page: Page): Promise<void> {
  await page.evaluate(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'click') console.debug(`click ${entry.duration}`);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
  });
}

/** A touch faster than 16 ms is not reported at all, ms. */
const unreported = 16;

/**
 * One touch on a throttled machine, until its picture is there; ms. Nothing but
 * the finger reaches the page meanwhile: a script that looks for the target or
 * waits for the picture would run at a sixth of its speed, too, and be counted.
 */
async function touch(page: Page, session: CDPSession, target: string, there: string): Promise<number> {
  const box = await page.locator(target).first().boundingBox();
  if (box === null) throw new Error(`nothing to touch: ${target}`);
  // What the way here left to be done is not this touch's.
  await page.waitForTimeout(settled);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  const told = page.waitForEvent('console', { predicate: (message) => message.text().startsWith('click '), timeout: patience }).then(
    (message) => Number(message.text().slice(6)),
    () => unreported,
  );
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  const duration = await told;
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await page.locator(there).first().waitFor();
  return duration;
}

/** Milliseconds between the way to a screen and the touch on it. */
const settled = 250;
/** Milliseconds within which Chromium tells of a slow touch. */
const patience = 2_000;

const emptyPage = '<!doctype html><meta name="viewport" content="width=device-width"><button style="width:400px;height:200px;touch-action:manipulation">0</button><p class="there">0</p><script>document.querySelector("button").onclick = () => { document.querySelector("p").textContent = String(Math.random()); };</script>';

/** Touches each screen's way in again and again, the first touch of all included. */
export async function benchTouch(times = 20): Promise<TouchBench> {
  const hub = await startHub();
  const browser = await openBrowser();
  const { page } = browser;
  try {
    const session = await browser.context.newCDPSession(page);
    await page.setContent(emptyPage);
    await watchClicks(page);
    const empty: number[] = [];
    for (let time = 0; time < times; time++) empty.push(await touch(page, session, 'button', '.there'));

    await loadKiosk(page, hub.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await watchClicks(page);
    const result: Record<string, TouchTimes> = {};
    const all: number[] = [];
    for (const [name, screen] of Object.entries(screens)) {
      const found: number[] = [];
      for (let time = 0; time < times; time++) {
        await startOver(page);
        if (name !== 'home') await startVisit(page, time % 2 === 0 ? 'km' : 'en');
        await screen.before(page);
        found.push(await touch(page, session, screen.touch, screen.there));
      }
      result[name] = timesOf(found);
      all.push(...found);
    }
    return { screens: result, all: timesOf(all), emptyPage: timesOf(empty), ratio: timesOf(all).median / timesOf(empty).median };
  } finally {
    await browser.close();
    await hub.end();
  }
}
