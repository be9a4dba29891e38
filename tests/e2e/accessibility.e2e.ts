import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadKiosk, openBrowser, standStill, type KioskBrowser } from './support/browser.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { inState, mondayMorning, states } from './support/states.ts';

/** A control that is too small, as a reader of the failure finds it. */
interface SmallTarget {
  readonly what: string;
  readonly width: number;
  readonly height: number;
}

/** Every control on screen below 60 px, and every primary one below 96 px, at 1080 px wide. */
async function smallTargets(page: Page): Promise<readonly SmallTarget[]> {
  return page.evaluate(() => {
    const open = document.querySelector('dialog[open]') ?? document;
    const primary = '.button--primary, .tile, .nav__button, .attract__language';
    // Keys share a row of up to thirteen: they are as wide as the panel allows, and primary only in height.
    return [...open.querySelectorAll<HTMLElement>('button, a[href], input')]
      .filter((control) => control.checkVisibility() && control.closest('[inert]') === null)
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ control, box }) => box.width < 59.5 || box.height < (control.matches(primary) && control.closest('.keyboard') === null ? 95.5 : 59.5))
      .map(({ control, box }) => ({ what: `${control.className} “${(control.textContent ?? '').slice(0, 30)}”`, width: Math.round(box.width), height: Math.round(box.height) }));
  });
}

/** Tabs through the page; returns the controls that were never reached, and those without a visible focus. */
async function keyboardGaps(page: Page): Promise<{ readonly unreached: readonly string[]; readonly unseen: readonly string[] }> {
  const count = await page.evaluate(() => {
    const open = document.querySelector('dialog[open]') ?? document.body;
    // One radio of a group is enough for the arrow keys in general; here each is a button and tabbed to.
    const controls = [...open.querySelectorAll<HTMLElement>('button:not(:disabled), input, [tabindex="0"]')].filter((control) => control.checkVisibility());
    controls.forEach((control, index) => control.setAttribute('data-tab', String(index)));
    (document.activeElement as HTMLElement | null)?.blur();
    return controls.length;
  });
  const reached = new Set<string>();
  const unseen: string[] = [];
  let first: string | undefined;
  for (let press = 0; press < count + 250 && reached.size < count; press++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const control = document.activeElement;
      if (!(control instanceof HTMLElement)) return undefined;
      const ringed = (element: Element): boolean =>
        [undefined, '::before', '::after'].some((part) => {
          const style = getComputedStyle(element, part);
          return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
        });
      return { id: control.dataset['tab'], seen: ringed(control) || (control.parentElement !== null && ringed(control.parentElement)), what: control.className };
    });
    if (focus?.id === undefined) continue;
    // Once round: what is still missing has gone, as "more below" does at the end of a page, or is out of reach.
    if (focus.id === first && reached.size > 1) break;
    first ??= focus.id;
    reached.add(focus.id);
    if (!focus.seen) unseen.push(focus.what);
  }
  const unreached = await page.evaluate((ids) => [...document.querySelectorAll<HTMLElement>('[data-tab]')].filter((control) => !ids.includes(control.dataset['tab'] ?? '')).map((control) => control.className), [...reached]);
  return { unreached, unseen };
}

describe.each(['km', 'en'] as const)('for everybody (%s)', (language) => {
  let hub: TestHub;
  let browser: KioskBrowser;

  beforeAll(async () => {
    hub = await startHub();
    browser = await openBrowser();
    // Colours that are still on their way from one contrast to the other are nobody's colours.
    await browser.page.emulateMedia({ reducedMotion: 'reduce' });
    await standStill(browser.page, mondayMorning);
    await loadKiosk(browser.page, hub.url);
  });
  afterAll(async () => {
    await browser.close();
    await hub.end();
  });

  // The same page scrolled is the same page, but colours may lie over each other: once is enough.
  const looked = states.filter(({ name }) => language === 'km' || !/-(middle|end|scrolled)$/.test(name));

  test.each(looked)('$name is free of barriers, has targets for fingers, and is reached by keyboard', async (state) => {
    await inState({ page: browser.page, hub, language, now: mondayMorning }, state, async () => {
      const found: string[] = [];
      // Colours do not change with the words: the second contrast is looked at in one language.
      for (const contrast of language === 'km' ? (['normal', 'high'] as const) : (['normal'] as const)) {
        await browser.page.evaluate((to) => {
          document.documentElement.dataset['contrast'] = to;
        }, contrast);
        // There are no frames, so no second page is needed to put their results together.
        const builder = new AxeBuilder({ page: browser.page }).setLegacyMode();
        // What is built does not change with the contrast, only its colours do.
        if (contrast === 'normal') builder.options({ rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } });
        else builder.withRules(['color-contrast', 'color-contrast-enhanced']);
        const axe = await builder.analyze();
        found.push(...axe.violations.map((violation) => `${contrast}: ${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? violation.help})`).slice(0, 4).join(' | ')}`));
      }
      expect(found).toEqual([]);
      expect(await smallTargets(browser.page)).toEqual([]);
      // The controls are the same in both languages, and however far the page is scrolled.
      if (language === 'km' && !/-(middle|end|scrolled)$/.test(state.name)) expect(await keyboardGaps(browser.page)).toEqual({ unreached: [], unseen: [] });
    });
    expect(browser.errors).toEqual([]);
  });
});
