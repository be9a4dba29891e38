import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { drawn, mondayMorning, onScreen, openTile, startOver } from './support/states.ts';
import { of, say, tongues, type Pair } from './support/words.ts';

const kiosk = useKiosk({ now: mondayMorning });

describe('the attract screen', () => {
  test('says in both languages what this is, that it is a sample, and how to begin', async () => {
    const { page } = kiosk;
    const attract = page.locator('.attract');
    for (const text of ['សេវាច្រកចេញចូលតែមួយ ឃុំគំរូ', 'One Window Service, Sample Commune', 'គំរូ – មិនទាន់មានការបញ្ជាក់ពីក្រសួង', 'Sample – not certified by the ministry']) {
      expect(await attract.getByText(text).first().isVisible(), text).toBe(true);
    }
    expect(await page.getByRole('button', { name: 'ភាសាខ្មែរ' }).isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'English' }).isVisible()).toBe(true);
  });

  test('shows real posted prices and the office’s notices in turn', async () => {
    const { page } = kiosk;
    await startOver(page);
    await page.clock.install({ time: mondayMorning });
    await page.reload();
    const card = page.locator('.card');
    await page.clock.runFor(1_000);
    await card.waitFor();
    const seen: string[] = [];
    for (let i = 0; i < 12; i++) {
      seen.push(await card.innerText());
      await page.clock.runFor(7_000);
    }
    expect(new Set(seen).size).toBeGreaterThan(6);
    // A price stands there in both languages' digits.
    expect(seen.filter((text) => /[០-៩]\s៛/u.test(text) && /\d\s៛/u.test(text)).length, seen.join('\n---\n')).toBeGreaterThan(0);
    expect(seen.some((text) => text.includes('ពាក្យស្នើសុំឥតគិតថ្លៃ') && text.includes('Application forms are free'))).toBe(true);
    await page.clock.resume();
  });

  test('starts in Khmer wherever it is touched', async () => {
    const { page } = kiosk;
    await startOver(page);
    await page.touchscreen.tap(500, 900);
    await page.getByRole('heading', { name: 'តើអ្នកត្រូវការអ្វី?' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('km');
  });
});

const names: Readonly<Record<'find' | 'prices' | 'status' | 'events' | 'office', Pair>> = {
  find: ['ស្វែងរកសេវា', 'Find a service'],
  prices: ['តារាងតម្លៃសេវា', 'Price list'],
  status: ['ពិនិត្យពាក្យស្នើសុំរបស់ខ្ញុំ', 'Check my application'],
  events: ['ព្រឹត្តិការណ៍ក្នុងជីវិត', 'Life events'],
  office: ['អំពីការិយាល័យនេះ', 'About this office'],
};

describe.each(tongues)('finding a service (%s)', (language) => {
  test.each(Object.keys(names) as (keyof typeof names)[])('home leads to: %s', async (name) => {
    const page = await kiosk.visit(language);
    await page.getByRole('button', { name: of(names[name], language), exact: true }).click();
    await onScreen(page, of(names[name], language));
    await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
    await page.locator('.home').waitFor();
  });

  test('by topic, in two touches, to the guide with its question and its price', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'find');
    await page.getByRole('button', { name: of(['គ្រួសារ និងអត្រានុកូលដ្ឋាន', 'Family and civil registration'], language) }).click();
    // What this office does comes first; the rest says where to go.
    const groups = page.locator('.group');
    expect(await groups.first().locator('.group__heading').innerText()).toBe(say('find', 'atThisOffice', language));
    expect(await groups.first().locator('.row__place').count()).toBe(0);
    expect(await groups.nth(1).locator('.group__heading').innerText()).toBe(say('find', 'elsewhere', language));
    expect(await groups.nth(1).locator('.row__place').count()).toBe(await groups.nth(1).locator('.row').count());

    await page.getByRole('button', { name: of(['ចុះបញ្ជីកំណើត និងសំបុត្រកំណើត', 'Birth registration and birth certificate'], language) }).click();
    // The heading: the documents below name the question, too, once they are drawn.
    await page.getByRole('heading', { name: of(['តើកូនកើតបានប៉ុន្មានថ្ងៃហើយ?', 'Is it within 30 days of the birth?'], language) }).waitFor();
    // Both cases are free: nobody has to answer to know it.
    expect(await page.locator('.price--free .price__amount').innerText()).toBe(say('guide', 'free', language));
    await page.getByRole('radio', { name: of(['មិនលើសពី ៣០ថ្ងៃ', 'Yes, within 30 days'], language) }).click();
    expect(await page.locator('.price--free .price__amount').innerText()).toBe(say('guide', 'free', language));
  });

  test('by office: this office first, the others say where to go', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'find');
    await page.getByRole('button', { name: say('find', 'byOffice', language), exact: true }).click();
    const rows = page.locator('.scroll__area .row');
    await page.locator('.row--own').waitFor();
    expect(await rows.first().getAttribute('class')).toContain('row--own');
    expect(await rows.first().innerText()).toContain(of(['សេវាច្រកចេញចូលតែមួយ ឃុំគំរូ', 'One Window Service, Sample Commune'], language));
    expect(await rows.count()).toBe(4);

    await rows.first().click();
    await onScreen(page, say('find', 'thisOffice', language));
    const here = page.locator('.group').filter({ hasNotText: say('find', 'elsewhere', language) });
    expect(await here.locator('.row').count()).toBeGreaterThan(10);
    expect(await here.locator('.row__place').count()).toBe(0);
    // What the police post of the same commune gives is not this office's, but is not hidden either.
    const beside = page.locator('.group').filter({ hasText: say('find', 'elsewhere', language) });
    expect(await beside.locator('.row__place').count()).toBe(await beside.locator('.row').count());
    expect(await beside.locator('.row').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    await rows.nth(2).click();
    await page.locator('.group').first().waitFor();
    await drawn(page);
    expect(await page.locator('.screen__lead').innerText()).not.toBe('');
    expect(await page.locator('.row__place').count()).toBe(await page.locator('.group .row').count());
  });

  test('by life event', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'find');
    await page.locator('.segments').getByRole('button', { name: of(names.events, language), exact: true }).click();
    await onScreen(page, of(names.events, language));
  });

  test('every topic leads to at least one service', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'find');
    const topics = page.locator('.topics__topic');
    await topics.first().waitFor();
    const count = await topics.count();
    expect(count).toBeGreaterThanOrEqual(13);
    for (let i = 0; i < count; i++) {
      const name = await topics.nth(i).locator('.row__title').innerText();
      await topics.nth(i).click();
      await onScreen(page, name);
      expect(await page.locator('.group .row').count(), name).toBeGreaterThan(0);
      await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
      await topics.first().waitFor();
    }
  });
});
