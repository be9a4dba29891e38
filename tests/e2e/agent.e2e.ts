import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Page } from 'playwright-core';
import * as v from 'valibot';
import { agentHealthSchema, agentPaths } from '../../src/api/agent.ts';
import type { PageHealth } from '../../src/api/page-health.ts';
import { digits } from '../../src/model/format.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';
import { writeEnrolment } from '../../src/terminal/enrolment.ts';
import { enrol } from '../../src/terminal/fleet-client.ts';
import { importStick } from '../../src/terminal/import-stick.ts';
import { openNextKey } from '../../src/terminal/key.ts';
import { addOperator, plainPng, StaffMember, testPassword } from '../fixtures/fleet.ts';
import { startAgent, type TestAgent } from './support/agent.ts';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser } from './support/browser.ts';
import { copyBuild, type BuildCopy } from './support/build-copy.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { openPad, typePin } from './support/operator.ts';
import { openTile, sampleIn, startOver, typeCode } from './support/states.ts';
import { say } from './support/words.ts';

const pin = '739184';

/** What the agent last heard of its page. */
async function pageOf(agent: TestAgent): Promise<PageHealth | undefined> {
  return v.parse(agentHealthSchema, await (await fetch(agent.url + agentPaths.health)).json()).page?.health;
}

/** Waits until the page says something of itself. */
async function told(agent: TestAgent, condition: (health: PageHealth) => boolean): Promise<PageHealth> {
  return vi.waitFor(async () => {
    const health = await pageOf(agent);
    if (health === undefined || !condition(health)) throw new Error(`the page says ${JSON.stringify(health)}`);
    return health;
  }, { timeout: 20_000, interval: 50 });
}

describe('a kiosk behind its agent and a hub', () => {
  let hub: TestHub;
  let agent: TestAgent;
  let browser: KioskBrowser;
  let page: Page;
  beforeAll(async () => {
    hub = await startHub();
    agent = await startAgent({ settings: { hub: hub.url }, pin });
    browser = await openBrowser();
    page = browser.page;
    page.setDefaultTimeout(10_000);
    await loadKiosk(page, agent.url);
  });
  afterEach(() => {
    const seen = [browser.errors.splice(0), browser.foreign.splice(0)];
    expect(seen, 'errors on the page and addresses asked outside the terminal').toEqual([[], []]);
  });
  afterAll(async () => {
    await browser.close();
    await agent.end();
    await hub.end();
  });

  /** Asks for an application by its code, until the screen says this of it. */
  const ask = async (expected: 'inProgress' | 'cannotCheck'): Promise<void> => {
    await startVisit(page, 'en');
    await openTile(page, 'status');
    await typeCode(page, sampleIn('inProgress').code.canonical);
    await page.getByText(say('status', expected, 'en')).first().waitFor();
    await startOver(page);
  };

  test('shows the hub’s content, and its heartbeat feeds the watchdog of the display', async () => {
    const health = await told(agent, ({ content, drawn }) => content && drawn);
    const served = (await (await fetch(`${hub.url}/api/v1/health`)).json()) as { readonly release: number };
    expect(health).toMatchObject({ screen: 'attract', edition: served.release });
    const file = join(agent.runDir, 'heartbeat');
    const first = statSync(file).mtimeMs;
    await vi.waitFor(() => expect(statSync(file).mtimeMs).toBeGreaterThan(first), { timeout: 5_000, interval: 50 });
  });

  test('looks an application up at the hub, and nothing of it stays with the agent', async () => {
    await ask('inProgress');
    const secret = sampleIn('inProgress').code.canonical;
    expect(agent.log()).not.toContain(secret.slice(6));
    for (const name of ['heartbeat', 'state.json']) expect(readFileSync(join(agent.runDir, name), 'utf8')).not.toContain(secret.slice(6));
  });

  test('says that nothing can be looked up while the hub is away, shows its content all the same, and finds it again', async () => {
    await hub.kill();
    await ask('cannotCheck');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    const { faults } = await told(agent, (health) => health.faults.includes('hubUnreachable'));
    expect(faults, 'it is away, and has given no nonsense').not.toContain('hubAnswerInvalid');
    await startVisit(page, 'en');
    await openTile(page, 'prices');
    await startOver(page);
    expect(await told(agent, ({ screen }) => screen === 'attract')).toMatchObject({ content: true, drawn: true });
    await hub.restart();
    await ask('inProgress');
  });

  test('goes on while its agent is started anew, and beats again', async () => {
    await startVisit(page, 'en');
    await agent.kill();
    await openTile(page, 'prices');
    await agent.restart();
    expect(await told(agent, ({ screen, content }) => screen === 'visit' && content)).toMatchObject({ screen: 'visit', content: true });
    await startOver(page);
  });

  test('lets staff in by the PIN alone, whose wrong guesses a restart of the agent does not forgive', async () => {
    await openPad(page);
    await typePin(page, '111222');
    await vi.waitFor(() => expect(JSON.parse(readFileSync(join(agent.stateDir, 'pin-delay.json'), 'utf8'))).toEqual({ failures: 1 }), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await page.locator('.pin__key:enabled').count()).toBe(10), { timeout: 10_000, interval: 100 });
    await typePin(page, pin);
    await page.locator('.operator').waitFor();
    await told(agent, ({ screen }) => screen === 'operator');
    expect(JSON.parse(readFileSync(join(agent.stateDir, 'pin-delay.json'), 'utf8'))).toEqual({ failures: 0 });
    await page.locator('.operator__tool').last().click();
    await page.locator('.attract').waitFor();
  });
});

