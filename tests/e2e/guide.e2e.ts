import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { onScreen, openGuide } from './support/states.ts';
import { of, say, tongues, type Pair, type Tongue } from './support/words.ts';

/** An office is open. */
const fridayMorning = Date.parse('2026-11-20T09:00:00+07:00');
const kiosk = useKiosk({ now: fridayMorning });

async function guideOf(title: Pair, language: Tongue): Promise<Page> {
  const page = await kiosk.visit(language);
  await openGuide(page, of(title, language));
  return page;
}

const certifiedCopy: Pair = ['ការធ្វើនីត្យានុកូលកម្មឯកសារចម្លង', 'Certified true copy (legalisation)'];
const marriage: Pair = ['ចុះបញ្ជីអាពាហ៍ពិពាហ៍ និងសំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage registration and certificate'];
const motorcycle: Pair = ['ចុះបញ្ជីទោចក្រយានយន្ត (ម៉ូតូ)', 'Register a motorcycle or tricycle'];
const correction: Pair = ['កែតម្រូវសំបុត្រកំណើត', 'Correction of a birth certificate'];
const landHistory: Pair = ['លិខិតបញ្ជាក់ប្រវត្តិដី', 'Land history letter'];

describe.each(tongues)('the service guide (%s)', (language) => {
  test('a fee, a ceiling, free and not posted differ in word, shape and picture, not in colour alone', async () => {
    const seen: { kind: string; amount: string; label: string; picture: string; border: string }[] = [];
    const look = async (page: Page, kind: string): Promise<void> => {
      const price = page.locator(`.price--${kind}`);
      await price.waitFor();
      seen.push({
        kind,
        amount: await price.locator('.price__amount').innerText(),
        label: await price.locator('.price__label').innerText(),
        picture: await price.locator('.price__label .icon').innerHTML(),
        border: await price.evaluate((card) => getComputedStyle(card).borderStyle + getComputedStyle(card).borderWidth),
      });
    };
    await look(await guideOf(motorcycle, language), 'fixed');
    await look(await guideOf(correction, language), 'free');
    await look(await guideOf(landHistory, language), 'notPosted');
    const page = await guideOf(certifiedCopy, language);
    await page.getByRole('radio', { name: of(['វិញ្ញាបនបត្រប្រកបអាជីវកម្ម', 'Business-operation certificate'], language) }).click();
    await look(page, 'ceiling');

    expect(seen.map(({ amount }) => amount)).toEqual(of(['៤០\u00a0០០០\u00a0៛|ឥតគិតថ្លៃ|មិនមានបិទផ្សាយ|≤ ១\u00a0០០០\u00a0៛', '40,000\u00a0៛|Free of charge|Not posted|≤ 1,000\u00a0៛'], language).split('|'));
    expect(new Set(seen.map(({ picture }) => picture)).size).toBe(4);
    expect(seen.find(({ kind }) => kind === 'ceiling')?.label).toBe(say('guide', 'ceiling', language));
    expect(seen.find(({ kind }) => kind === 'fixed')?.label).toBe(say('guide', 'fee', language));
    expect(new Set(seen.map(({ border }) => border)).size).toBeGreaterThan(1);
  });

  test('questions pick the case and the count makes the total, with the concession beside the ceiling', async () => {
    const page = await guideOf(certifiedCopy, language);
    await page.locator('.price--undecided').waitFor();
    await page.getByRole('radio', { name: of(['វិញ្ញាបនបត្រប្រកបអាជីវកម្ម', 'Business-operation certificate'], language) }).click();
    const price = page.locator('.price');
    expect(await price.locator('.price__concession strong').innerText()).toBe(of(['៥០០\u00a0៛', '500\u00a0៛'], language));
    const more = page.getByRole('button', { name: say('guide', 'moreOf', language), exact: true });
    for (let sheets = 1; sheets < 12; sheets++) await more.dispatchEvent('click');
    expect(await page.locator('.count__value').innerText()).toBe(of(['១២ សន្លឹក', '12 sheets'], language));
    expect(await price.locator('.price__amount').innerText()).toBe(of(['≤ ១២\u00a0០០០\u00a0៛', '≤ 12,000\u00a0៛'], language));
    expect(await price.locator('.price__concession strong').innerText()).toBe(of(['៦\u00a0០០០\u00a0៛', '6,000\u00a0៛'], language));
    expect(await price.innerText()).toContain(of(['១\u00a0០០០\u00a0៛ × ១២', '1,000\u00a0៛ × 12'], language));

    await page.getByRole('radio', { name: of(['ឯកសារផ្សេង', 'Another document'], language) }).click();
    await page.locator('.price--notPosted').waitFor();
    expect(await page.locator('.price').innerText()).not.toMatch(/[០-៩\d]\s*៛/u);
  });

  test('a free service with a note on what else is to be paid promises no more than that', async () => {
    const page = await guideOf(['ពន្ធប្រថាប់ត្រា លើការផ្ទេរយានយន្ត', 'Stamp duty on a vehicle transfer'], language);
    const price = page.locator('.price--free');
    expect(await price.locator('.price__note').innerText()).toContain(of(['ត្រូវបង់ពន្ធប្រថាប់ត្រា', 'The duty itself must be paid'], language));
    expect(await price.innerText()).not.toContain(say('guide', 'freeExplained', language));
    const wedding = await guideOf(marriage, language);
    expect(await wedding.locator('.price--free').innerText()).toContain(say('guide', 'freeExplained', language));
  });

  test('documents stand as a numbered list with forms, alternatives and conditions, and belong to the case', async () => {
    const page = await guideOf(marriage, language);
    const lines = page.locator('.documents__line');
    expect(await lines.count()).toBe(7);
    expect(await lines.locator('.documents__number').allInnerTexts()).toEqual([...of(['១២៣៤៥៦៧', '1234567'], language)]);
    // Family book or residence book.
    const books = lines.nth(3);
    expect(await books.locator('.document').count()).toBe(2);
    expect(await books.locator('.documents__or').innerText()).toBe(say('guide', 'or', language));
    expect(await lines.nth(2).innerText()).toContain(of(['បើធ្លាប់មានអាពាហ៍ពិពាហ៍', 'If previously married'], language));
    expect(await lines.first().locator('.document__form').first().innerText()).toBe(say('guide', 'certifiedCopy', language));

    const copy = await guideOf(certifiedCopy, language);
    await copy.getByRole('radio', { name: of(['ឯកសារផ្សេង', 'Another document'], language) }).click();
    await copy.locator('.price--notPosted').waitFor();
    expect(await copy.locator('.documents__line').count()).toBe(0);
    await copy.getByRole('radio', { name: of(['វិញ្ញាបនបត្រប្រកបអាជីវកម្ម', 'Business-operation certificate'], language) }).click();
    await copy.locator('.price--ceiling').waitFor();
    expect(await copy.locator('.documents__line').count()).toBe(2);
  });

  test('a document that one does not have leads to the service that gives it, and back to the same place', async () => {
    const page = await guideOf(marriage, language);
    const area = page.locator('.scroll__area');
    const help = page.getByRole('button', { name: `${say('guide', 'dontHave', language)}: ${of(['លិខិតបញ្ជាក់ភាពនៅលីវ ឬមេម៉ាយ ពោះម៉ាយ', 'Certificate of single, widow or widower status'], language)}` });
    await help.scrollIntoViewIfNeeded();
    const scrolled = await area.evaluate((element) => element.scrollTop);
    const place = (await help.boundingBox())?.y;
    expect(scrolled).toBeGreaterThan(0);
    await help.click();
    await onScreen(page, of(['លិខិតបញ្ជាក់ភាពនៅលីវ ឬមេម៉ាយ ពោះម៉ាយ', 'Certificate of single, widow or widower status'], language));
    expect(await area.evaluate((element) => element.scrollTop)).toBe(0);
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    await onScreen(page, of(marriage, language));
    expect((await help.boundingBox())?.y).toBe(place);
  });

  test('says what you get, the steps with their counters, the law, who vouches and where to complain', async () => {
    const page = await guideOf(marriage, language);
    for (const key of ['documents', 'requirements', 'steps', 'youGet', 'legalBasis', 'complaint', 'certification'] as const) {
      expect(await page.getByRole('heading', { level: 2, name: say('guide', key, language), exact: true }).count(), key).toBe(1);
    }
    const text = await page.locator('.guide').innerText();
    for (const part of [
      ['សំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage certificate'],
      ['ព័ត៌មាន និងទទួលឯកសារ', 'Information and receiving documents'],
      ['ការិយាល័យប្រជាពលរដ្ឋ', 'Citizen'],
      ['ក្រសួងមហាផ្ទៃ', 'Ministry of Interior'],
    ] as const) expect(text).toContain(of(part, language));
    // The law with its number and date.
    expect(text).toContain(of(['លេខ ១៤៣៤២ ចុះថ្ងៃទី២៩ ខែធ្នូ ឆ្នាំ២០១៦', 'No. 14342 of 29 December 2016'], language));
    // The back office has no counter to go to.
    const counters = await page.locator('.steps__where').allInnerTexts();
    expect(counters).toContain(say('guide', 'counterBackOffice', language));
    expect(counters.some((counter) => counter.startsWith(of(['បញ្ជរ ១', 'Counter 1'], language)))).toBe(true);
    // The source of the price, with its date in the words of the language.
    expect(text).toContain(of(['ថ្ងៃទី៨ ខែតុលា ឆ្នាំ២០២៦', '8 October 2026'], language));
    expect(text).toContain(say('guide', 'notCertified', language));
  });

  test('a service of another office says where to go', async () => {
    const page = await guideOf(motorcycle, language);
    const where = page.locator('.where--elsewhere');
    expect(await where.innerText()).toContain(of(['មន្ទីរសាធារណការ និងដឹកជញ្ជូនខេត្ត', 'Provincial Department of Public Works and Transport'], language));
    // Three places, of which one will do.
    expect(await where.innerText()).toContain(say('guide', 'goToAny', language));
    expect(await where.locator('li').count()).toBe(3);
    const here = await guideOf(marriage, language);
    expect(await here.locator('.where--here').count()).toBe(1);
  });

  test('a service of another office names no counter of this one', async () => {
    const page = await guideOf(['អាជ្ញាប័ណ្ណកាត់សក់បុរស', "Men's barber shop licence"], language);
    const places = await page.locator('.steps__where').allInnerTexts();
    expect(places).toEqual((['counterInformation', 'counterInformation', 'counterCashier', 'counterBackOffice', 'counterCollection'] as const).map((role) => say('guide', role, language)));
    // No source lists its documents: said once.
    expect(await page.locator('.guide__section').first().locator('.guide__caution').allInnerTexts()).toEqual([say('guide', 'noDocuments', language)]);
  });

  test('the other language stays on the same place with the same answers', async () => {
    const page = await guideOf(certifiedCopy, language);
    await page.getByRole('radio', { name: of(['វិញ្ញាបនបត្រប្រកបអាជីវកម្ម', 'Business-operation certificate'], language) }).click();
    await page.getByRole('button', { name: say('guide', 'moreOf', language), exact: true }).click();
    const other = language === 'km' ? 'en' : 'km';
    await page.getByRole('button', { name: say('core', 'otherLanguage', language), exact: true }).click();
    await onScreen(page, of(certifiedCopy, other));
    expect(await page.locator('html').getAttribute('lang')).toBe(other);
    expect(await page.locator('.price__amount').innerText()).toBe(of(['≤ ២\u00a0០០០\u00a0៛', '≤ 2,000\u00a0៛'], other));
    expect(await page.getByRole('radio', { checked: true }).innerText()).toContain(of(['វិញ្ញាបនបត្រប្រកបអាជីវកម្ម', 'Business-operation certificate'], other));
  });
});

