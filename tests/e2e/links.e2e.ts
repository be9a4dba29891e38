import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser, type Panel } from './support/browser.ts';
import { startHub, type TestHub } from './support/hub.ts';

const publicAddress = 'https://owso.example.gov.kh';
const folder = mkdtempSync(join(tmpdir(), 'owso-terminal-'));
let hub: TestHub;
beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer }, fireImmediately: true });
  const terminal = join(folder, 'terminal.yaml');
  writeFileSync(terminal, `kiosk: lobby-1\noffice: '990101'\npublicAddress: ${publicAddress}\n`);
  hub = await startHub({ TERMINAL_FILE: terminal });
});
afterAll(async () => {
  await hub.end();
  rmSync(folder, { recursive: true, force: true });
});

async function withKiosk(panel: Panel, run: (kiosk: KioskBrowser) => Promise<void>): Promise<void> {
  const kiosk = await openBrowser({ panel });
  try {
    await run(kiosk);
    expect(kiosk.errors).toEqual([]);
    expect(kiosk.foreign).toEqual([]);
  } finally {
    await kiosk.close();
  }
}

/** What a phone's camera makes of the codes on the panel as it is drawn. */
async function codesOn(page: Page): Promise<readonly string[]> {
  await page.locator('.qr svg').first().waitFor();
  const results = await readBarcodes(await page.screenshot(), { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 });
  return results.map((result) => result.text);
}

describe.each([['km', 'portrait'], ['en', 'landscape'], ['en', 'small']] as const)('in %s on a %s panel', (language, panel) => {
  test('the codes of an event and of a guide hold the very text on screen and a link, in both contrasts', () =>
    withKiosk(panel, async ({ page }) => {
      await loadKiosk(page, hub.url);
      await startVisit(page, language);
      await page.getByRole('button', { name: language === 'km' ? 'ព្រឹត្តិការណ៍ក្នុងជីវិត' : 'Life events', exact: true }).click();
      await page.getByRole('button', { name: language === 'km' ? 'រៀបអាពាហ៍ពិពាហ៍' : 'Getting married', exact: true }).click();
      await page.locator('.screen__foot .button').click();
      expect(await codesOn(page)).toEqual(expect.arrayContaining([await page.locator('.take__text').textContent(), `${publicAddress}/#event=marriage`]));

      await page.getByRole('button', { name: language === 'km' ? 'ត្រឡប់ក្រោយ' : 'Back', exact: true }).click();
      await page.locator('.event-way__guide').last().click();
      await page.locator('.screen__foot .button').click();
      await page.evaluate(() => { document.documentElement.dataset['contrast'] = 'high'; });
      // Where one fee is to be paid, the link leads to the page that checks it, and from there on to the guide.
      const codes = await codesOn(page);
      expect(codes).toContain(await page.locator('.take__text').textContent());
      expect(codes.filter((text) => text.startsWith(`${publicAddress}/check/#`))).toHaveLength(1);
    }));
});

describe('a link from a code', () => {
  test('opens its guide in a visit, once', () =>
    withKiosk('portrait', async ({ page }) => {
      await page.goto(`${hub.url}/#service=marriage-registration`);
      await page.locator('.screen__title').waitFor();
      expect(await page.locator('.screen__title').innerText()).toBe('ចុះបញ្ជីអាពាហ៍ពិពាហ៍ និងសំបុត្រអាពាហ៍ពិពាហ៍');
      expect(new URL(page.url()).hash).toBe('');
      await page.getByRole('button', { name: 'ចាប់ផ្តើមឡើងវិញ', exact: true }).click();
      await page.locator('.attract').waitFor();
    }));

  test.each(['#service=no-such-service', '#service=../x', '#event=%3Cscript%3E'])('%s leaves the attract screen as it is', (hash) =>
    withKiosk('portrait', async ({ page }) => {
      await loadKiosk(page, hub.url, hash);
      expect(await page.locator('.attract').isVisible()).toBe(true);
      expect(await page.locator('.screen').count()).toBe(0);
    }));
});
