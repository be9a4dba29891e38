import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actionCodes, examinationLimits, type Panel } from '../../src/api/agent.ts';
import { paths } from '../../src/api/paths.ts';
import { digits } from '../../src/model/format.ts';
import { timestampName } from '../../src/repository/names.ts';
import { foreignThenReceiptFilm } from '../fixtures/video.ts';
import { copyBuild, type BuildCopy } from './support/build-copy.ts';
import { loadKiosk, openBrowser, panels, type KioskBrowser, type KioskOptions } from './support/browser.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { openPad, openPanel, typePin } from './support/operator.ts';
import { sampleIn } from './support/states.ts';
import { examinedBadly, soundPanel, startStandIn, type StandInAgent } from './support/stand-in-agent.ts';
import { say, tongues } from './support/words.ts';

let copy: BuildCopy;
let hub: TestHub;
let agent: StandInAgent;
let browser: KioskBrowser;
let page: Page;

beforeAll(async () => {
  copy = copyBuild();
  hub = await startHub(copy.environment);
  agent = await startStandIn(hub.port);
});
afterAll(async () => {
  await agent.close();
  await hub.end();
  copy.remove();
});
beforeEach(() => {
  agent.mood = 'well';
  agent.panel = { ...soundPanel, hub: { ...soundPanel.hub, answered: new Date().toISOString() } };
  agent.answers = {};
  agent.underWay = Promise.resolve();
  agent.unlock = undefined;
  agent.actions.length = 0;
});
afterEach(async () => {
  const { errors, foreign } = browser;
  await browser.close();
  expect([errors, foreign]).toEqual([[], []]);
});

async function start(options: KioskOptions = {}): Promise<void> {
  browser = await openBrowser(options);
  page = browser.page;
  page.setDefaultTimeout(10_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await loadKiosk(page, agent.url);
  await agent.nextHeartbeat(({ content }) => content);
}

/** Edition that the hub offers by now: it looks for what was published by itself. */
async function offered(): Promise<number | undefined> {
  const timestamp = (await (await fetch(`${hub.url}${paths.content}${timestampName}`)).json()) as { readonly signed: { readonly meta: Readonly<Record<string, { readonly version: number }>> } };
  return timestamp.signed.meta['snapshot.json']?.version;
}

const button = (index: number) => page.locator('.operator__buttons .button').nth(index);
const order = { syncNow: 0, importStick: 1, examine: 2, restartDisplay: 3, restartMachine: 4, release: 5 } as const;

/** What stands in the way of somebody who looks at it. */
async function barriers(): Promise<readonly string[]> {
  const axe = await new AxeBuilder({ page }).setLegacyMode().options({ rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } }).analyze();
  return axe.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? violation.help})`).slice(0, 3).join(' | ')}`);
}