// The last such days of the calendar: no app may be later than they are, and dates of a clock that is earlier than the app are not shown.
describe('on the Tuesday before Pchum Ben, which is from Wednesday to Friday', () => {
  const tuesday = useKiosk({ now: Date.parse('2027-09-28T09:00:00+07:00') });

  test.each(tongues)('the posted days mean a date, counted from today over the holidays and the weekend (%s)', async (language) => {
    const page = await tuesday.visit(language);
    await openGuide(page, of(certifiedCopy, language));
    await page.getByRole('radio', { name: of(['វិញ្ញាបនបត្រប្រកបអាជីវកម្ម', 'Business-operation certificate'], language) }).click();
    expect(await page.locator('.time__value').innerText()).toBe(of(['៣ ថ្ងៃធ្វើការ', '3 working days'], language));
    const words = await page.locator('.time__date').first().innerText();
    expect(words).toContain(of(['ថ្ងៃពុធ ទី៦ ខែតុលា ឆ្នាំ២០២៧', 'Wednesday 6 October 2027'], language));
    expect(words).toContain(say('guide', 'ifToday', language));
  });
});

describe('on a Sunday', () => {
  const sunday = useKiosk({ now: Date.parse('2027-11-21T10:15:00+07:00'), search: '?office=9901' });

  test.each(tongues)('the posted days count from the day on which the office opens (%s)', async (language) => {
    const page = await sunday.visit(language);
    await openGuide(page, of(['អាជ្ញាប័ណ្ណកាត់សក់បុរស', "Men's barber shop licence"], language));
    const words = await page.locator('.time__date').first().innerText();
    // Seven working days after Monday, not after Sunday.
    expect(words).toContain(of(['ថ្ងៃពុធ ទី១ ខែធ្នូ ឆ្នាំ២០២៧', 'Wednesday 1 December 2027'], language));
    expect(words).toContain(of(['ថ្ងៃចន្ទ ទី២២ ខែវិច្ឆិកា ឆ្នាំ២០២៧', 'Monday 22 November 2027'], language));
    expect(words).not.toContain(say('guide', 'ifToday', language));
  });
});
