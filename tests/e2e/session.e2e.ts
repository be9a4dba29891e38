import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { mondayMorning, openGuide, openTile, sampleIn, startOver, typeCode } from './support/states.ts';
import { startVisit } from './support/browser.ts';
import { of, say, tongues, type Pair, type Tongue } from './support/words.ts';

const kiosk = useKiosk({ now: mondayMorning, running: true });
const certifiedCopy: Pair = ['ការធ្វើនីត្យានុកូលកម្មឯកសារចម្លង', 'Certified true copy (legalisation)'];

/** A visit that leaves a trace wherever it can. */
async function leaveTraces(language: Tongue): Promise<Page> {
  const page = await kiosk.visit(language);
  await page.getByRole('button', { name: say('core', 'view', language), exact: true }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: say('core', 'textSize3', language) }).click();
  await panel.getByRole('button', { name: say('core', 'contrast', language) }).click();
  await panel.getByRole('button', { name: say('core', 'reach', language) }).click();
  await panel.getByRole('button', { name: say('core', 'close', language), exact: true }).click();
  await openTile(page, 'status');
  await typeCode(page, sampleIn('inProgress').code.canonical);
  await page.locator('.answer').waitFor();
  await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
  await openTile(page, 'prices');
  await page.locator('.price-tools__filter').click();
  await page.getByRole('dialog').getByRole('button', { name: say('prices', 'maximum', language) }).click();
  await page.locator('.price-dialog__close').click();
  await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
  await openGuide(page, of(certifiedCopy, language));
  await page.getByRole('radio').first().click();
  await page.locator('.price--ceiling').waitFor();
  expect(await view(page)).toEqual([language, '3', 'high', 'low']);
  return page;
}

/** Language, text size, contrast and reach as they are drawn. */
async function view(page: Page): Promise<(string | null)[]> {
  const root = page.locator('html');
  return [await root.getAttribute('lang'), await root.getAttribute('data-text'), await root.getAttribute('data-contrast'), await page.locator('.app').getAttribute('data-reach')];
}

/** Nothing of the visit before is found by the next one. */
async function expectNoTraces(page: Page, language: Tongue): Promise<void> {
  await page.locator('.attract').waitFor();
  await expect.poll(() => view(page)).toEqual(['km', '1', 'normal', 'normal']);
  await startVisit(page, language);
  expect(await page.getByRole('button', { name: say('core', 'back', language), exact: true }).isDisabled()).toBe(true);
  await openTile(page, 'find');
  await page.locator('.find__field').click();
  expect(await page.locator('.search__field').inputValue()).toBe('');
  await page.locator('.search__field').fill(of(certifiedCopy, language));
  await page.locator('.search .row').first().click();
  await page.locator('.guide').waitFor();
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
  await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
  await openTile(page, 'prices');
  expect(await page.locator('.price-tools__filter--on').count()).toBe(0);
  await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
  // The answer about the application is forgotten, too: without the hub it cannot be told any more.
  await kiosk.hub.kill();
  try {
    await openTile(page, 'status');
    await typeCode(page, sampleIn('inProgress').code.canonical);
    await page.getByText(say('status', 'cannotCheck', language)).waitFor();
    expect(await page.locator('.answer').count()).toBe(0);
  } finally {
    await kiosk.hub.restart();
  }
  // Nothing of it is kept outside the page's memory either.
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, performance.getEntriesByType('resource').map(({ name }) => name)]));
  expect(kept).not.toContain(sampleIn('inProgress').code.canonical);
  expect(kept).not.toContain('legalise');
}

