import { expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { inState, mondayMorning, states } from './support/states.ts';

const kiosk = useKiosk({ now: mondayMorning });

/** States in which the bar with the language is within reach: not the attract screen, and no dialog. */
const withBar = states.filter(({ name }) => !/^(attract|view-panel|idle-warning)|dialog/.test(name));

test.each(withBar.map((state) => [state.name, state] as const))('the other language stays on the same place, there and back: %s', async (_, state) => {
  const { page } = kiosk;
  await inState({ page, hub: kiosk.hub, language: 'km', now: mondayMorning }, state, async () => {
    const place = (): Promise<unknown> =>
      page.evaluate(() => ({
        screen: document.querySelector('.app')?.getAttribute('data-screen'),
        // What is built stays: the same kinds of things in the same number (lists may be in the order of the other alphabet).
        controls: document.querySelectorAll('main input, main .tile, main [role=radio], main .answer, main .verdict, main .qr').length,
        values: [...document.querySelectorAll('input')].map((input) => input.value),
      }));
    // What is always in the same place is so in both languages.
    const frame = (): Promise<unknown> => page.locator('.header, .nav, .nav__button').evaluateAll((parts) => parts.map((part) => [part.className.split(' ')[0], part.getBoundingClientRect().top, part.getBoundingClientRect().height]));
    const before = await place();
    const framed = await frame();
    const main = page.locator('main');
    for (const to of ['en', 'km']) {
      const text = await main.innerText();
      // Not by touch: at a machine's speed a second one counts as a finger that bounced.
      await page.locator('.nav__button--strong').dispatchEvent('click');
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(to);
      expect(await place()).toEqual(before);
      expect(await frame()).toEqual(framed);
      expect(await main.innerText()).not.toBe(text);
    }
  });
});
