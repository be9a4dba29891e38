import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKiosk, openBrowser, startVisit, untilControlled, type KioskBrowser } from '../e2e/support/browser.ts';
import { copyBuild, type BuildCopy } from '../e2e/support/build-copy.ts';
import { damageDatabase, readDatabase, settled, untilDatabase, type DatabaseContent } from '../e2e/support/database.ts';
import { startHub, type TestHub } from '../e2e/support/hub.ts';
import { openTile } from '../e2e/support/states.ts';

let build: BuildCopy;
let hub: TestHub;
let kiosk: KioskBrowser;

beforeEach(async () => {
  build = copyBuild();
  hub = await startHub(build.environment);
  kiosk = await openBrowser();
  await loadKiosk(kiosk.page, hub.url);
  await settled(kiosk.page, (await build.release()).release.version);
  await untilControlled(kiosk.page);
});
afterEach(async () => {
  await kiosk.close();
  await hub.end();
  build.remove();
});

/** Ends the browser and starts it on the same profile; `between` may do harm. */
async function restart(between: (profile: string) => void = () => undefined): Promise<void> {
  await kiosk.close(false);
  between(kiosk.profile);
  kiosk = await openBrowser({ profile: kiosk.profile });
  await loadKiosk(kiosk.page, hub.url);
}

test('with the hub dead and after a browser restart the kiosk shows all its content', async () => {
  await hub.kill();
  await restart();
  await startVisit(kiosk.page, 'en');
  expect((await readDatabase(kiosk.page)).damaged).toBe(0);
  expect(kiosk.errors).toEqual([]);
  expect(kiosk.foreign).toEqual([]);
});

test.each(['deleteSome', 'alterOne', 'deletePointer', 'deleteAll'] as const)('a damaged database heals without the hub and the damage is reported: %s', async (damage) => {
  await damageDatabase(kiosk.page, damage);
  await hub.kill();
  await restart();
  const { version } = (await build.release()).release;
  const content = await untilDatabase(kiosk.page, ({ current, damaged, reports }) => current === version && damaged === 0 && reports.includes('contentDamaged'));
  expect(content.reports).toContain('contentDamaged');
  await hub.restart();
  await kiosk.page.evaluate(() => dispatchEvent(new Event('online')));
  await untilDatabase(kiosk.page, ({ reports }) => reports.length === 0);
});

describe('damage on the disk', () => {
  /** The files that hold the rows of the database. */
  function files(profile: string): readonly string[] {
    const folder = join(profile, 'Default/IndexedDB', `http_localhost_${hub.port}.indexeddb.leveldb`);
    return readdirSync(folder)
      .filter((name) => /\.(log|ldb)$/.test(name))
      .map((name) => join(folder, name))
      .filter((file) => statSync(file).size > 1000);
  }
  const harm: Record<string, (file: string) => void> = {
    '64 bytes flipped in every file': (file) => {
      const bytes = readFileSync(file);
      for (let i = 0; i < 64; i++) {
        const at = Math.floor((bytes.length * (i + 0.5)) / 64);
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      }
      writeFileSync(file, bytes);
    },
    'every file cut in half': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
    'the tail of every file zeroed': (file) => {
      const bytes = readFileSync(file);
      bytes.fill(0, Math.floor(bytes.length * 0.6));
      writeFileSync(file, bytes);
    },
    'every file empty': (file) => truncateSync(file, 0),
  };
  /**
   * What is left in the database; undefined: it cannot be opened. Looked for in a
   * copy, and on a page without the app: to open it may already throw it away.
   */
  async function leftOver(): Promise<DatabaseContent | undefined> {
    const profile = mkdtempSync(join(tmpdir(), 'owso-profile-'));
    cpSync(kiosk.profile, profile, { recursive: true });
    const looking = await openBrowser({ profile });
    try {
      await looking.page.goto(`${hub.url}/api/v1/health`);
      return await readDatabase(looking.page).catch(() => undefined);
    } finally {
      await looking.close();
    }
  }
  test.each(Object.keys(harm))('the kiosk notices, shows its content and mends its database: %s', async (name) => {
    const { version } = (await build.release()).release;
    await kiosk.close(false);
    const damaged = files(kiosk.profile);
    expect(damaged.length).toBeGreaterThan(0);
    for (const file of damaged) harm[name]?.(file);
    const left = await leftOver();
    await hub.kill();
    await restart();
    await settled(kiosk.page, version);
    // Bytes that nobody uses may be damaged without harm.
    if (left?.current !== version || left.damaged > 0) await untilDatabase(kiosk.page, ({ reports }) => reports.includes('contentDamaged'));
    await startVisit(kiosk.page, 'km');
    expect(kiosk.errors).toEqual([]);
    // What was mended stays.
    await restart();
    await settled(kiosk.page, (await build.release()).release.version);
  });
});

