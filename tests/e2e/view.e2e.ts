import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Panel } from './support/browser.ts';
import { useKiosk } from './support/kiosk.ts';
import { inState, mondayMorning, openGuide, setView, states } from './support/states.ts';
import { say, type Tongue } from './support/words.ts';

/** The check scrolls by itself, and one answer stands for all. */
const looked = states.filter(({ name }) => !/-(middle|end|scrolled|documents|low|large)$/.test(name) && !['status-received', 'status-checking', 'status-collected', 'status-awaitingPayment'].includes(name));

/**
 * What is lost on screen: text wider than the panel or cut by its box, and
 * controls that no finger can reach, even by scrolling to them.
 */
async function losses(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const lost: string[] = [];
    const name = (element: Element): string => `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? '').trim().slice(0, 24)}”`;
    const hidden = (element: Element): boolean => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) if (Math.min(at.getBoundingClientRect().width, at.getBoundingClientRect().height) <= 1) return true;
      return false;
    };
    const root: Element = document.querySelector('dialog[open]') ?? document.body;
    if (document.documentElement.scrollWidth > innerWidth) lost.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const element of [root, ...root.querySelectorAll<HTMLElement>('*')]) {
      // A table's head that cards replace is there for readers alone, like everything of that class.
      if (!element.checkVisibility() || element.closest('svg, .visually-hidden, .camera__picture') !== null || hidden(element) || element.tagName === 'INPUT' || (element.textContent ?? '').trim() === '') continue;
      const { overflowX, overflowY } = getComputedStyle(element);
      if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) lost.push(`${name(element)} is cut sideways`);
      if (['hidden', 'clip'].includes(overflowY) && element.scrollHeight > element.clientHeight + 1) lost.push(`${name(element)} is cut below`);
      const box = element.getBoundingClientRect();
      if (element.childElementCount === 0 && (box.left < -1 || box.right > innerWidth + 1)) lost.push(`${name(element)} leaves the panel`);
    }
    for (const control of root.querySelectorAll<HTMLElement>('button, input')) {
      if (!control.checkVisibility() || control.closest('[inert]') !== null) continue;
      control.scrollIntoView({ block: 'center', behavior: 'instant' });
      const box = control.getBoundingClientRect();
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (hit === null || !(control.contains(hit) || hit.contains(control))) lost.push(`${name(control)} cannot be touched${hit === null ? '' : `: ${name(hit)} lies over it`}`);
    }
    return [...new Set(lost)];
  });
}

/** Behind an open dialog nothing can be touched; the words in it follow these alone. */
async function setAttributes(page: Page, text: number, reach: string): Promise<void> {
  await page.evaluate(([size, low]) => {
    document.documentElement.dataset['text'] = String(size);
    document.querySelector<HTMLElement>('.app')?.setAttribute('data-reach', String(low));
  }, [text, reach]);
}

const walks: readonly (readonly [panel: Panel, language: Tongue])[] = [['portrait', 'km'], ['portrait', 'en'], ['landscape', 'en'], ['small', 'km']];

describe.each(walks)('on the %s panel (%s)', (panel, language) => {
  const kiosk = useKiosk({ panel, now: mondayMorning });

  // Only a portrait panel is too tall for a wheelchair.
  const views = panel === 'portrait' ? ([[1, 'normal'], [4, 'normal'], [1, 'low'], [4, 'low']] as const) : ([[1, 'normal'], [4, 'normal']] as const);

  test.each(looked)('nothing is lost in any text size nor within low reach: $name', async (state) => {
    await inState({ page: kiosk.page, hub: kiosk.hub, language, now: mondayMorning }, state, async () => {
      const dialog = await kiosk.page.locator('dialog[open]').isVisible();
      const set = (text: 1 | 4, reach: 'normal' | 'low'): Promise<void> => (dialog ? setAttributes(kiosk.page, text, reach) : setView(kiosk.page, { text, reach }));
      for (const [text, reach] of views) {
        if (state.from !== 'attract' && (text !== 1 || reach !== 'normal')) await set(text, reach);
        expect.soft(await losses(kiosk.page), `text size ${text}, ${reach} reach`).toEqual([]);
      }
      if (dialog) await setAttributes(kiosk.page, 1, 'normal');
    });
  });
});

describe('the view panel', () => {
  const kiosk = useKiosk({ now: mondayMorning });

  test('text grows to twice its size in four steps, everywhere', async () => {
    const page = await kiosk.visit('en');
    await openGuide(page, 'Marriage registration');
    const size = (): Promise<number> => page.locator('.document__title').first().evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
    const sizes: number[] = [];
    for (const key of ['textSize1', 'textSize2', 'textSize3', 'textSize4'] as const) {
      await page.getByRole('button', { name: 'Text size', exact: true }).dispatchEvent('click');
      await page.getByRole('dialog').getByRole('button', { name: say('core', key, 'en'), exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).dispatchEvent('click');
      sizes.push(await size());
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(4);
    expect((sizes[3] ?? 0) / (sizes[0] ?? 1)).toBeCloseTo(2, 1);
  });

  test('within low reach every control lies in the lower part of the portrait panel', async () => {
    const page = await kiosk.visit('km');
    await page.getByRole('button', { name: say('core', 'view', 'km'), exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('core', 'reach', 'km') }).click();
    await page.getByRole('dialog').getByRole('button', { name: say('core', 'close', 'km'), exact: true }).click();
    const highest = (): Promise<number> => page.evaluate(() => Math.min(...[...document.querySelectorAll('button, input')].filter((control) => control.checkVisibility() && control.closest('.scroll__area') === null).map((control) => control.getBoundingClientRect().top)));
    expect(await highest()).toBeGreaterThan(1920 / 3);
    for (const tile of await page.locator('.tile').all()) expect((await tile.boundingBox())?.y).toBeGreaterThan(1920 / 3);
    await openGuide(page, 'ចុះបញ្ជីអាពាហ៍ពិពាហ៍');
    expect(await highest()).toBeGreaterThan(1920 / 3);
    // Where the text is, too: it is read and scrolled from a chair.
    expect((await page.locator('.scroll__area').boundingBox())?.y).toBeGreaterThan(1920 / 3);
  });
});
