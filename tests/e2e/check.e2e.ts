import { AxeBuilder } from '@axe-core/playwright';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { statementIn } from '../../src/trust/statement.ts';
import { encodeStatement, type Fee } from '../../src/trust/statement-code.ts';
import type { TestRepository } from '../fixtures/repository.ts';
import { licence, publishedService, publishService, statedRepository } from '../fixtures/stated-services.ts';
import { openBrowser, type KioskBrowser } from './support/browser.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { useKiosk } from './support/kiosk.ts';
import { readQr } from './support/read-qr.ts';
import { mondayMorning, openGuide } from './support/states.ts';
import { of, say, tongues } from './support/words.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'owso-check-'));
const [contentDir, kioskDir] = [join(folder, 'content'), join(folder, 'kiosk')];

/** Writes a repository as the hub serves it, the timestamp last. */
function carry(repository: TestRepository): void {
  const names = [...repository.files.keys()].sort((a, b) => Number(a.endsWith('timestamp.json')) - Number(b.endsWith('timestamp.json')));
  for (const name of names) {
    const file = join(contentDir, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, repository.bytes(name));
  }
}

let repository: TestRepository;
let hub: TestHub;
let phone: KioskBrowser;

beforeAll(async () => {
  repository = await statedRepository({ now: Date.now() - 3_600_000 });
  carry(repository);
  cpSync(resolve(root, process.env['KIOSK_DIR'] ?? '.build/kiosk'), kioskDir, { recursive: true });
  // The page as it would have been built with this repository's keys.
  const text = (role: string): string => new TextDecoder().decode(repository.bytes(repository.fileOf(role)));
  writeFileSync(join(kioskDir, 'check/baseline.json'), JSON.stringify({ root: text('root'), timestamp: text('timestamp'), snapshot: text('snapshot'), targets: text('targets') }));
  hub = await startHub({ CONTENT_DIR: contentDir, KIOSK_DIR: kioskDir });
});
afterAll(async () => {
  await hub?.end();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  phone = await openBrowser({ viewport: { width: 360, height: 720 } });
  phone.page.setDefaultTimeout(10_000);
});
afterEach(async () => {
  const { errors, foreign } = phone;
  await phone.close();
  expect([errors, foreign], 'errors on the page and addresses asked outside the hub').toEqual([[], []]);
});

function code(cost = 'type-b', change?: (fee: Fee) => Fee): string {
  const statement = statementIn(publishedService(repository), cost);
  if (statement === undefined) throw new Error(`no statement of ${cost}`);
  return encodeStatement(change === undefined ? statement : { ...statement, fee: change(statement.fee) });
}

/** Opens the address in a code, as a phone's camera does, and waits for the verdict. */
async function scan(fragment: string): Promise<Page> {
  const page = await phone.context.newPage();
  await page.goto(`${hub.url}/check/#${fragment}`);
  await page.locator('main:not([data-verdict=checking])').waitFor();
  return page;
}

const shown = (page: Page): Promise<string> => page.locator('main').innerText();

