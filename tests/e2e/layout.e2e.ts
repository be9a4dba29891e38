import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Panel } from './support/browser.ts';
import { useKiosk } from './support/kiosk.ts';
import { mondayMorning, openGuide, openTile, setView, startOver, typeCode, type View } from './support/states.ts';
import { of, type Pair, type Tongue } from './support/words.ts';

const marriage: Pair = ['ចុះបញ្ជីអាពាហ៍ពិពាហ៍', 'Marriage registration'];
const certifiedCopy: Pair = ['ការធ្វើនីត្យានុកូលកម្មឯកសារចម្លង', 'Certified true copy (legalisation)'];

/** Upper and lower edge of one thing on screen, px. */
const edges = (page: Page, selector: string): Promise<{ readonly top: number; readonly bottom: number }> =>
  page.locator(selector).first().evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return { top, bottom };
  });

/** How much of what `selector` finds stands out of its box, by the words that do. */
const outOf = (page: Page, box: string, parts: string): Promise<readonly string[]> =>
  page.locator(box).evaluateAll(
    (boxes, inner) =>
      boxes.flatMap((element) => {
        const outer = element.getBoundingClientRect();
        return [...element.querySelectorAll(inner)].filter((part) => {
          const { top, bottom, left, right } = part.getBoundingClientRect();
          return top < outer.top + 4 || bottom > outer.bottom - 4 || left < outer.left + 4 || right > outer.right - 4;
        }).map((part) => `${part.className} of “${element.textContent ?? ''}”`);
      }),
    parts,
  );

/** What is scrolled out of its area, wholly or in part. */
const outOfSight = (page: Page, selector: string): Promise<readonly string[]> =>
  page.locator(selector).evaluateAll((elements) =>
    elements.filter((element) => {
      const area = element.closest('.scroll__area')?.getBoundingClientRect();
      const { top, bottom, left, right } = element.getBoundingClientRect();
      return area === undefined || top < area.top - 1 || bottom > area.bottom + 1 || left < area.left - 1 || right > area.right + 1;
    }).map((element) => `${element.className} “${(element.textContent ?? '').slice(0, 12)}”`),
  );

const walks: readonly (readonly [panel: Panel, language: Tongue])[] = [['portrait', 'km'], ['portrait', 'en'], ['landscape', 'km'], ['landscape', 'en'], ['small', 'km'], ['small', 'en']];

describe.each(walks)('on the %s panel (%s)', (panel, language) => {
  const kiosk = useKiosk({ panel, now: mondayMorning });
  const reaches: readonly View[] = panel === 'portrait' ? [{}, { reach: 'low' }] : [{}];

  test('home holds its tiles, and a tile holds its icon and words', async () => {
    const page = await kiosk.visit(language);
    for (const view of reaches) {
      await setView(page, view);
      expect(await outOf(page, '.tile', '.tile__icon, .tile__text'), JSON.stringify(view)).toEqual([]);
      expect((await edges(page, '.nav')).top - (await page.locator('.tile').last().evaluate((tile) => tile.getBoundingClientRect().bottom))).toBeGreaterThan(16);
    }
  });

  test('home is the same in the other language', async () => {
    const page = await kiosk.visit(language);
    const boxes = (): Promise<readonly number[]> => page.locator('.tile').evaluateAll((tiles) => tiles.flatMap((tile) => [Math.round(tile.getBoundingClientRect().top), Math.round(tile.getBoundingClientRect().height)]));
    const before = await boxes();
    await page.locator('.nav__button--strong').dispatchEvent('click');
    await page.locator(`html:not([lang="${language}"])`).waitFor();
    expect(await boxes()).toEqual(before);
  });

  test('a code can be typed, checked and mended without scrolling', async () => {
    const page = await kiosk.visit(language);
    for (const view of reaches) {
      await setView(page, view);
      await openTile(page, 'status');
      await page.locator('.camera--absent, .camera--denied').waitFor();
      const controls = '.keyboard .hg-button, .entry__field, .entry__check';
      await page.locator('#code').waitFor();
      expect(await outOfSight(page, controls), JSON.stringify(view)).toEqual([]);
      await typeCode(page, '990101-KXTM-NPRL-11');
      await page.locator('.complaint').waitFor();
      expect(await outOfSight(page, `${controls}, .complaint`), JSON.stringify(view)).toEqual([]);
      expect(await page.locator('.scroll__more').count()).toBe(0);
      await page.locator('.nav__button').nth(1).dispatchEvent('click');
    }
  });

  test('in the largest type more than half of the panel is left to what is read', async () => {
    const page = await kiosk.visit(language);
    await setView(page, { text: 4 });
    await page.locator('.home .scroll__more').waitFor();
    const height = page.viewportSize()?.height ?? 0;
    for (const open of [() => openTile(page, 'find'), () => openGuide(page, of(marriage, language))]) {
      await open();
      const { top, bottom } = await edges(page, '.scroll');
      expect((bottom - top) / height).toBeGreaterThan(0.5);
      await page.locator('.nav__button').nth(1).dispatchEvent('click');
    }
    await openGuide(page, of(marriage, language));
    const button = await edges(page, '.screen__foot .button');
    expect(button.bottom).toBeLessThanOrEqual((await edges(page, '.nav')).top);
  });

  test('what goes away under the title fades, and so does what is still to come', async () => {
    const page = await kiosk.visit(language);
    await openGuide(page, of(marriage, language));
    expect(await page.locator('.scroll--under').count()).toBe(0);
    await page.locator('.scroll__area').evaluate((area) => area.scrollTo({ top: 200, behavior: 'instant' }));
    await page.locator('.scroll--under').waitFor();
    await page.locator('.scroll__more').waitFor();
  });
});

