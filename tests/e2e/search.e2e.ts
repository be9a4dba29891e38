import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { mondayMorning, onScreen, openTile } from './support/states.ts';
import { of, say, tongues, type Pair, type Tongue } from './support/words.ts';

const kiosk = useKiosk({ now: mondayMorning });

const birth: Pair = ['ចុះបញ្ជីកំណើត និងសំបុត្រកំណើត', 'Birth registration and birth certificate'];
const motorcycle: Pair = ['ចុះបញ្ជីទោចក្រយានយន្ត (ម៉ូតូ)', 'Register a motorcycle or tricycle'];
const familyBook: Pair = ['សៀវភៅគ្រួសារ', 'Family book'];

async function openSearch(language: Tongue): Promise<Page> {
  const page = await kiosk.visit(language);
  await openTile(page, 'find');
  await page.locator('.find__field').click();
  await page.locator('.search__field').waitFor();
  return page;
}

const row = (page: Page, title: string) => page.locator('.search .row').filter({ hasText: title });

/** Touches keys of the keyboard on the screen, one after the other. */
async function tapKeys(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.locator(`.keyboard [data-skbtn="${key}"]`).tap();
}

/** How people write "birth certificate", and others, with what they should find. */
const spellings: readonly (readonly [how: string, typed: string, wanted: Pair])[] = [
  ['Khmer', 'សំបុត្រកំណើត', birth],
  ['Khmer with a vowel and a sign the other way round', 'សបំុត្រកណំើត', birth],
  ['Khmer with a vowel put together from its halves', 'សំបុត្រកំណេីត', birth],
  ['Khmer with zero-width spaces', 'សំបុត្រ\u200bកំណើត', birth],
  ['Khmer without the coeng', 'សំបុតរកំណើត', birth],
  ['Khmer Latin-typed', 'sombot komnert', birth],
  ['Khmer Latin-typed another way', 'sambot kamnaet', birth],
  ['English', 'birth certificate', birth],
  ['English in capitals', 'BIRTH CERTIFICATE', birth],
  ['a Khmer synonym', 'ម៉ូតូ', motorcycle],
  ['an English synonym', 'motorbike', motorcycle],
  ['Khmer without both coengs', 'សៀវភៅគរួសារ', familyBook],
];

