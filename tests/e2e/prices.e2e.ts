import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { readQr } from './support/read-qr.ts';
import { mondayMorning, onScreen, openTile } from './support/states.ts';
import { of, say, tongues, type Tongue } from './support/words.ts';

const kiosk = useKiosk({ now: mondayMorning });

async function openList(language: Tongue): Promise<Page> {
  const page = await kiosk.visit(language);
  await openTile(page, 'prices');
  await page.locator('.prices__row').first().waitFor();
  return page;
}

/** How many entries the list says it has. */
async function entries(page: Page): Promise<number> {
  const text = await page.locator('.edition__rows').innerText();
  const digits = [...text].map((char) => ('០' <= char && char <= '៩' ? String((char.codePointAt(0) ?? 0) - 0x17e0) : char)).join('');
  return Number(/\d+/.exec(digits)?.[0]);
}

const code = (page: Page): Promise<string> => page.locator('.edition__code').innerText();

describe.each(tongues)('the price list (%s)', (language) => {
  test('has every posted price in the official columns', async () => {
    const page = await openList(language);
    const columns = of(['ប្រភេទសេវា|តម្លៃអតិបរមា|តម្លៃជាក់លាក់', 'Type of service|Maximum price|Specific price'], language).split('|');
    const headers = await page.getByRole('columnheader', { includeHidden: true }).allTextContents();
    expect(headers).toHaveLength(6);
    expect(headers.slice(0, 3)).toEqual(columns);
    // Sectors and cases: more rows than the 84 groups of services.
    expect(await entries(page)).toBeGreaterThan(130);
    // All of them come while one scrolls.
    const area = page.locator('.scroll__area');
    const wanted = await entries(page);
    await expect.poll(async () => {
      await area.evaluate((element) => element.scrollTo({ top: element.scrollHeight, behavior: 'instant' }));
      return page.locator('.prices__row').count();
    }, { timeout: 15_000, interval: 20 }).toBe(wanted);
  });

  test('a sector narrows it and is seen on its button; "show the whole list" leads back', async () => {
    const page = await openList(language);
    const all = await entries(page);
    await page.locator('.price-tools__sector').click();
    await page.getByRole('dialog').getByRole('button', { name: of(['ដឹកជញ្ជូន', 'transport'], language) }).first().click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const fewer = await entries(page);
    expect(fewer).toBeGreaterThan(10);
    expect(fewer).toBeLessThan(all);
    expect(await page.locator('.price-tools__value').innerText()).not.toBe(say('prices', 'allSectors', language));
    await page.locator('.price-tools__sector').click();
    await page.getByRole('dialog').getByRole('button', { name: say('prices', 'allSectors', language) }).click();
    await expect.poll(() => entries(page)).toBe(all);
  });

  test('the filter says how many entries each choice leaves, and keeps its word', async () => {
    const page = await openList(language);
    for (const kind of ['fixed', 'ceiling', 'free', 'notPosted'] as const) {
      await page.locator('.price-tools__filter').click();
      const name = { fixed: say('prices', 'specific', language), ceiling: say('prices', 'maximum', language), free: say('guide', 'free', language), notPosted: say('guide', 'notPosted', language) }[kind];
      await page.getByRole('dialog').getByRole('button', { name }).click();
      const promise = await page.locator('.price-dialog__close').innerText();
      await page.locator('.price-dialog__close').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const count = await entries(page);
      expect(count, kind).toBeGreaterThan(0);
      expect(promise).toContain(of([[...String(count)].map((digit) => String.fromCodePoint(0x17e0 + Number(digit))).join(''), String(count)], language));
      // Every entry on screen is of that kind.
      expect(await page.locator('.prices__row .amount').count(), kind).toBeGreaterThan(0);
      expect(await page.locator(`.prices__row .amount:not(.amount--${kind})`).count(), kind).toBe(0);
    }
  });

  test('a filter that leaves nothing says so and leads back to the whole list', async () => {
    const page = await openList(language);
    await page.locator('.price-tools__search').click();
    const field = page.getByRole('textbox', { name: say('prices', 'searchList', language) });
    await field.fill('៙៙៙៚');
    await page.getByRole('button', { name: say('prices', 'showAll', language) }).or(page.locator('.price-nearest')).first().waitFor();
    if (await page.locator('.price-none').isVisible()) await page.getByRole('button', { name: say('prices', 'showAll', language) }).click();
    else await field.press('Escape');
    await expect.poll(() => entries(page)).toBeGreaterThan(130);
  });

  test('an empty search says in which part it looked and leads to the entries of the whole list', async () => {
    const page = await openList(language);
    const transport = of(['ដឹកជញ្ជូន', 'Transport'], language);
    await page.locator('.price-tools__sector').click();
    await page.getByRole('dialog').getByRole('button', { name: transport }).first().click();
    await page.locator('.price-tools__search').click();
    const field = page.getByRole('textbox', { name: say('prices', 'searchList', language) });
    await field.fill(of(['ភូមិគ្រឹះ', 'villa'], language));
    await page.locator('.price-none').waitFor();
    expect(await page.locator('.price-none').innerText()).toContain(transport);
    expect(await page.locator('.edition__rows').innerText()).toContain(transport);
    await page.locator('.price-none .button').first().click();
    await page.locator('.prices__row').first().waitFor();
    expect(await field.inputValue()).toBe(of(['ភូមិគ្រឹះ', 'villa'], language));
    expect(await page.locator('.edition__rows').innerText()).not.toContain(transport);
  });

  test('no sector begins with an entry that has no price while another of it has one', async () => {
    const page = await openList(language);
    await page.locator('.price-tools__filter').click();
    await page.getByRole('dialog').getByRole('button', { name: say('guide', 'notPosted', language) }).click();
    await page.locator('.price-dialog__close').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const first = await page.locator('.prices__row').first().innerText();
    const again = await openList(language);
    expect(await again.locator('.prices__row').first().innerText()).not.toBe(first);
    expect(await again.locator('.prices__row').first().locator('.amount--notPosted').count()).toBe(0);
  });

  test('search finds an entry in Khmer, English and Latin-typed Khmer, and opens its guide in its case', async () => {
    const page = await openList(language);
    await page.locator('.price-tools__search').click();
    const field = page.getByRole('textbox', { name: say('prices', 'searchList', language) });
    for (const typed of ['ម៉ូតូ', 'motorbike', 'choh banhchi moto']) {
      await field.fill(typed);
      await page.locator('.prices__title').filter({ hasText: of(['ចុះបញ្ជីទោចក្រយានយន្ត (ម៉ូតូ)', 'Register a motorcycle or tricycle'], language) }).first().waitFor();
    }
    await field.fill(of(['ភូមិគ្រឹះ', 'villa'], language));
    await page.locator('.prices__open').filter({ hasText: of(['ភូមិគ្រឹះ', 'villa'], language) }).first().click();
    await page.locator('.guide').waitFor();
    // The row knew the case: nothing is left to ask.
    await page.locator('.price--fixed .price__amount').waitFor();
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    await page.locator('.prices__row').first().waitFor();
    expect(await field.inputValue()).toBe(of(['ភូមិគ្រឹះ', 'villa'], language));
  });

  test('its version code is the same in both languages, under every filter, at the machine’s state and in the QR text', async () => {
    const page = await openList(language);
    const shown = await code(page);
    expect(shown).toMatch(/^[0-9A-Z]{2,8}-?[0-9A-Z]{2,8}$/);
    const other = language === 'km' ? 'en' : 'km';
    for (const [from, to] of [[language, other], [other, language]] as const) {
      // Not by touch: at a machine's speed a second one counts as a finger that bounced.
      await page.getByRole('button', { name: say('core', 'otherLanguage', from), exact: true }).dispatchEvent('click');
      await onScreen(page, of(['តារាងតម្លៃសេវា', 'Price list'], to));
      expect(await code(page)).toBe(shown);
    }
    await page.locator('.prices__open').first().click();
    await page.locator('.screen__foot .button').click();
    const qr = page.getByRole('img', { name: say('take', 'codeName', language) });
    await qr.waitFor();
    expect(await readQr(qr)).toContain(shown);
    await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
    await openTile(page, 'office');
    await page.getByRole('button', { name: say('office', 'machineLink', language) }).click();
    await page.locator('main').getByText(shown).first().waitFor();
  });

  test('the other language shows the same entries in the same order', async () => {
    const page = await openList(language);
    await page.locator('.price-tools__filter').click();
    await page.getByRole('dialog').getByRole('button', { name: say('prices', 'maximum', language) }).click();
    await page.locator('.price-dialog__close').click();
    const count = await entries(page);
    const amounts = async (): Promise<number> => page.locator('.prices__row .amount--ceiling').count();
    const before = await amounts();
    await page.getByRole('button', { name: say('core', 'otherLanguage', language), exact: true }).click();
    await onScreen(page, of(['Price list', 'តារាងតម្លៃសេវា'], language));
    expect([await entries(page), await amounts()]).toEqual([count, before]);
  });
});
