import { expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';

/** What was put into the page beside the app, and what of it a person could have met. */
interface Warmed {
  warmed?: number;
  met?: number;
}

const kiosk = useKiosk();

test('the busiest screens are drawn ahead, out of sight, and leave nothing behind', async () => {
  const { page } = kiosk;
  await page.addInitScript(() => {
    const counts = globalThis as Warmed;
    counts.warmed = 0;
    counts.met = 0;
    document.addEventListener('DOMContentLoaded', () => {
      new MutationObserver((records) => {
        counts.warmed = (counts.warmed ?? 0) + records.flatMap((record) => [...record.addedNodes]).length;
      }).observe(document.body, { childList: true });
      const look = (): void => {
        if (document.body.childElementCount > 1) counts.met = (counts.met ?? 0) + 1;
        requestAnimationFrame(look);
      };
      look();
    });
  });
  await page.reload();
  await page.locator('.card').waitFor();
  await page.waitForFunction(() => ((globalThis as Warmed).warmed ?? 0) >= 5);
  expect(await page.evaluate(() => [(globalThis as Warmed).met, document.body.childElementCount, document.activeElement === document.body, document.querySelectorAll('.home, .screen').length])).toEqual([0, 1, true, 0]);

  // A visit begins as it always does, and nothing is drawn beside it.
  const before = await page.evaluate(() => (globalThis as Warmed).warmed);
  await kiosk.visit('en');
  await page.locator('.tile').first().click();
  await page.locator('.topics__topic').first().waitFor();
  expect(await page.locator('.scroll__area').evaluate((area) => area.scrollTop)).toBe(0);
  expect(await page.evaluate(() => (globalThis as Warmed).warmed)).toBe(before);
});