/** Controls of less than 15 mm. */
const smallTargets = (): Promise<readonly string[]> =>
  page.evaluate(() => [...(document.querySelector('dialog[open]') ?? document).querySelectorAll<HTMLElement>('button')]
    .filter((control) => control.checkVisibility())
    .map((control) => ({ control, box: control.getBoundingClientRect() }))
    .filter(({ box }) => Math.min(box.width, box.height) < 1.41 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
    .map(({ control }) => control.className));

const cutOff = (): Promise<readonly string[]> =>
  page.evaluate(() => [...document.querySelectorAll<HTMLElement>('dialog[open] :is(button, p, h1, h2, dd, dt)')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => `${element.className} “${(element.textContent ?? '').slice(0, 30)}”`));

describe.each(['portrait', 'landscape', 'small'] as const)('on a %s panel', (panel) => {
  test('the pad is for everybody’s eyes and fingers, and no key moves when it has something to say', async () => {
    await start({ panel });
    await openPad(page);
    const first = page.locator('.pin__key').first();
    const before = await first.boundingBox();
    expect([await barriers(), await smallTargets(), await cutOff()]).toEqual([[], [], []]);
    await typePin(page, '111111');
    await page.getByText(say('operator', 'wrong', 'en')).waitFor();
    expect(await first.boundingBox()).toEqual(before);
    const box = await page.locator('.pin').boundingBox();
    const { height } = panels[panel];
    expect(box !== null && box.y >= 0 && box.y + box.height <= height).toBe(true);
    expect(await page.locator('.pin').evaluate((dialog) => dialog.scrollHeight - dialog.clientHeight)).toBe(0);
    expect(await barriers()).toEqual([]);
  });

  test.each(tongues)('the panel is for everybody’s eyes and fingers, with all that can be wrong (%s)', async (language) => {
    await start({ panel });
    const wrong: Panel = {
      ...agent.panel,
      stick: true,
      hub: { address: 'https://hub.a-rather-long-name.example.gov.kh:8443', enrolled: false, failure: 'ECONNREFUSED' },
      machine: { ...soundPanel.machine, foreignKeyboards: ['SEM USB Keyboard (1a2c:0e24)'], disk: { free: 1e9, size: 62e9 }, memory: { free: 1e8, size: 4e9 }, temperature: 92, clockSynchronized: false, displayStarts: 40 },
    };
    agent.panel = wrong;
    await openPanel(page, language);
    await page.locator('.operator__faults li').nth(7).waitFor();
    agent.answers = { examine: { result: 'done', examination: { ...examinedBadly, left: 3 } } };
    await button(order.examine).click();
    await page.locator('.operator__finding').nth(3).waitFor();
    expect([await barriers(), await smallTargets(), await cutOff()]).toEqual([[], [], []]);
    await page.evaluate(() => { document.documentElement.dataset['contrast'] = 'high'; });
    expect(await barriers()).toEqual([]);
  });
});

describe.each(tongues)('the panel (%s)', (language) => {
  const words = (key: Parameters<typeof say<'operator'>>[1], values?: Readonly<Record<string, string>>) => page.getByText(say('operator', key, language, values));

  test('says what the stick did, and what to do when it did nothing', async () => {
    await start();
    await openPanel(page, language);
    for (const code of actionCodes) {
      agent.answers = { importStick: { result: 'failed', code, detail: `detail of ${code}` } };
      // Not by touch: at a machine's speed a second one counts as a finger that bounced.
      await button(order.importStick).dispatchEvent('click');
      await page.getByText(`detail of ${code}`).waitFor();
      await words(code).waitFor();
    }
    // What the stick brought is what the page has by now, as behind a real agent.
    const edition = (await offered()) ?? 0;
    agent.answers = { importStick: { result: 'done', edition } };
    await button(order.importStick).dispatchEvent('click');
    await words('imported', { edition: digits(edition, language) }).waitFor();
    expect(await page.locator('.operator__result--bad').count()).toBe(0);
    expect(agent.actions.filter((action) => action === 'importStick')).toHaveLength(actionCodes.length + 1);
  });

  test('does not say that the content of a stick is here while the old edition stays on screen', async () => {
    await start();
    await openPanel(page, language);
    agent.answers = { importStick: { result: 'done', edition: 7_000 } };
    await button(order.importStick).click();
    await page.locator('.operator__result--bad').getByText(say('operator', 'importedNotShown', language, { edition: digits(7_000, language) })).waitFor();
  });

  test('shows what an examination found, the technician’s sentences in their own language, or that all is well', async () => {
    await start();
    await openPanel(page, language);
    agent.answers = { examine: { result: 'done', examination: examinedBadly } };
    await button(order.examine).click();
    const digit = (n: number): string => digits(n, language);
    await words('examinedBad', { faults: digit(2), unknowns: digit(1), warnings: digit(1) }).waitFor();
    const shown = await page.locator('.operator__finding').evaluateAll((items) => items.map((item) => [...item.querySelectorAll('[lang=en]')].map((part) => part.textContent)));
    expect(shown).toEqual(examinedBadly.findings.map(({ check, says, mend }) => [check, says, mend]));
    expect(await page.locator('.operator__status').allTextContents()).toEqual((['findingFault', 'findingFault', 'findingUnknown', 'findingWarning'] as const).map((key) => say('operator', key, language)));
    agent.answers = { examine: { result: 'done', examination: { ...examinedBadly, findings: examinedBadly.findings.slice(3), left: 0 } } };
    await button(order.examine).dispatchEvent('click');
    await words('examinedWarned', { n: digit(1) }).waitFor();
    expect(await page.locator('.operator__finding').count()).toBe(1);
    agent.answers = { examine: { result: 'done', examination: { looked: 23, findings: [], left: 0 } } };
    await button(order.examine).dispatchEvent('click');
    await words('examinedWell', { n: digit(23) }).waitFor();
    expect(await page.locator('.operator__findings, .operator__result--bad').count()).toBe(0);
    expect(agent.actions.filter((action) => action === 'examine')).toHaveLength(3);
  });

  test('says what to do when an examination takes too long, or its answer is none', async () => {
    await start();
    await openPanel(page, language);
    agent.answers = { examine: { result: 'failed', code: 'tooSlow', detail: 'The examination did not end in time.' } };
    await button(order.examine).click();
    await words('tooSlow').waitFor();
    await page.getByText('The examination did not end in time.').waitFor();
    // More than the panel takes: it believes nothing that is not what an examination is.
    agent.answers = { examine: { result: 'done', examination: { looked: 40, left: 0, findings: Array.from({ length: examinationLimits.findings + 1 }, () => ({ check: 'page', status: 'fault' as const, says: 'Made up.', mend: 'Made up.' })) } } };
    await button(order.examine).dispatchEvent('click');
    await words('agentGone').waitFor();
    expect(await page.getByText('Made up.').count()).toBe(0);
    expect(await button(order.examine).isEnabled()).toBe(true);
  });

  test('asks before it restarts or releases anything, and takes no for an answer', async () => {
    await start();
    await openPanel(page, language);
    for (const action of ['restartDisplay', 'restartMachine', 'release'] as const) {
      await button(order[action]).click();
      const asked = page.getByRole('dialog', { name: say('operator', action, language), exact: true });
      await asked.getByRole('button', { name: say('operator', 'cancel', language), exact: true }).click();
      await asked.waitFor({ state: 'detached' });
      expect(agent.actions).not.toContain(action);
      await button(order[action]).click();
      await asked.getByRole('button', { name: say('operator', action, language), exact: true }).click();
      await words('done').waitFor();
      expect(agent.actions.at(-1)).toBe(action);
    }
  });
});

describe('the panel', () => {
  test('shows the machine, and a stick as soon as it is plugged in', async () => {
    await start();
    await openPanel(page, 'en');
    for (const text of ['lobby-2 · 990101', '41 GB of 62 GB free', '2.3 GB of 4 GB free', 'enp1s0 192.168.1.23', 'https://hub.example.org', 'set by the network', '47 °C', '26 h', '2 times']) await page.getByText(text, { exact: true }).first().waitFor();
    await page.getByText(say('operator', 'stickOut', 'en')).waitFor();
    agent.panel = { ...agent.panel, stick: true };
    await page.getByText(say('operator', 'stickIn', 'en')).waitFor();
  });

  test('fetches and shows a new edition at once', async () => {
    await start();
    await openPanel(page, 'en');
    await button(order.syncNow).click();
    await page.getByText(/The information is the newest: edition/).waitFor();
    await copy.publishContent('A newer title');
    const { release } = await copy.release();
    await expect.poll(offered, { timeout: 20_000 }).toBe(release.edition);
    await button(order.syncNow).dispatchEvent('click');
    await page.getByText(say('operator', 'syncNew', 'en', { edition: String(release.edition) })).waitFor();
    await agent.nextHeartbeat(({ edition }) => edition === release.edition);
  });

  test('says how long it reads a stick already, lets nothing else be started, and does not close meanwhile', async () => {
    await start();
    let finish = (): void => undefined;
    agent.underWay = new Promise((resolve) => { finish = resolve; });
    await openPanel(page, 'en');
    await button(order.importStick).click();
    await page.getByText(/do not take it out/).waitFor();
    await page.getByText(/do not take it out\. 1 s/).waitFor();
    expect(await page.locator('.operator__buttons .button:enabled, .operator__tool:enabled').count()).toBe(1);
    finish();
    await page.getByText(/The content of the stick is here/).waitFor();
    expect(await button(order.syncNow).isEnabled()).toBe(true);
  });

  test('shows the edition of a stick when it says that it is here, though a question from before knew nothing of it', async () => {
    await start();
    await openPanel(page, 'en');
    // A question is under way while the stick is read, and comes to nothing.
    let fail = (): void => undefined;
    const failed = new Promise<void>((resolve) => { fail = resolve; });
    const asked = new Promise<void>((resolve) => {
      void page.route(`**${paths.content}${timestampName}`, async (route) => {
        resolve();
        await failed;
        await route.abort();
      }, { times: 1 });
    });
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await asked;
    await copy.publishContent('A title from a stick');
    const { release } = await copy.release();
    await expect.poll(offered, { timeout: 20_000 }).toBe(release.edition);
    agent.answers = { importStick: { result: 'done', edition: release.edition } };
    await button(order.importStick).click();
    await expect.poll(() => agent.actions).toContain('importStick');
    fail();
    await page.getByText(say('operator', 'imported', 'en', { edition: String(release.edition) })).waitFor();
    await agent.nextHeartbeat();
    expect((await agent.nextHeartbeat()).edition).toBe(release.edition);
  });

  test('counts the seconds of an examination, lets nothing else be started meanwhile, and stays open', async () => {
    await start();
    let finish = (): void => undefined;
    agent.underWay = new Promise((resolve) => { finish = resolve; });
    agent.answers = { examine: { result: 'done', examination: { looked: 23, findings: [], left: 0 } } };
    await openPanel(page, 'en');
    await button(order.examine).click();
    await page.getByText(/Examining this terminal … .* 1 s/).waitFor();
    expect(await page.locator('.operator__progress').count()).toBe(1);
    expect(await page.locator('.operator__buttons .button:enabled, .operator__tool:enabled').count()).toBe(1);
    finish();
    await page.getByText('All is well: 23 things were looked at.').waitFor();
    expect(await button(order.examine).isEnabled()).toBe(true);
  });

  test('tests the camera without showing what a receipt says, and is private meanwhile', async () => {
    await start({ video: foreignThenReceiptFilm('https://example.org/somebody', sampleIn('inProgress').code.canonical) });
    await openPanel(page, 'en');
    await page.locator('.operator__camera > .button').click();
    await agent.nextHeartbeat(({ screen }) => screen === 'private');
    await page.getByText(say('operator', 'cameraReadOther', 'en')).waitFor();
    await page.getByText(say('operator', 'cameraReadReceipt', 'en')).waitFor();
    // The picture is there for eyes, too, not only for the decoder.
    const picture = await page.locator('.camera__preview').boundingBox();
    expect(picture?.height).toBeGreaterThan(200);
    const shown = await page.locator('.operator').innerText();
    expect(shown).not.toContain('somebody');
    expect(shown).not.toContain(sampleIn('inProgress').code.canonical);
    await page.locator('.operator__camera > .button').click();
    await agent.nextHeartbeat(({ screen }) => screen === 'operator');
    await page.locator('.operator__tool').last().click();
    await agent.nextHeartbeat(({ screen }) => screen === 'attract');
    expect(await page.evaluate(() => document.querySelectorAll('video').length)).toBe(0);
  });

  test('says when the camera is not there', async () => {
    await start();
    await openPanel(page, 'en');
    await page.locator('.operator__camera > .button').click();
    await page.locator('.operator__camera').getByText(say('status', 'cameraAbsent', 'en')).or(page.locator('.operator__camera').getByText(say('status', 'cameraDenied', 'en'))).waitFor();
  });

  test('closes when the agent has forgotten it', async () => {
    await start();
    await openPanel(page, 'en');
    agent.forgetful = true;
    await page.locator('.operator').waitFor({ state: 'detached' });
    await page.locator('.attract').waitFor();
    agent.forgetful = false;
  });
});

test('neither a new app nor an ordered reload takes the panel from under the staff’s hands', async () => {
  await start();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await openPanel(page, 'en');
  const { page: before } = await agent.nextHeartbeat();
  copy.publishApp('second');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.waiting != null);
  agent.order('reload');
  await agent.nextHeartbeat();
  expect((await agent.nextHeartbeat()).page).toBe(before);
  await page.locator('.operator').waitFor();
  await page.locator('.operator__tool').last().click();
  await agent.nextHeartbeat(({ page: now, content }) => now !== before && content);
});