describe('a kiosk without a network', () => {
  let copy: BuildCopy;
  let agent: TestAgent;
  let browser: KioskBrowser;
  /** The edition on the stick. */
  let edition = 0;
  /** What the agent asked of the machine. */
  const asked: string[] = [];
  beforeAll(async () => {
    copy = copyBuild();
    // The number of the snapshot is the lower half of a release's version.
    edition = (await copy.publishContent('Carried by a stick')) % 2 ** 32;
    agent = await startAgent({
      pin,
      // The unit that mounts a stick, with the very import that it runs.
      machine: async (request, runDir) => {
        asked.push(request);
        if (request !== 'import-stick') return;
        const answer = await importStick({ stick: copy.contentDir, content: join(agent.stateDir, 'content'), packaged: '/nowhere', anchor: join(copy.environment['KIOSK_DIR'] ?? '', 'baseline/root.json'), agentState: join(runDir, 'state.json') }, Date.now());
        const result = join(runDir, 'results/import-stick.json');
        writeFileSync(`${result}.new`, JSON.stringify(answer));
        renameSync(`${result}.new`, result);
      },
    });
    browser = await openBrowser();
    browser.page.setDefaultTimeout(10_000);
    await loadKiosk(browser.page, agent.url);
  });
  afterAll(async () => {
    await browser.close();
    await agent.end();
    copy.remove();
  });

  test('shows the content of its package, takes a newer edition from a stick, and shows that', async () => {
    const { page } = browser;
    const before = await told(agent, ({ content }) => content);
    expect(before.edition).toBeLessThan(edition);
    await openPad(page);
    await typePin(page, pin);
    await page.locator('.operator').waitFor();
    await page.locator('.button', { hasText: say('operator', 'importStick', 'km') }).click();
    await page.getByText(say('operator', 'imported', 'km', { edition: digits(edition, 'km') })).waitFor({ timeout: 30_000 });
    expect(asked).toEqual(['import-stick']);
    await page.locator('.operator__tool').last().click();
    await page.locator('.attract').waitFor();
    expect(await told(agent, (health) => health.edition === edition)).toMatchObject({ page: before.page, content: true });
    expect([browser.errors, browser.foreign]).toEqual([[], []]);
  });

  test('that lost its profile has the stick’s edition back without the stick', async () => {
    await browser.close();
    browser = await openBrowser();
    await loadKiosk(browser.page, agent.url);
    await told(agent, (health) => health.edition === edition);
    expect(existsSync(join(agent.stateDir, 'content/metadata/timestamp.json'))).toBe(true);
    rmSync(join(agent.runDir, 'heartbeat'), { force: true });
    await vi.waitFor(() => expect(existsSync(join(agent.runDir, 'heartbeat'))).toBe(true), { timeout: 5_000 });
  });
});

