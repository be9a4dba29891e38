import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { setupSchema, readSetupText } from '../../src/api/setup.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';
import { enrolTerminal, goodHealth, plainPng, type PretendTerminal } from '../fixtures/fleet.ts';
import { loadKiosk, openBrowser, untilControlled } from './support/browser.ts';
import { readQr } from './support/read-qr.ts';
import { openStudio, signInAt, windows } from './support/studio.ts';
import { rowNames, useStudio } from './support/use-studio.ts';

/** Has the page look again now instead of in 15 seconds. */
const lookNow = (page: Page): Promise<void> => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));

describe('staff before their terminals', () => {
  const studio = useStudio();

  test('get there in a browser that has shown the kiosk, and to the other pages of the hub', async () => {
    const { hub } = studio;
    const kiosk = await openBrowser();
    try {
      await loadKiosk(kiosk.page, hub.url);
      await untilControlled(kiosk.page);
      for (const address of ['/studio/', '/studio', '/check/', '/check', '/samples/', '/samples']) {
        await kiosk.page.goto(`${hub.url}${address}`);
        expect(await kiosk.page.locator('h1').first().innerText(), address).not.toBe('');
        expect(await kiosk.page.locator('.attract').count(), address).toBe(0);
      }
      await kiosk.page.goto(`${hub.url}/studio/`);
      await kiosk.page.locator('input[type="password"]').waitFor();
    } finally {
      await kiosk.close();
    }
  });

  test('sign in, and see nothing before', async () => {
    const { page, hub } = studio;
    await openStudio(page, hub, 'en');
    expect(await page.locator('nav, .row').count()).toBe(0);
    await page.getByLabel('Name').fill('dara');
    await page.getByLabel('Password').fill('not the right password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await signInAt(page, hub, 'en');
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  test('see the worst first, and why', async () => {
    const { page } = studio;
    const rows = await rowNames(page);
    expect(rows.map((row) => row.split('\n')[0])).toEqual(['lobby', 'lobby-1', 'lobby-2', 'lobby', 'gate', 'desk-3', 'hall']);
    expect(await page.locator('.row', { hasText: 'lobby-1' }).innerText()).toMatch(/Silent[\s\S]*3 h ago/);
    expect(await page.locator('.row', { hasText: 'hall' }).innerText()).toMatch(/All well[\s\S]*Edition \d+, as the hub[\s\S]*Sample/);
    expect(await page.locator('.counts__one--grave dd').innerText()).toBe('3');
  });

  test('keep to a province, to those with troubles, and to a name', async () => {
    const { page } = studio;
    await page.getByLabel('Province or office').selectOption('12');
    await page.locator('.rows:not([aria-busy=true]) .row').filter({ hasText: '120401' }).waitFor();
    await expect.poll(() => rowNames(page)).toHaveLength(1);
    await page.getByLabel('Province or office').selectOption('');
    await page.getByLabel('State').selectOption('well');
    await expect.poll(() => rowNames(page)).toHaveLength(1);
    await page.getByLabel('State').selectOption('all');
    await page.getByLabel('Name or code').fill('lobby-');
    await expect.poll(() => rowNames(page)).toHaveLength(2);
    await page.getByLabel('Name or code').fill('nowhere');
    await page.getByText('No terminal fits these filters.').waitFor();
    await page.getByLabel('Name or code').fill('');
    await expect.poll(() => rowNames(page)).toHaveLength(7);
  });

  test('read what is wrong with one, and what to do', async () => {
    const { page } = studio;
    await page.getByRole('link', { name: 'gate' }).click();
    const wrong = page.locator('.troubles');
    await wrong.waitFor();
    const text = await wrong.innerText();
    expect(text).toContain('Logitech USB Keyboard');
    expect(text).toContain('Have somebody look at the machine and pull it out.');
    expect(text).toContain('9 h behind');
    await page.getByRole('link', { name: 'All terminals' }).click();
    await page.locator('.row').first().waitFor();
  });

  test('see a fault with the sentence that the machine itself shows', async () => {
    const { page } = studio;
    await page.getByRole('link', { name: 'desk-3' }).click();
    await page.locator('.troubles').waitFor();
    expect(await page.locator('.troubles').innerText()).toContain('Check the network cable, the router and the hub.');
    await page.getByRole('link', { name: 'All terminals' }).click();
  });

  test('keep focus and place while the list is looked at again', async () => {
    const { page, hub, id } = studio;
    await page.locator('.row').first().waitFor();
    await page.setViewportSize({ width: 1280, height: 420 });
    const link = page.getByRole('link', { name: 'hall' });
    await link.focus();
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(0);
    // The well one becomes the worst: its row goes to another place.
    const store = openFileStore(hub.data);
    await store.fleet.heard(id('9901 hall'), { ...goodHealth({ office: '9901', name: 'hall' }, { drawn: false }), clock: new Date().toISOString() }, Date.now());
    await store.close();
    await lookNow(page);
    await page.locator('.row', { hasText: 'Black screen' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('hall');
    await page.setViewportSize(windows.desk);
  });

  test('come back from a terminal to where they were in the list', async () => {
    const { page } = studio;
    await page.setViewportSize({ width: 1280, height: 420 });
    const link = page.getByRole('link', { name: 'desk-3' });
    await link.scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(100);
    await link.click();
    await page.locator('.troubles').waitFor();
    expect(await page.evaluate(() => [scrollY, document.activeElement?.tagName])).toEqual([0, 'MAIN']);
    await page.goBack();
    await page.locator('.row').first().waitFor();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
    await page.setViewportSize(windows.desk);
  });

  test('are told when the hub is away, see what was there, and go on when it is back', async () => {
    const { page, hub } = studio;
    await hub.kill();
    await lookNow(page);
    await page.getByText('The hub does not answer.').waitFor();
    expect((await rowNames(page)).length).toBe(7);
    await hub.restart();
    await lookNow(page);
    await page.getByText('The hub does not answer.').waitFor({ state: 'hidden' });
  });

  test('are asked to sign in again when the session was ended elsewhere', async () => {
    const { page, hub } = studio;
    const store = openFileStore(hub.data);
    await store.accounts.setPassword('dara', 'another good passphrase');
    await lookNow(page);
    await page.getByText('You were signed out').waitFor();
    expect(await page.locator('.row').count()).toBe(0);
    await store.accounts.setPassword('dara', 'four brown rivers meet');
    await store.close();
    await signInAt(page, hub, 'en');
  });

  test('sign out, and the way back shows nothing', async () => {
    const { page, hub } = studio;
    await page.getByRole('link', { name: 'Journal' }).click();
    await page.locator('.journal').waitFor();
    await page.getByRole('button', { name: /Sign out/ }).click();
    await page.locator('input[name=password]').waitFor();
    await page.goBack();
    await page.locator('input[name=password]').waitFor();
    expect(await page.locator('.journal, .row').count()).toBe(0);
    await signInAt(page, hub, 'en');
  });
});

describe('staff who sign out while the hub is away', () => {
  const studio = useStudio();

  test('see nothing more, are told that they are not signed out yet, and are as soon as it is back', async () => {
    const { page, hub } = studio;
    await signInAt(page, hub, 'en');
    await page.locator('.row').first().waitFor();
    await hub.kill();
    await page.getByRole('button', { name: /Sign out/ }).click();
    await page.getByText('You are not signed out yet').waitFor();
    expect(await page.locator('.row').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true);
    await hub.restart();
    await page.getByText('You are not signed out yet').waitFor({ state: 'hidden' });
    await page.reload();
    await page.locator('input[name=password]').waitFor();
    await signInAt(page, hub, 'en');
  });
});

describe('staff and a terminal with a real key', () => {
  const studio = useStudio();
  const place = { office: '990101', name: 'lobby-9' };
  let terminal: PretendTerminal;

  beforeAll(async () => signInAt(studio.page, studio.hub, 'en'));

  /** What the terminal is ordered. */
  const orders = async () => {
    const answer = await terminal.client.heartbeat(goodHealth(place));
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    return answer.value.orders;
  };

  test('make a code, in letters and as QR, with which it enrols', async () => {
    const { page, hub } = studio;
    await page.getByRole('link', { name: 'Enrol a terminal' }).click();
    await page.getByLabel('Code of the office').fill('99010');
    await page.getByLabel('Name of the terminal').fill(place.name);
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.getByRole('alert').filter({ hasText: 'Check the office’s code' }).waitFor();
    // Khmer digits are digits.
    await page.getByLabel('Code of the office').fill('៩៩០១០១');
    await page.getByRole('button', { name: 'Make a code' }).click();
    const shown = (await page.locator('.code__big').innerText()).trim();
    expect(shown).toMatch(/^[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){2}$/);
    const scanned = v.parse(setupSchema, readSetupText((await readQr(page.locator('.code__qr'))) ?? ''));
    expect(scanned).toEqual({ hub: hub.url, code: shown.replaceAll('-', ''), office: place.office, kiosk: place.name });
    terminal = await enrolTerminal({ hub: scanned.hub, fetch }, scanned.code, place);
    expect(await orders()).toEqual([]);
    await page.getByRole('link', { name: 'Terminals', exact: true }).click();
    await page.locator('.row', { hasText: place.name }).filter({ hasText: 'just now' }).waitFor();
  });

  test('order it to fetch, to reload and to restart, and see how it went', async () => {
    const { page } = studio;
    await page.getByRole('link', { name: place.name }).click();
    for (const [button, action] of [['Fetch now', 'syncNow'], ['Reload the page', 'reload'], ['Restart the machine', 'restart']] as const) {
      await page.getByRole('button', { name: button }).click();
      if (action === 'restart') await page.getByRole('button', { name: 'Restart it' }).click();
      const state = page.locator('.orders__state');
      await state.filter({ hasText: button }).filter({ hasText: 'waiting for the terminal' }).waitFor();
      const [order] = await orders();
      expect(order?.action).toBe(action);
      await lookNow(page);
      await state.filter({ hasText: 'the terminal is at it' }).waitFor();
      expect(await terminal.client.result(order?.id ?? 0, 'done')).toMatchObject({ ok: true });
      await lookNow(page);
      await state.filter({ hasText: 'done' }).waitFor();
      expect(await state.innerText()).toContain('by dara');
    }
  });

  test('see the picture that it takes', async () => {
    const { page } = studio;
    await page.getByRole('button', { name: 'Picture of the screen' }).click();
    await page.locator('.orders__state').filter({ hasText: 'waiting' }).waitFor();
    const [order] = await orders();
    expect(await terminal.client.picture(order?.id ?? 0, plainPng(54, 96, [11, 42, 91]))).toMatchObject({ ok: true });
    await lookNow(page);
    const image = page.locator('.picture__image');
    await image.waitFor();
    await expect.poll(() => image.evaluate((element) => (element instanceof HTMLImageElement && element.complete ? [element.naturalWidth, element.naturalHeight] : []))).toEqual([54, 96]);
  });

  test('are told that there is no picture while somebody’s status is on the screen, and the last one is gone', async () => {
    const { page } = studio;
    await page.getByRole('button', { name: 'Picture of the screen' }).click();
    await page.locator('.orders__state').filter({ hasText: 'waiting' }).waitFor();
    const [order] = await orders();
    await terminal.client.result(order?.id ?? 0, 'private');
    await lookNow(page);
    await page.getByText('no picture: somebody’s status was on the screen').waitFor();
    await page.locator('.picture').waitFor({ state: 'detached' });
  });

  test('read in the journal who ordered what', async () => {
    const { page } = studio;
    await page.getByRole('link', { name: 'Journal' }).click();
    await page.locator('.journal').waitFor();
    const entries = await page.locator('.journal__entry').allInnerTexts();
    for (const expected of [/dara ordered: Restart the machine: 990101 lobby-9/, /dara looked at a picture of the screen: 990101 lobby-9/, /dara made an enrolment code: 990101 lobby-9/, /the terminal itself enrolled: 990101 lobby-9/]) {
      expect(entries.some((entry) => expected.test(entry)), `${String(expected)} in ${entries.join(' | ')}`).toBe(true);
    }
  });

  test('retire it: it is gone from the list, and the hub no longer hears it', async () => {
    const { page } = studio;
    await page.getByRole('link', { name: 'Terminals', exact: true }).click();
    await page.getByRole('link', { name: place.name }).click();
    await page.getByRole('button', { name: 'Retire this terminal' }).click();
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Retire this terminal' }).click();
    await page.getByRole('button', { name: 'Retire it' }).click();
    await page.locator('.row').first().waitFor();
    expect((await rowNames(page)).join()).not.toContain(place.name);
    expect(await terminal.client.heartbeat(goodHealth(place))).toMatchObject({ ok: false, error: { why: 'notEnrolled' } });
  });
});
