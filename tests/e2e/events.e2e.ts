import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { mondayMorning, onScreen, openTile } from './support/states.ts';
import { of, say, tongues, type Pair, type Tongue } from './support/words.ts';

const kiosk = useKiosk({ now: mondayMorning });
const marriage: Pair = ['រៀបអាពាហ៍ពិពាហ៍', 'Getting married'];

async function openEvent(title: Pair, language: Tongue): Promise<Page> {
  const page = await kiosk.visit(language);
  await openTile(page, 'events');
  await page.getByRole('button', { name: of(title, language), exact: true }).click();
  await onScreen(page, of(title, language));
  return page;
}

/** Titles of the way's stations, in order. */
const stations = (page: Page): Promise<string[]> => page.locator('.event-way__title').allInnerTexts();

describe.each(tongues)('life events (%s)', (language) => {
  test('every event opens and shows a way with at least one station', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'events');
    const tiles = page.locator('.event-tile');
    await tiles.first().waitFor();
    const count = await tiles.count();
    expect(count).toBe(10);
    for (let i = 0; i < count; i++) {
      const title = await tiles.nth(i).locator('.event-tile__title').innerText();
      await tiles.nth(i).click();
      await onScreen(page, title);
      expect((await stations(page)).length, title).toBeGreaterThan(0);
      await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
      await tiles.first().waitFor();
    }
  });

  test('marriage is what the official presentation describes: before, the wedding, after', async () => {
    const page = await openEvent(marriage, language);
    const headings = await page.locator('.event-way__heading').allInnerTexts();
    expect(headings).toEqual(of(['មុនពិធីមង្គលការ|ពិធីមង្គលការ|ក្រោយពិធីមង្គលការ', 'Before the wedding|The wedding|After the wedding'], language).split('|'));
    const way = await stations(page);
    const order = ([
      ['ស្នើសុំឃុំ សង្កាត់ចុះហត្ថលេខាលើលិខិត', 'Ask the commune or Sangkat to sign the letter'],
      ['ឃុំ សង្កាត់បិទសេចក្តីប្រកាស', 'The commune or Sangkat posts the notice'],
      ['ពិធីមង្គលការ', 'The wedding'],
      ['ចុះបញ្ជីអាពាហ៍ពិពាហ៍ និងសំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage registration and certificate'],
    ] as const).map((title) => way.indexOf(of(title, language)));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(await page.locator('.event-way').allInnerTexts().then((texts) => texts.join('\n'))).toContain(of(['១០ថ្ងៃ', '10 days'], language));
  });

  test('each document is asked for once, with the steps that need it; what the way gives need not be brought', async () => {
    const page = await openEvent(marriage, language);
    const titles = await page.locator('.documents__line .document__title').allInnerTexts();
    expect(titles).toContain(of(['សំបុត្រកំណើត', 'Birth certificate'], language));
    expect(new Set(titles).size).toBe(titles.length);
    const text = await page.locator('.guide__rest').innerText();
    expect(text).toContain(say('events', 'obtained', language));
  });

  test('what applies only to some is counted in at a touch and changes sums, documents and way', async () => {
    const page = await openEvent(marriage, language);
    const box = page.getByRole('checkbox', { name: of(['បើម្នាក់ជាជនបរទេស', 'If one of the couple is a foreigner'], language) });
    const before = { out: await page.locator('.event-way__station--out').count(), summary: await page.locator('.guide__answer').innerText() };
    await box.click();
    expect(await box.getAttribute('aria-checked')).toBe('true');
    expect(await page.locator('.event-way__station--out').count()).toBe(before.out - 1);
    expect(await page.locator('.guide__answer').innerText()).not.toBe(before.summary);
    // Not by touch: at a machine's speed a second one counts as a finger that bounced.
    await box.dispatchEvent('click');
    await expect.poll(() => page.locator('.guide__answer').innerText()).toBe(before.summary);
  });

  test('the sum of fees never hides what is not posted', async () => {
    const page = await openEvent(['ទិញម៉ូតូ', 'Buying a motorbike'], language);
    const price = page.locator('.guide__answer .price').first();
    expect(await price.locator('.price__amount').innerText()).toMatch(language === 'km' ? /^[០-៩]+\s[០-៩]{3}\s៛$/u : /^\d+,\d{3}\s៛$/u);
    const wedding = await openEvent(marriage, language);
    expect(await wedding.locator('.guide__answer .price').first().innerText()).toContain(say('guide', 'notPosted', language));
  });

  test('a station leads to its guide and back to the same place', async () => {
    const page = await openEvent(marriage, language);
    const name: Pair = ['ចុះបញ្ជីអាពាហ៍ពិពាហ៍ និងសំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage registration and certificate'];
    const guide = page.getByRole('button', { name: `${say('events', 'guide', language)}: ${of(name, language)}` });
    await guide.scrollIntoViewIfNeeded();
    const place = (await guide.boundingBox())?.y;
    await guide.click();
    await onScreen(page, of(name, language));
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    await onScreen(page, of(marriage, language));
    expect((await guide.boundingBox())?.y).toBe(place);
  });

  test('the case chosen in a guide enters the sum of the way, and leaves with the visit', async () => {
    const house: Pair = ['សាងសង់ផ្ទះ', 'Building a house'];
    const page = await openEvent(house, language);
    const summary = page.locator('.guide__answer .price').first();
    const before = await summary.innerText();
    expect(before).toContain(say('guide', 'dependsOnCase', language));
    await page.getByRole('button', { name: new RegExp(`^${say('events', 'chooseCase', language)}: `, 'u') }).first().click();
    for (const question of await page.getByRole('radiogroup').all()) await question.getByRole('radio').first().click();
    await page.locator('.price:not(.price--undecided) .price__amount').waitFor();
    const price = await page.locator('.price__amount').innerText();
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    await onScreen(page, of(house, language));
    expect(await summary.locator('.price__amount').innerText()).toBe(price);
    expect(await summary.innerText()).not.toContain(say('guide', 'dependsOnCase', language));
    const again = await openEvent(house, language);
    expect(await again.locator('.guide__answer .price').first().innerText()).toBe(before);
  });

  test('a step that is free says what is to be paid besides', async () => {
    const page = await openEvent(['ទិញរថយន្តប្រើរួច', 'Buying a used car'], language);
    expect(await page.locator('.event-way').allInnerTexts().then((texts) => texts.join('\n'))).toContain(of(['ត្រូវបង់ពន្ធប្រថាប់ត្រា', 'The duty itself must be paid'], language));
  });

  test('a document’s condition stands apart from whose it is', async () => {
    const page = await openEvent(['មានកូន', 'Having a child'], language);
    const use = page.locator('.event__use--if').first();
    expect(await use.locator('.event__condition').innerText()).toBe(`${say('guide', 'onlyIf', language)} ${of(['បើឪពុកម្តាយបានរៀបអាពាហ៍ពិពាហ៍', 'If the parents are married'], language)}`);
    expect(await use.innerText()).toMatch(new RegExp(of(['– របស់ឪពុកម្តាយ', '– of the parents'], language), 'u'));
  });

  test('the other language stays on the event with its choices', async () => {
    const page = await openEvent(marriage, language);
    await page.getByRole('checkbox').first().click();
    await page.getByRole('button', { name: say('core', 'otherLanguage', language), exact: true }).click();
    const other = language === 'km' ? 'en' : 'km';
    await onScreen(page, of(marriage, other));
    expect(await page.getByRole('checkbox').first().getAttribute('aria-checked')).toBe('true');
  });
});