describe('staff at the hub and a terminal in its office', () => {
  const place = { office: '990101', name: 'lobby-1' };
  const picture = plainPng(108, 192, [11, 42, 91]);
  let hub: TestHub;
  let agent: TestAgent;
  let browser: KioskBrowser;
  let staff: StaffMember;
  let terminal = '';
  beforeAll(async () => {
    hub = await startHub();
    agent = await startAgent({
      settings: { hub: hub.url },
      machine: (request, runDir) => {
        if (request !== 'screenshot') return;
        const result = join(runDir, 'results/screenshot.png');
        writeFileSync(`${result}.new`, picture);
        renameSync(`${result}.new`, result);
      },
    });
    const store = openFileStore(hub.data);
    await addOperator(store);
    await store.close();
    staff = new StaffMember(fetch, hub.url);
    await staff.signIn('dara', testPassword);
    // As `owso-kiosk enrol` does it.
    const key = await openNextKey(agent.stateDir);
    const enrolled = await enrol({ hub: hub.url, fetch, now: Date.now }, key.signer, { code: (await staff.code(place)).code, ...place });
    if (!enrolled.ok) throw new Error(`not enrolled: ${enrolled.error.code}`);
    terminal = enrolled.value;
    await key.keep();
    await writeEnrolment(agent.stateDir, { hub: hub.url, terminal });
    browser = await openBrowser();
    browser.page.setDefaultTimeout(10_000);
    await loadKiosk(browser.page, agent.url);
    await told(agent, ({ content }) => content);
  });
  afterAll(async () => {
    await browser.close();
    await agent.end();
    await hub.end();
  });

  /** Has the terminal fetch its orders now instead of within a minute: an agent that starts reports at once. */
  const reportNow = (): Promise<void> => agent.kill().then(() => agent.restart());
  const result = (id: number) =>
    vi.waitFor(async () => {
      const store = openFileStore(hub.data);
      const found = await store.fleet.findOrder(id).finally(() => store.close());
      if (found?.result === undefined) throw new Error('no result yet');
      return found.result;
    }, { timeout: 40_000, interval: 200 });

  test('see what it shows, have it loaded anew and look at its screen', async () => {
    const before = await told(agent, ({ content }) => content);
    const [reload, look] = [await staff.order(terminal, 'reload'), await staff.order(terminal, 'screenshot')];
    await reportNow();
    expect([await result(reload.id), await result(look.id)]).toEqual(['done', 'done']);
    expect((await told(agent, ({ content }) => content)).page).not.toBe(before.page);
    expect(Buffer.from(await (await staff.picture(terminal)).arrayBuffer()).equals(picture)).toBe(true);
    expect((await staff.terminals()).terminals.find(({ id }) => id === terminal)).toMatchObject({ name: 'lobby-1', troubles: expect.any(Array) });
  });

  test('get no picture while somebody’s application is on the screen', async () => {
    const { page } = browser;
    await startVisit(page, 'en');
    await openTile(page, 'status');
    await typeCode(page, sampleIn('inProgress').code.canonical);
    await page.getByText(say('status', 'inProgress', 'en')).first().waitFor();
    const look = await staff.order(terminal, 'screenshot');
    await reportNow();
    await told(agent, ({ screen }) => screen === 'private');
    expect(await result(look.id)).toBe('private');
    expect((await staff.picture(terminal)).status).toBe(404);
    await startOver(page);
    expect([browser.errors, browser.foreign]).toEqual([[], []]);
  });
});
