import type { Page } from 'playwright-core';
import { openBrowser } from '../e2e/support/browser.ts';
import { startHub } from '../e2e/support/hub.ts';
import { largeRepository, manyServices } from './support/large-repository.ts';

/** How long a touch could be held up while a whole release comes in, at CPU throttle 6×. */
export interface ApplyBench {
  readonly services: number;
  /** Longest time in which the page could not answer, ms: from the first request to the search index. */
  readonly longestTask: number;
  /** Tasks of more than 50 ms. */
  readonly longTasks: number;
  /** From the first request to the content on screen, seconds. */
  readonly seconds: number;
}

/** Notes every task of 50 ms and more, by its length. */
async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const store = globalThis as { longTasks?: { at: number; length: number }[] };
    store.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) store.longTasks?.push({ at: startTime, length: duration });
    }).observe({ type: 'longtask' });
  });
}

/** Until the page has had nothing long to do for two seconds. */
async function quiet(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        const began = performance.now();
        const look = (): void => {
          const last = (globalThis as { longTasks?: { at: number; length: number }[] }).longTasks?.at(-1);
          const since = performance.now() - Math.max(began, last === undefined ? 0 : last.at + last.length);
          if (since > 2000) done();
          else setTimeout(look, 100);
        };
        look();
      }),
  );
}

/** A kiosk without content takes in a release of so many services: everything is fetched, proven, parsed, shown and indexed. */
export async function benchApply(services = 2000): Promise<ApplyBench> {
  const large = await largeRepository(await manyServices(services));
  await large.packBaseline(true);
  const hub = await startHub(large.environment);
  const browser = await openBrowser();
  const { page } = browser;
  try {
    await page.route('**/content/**', (route) => route.abort());
    await page.goto(hub.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.unroute('**/content/**');
    const session = await browser.context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await watchTasks(page);
    const began = Date.now();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.locator('.card').waitFor({ timeout: 300_000 });
    const seconds = (Date.now() - began) / 1000;
    await quiet(page);
    const tasks = await page.evaluate(() => (globalThis as { longTasks?: { length: number }[] }).longTasks ?? []);
    return { services, longestTask: Math.max(0, ...tasks.map((task) => task.length)), longTasks: tasks.filter((task) => task.length > 50).length, seconds };
  } finally {
    await browser.close();
    await hub.end();
    large.remove();
  }
}
