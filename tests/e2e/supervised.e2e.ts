import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { soundPanel, staffPin, startStandIn, type StandInAgent } from './support/stand-in-agent.ts';
import { loadKiosk, openBrowser, startVisit, untilControlled, type KioskBrowser } from './support/browser.ts';
import { untilDatabase } from './support/database.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { openPad, typePin } from './support/operator.ts';
import { openTile, startOver } from './support/states.ts';
import { say } from './support/words.ts';

let hub: TestHub;
let agent: StandInAgent;
let browser: KioskBrowser;
let page: Page;

beforeAll(async () => {
  hub = await startHub();
  agent = await startStandIn(hub.port);
});
afterAll(async () => {
  await agent.close();
  await hub.end();
});
beforeEach(async () => {
  browser = await openBrowser();
  page = browser.page;
  page.setDefaultTimeout(10_000);
  agent.mood = 'well';
  agent.panel = soundPanel;
  agent.answers = {};
  agent.unlock = undefined;
  agent.actions.length = 0;
  await loadKiosk(page, agent.url);
  await agent.nextHeartbeat(({ content }) => content);
});
afterEach(async () => {
  const { errors, foreign } = browser;
  await browser.close();
  expect([errors, foreign]).toEqual([[], []]);
});

describe('a page under an agent', () => {
  test('tells each second that it lives, which edition it shows, and nothing of the visit but its kind', async () => {
    const first = await agent.nextHeartbeat();
    expect(first).toMatchObject({ screen: 'attract', drawn: true, content: true, app: '0.1.0', sample: true, faults: [] });
    expect(first.edition).toBeGreaterThan(0);
    await startVisit(page, 'en');
    const visit = await agent.nextHeartbeat(({ screen }) => screen === 'visit');
    expect(visit.page).toBe(first.page);
    expect(Object.keys(visit).sort()).toEqual(['app', 'confirmed', 'content', 'drawn', 'edition', 'faults', 'page', 'sample', 'screen']);
    await openTile(page, 'status');
    await agent.nextHeartbeat(({ screen }) => screen === 'private');
    await startOver(page);
    await agent.nextHeartbeat(({ screen }) => screen === 'attract');
    const before = agent.heartbeats.length;
    const started = Date.now();
    for (let beat = 0; beat < 5; beat++) await agent.nextHeartbeat();
    expect(agent.heartbeats.length - before).toBe(5);
    expect(Date.now() - started).toBeLessThan(5 * 1_600);
  });

  test('does not wake the service worker for its heartbeats, which would keep a new version of the app waiting', async () => {
    const worker = browser.context.serviceWorkers()[0] ?? (await browser.context.waitForEvent('serviceworker'));
    const asked = (): Promise<readonly string[]> => worker.evaluate(() => (globalThis as { asked?: string[] }).asked ?? []);
    await untilControlled(page);
    await worker.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { asked: seen });
      addEventListener('fetch', (event) => void seen.push(new URL((event as FetchEvent).request.url).pathname));
    });
    await agent.nextHeartbeat();
    await agent.nextHeartbeat();
    expect(await page.evaluate(() => Promise.all(['/nowhere.txt', '/api/v1/terminal', '/content/metadata/timestamp.json'].map(async (path) => (await fetch(path)).status)))).toEqual([404, 200, 200]);
    // The one that nobody said is not its business, so that a worker that is never asked does not pass.
    expect(await asked()).toEqual(['/nowhere.txt']);
  });

  test('goes on as always when the agent is deaf, and comes back to it', async () => {
    agent.mood = 'deaf';
    await agent.nextHeartbeat();
    await startVisit(page, 'en');
    await openTile(page, 'prices');
    agent.mood = 'slow';
    await startOver(page);
    agent.mood = 'well';
    await agent.nextHeartbeat();
  });

  test('falls silent while its main thread hangs', async () => {
    await agent.nextHeartbeat();
    const before = agent.heartbeats.length;
    await page.evaluate(() => {
      const end = performance.now() + 4_000;
      while (performance.now() < end);
    });
    // One may have been under way.
    expect(agent.heartbeats.length - before).toBeLessThanOrEqual(1);
    await agent.nextHeartbeat();
  });

  test('says so when nothing is drawn any more, though it runs', async () => {
    await page.evaluate(() => {
      const draw = requestAnimationFrame;
      globalThis.requestAnimationFrame = () => 0;
      setTimeout(() => { globalThis.requestAnimationFrame = draw; }, 6_000);
    });
    await agent.nextHeartbeat(({ drawn }) => !drawn);
    expect((await agent.nextHeartbeat()).drawn).toBe(false);
    await agent.nextHeartbeat(({ drawn }) => drawn);
  });

  test('falls silent when its renderer dies', async () => {
    const crashed = new Promise((resolve) => page.once('crash', resolve));
    const session = await page.context().newCDPSession(page);
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    const before = agent.heartbeats.length;
    // Four seconds are three heartbeats of a living page.
    await expect(agent.nextHeartbeat(undefined, 4_000)).rejects.toThrow('no such heartbeat');
    expect(agent.heartbeats.length).toBe(before);
  });

  test('says that there is no content when its screen has fallen over', async () => {
    await page.evaluate(() => document.querySelector('#app main')?.remove());
    await agent.nextHeartbeat(({ content }) => !content);
  });

  test('loads itself anew when asked, but never under a visit', async () => {
    const { page: before } = await agent.nextHeartbeat();
    await startVisit(page, 'en');
    agent.order('reload');
    await agent.nextHeartbeat();
    expect((await agent.nextHeartbeat()).page).toBe(before);
    await page.locator('.home').waitFor();
    await startOver(page);
    await agent.nextHeartbeat(({ page: now, content }) => now !== before && content);
  });

  test('tells of a database that was lost under it, keeps its content on screen, and fills it again', async () => {
    const { edition } = await agent.nextHeartbeat();
    const session = await page.context().newCDPSession(page);
    const lose = () => session.send('Storage.clearDataForOrigin', { origin: agent.url, storageTypes: 'indexeddb' });
    // No room to bring anything back.
    await session.send('Storage.overrideQuotaForOrigin', { origin: agent.url, quotaSize: 1_000 });
    await lose();
    agent.order('syncNow');
    const hurt = await agent.nextHeartbeat(({ faults }) => faults.includes('contentDamaged'));
    expect(hurt).toMatchObject({ content: true, drawn: true, edition });
    await session.send('Storage.overrideQuotaForOrigin', { origin: agent.url });
    agent.order('syncNow');
    const mended = await agent.nextHeartbeat(({ faults }) => !faults.includes('contentDamaged'));
    expect(mended).toMatchObject({ content: true, edition });
    const kept = await untilDatabase(page, ({ current, damaged }) => current !== undefined && damaged === 0);
    expect(kept.complete).toContain(kept.current);
  });

  test('says for as long as it lasts that there is no content, and shows it after the reload that follows', async () => {
    const empty = await openBrowser();
    try {
      await empty.page.route(/\/(?:baseline|content)\//, (route) => route.abort());
      await empty.page.goto(agent.url);
      const { page: told } = await agent.nextHeartbeat(({ content }) => !content);
      for (let beat = 0; beat < 3; beat++) await agent.nextHeartbeat(({ page: from, content, faults }) => from === told && !content && faults.includes('contentDamaged'));
      await empty.page.unroute(/\/(?:baseline|content)\//);
      agent.order('reload');
      await agent.nextHeartbeat(({ page: from, content }) => from !== told && content);
    } finally {
      await empty.close();
    }
  });

  test('asks for new content when told', async () => {
    const asked = page.waitForRequest((request) => request.url().includes('/content/'));
    agent.order('syncNow');
    await asked;
  });
});