describe.each(tongues)('the session (%s)', (language) => {
  test('warns after 60 seconds what will be cleared, counts 20, and then everything is wiped', async () => {
    const page = await leaveTraces(language);
    const warning = page.getByRole('dialog', { name: say('core', 'idleTitle', language) });
    await page.clock.runFor(57_000);
    expect(await warning.count()).toBe(0);
    await page.clock.runFor(4_000);
    await warning.waitFor();
    const clears = of(['ពាក្យស្វែងរក ចម្លើយ និងស្ថានភាពពាក្យស្នើសុំនឹងត្រូវលុបចោល', 'Your search, answers and application status will be cleared'], language);
    expect(await warning.innerText()).toContain(clears);
    const seconds = async (): Promise<number> => Number(await warning.locator('progress').getAttribute('value'));
    const before = await seconds();
    expect(before).toBeGreaterThan(10);
    await page.clock.runFor(5_000);
    expect(await seconds()).toBeLessThanOrEqual(before - 4);
    expect(await page.locator('.attract').count()).toBe(0);
    await page.clock.runFor(16_000);
    await expectNoTraces(page, language);
  });

  test('"start over" wipes everything at once', async () => {
    const page = await leaveTraces(language);
    await page.getByRole('button', { name: say('core', 'startOver', language), exact: true }).click();
    await expectNoTraces(page, language);
  });

  test('"I am still here" goes on at the same place, and every touch counts', async () => {
    const page = await leaveTraces(language);
    const warning = page.getByRole('dialog', { name: say('core', 'idleTitle', language) });
    await page.clock.runFor(61_000);
    await warning.getByRole('button', { name: say('core', 'idleStay', language) }).click();
    await warning.waitFor({ state: 'detached' });
    expect(await page.getByRole('radio').first().getAttribute('aria-checked')).toBe('true');
    for (let minute = 0; minute < 3; minute++) {
      await page.clock.runFor(50_000);
      await page.locator('.screen__title').tap();
      expect(await warning.count()).toBe(0);
    }
    await page.clock.runFor(61_000);
    await warning.waitFor();
    // The warning itself can end the visit, too.
    await warning.getByRole('button', { name: say('core', 'startOver', language) }).click();
    await page.locator('.attract').waitFor();
  });
});

test('a panel that is open when the visit ends is not seen on the attract screen for one picture', async () => {
  const page = await kiosk.visit('en');
  await page.getByRole('button', { name: say('core', 'view', 'en'), exact: true }).click();
  await page.locator('dialog[open] .sizes').waitFor();
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (document.querySelector('.attract') !== null && document.querySelector('dialog') !== null) document.documentElement.dataset['flashed'] = 'yes';
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.clock.runFor(82_000);
  await page.locator('.attract').waitFor();
  expect(await page.locator('html').getAttribute('data-flashed')).toBeNull();
});

test('the attract screen stays as it is, however long nobody comes', async () => {
  const { page } = kiosk;
  await startOver(page);
  await page.clock.runFor(10 * 60_000);
  expect(await page.locator('.attract').isVisible()).toBe(true);
  expect(await page.locator('dialog').count()).toBe(0);
});

test('back leads the whole way back, step by step, and ends at home', async () => {
  const page = await kiosk.visit('en');
  const title = (): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
  const way = [await title()];
  await openTile(page, 'find');
  way.push(await title());
  await page.locator('.topics__topic').nth(1).click();
  await page.locator('.group').first().waitFor();
  way.push(await title());
  await page.locator('.group .row').first().click();
  await page.locator('.guide').waitFor();
  way.push(await title());
  await page.locator('.screen__foot .button').click();
  await page.locator('.take').waitFor();
  for (const expected of way.reverse()) {
    // Not by touch: at a machine's speed a second one counts as a finger that bounced.
    await page.getByRole('button', { name: 'Back', exact: true }).dispatchEvent('click');
    await expect.poll(title).toBe(expected);
  }
  expect(await page.getByRole('button', { name: 'Back', exact: true }).isDisabled()).toBe(true);
});

test.each(tongues)('an answer disappears in its time, even if the clock is set back meanwhile (%s)', async (language) => {
  const page = await kiosk.visit(language);
  await openTile(page, 'status');
  await typeCode(page, sampleIn('inProgress').code.canonical);
  await page.locator('.answer').waitFor();
  await page.clock.setSystemTime((await page.evaluate(() => Date.now())) - 3_600_000);
  await page.clock.runFor(31_000);
  await page.locator('.answer').waitFor({ state: 'detached' });
});