test('new content waits for the end of the visit, and is then shown', async () => {
  const before = (await build.release()).release.version;
  await startVisit(kiosk.page, 'en');
  const after = await build.publishContent('A title that was not there before');
  await kiosk.page.evaluate(() => dispatchEvent(new Event('online')));
  const waiting = await untilDatabase(kiosk.page, ({ complete }) => complete.includes(after));
  expect(waiting.current).toBe(before);
  await kiosk.page.getByRole('button', { name: 'Start over' }).click();
  await settled(kiosk.page, after);
});

test('content altered on the hub is not taken; the shown content stays and the hub is told', async () => {
  const before = (await build.release()).release.version;
  const title = 'A title that was not there before';
  const after = await build.publishContent(title);
  // In the object and in the file of changes that carries it.
  const found = readdirSync(build.contentDir, { recursive: true, encoding: 'utf8' }).filter((name) => /^(targets|changes).*\.json$/.test(name) && readFileSync(join(build.contentDir, name), 'utf8').includes(title));
  expect(found.length).toBeGreaterThan(1);
  for (const name of found) writeFileSync(join(build.contentDir, name), readFileSync(join(build.contentDir, name), 'utf8').replace(title, title.toUpperCase()));
  const refused = kiosk.page.waitForRequest((request) => request.url().endsWith('/api/v1/reports') && (request.postData() ?? '').includes('contentCorrupt'));
  await kiosk.page.evaluate(() => dispatchEvent(new Event('online')));
  // The first question finds the fault, the second finds the hub ready to hear of it.
  await untilDatabase(kiosk.page, ({ reports }) => reports.includes('contentCorrupt'));
  await kiosk.page.evaluate(() => dispatchEvent(new Event('online')));
  expect((await refused).postData()).toContain('wrongHash');
  const content = await readDatabase(kiosk.page);
  expect(content.current).toBe(before);
  expect(content.complete).not.toContain(after);
});

