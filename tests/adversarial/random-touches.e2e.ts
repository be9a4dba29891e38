import { describe, expect, test } from 'vitest';
import { seededRandom } from '../fixtures/random.ts';
import { useKiosk } from '../e2e/support/kiosk.ts';

/** How many touches; `TOUCHES=20000` makes a soak of it. */
const touches = Number(process.env['TOUCHES'] ?? 500);

describe('somebody who touches everything', () => {
  const kiosk = useKiosk();

  test(`${touches} random touches make no error, leave the app nowhere, and ask nobody else`, async () => {
    const { page, hub } = kiosk;
    const random = seededRandom(20_261_123);
    const { width, height } = page.viewportSize() ?? { width: 1080, height: 1920 };
    const pages: string[] = [];
    kiosk.browser.context.on('page', (opened) => pages.push(opened.url()));
    for (let touch = 0; touch < touches; touch++) {
      const x = Math.floor(random() * width);
      const y = Math.floor(random() * height);
      if (random() < 0.08) {
        await page.mouse.move(x, y);
        await page.mouse.wheel(0, (random() - 0.3) * 1500);
      } else await page.touchscreen.tap(x, y);
    }
    expect(new URL(page.url()).origin).toBe(hub.url);
    expect(pages).toEqual([]);
    // Whatever was touched: one touch leads back to the start.
    const over = page.locator('.nav__button').last();
    if (await page.locator('dialog[open]').isVisible()) await page.keyboard.press('Escape');
    if (await over.isVisible()) await over.click();
    await page.locator('.attract').waitFor();
  });
});