describe('the staff’s way in', () => {
  test('is the pattern of corners and the PIN, and leads back to the attract screen', async () => {
    await openPad(page);
    await agent.nextHeartbeat(({ screen }) => screen === 'visit');
    await typePin(page, staffPin);
    await page.locator('.operator').waitFor();
    await agent.nextHeartbeat(({ screen }) => screen === 'operator');
    await page.locator('.operator__tool').last().click();
    await page.locator('.operator').waitFor({ state: 'detached' });
    await page.locator('.attract').waitFor();
    await agent.nextHeartbeat(({ screen }) => screen === 'attract');
    expect(agent.actions).toEqual(['closePanel']);
  });

  test('works from any screen, ends the visit, and is never in the way of one', async () => {
    await startVisit(page, 'en');
    await openTile(page, 'prices');
    await openPad(page);
    expect(await page.locator('.attract').count()).toBe(1);
    await page.locator('.pin__close').click();
    await page.locator('.pin').waitFor({ state: 'detached' });
    await page.locator('.attract').waitFor();
  });

  test('shows how long to wait after a wrong PIN, and lets nobody type meanwhile', async () => {
    await openPad(page);
    await typePin(page, '111111');
    await page.getByText(say('operator', 'wait', 'en', { n: '5' })).waitFor();
    expect(await page.locator('.pin__key:enabled').count()).toBe(0);
    await expect.poll(() => page.locator('.pin__key:enabled').count(), { timeout: 8_000 }).toBe(10);
    agent.unlock = { result: 'notSet' };
    await typePin(page, '222222');
    await page.getByText(say('operator', 'notSet', 'en')).waitFor();
  });

  test('keeps no digit where anybody could find it', async () => {
    await openPad(page);
    await typePin(page, '135790', false);
    const found = await page.evaluate(() => [document.documentElement.outerHTML, JSON.stringify([{ ...localStorage }, { ...sessionStorage }])].join().includes('135790'));
    expect(found).toBe(false);
    await page.locator('.pin__close').click();
    await openPad(page);
    expect(await page.locator('.pin__dot--typed').count()).toBe(0);
  });
});