test('pad and panel close by themselves, the panel with a word before, and nothing is remembered', async () => {
  browser = await openBrowser();
  page = browser.page;
  page.setDefaultTimeout(10_000);
  await page.clock.install({ time: Date.now() });
  await loadKiosk(page, agent.url);
  await page.clock.runFor(3_000);
  await openPad(page);
  await typePin(page, '1357', false);
  // Real time goes on beside: some seconds of it may pass on a busy machine.
  await page.clock.runFor(13_000);
  expect(await page.locator('.pin').count()).toBe(1);
  await page.clock.runFor(7_000);
  await page.locator('.pin').waitFor({ state: 'detached' });

  await openPanel(page, 'en');
  // Nothing begins behind the panel, which would end by its own time and take the panel along.
  await page.locator('.attract').waitFor({ state: 'attached' });
  await page.clock.runFor(92_000);
  expect(await page.getByText(/Closes by itself in/).count()).toBe(0);
  await page.clock.runFor(9_000);
  await page.getByText(/Closes by itself in \d+ seconds/).waitFor();
  await page.locator('.operator__title').click();
  await page.clock.runFor(1_000);
  expect(await page.getByText(/Closes by itself in/).count()).toBe(0);
  await page.clock.runFor(121_000);
  await page.locator('.operator').waitFor({ state: 'detached' });
  await page.locator('.attract').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('km');
  await expect.poll(() => agent.actions.at(-1)).toBe('closePanel');
});