describe('a phone checks a price', () => {
  test('the fee is the first, big thing, confirmed in both languages, with nothing cut off', async () => {
    const page = await scan(code());
    const text = await shown(page);
    for (const language of tongues) {
      expect(text).toContain(of(['៥០\u00a0០០០\u00a0៛', '50,000\u00a0៛'], language));
      expect(text).toContain(say('check', 'confirmed', language));
      expect(text).toContain(say('check', 'signedBy', language, { authority: of(['ក្រសួងសាធារណការ និងដឹកជញ្ជូន', 'Ministry of Public Works and Transport'], language) }));
      expect(text).toContain(of(['ប័ណ្ណបើកបរ', 'Driving licence'], language));
      expect(text).toContain(say('check', 'edition', language, { number: of(['២', '2'], language) }));
      expect(text).not.toContain(say('check', 'sample', language));
    }
    const [amount, banner] = [await page.locator('.fee__amount').boundingBox(), await page.locator('.banner').boundingBox()];
    expect(amount?.y ?? Number.NaN).toBeLessThan(banner?.y ?? Number.NaN);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  test('a ceiling and a free service are what they are', async () => {
    const ceiling = await shown(await scan(code('type-c')));
    expect(ceiling).toContain('US$25.50');
    for (const key of ['ceiling', 'ceilingExplained'] as const) expect(ceiling).toContain(say('guide', key, 'km'));
    expect(ceiling).toContain('US$10');
    expect(await shown(await scan(code('disabled')))).toContain(say('guide', 'free', 'km'));
  });

  test('an altered amount is refused, in both languages, and not shown', async () => {
    const page = await scan(code('type-b', (fee) => ({ ...fee, amount: { kind: 'fixed', price: { currency: 'KHR', riel: 500_000 } } })));
    const text = await shown(page);
    for (const language of tongues) for (const key of ['refused', 'forged', 'askCounter'] as const) expect(text).toContain(say('check', key, language));
    expect(text).not.toMatch(/500,000|៥០០/);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  test('another code scanned on the same page gets its own verdict', async () => {
    const page = await scan(code());
    await page.evaluate((to) => { location.hash = to; }, 'nonsense');
    await page.locator('main[data-verdict=refused]').waitFor();
    await page.evaluate((to) => { location.hash = to; }, code('disabled'));
    await page.locator('main[data-verdict=confirmed] .fee--free').waitFor();
  });

  test('without a code it says what to do', async () => {
    expect(await shown(await scan(''))).toContain(say('check', 'nothing', 'km'));
  });

  test('with the hub dead, the page once loaded checks as before and says so', async () => {
    const page = await scan(code());
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await hub.kill();
    try {
      const again = await shown(await scan(code()));
      expect(again).toContain('50,000');
      for (const language of tongues) {
        expect(again).toContain(say('check', 'confirmed', language));
        expect(again).toContain(say('check', 'offline', language));
        expect(again).toContain(of(['ប័ណ្ណបើកបរ', 'Driving licence'], language));
      }
      const forged = await scan(code('type-b', (fee) => ({ ...fee, edition: fee.edition + 1 })));
      expect(await shown(forged)).toContain(say('check', 'refused', 'en'));
      // A price that this phone never asked about is checked, too, from the statement alone.
      expect(await shown(await scan(code('disabled')))).toContain(say('guide', 'free', 'km'));
    } finally {
      await hub.restart();
    }
  });

  test('with a hub whose list nobody confirmed in time it says so, and not that there is no connection', async () => {
    const confirmAt = async (now: number): Promise<void> => {
      repository.now = now;
      await repository.publish();
      carry(repository);
    };
    const { now } = repository;
    const lapsed = now - 31 * 24 * 3_600_000;
    try {
      await confirmAt(lapsed);
      const page = await scan(code());
      const text = await shown(page);
      for (const language of tongues) {
        for (const key of ['confirmed', 'unknown', 'notConfirmed'] as const) expect(text).toContain(say('check', key, language));
        for (const key of ['offline', 'checkAgain'] as const) expect(text).not.toContain(say('check', key, language));
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    } finally {
      await confirmAt(now);
    }
    expect(await shown(await scan(code()))).not.toContain(say('check', 'notConfirmed', 'en'));
    try {
      // What it kept of the list has the names, and the hub that can be reached has the guide.
      await confirmAt(lapsed);
      const text = await shown(await scan(code()));
      for (const key of ['notConfirmed', 'guide'] as const) expect(text).toContain(say('check', key, 'en'));
      expect(text).not.toContain(say('check', 'unknown', 'en'));
    } finally {
      await confirmAt(now);
    }
  });

  test('a phone that has the kiosk, too, gets the page, not the kiosk', async () => {
    await phone.page.goto(`${hub.url}/`);
    await phone.page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await phone.page.locator('.attract').waitFor();
    expect(await shown(await scan(code()))).toContain(say('check', 'confirmed', 'km'));
  });

  test('a price changed since is called so, with the price now; a revoked key’s is refused', async () => {
    const [before, old] = [publishedService(repository), code()];
    await scan(old);
    await publishService(repository, licence(60_000), undefined, before);
    carry(repository);
    const replaced = await shown(await scan(old));
    for (const language of tongues) {
      expect(replaced).toContain(say('check', 'replaced', language));
      expect(replaced).not.toContain(say('check', 'confirmed', language));
      expect(replaced).toContain(of(['៦០\u00a0០០០\u00a0៛', '60,000\u00a0៛'], language));
    }
    const stolen = code();
    expect(await shown(await scan(stolen))).toContain(say('check', 'confirmed', 'km'));
    await repository.replaceKeys('mpwt');
    await publishService(repository, licence(60_000));
    carry(repository);
    const revoked = await shown(await scan(stolen));
    for (const language of tongues) for (const key of ['refused', 'thresholdNotMet'] as const) expect(revoked).toContain(say('check', key, language));
    expect(await shown(await scan(code()))).toContain(say('check', 'confirmed', 'km'));
  });
});

describe.each(tongues)('from the kiosk to the phone (%s)', (language) => {
  const settings = join(folder, `terminal-${language}.yaml`);
  writeFileSync(settings, 'publicAddress: https://owso.example.gov.kh/\n');
  const kiosk = useKiosk({ now: mondayMorning, environment: { TERMINAL_FILE: settings } });

  test('the code beside the text carries the fee of the chosen case, signed: a phone reads it off the screen and calls it a sample', async () => {
    const page = await kiosk.visit(language);
    await openGuide(page, of(['ការធ្វើនីត្យានុកូលកម្មឯកសារចម្លង', 'Certified true copy (legalisation)'], language));
    await page.locator('.screen__foot .button').click();
    // Which price it will be is still open: there is nothing to check yet.
    await page.getByRole('img', { name: say('take', 'codeName', language) }).waitFor();
    expect(await page.getByRole('img', { name: say('take', 'checkName', language) }).count()).toBe(0);
    await page.getByRole('button', { name: say('core', 'back', language), exact: true }).click();
    await page.getByRole('radio').first().click();
    await page.locator('.screen__foot .button').click();
    const picture = page.getByRole('img', { name: say('take', 'checkName', language) });
    await picture.waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const address = new URL((await readQr(picture)) ?? '');
    expect(`${address.origin}${address.pathname}`).toBe('https://owso.example.gov.kh/check/');
    expect(address.href.length).toBeLessThanOrEqual(350);

    const opened = await phone.context.newPage();
    await opened.goto(`${kiosk.hub.url}/check/${address.hash}`);
    await opened.locator('main[data-verdict=confirmed]').waitFor();
    const text = await shown(opened);
    for (const tongue of tongues) {
      expect(text).toContain(of(['១\u00a0០០០\u00a0៛', '1,000\u00a0៛'], tongue));
      expect(text).toContain(say('check', 'sample', tongue));
      expect(text).not.toContain(say('check', 'confirmed', tongue));
    }
  });
});
