import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printRegistrationCode } from '../../src/model/registration-code.ts';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser } from '../e2e/support/browser.ts';
import { startHub, type TestHub } from '../e2e/support/hub.ts';
import { openGuide, openTile, sampleIn, startOver, typeCode } from '../e2e/support/states.ts';

describe('with the hub dead', () => {
  let hub: TestHub;
  let browser: KioskBrowser;

  beforeAll(async () => {
    hub = await startHub();
    browser = await openBrowser();
    await loadKiosk(browser.page, hub.url);
    await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  });
  afterAll(async () => {
    await browser.close();
    await hub.end();
  });

  const code = printRegistrationCode(sampleIn('inProgress').code, 'en');

  test('an answer asked for in this visit is shown again as the last known one, and the next visit cannot see it', async () => {
    const { page } = browser;
    await startVisit(page, 'en');
    await openTile(page, 'status');
    await typeCode(page, code);
    await page.getByText('In progress', { exact: true }).waitFor();
    await hub.kill();
    await page.getByRole('button', { name: 'Clear from the screen' }).click();
    await typeCode(page, code);
    await page.locator('.answer__old').waitFor();
    await startOver(page);
    await startVisit(page, 'en');
    await openTile(page, 'status');
    await typeCode(page, code);
    await page.getByText('It cannot be checked right now.').waitFor();
    expect(await page.getByText(/ask at the information counter/i).count()).toBeGreaterThan(0);
    expect(await page.locator('.answer').count()).toBe(0);
  });

  test('and the browser started anew, guides, prices, events, search and the office still work', async () => {
    await browser.close(false);
    browser = await openBrowser({ profile: browser.profile });
    const { page } = browser;
    await loadKiosk(page, hub.url);
    await startVisit(page, 'en');
    await openGuide(page, 'Correction of a birth certificate');
    await page.locator('.price--free').waitFor();
    await page.locator('.nav__button').nth(1).click();
    await openTile(page, 'prices');
    await page.getByText(/[0-9A-Z]{4}-[0-9A-Z]{4}/).first().waitFor();
    await page.locator('.nav__button').nth(1).click();
    await openTile(page, 'events');
    await page.locator('.nav__button').nth(1).click();
    await openTile(page, 'office');
    expect(browser.errors).toEqual([]);
    await startOver(page);
  });

  test('status says plainly that it cannot be checked, within the time a person waits, and works again when the hub is back', async () => {
    const { page } = browser;
    await startVisit(page, 'en');
    await openTile(page, 'status');
    await typeCode(page, code);
    await page.getByText('It cannot be checked right now.').waitFor();
    await hub.restart();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('In progress', { exact: true }).waitFor();
  });
});