describe('a new version of the app', () => {
  const mark = (): Promise<string | null> => kiosk.page.evaluate(() => document.documentElement.getAttribute('data-build'));
  /** A hub is upgraded with its app and started again. */
  const upgradeHub = async (): Promise<void> => {
    await hub.kill();
    await hub.restart();
  };
  const lookForUpdate = (): Promise<void> =>
    kiosk.page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });
  const isWaiting = (): Promise<boolean> => kiosk.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting != null);

  test('waits while somebody uses the kiosk, and takes over on the attract screen with one reload', async () => {
    await startVisit(kiosk.page, 'en');
    build.publishApp('second');
    await upgradeHub();
    await lookForUpdate();
    await expect.poll(isWaiting, { timeout: 15_000 }).toBe(true);
    expect(await mark()).toBeNull();
    expect(await kiosk.page.locator('.home').isVisible()).toBe(true);

    let loads = 0;
    kiosk.page.on('load', () => {
      loads += 1;
    });
    await kiosk.page.getByRole('button', { name: 'Start over' }).click();
    await expect.poll(() => mark().catch(() => undefined), { timeout: 15_000 }).toBe('second');
    await kiosk.page.locator('.card').waitFor();
    expect(loads).toBe(1);
    // The new app goes on with the content that the old one has kept.
    expect((await settled(kiosk.page, (await build.release()).release.version)).damaged).toBe(0);
    expect(kiosk.errors).toEqual([]);
  });

  test('is also there after a power cut at any moment, without the hub', async () => {
    await startVisit(kiosk.page, 'en');
    build.publishApp('second');
    await upgradeHub();
    await lookForUpdate();
    await expect.poll(isWaiting, { timeout: 15_000 }).toBe(true);
    await hub.kill();
    await restart();
    await expect.poll(() => mark().catch(() => undefined), { timeout: 15_000 }).toBe('second');
    await kiosk.page.locator('.card').waitFor();
  });

  describe('that takes over late', () => {
    /** Publishes a new version, and waits until the page has asked it to take over, which it does when it is let. */
    const askedToTakeOver = async (): Promise<void> => {
      build.publishApp('second');
      const worker = join(build.environment['KIOSK_DIR'] ?? '', 'sw.js');
      const held = `
        const letIn = new Promise((resolve) => addEventListener('message', ({ data }) => { if (data === 'let in') resolve(); }));
        const skip = self.skipWaiting.bind(self);
        self.skipWaiting = async () => {
          for (const page of await clients.matchAll({ includeUncontrolled: true })) page.postMessage('asked');
          await letIn;
          return skip();
        };`;
      writeFileSync(worker, `${held}\n${readFileSync(worker, 'utf8')}`);
      await upgradeHub();
      await kiosk.page.evaluate(async () => {
        const asked = new Promise((resolve) => navigator.serviceWorker.addEventListener('message', resolve, { once: true }));
        navigator.serviceWorker.startMessages();
        await (await navigator.serviceWorker.getRegistration())?.update();
        await asked;
      });
    };
    const letIn = (): Promise<void> =>
      kiosk.page.evaluate(async () => {
        (await navigator.serviceWorker.getRegistration())?.waiting?.postMessage('let in');
      });

    test('does not load the page anew under somebody who has come meanwhile, but when they have gone', async () => {
      await askedToTakeOver();
      await startVisit(kiosk.page, 'en');
      let loads = 0;
      kiosk.page.on('load', () => {
        loads += 1;
      });
      const over = kiosk.page.evaluate(() => new Promise<void>((resolve) => navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true })));
      await letIn();
      await over;
      await openTile(kiosk.page, 'prices');
      expect([await mark(), loads]).toEqual([null, 0]);
      await kiosk.page.getByRole('button', { name: 'Start over' }).click();
      await expect.poll(() => mark().catch(() => undefined), { timeout: 15_000 }).toBe('second');
      await kiosk.page.locator('.card').waitFor();
      expect([loads, kiosk.errors]).toEqual([1, []]);
    });

    test('is loaded then, if nobody is there, and not only after the next visit', async () => {
      await kiosk.page.clock.install();
      await kiosk.page.reload();
      await kiosk.page.locator('.card').waitFor();
      await askedToTakeOver();
      // However long it takes.
      await kiosk.page.clock.runFor(60_000);
      await letIn();
      await expect.poll(() => mark().catch(() => undefined), { timeout: 15_000 }).toBe('second');
    });
  });

  test('that does not arrive whole is not taken', async () => {
    build.publishApp('second');
    const worker = join(build.environment['KIOSK_DIR'] ?? '', 'sw.js');
    writeFileSync(worker, readFileSync(worker, 'utf8').replace('"url":"icon.svg"', '"url":"lost.svg"'));
    await upgradeHub();
    const outcome = await kiosk.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      if (registration === undefined) return 'not registered';
      const found = new Promise<ServiceWorker | null>((resolve) => registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true }));
      await registration.update().catch(() => undefined);
      const installing = await found;
      while (installing !== null && installing.state === 'installing') await new Promise((resolve) => installing.addEventListener('statechange', resolve, { once: true }));
      return installing?.state;
    });
    expect(outcome).toBe('redundant');
    expect(await isWaiting()).toBe(false);
    await hub.kill();
    await restart();
    expect(await mark()).toBeNull();
    await startVisit(kiosk.page, 'km');
  });
});
