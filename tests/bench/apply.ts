import type { Page } from 'playwright-core';
import { loadKiosk, openBrowser } from '../e2e/support/browser.ts';
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

/** A kiosk in use takes in a release in which every one of so many services is new: all is fetched, proven, parsed, shown and indexed. */
export async function benchApply(services = 2000): Promise<ApplyBench> {
  const objects = await manyServices(services);
  const large = await largeRepository(objects);
  await large.packBaseline();
  const hub = await startHub(large.environment);
  const browser = await openBrowser();
  const { page } = browser;
  try {
    // The hub compresses a baseline of this size when it is first asked for.
    page.setDefaultTimeout(120_000);
    await loadKiosk(page, hub.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await watchTasks(page);
    await quiet(page);
    const before = await current(page);
    // Other titles alone: another price could leave a concession above its ceiling.
    await large.publish(Object.fromEntries(Object.entries(objects).filter(([path]) => path.startsWith('services/')).map(([path, text]) => [path, text.replace('"title":{"en":"', '"title":{"en":"New: ')])));
    const session = await browser.context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await page.evaluate(() => { (globalThis as { longTasks?: unknown[] }).longTasks = []; });
    const began = Date.now();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    while ((await current(page)) === before) await new Promise((done) => setTimeout(done, 500));
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

/** Name of the release that the pointer names: one small read, so that looking does not disturb what is measured. */
function current(page: Page): Promise<string | undefined> {
  return page.evaluate(
    () =>
      new Promise<string | undefined>((done) => {
        const opened = indexedDB.open('owso-content');
        opened.onsuccess = () => {
          const asked = opened.result.transaction('pointer').objectStore('pointer').get('pointer');
          asked.onsuccess = () => {
            opened.result.close();
            done((asked.result as { current?: string } | undefined)?.current);
          };
        };
      }),
  );
}