describe.each(tongues)('search (%s)', (language) => {
  test.each(spellings)('finds what is meant by %s', async (_, typed, wanted) => {
    const page = await openSearch(language);
    await page.locator('.search__field').fill(typed);
    await row(page, of(wanted, language)).first().waitFor();
    // Within what a citizen sees without scrolling.
    const titles = await page.locator('.search .row__title').allInnerTexts();
    expect(titles.slice(0, 4)).toContain(of(wanted, language));
  });

  test('shows the part of a name that was meant, and results from the first letters on', async () => {
    const page = await openSearch(language);
    const field = page.locator('.search__field');
    const whole = of(['សំបុត្រ', 'certificate'], language);
    for (const length of [3, whole.length]) {
      await field.fill(whole.slice(0, length));
      await page.locator('.search mark').first().waitFor();
    }
    const marks = await page.locator('.search mark').allInnerTexts();
    expect(marks.map((mark) => mark.toLowerCase())).toContain(whole);
    await page.locator('.search .row').first().click();
    await page.locator('.guide').waitFor();
    // Back: the words are still there and nothing has to be typed again.
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    expect(await field.inputValue()).toBe(whole);
    expect(await page.locator('.search mark').count()).toBeGreaterThan(0);
  });

  test('is never a dead end: nonsense leads to the topics', async () => {
    const page = await openSearch(language);
    const wayOn = page.getByRole('button', { name: say('find', 'wayOn', language), exact: true });
    for (const nonsense of ['qqqzzz xxkk', '៙៙៙៚', '%%%', 'ឍឍឍឍ']) {
      await page.locator('.search__field').fill(nonsense);
      await wayOn.waitFor();
      expect([say('find', 'nothing', language), say('find', 'nothingExact', language), say('find', 'nearest', language)], nonsense).toContain(await page.locator('.search__count').innerText());
    }
    await wayOn.click();
    await page.locator('.topics__topic').first().waitFor();
  });

  test('counts what it found, not what it shows, and shows the rest at a touch', async () => {
    const page = await openSearch(language);
    await page.locator('.search__field').fill('លិខិត');
    const rows = page.locator('.search .row');
    await page.locator('.search mark').first().waitFor();
    const shown = await rows.count() - 1;
    await rows.last().click();
    await expect.poll(() => rows.count()).toBeGreaterThan(shown + 1);
    const all = await rows.count();
    const khmer = [...String(all)].map((digit) => String.fromCodePoint(0x17e0 + Number(digit))).join('');
    expect(await page.locator('.search__count').first().innerText()).toBe(say('find', 'results_other', language, { n: of([khmer, String(all)], language) }));
  });

  test.each(['free', 'ឥតគិតថ្លៃ'])('“%s” leads to what is free in the price list', async (typed) => {
    const page = await openSearch(language);
    await page.locator('.search__field').fill(typed);
    await page.locator('.search .row').filter({ hasText: say('core', 'priceList', language) }).click();
    await onScreen(page, say('core', 'priceList', language));
    await page.locator('.prices__row').first().waitFor();
    expect(await page.locator('.prices__row .amount:not(.amount--free)').count()).toBe(0);
  });

  test('what only sounds like the query is called the nearest, with a way on', async () => {
    const page = await openSearch(language);
    for (const typed of ['covid', 'notary']) {
      await page.locator('.search__field').fill(typed);
      await expect.poll(() => page.locator('.search__count').innerText()).toBe(say('find', 'nearest', language));
      await page.getByRole('button', { name: say('find', 'wayOn', language), exact: true }).waitFor();
    }
  });

  test('a name in the other language says why it is found', async () => {
    const page = await openSearch(language);
    await page.locator('.search__field').fill(of(['family book', 'សៀវភៅគ្រួសារ'], language));
    const found = row(page, of(familyBook, language)).first();
    await found.waitFor();
    expect(await found.locator('.row__hint').filter({ has: page.locator('mark') }).innerText()).toBe(of(['Family book', 'សៀវភៅគ្រួសារ'], language));
  });

  test('before the first letter, and cleared again, it offers the life events', async () => {
    const page = await openSearch(language);
    const marriage = row(page, of(['រៀបអាពាហ៍ពិពាហ៍', 'Getting married'], language));
    await marriage.waitFor();
    await page.locator('.search__field').fill('zzz');
    await marriage.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: say('find', 'clear', language), exact: true }).click();
    await marriage.waitFor();
  });

  test('a life event is found by its name and opens', async () => {
    const page = await openSearch(language);
    await page.locator('.search__field').fill(of(['រៀបការ', 'wedding'], language));
    await row(page, of(['រៀបអាពាហ៍ពិពាហ៍', 'Getting married'], language)).first().click();
    await onScreen(page, of(['រៀបអាពាហ៍ពិពាហ៍', 'Getting married'], language));
  });

  test('the Khmer keyboard on the screen stacks consonants, and finds by them', async () => {
    const page = await openSearch(language);
    if (language === 'en') await tapKeys(page, ['{layout}']);
    // ស ំ ប ុ ត ្ រ: the sign above is on the upper layer, ្ between two consonants stacks the second.
    await tapKeys(page, ['ស', '{shift}', 'ំ', 'ប', 'ុ', 'ត', '្', 'រ']);
    const field = page.locator('.search__field');
    expect(await field.inputValue()).toBe('សំបុត្រ');
    // One shape: narrower than the same consonants side by side.
    const width = (text: string): Promise<number> =>
      field.evaluate((input, measured) => {
        const canvas = document.createElement('canvas').getContext('2d');
        if (canvas === null) throw new Error('no canvas');
        canvas.font = getComputedStyle(input).font;
        return canvas.measureText(measured).width;
      }, text);
    expect(await width('ត្រ')).toBeLessThan(await width('តរ'));
    await row(page, of(birth, language)).first().waitFor();
    await tapKeys(page, ['{backspace}']);
    expect((await field.inputValue()).length).toBeLessThan('សំបុត្រ'.length);
    await tapKeys(page, ['{clear}']);
    expect(await field.inputValue()).toBe('');
  });

  test('the Latin keyboard on the screen finds Khmer services', async () => {
    const page = await openSearch(language);
    if (language === 'km') await tapKeys(page, ['{layout}']);
    await tapKeys(page, [...'moto']);
    expect(await page.locator('.search__field').inputValue()).toBe('moto');
    await row(page, of(motorcycle, language)).first().click();
    await page.locator('.guide').waitFor();
  });

  test('the other language keeps the words and their results', async () => {
    const page = await openSearch(language);
    await page.locator('.search__field').fill('moto');
    await row(page, of(motorcycle, language)).first().waitFor();
    await page.getByRole('button', { name: say('core', 'otherLanguage', language), exact: true }).click();
    const other = language === 'km' ? 'en' : 'km';
    await row(page, of(motorcycle, other)).first().waitFor();
    expect(await page.locator('.search__field').inputValue()).toBe('moto');
  });
});
