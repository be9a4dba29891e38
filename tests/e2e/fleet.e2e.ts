import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import { agentHealthSchema, agentPaths } from '../../src/api/agent.ts';
import type { PageHealth } from '../../src/api/page-health.ts';
import { readSetupText, setupSchema } from '../../src/api/setup.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';
import { writeEnrolment } from '../../src/terminal/enrolment.ts';
import { enrol } from '../../src/terminal/fleet-client.ts';
import { openNextKey } from '../../src/terminal/key.ts';
import { plainPng } from '../fixtures/fleet.ts';
import { startAgent, type TestAgent } from './support/agent.ts';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser } from './support/browser.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { readQr } from './support/read-qr.ts';
import { openTile, sampleIn, startOver, typeCode } from './support/states.ts';
import { furnish, signInAt, windows } from './support/studio.ts';
import { say } from './support/words.ts';

/**
 * All parts together: a hub, the staff's app in a browser, and a kiosk in another
 * one behind a real agent that enrolled with the code of the staff's page.
 */
describe('a real kiosk and its staff', () => {
  const place = { office: '990101', name: 'lobby-1' };
  let hub: TestHub;
  let agent: TestAgent;
  let kiosk: KioskBrowser;
  let staff: KioskBrowser;

  beforeAll(async () => {
    hub = await startHub();
    await furnish(hub, []);
    agent = await startAgent({
      settings: { hub: hub.url, kiosk: place.name, office: place.office },
      // The machine's part in a picture: a file that appears whole.
      machine: (request, runDir) => {
        if (request !== 'screenshot') return;
        mkdirSync(join(runDir, 'results'), { recursive: true });
        writeFileSync(join(runDir, 'results/screenshot.new'), plainPng(108, 192, [11, 42, 91]));
        renameSync(join(runDir, 'results/screenshot.new'), join(runDir, 'results/screenshot.png'));
      },
    });
    kiosk = await openBrowser();
    kiosk.page.setDefaultTimeout(10_000);
    await loadKiosk(kiosk.page, agent.url);
    staff = await openBrowser({ viewport: windows.desk });
    staff.page.setDefaultTimeout(10_000);
    await signInAt(staff.page, hub, 'en');
  });
  afterEach(() => {
    expect([kiosk.errors.splice(0), kiosk.foreign.splice(0), staff.errors.splice(0), staff.foreign.splice(0)]).toEqual([[], [], [], []]);
  });
  afterAll(async () => {
    await staff.close();
    await kiosk.close();
    await agent.end();
    await hub.end();
  });

  /** Has the agent speak to the hub now: it does within seconds of its start, otherwise once a minute. */
  const hurry = (): Promise<void> => agent.kill().then(() => agent.restart());
  const said = async (): Promise<PageHealth | undefined> => v.parse(agentHealthSchema, await (await fetch(agent.url + agentPaths.health)).json()).page?.health;

  /** Looks at the staff's page again and again until it shows this. */
  const shows = async (pattern: RegExp): Promise<void> => {
    await vi.waitFor(async () => {
      await staff.page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
      expect(await staff.page.locator('main').innerText()).toMatch(pattern);
    }, { timeout: 25_000, interval: 300 });
  };

  test('staff make a code, it enrols, and they see which price list it shows', async () => {
    await staff.page.goto(`${hub.url}/studio/#enrol/${place.office}/${place.name}`);
    await staff.page.getByRole('button', { name: 'Make a code' }).click();
    const setup = v.parse(setupSchema, readSetupText((await readQr(staff.page.locator('.code__qr'))) ?? ''));
    const key = await openNextKey(agent.stateDir);
    const number = await enrol({ hub: setup.hub, fetch, now: Date.now }, key.signer, { code: setup.code, ...place });
    if (!number.ok) throw new Error(JSON.stringify(number.error));
    await key.keep();
    await writeEnrolment(agent.stateDir, { hub: setup.hub, terminal: number.value });
    await hurry();
    await staff.page.goto(`${hub.url}/studio/#terminal/${number.value}`);
    await staff.page.locator('.columns').waitFor();
    await shows(/Price list\s+Edition \d+, as the hub/);
    await shows(/In use\s+Nobody is there/);
  });

  test('staff get a picture of its screen, but none while somebody’s status is on it', async () => {
    await staff.page.getByRole('button', { name: 'Picture of the screen' }).click();
    await hurry();
    await shows(/Picture of the screen: done/);
    const image = staff.page.locator('.picture__image');
    await expect.poll(() => image.evaluate((element) => (element instanceof HTMLImageElement && element.complete ? element.naturalWidth : 0))).toBe(108);

    await startVisit(kiosk.page, 'en');
    await openTile(kiosk.page, 'status');
    await typeCode(kiosk.page, sampleIn('inProgress').code.canonical);
    await kiosk.page.getByText(say('status', 'inProgress', 'en')).first().waitFor();
    await staff.page.getByRole('button', { name: 'Picture of the screen' }).click();
    await hurry();
    await shows(/no picture: somebody’s status was on the screen/);
    await image.waitFor({ state: 'detached' });
    await startOver(kiosk.page);
  });

  test('staff have it load its page anew', async () => {
    const before = await vi.waitFor(async () => {
      const health = await said();
      if (health?.screen !== 'attract') throw new Error('somebody is there');
      return health.page;
    }, { timeout: 15_000, interval: 100 });
    await staff.page.getByRole('button', { name: 'Reload the page' }).click();
    await hurry();
    await shows(/Reload the page: done/);
    const after = await said();
    expect(after?.page).toMatch(/^[0-9a-f]{16}$/);
    expect(after?.page).not.toBe(before);
  });

  test('staff see that it fell silent', async () => {
    await agent.kill();
    // Not to wait for minutes: what it last said is made older.
    const store = openFileStore(hub.data);
    const [terminal] = await store.fleet.list(place.office);
    await store.fleet.heard(terminal?.id ?? '', terminal!.heard!.health, Date.now() - 10 * 60_000);
    await store.close();
    await shows(/Silent\s+since/);
    await agent.restart();
    await shows(/Last heard: just now/);
  });
});