describe.each([['landscape', 'km'], ['landscape', 'en'], ['small', 'km'], ['small', 'en']] as const)('beside each other on the %s panel (%s)', (panel, language) => {
  const kiosk = useKiosk({ panel, now: mondayMorning });

  test('the total is in sight while sheets are counted, and further down', async () => {
    const page = await kiosk.visit(language);
    await openGuide(page, of(certifiedCopy, language));
    await page.locator('.case__option').first().click();
    await page.locator('.count__button').last().click();
    await page.locator('.price--ceiling').waitFor();
    expect(await outOfSight(page, '.price, .count__button')).toEqual([]);
    await page.locator('.scroll__area').evaluate((area) => area.scrollTo({ top: area.scrollHeight * 0.7, behavior: 'instant' }));
    expect(await outOfSight(page, '.price')).toEqual([]);
  });

  test('the price list has more than half of the panel, with every price in its column', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'prices');
    const share = await page.locator('.scroll__area').evaluate((area) => area.clientHeight / innerHeight);
    expect(share).toBeGreaterThan(0.5);
    const beyond = await page.locator('.prices td .amount').evaluateAll((tags) => tags.filter((tag) => tag.getBoundingClientRect().right > (tag.closest('td')?.getBoundingClientRect().right ?? 0) + 2).map((tag) => tag.textContent));
    expect(beyond).toEqual([]);
  });

  test('search results have half of the panel beside the keyboard', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'find');
    await page.locator('.find__field').click();
    await page.locator('.search__keyboard .hg-button').first().waitFor();
    for (const view of [{}, { text: 4 }] as const) {
      await setView(page, view);
      const share = await page.locator('.search .scroll').evaluate((area) => area.getBoundingClientRect().width / innerWidth);
      expect(share).toBeGreaterThan(0.45);
      expect(await page.evaluate(() => Math.max(...[...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect().right)) <= innerWidth)).toBe(true);
    }
  });

  test('a panel that lies within reach offers no lower reach', async () => {
    const page = await kiosk.visit(language);
    await page.locator('.nav__button').nth(3).click();
    await page.locator('dialog[open]').waitFor();
    expect(await page.locator('.switch').count()).toBe(2);
    expect(await page.locator('.switch--reach').isVisible()).toBe(false);
    await page.keyboard.press('Escape');
  });
});

describe.each(['portrait', 'landscape', 'small'] as const)('the attract screen on the %s panel', (panel) => {
  const kiosk = useKiosk({ panel, now: mondayMorning, running: true });

  test('no card touches what is around it, and the name breaks at its spaces', async () => {
    const { page } = kiosk;
    // A card that is still coming in is below its place.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await startOver(page);
    const seen = new Set<string>();
    for (let turn = 0; turn < 120; turn++) {
      const { words, over, under } = await page.evaluate(() => {
        const card = document.querySelector('.card');
        const room = document.querySelector('.attract__rotation')?.getBoundingClientRect();
        const box = card?.getBoundingClientRect();
        return { words: card?.textContent ?? '', over: (room?.top ?? 0) - (box?.top ?? 0), under: (box?.bottom ?? 0) - (room?.bottom ?? 0) };
      });
      if (seen.has(words) && turn > 12) break;
      seen.add(words);
      expect.soft(Math.max(over, under), words).toBeLessThan(2);
      await page.clock.runFor(7_000);
    }
    // Every card of the deck has come by, prices and notices.
    expect(seen.size).toBeGreaterThan(5);
    const lines = await page.locator('.attract__title .phrase').evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(part).lineHeight))));
    expect(lines).toEqual([1, 1]);
  });
});
