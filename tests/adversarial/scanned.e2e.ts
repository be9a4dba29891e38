import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { receiptPayload } from '../../src/model/registration-code.ts';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser, type KioskOptions } from '../e2e/support/browser.ts';
import { startHub, type TestHub } from '../e2e/support/hub.ts';
import { useKiosk } from '../e2e/support/kiosk.ts';
import { scanWithUsb } from '../e2e/support/scan.ts';
import { openTile, sampleIn, typeCode } from '../e2e/support/states.ts';
import { say, tongues } from '../e2e/support/words.ts';
import { foreignCodes } from '../fixtures/foreign-codes.ts';
import { film } from '../fixtures/video.ts';

const receipt = receiptPayload(sampleIn('inProgress').code);

/** What a USB scanner can type, and what is long enough to be a scan: the rest of the foreign codes comes by camera. */
const typeable = Object.entries(foreignCodes).filter(([, text]) => /^[\x20-\x7e]{8,600}$/.test(text));

describe('scanned by USB', () => {
  const kiosk = useKiosk({ search: '?kiosk=scanned' });

  test.each(typeable)('%s is no receipt: it is said so, nothing is opened, and the next receipt is read', async (_, text) => {
    const page = await kiosk.visit('en');
    await openTile(page, 'status');
    await page.getByText(say('status', 'cameraAbsent', 'en')).waitFor();
    const opened: string[] = [];
    kiosk.browser.context.once('page', (other) => opened.push(other.url()));
    page.once('dialog', (dialog) => opened.push(dialog.message()));
    const url = page.url();
    await scanWithUsb(page, text);
    await page.locator('.complaint').waitFor();
    expect([say('status', 'notAReceipt', 'en'), say('status', 'mistyped', 'en')]).toContain(await page.locator('.complaint').innerText());
    expect([page.url(), opened]).toEqual([url, []]);
    // What was scanned is shown nowhere and asked of nobody.
    expect(await page.locator('main').innerText()).not.toContain(text);
    expect(await page.locator('#code').inputValue()).toBe('');
    await page.route('**/api/v1/applications/**', (route) => route.fulfill({ json: { asOf: new Date().toISOString(), application: null, padding: '' } }), { times: 1 });
    await scanWithUsb(page, receipt);
    await page.getByText(say('status', 'unknown', 'en')).waitFor();
    await page.unrouteAll();
  });

  test.each(tongues)('a receipt is read wherever the focus is, shows its application, and leaves no character in a field (%s)', async (language) => {
    const page = await kiosk.visit(language);
    await openTile(page, 'status');
    await page.getByText(say('status', 'cameraAbsent', language)).waitFor();
    await page.locator('.nav__button').nth(1).focus();
    await scanWithUsb(page, receipt);
    await page.locator('.answer').getByText(say('status', 'inProgress', language)).waitFor();
    await page.getByRole('button', { name: say('status', 'clearNow', language), exact: true }).click();
    await page.getByText(say('status', 'cameraAbsent', language)).waitFor();
    await page.locator('#code').fill('9901');
    await page.locator('#code').focus();
    await scanWithUsb(page, 'https://example.com/990101KXTMNPRL61');
    await page.locator('.complaint').waitFor();
    expect(await page.locator('#code').inputValue()).toBe('9901');
    await scanWithUsb(page, receipt);
    await page.locator('.answer').waitFor();
  });

  test('while an answer is shown the next receipt is asked about at once, and what is no receipt takes the answer away', async () => {
    const page = await kiosk.visit('en');
    await openTile(page, 'status');
    await page.getByText(say('status', 'cameraAbsent', 'en')).waitFor();
    await scanWithUsb(page, receipt);
    await page.locator('.answer').getByText(say('status', 'inProgress', 'en')).waitFor();
    await scanWithUsb(page, receiptPayload(sampleIn('received').code));
    await page.locator('.answer').getByText(say('status', 'received', 'en')).waitFor();
    expect(await page.locator('.answer').getByText(say('status', 'inProgress', 'en'), { exact: true }).count()).toBe(0);
    await scanWithUsb(page, 'https://example.com/990101KXTMNPRL61');
    await page.locator('.complaint').waitFor();
    expect(await page.locator('.answer').count()).toBe(0);
  });

  test('while a question is under way a second scan is left alone', async () => {
    const page = await kiosk.visit('en');
    await openTile(page, 'status');
    await page.getByText(say('status', 'cameraAbsent', 'en')).waitFor();
    let asked = 0;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => { answer = resolve; });
    await page.route('**/api/v1/applications/**', async (route) => {
      asked += 1;
      await held;
      await route.continue();
    });
    await scanWithUsb(page, receipt);
    await page.getByText(say('status', 'asking', 'en')).waitFor();
    await scanWithUsb(page, receiptPayload(sampleIn('received').code));
    answer();
    await page.locator('.answer').getByText(say('status', 'inProgress', 'en')).waitFor();
    await page.unrouteAll();
    expect(asked).toBe(1);
  });

  test('a foreign code scanned anywhere else changes nothing', async () => {
    const page = await kiosk.visit('en');
    await scanWithUsb(page, 'https://example.com/990101KXTMNPRL61');
    expect(await page.locator('.home').isVisible()).toBe(true);
    await openTile(page, 'find');
    await scanWithUsb(page, 'https://example.com/990101KXTMNPRL61');
    expect(await page.locator('.topics__topic').first().isVisible()).toBe(true);
    await page.locator('.find__field').click();
    await page.locator('.search__field').fill('moto');
    expect(await page.locator('.app').getAttribute('data-screen')).toBe('search');
  });
});

describe('held before the camera', () => {
  // What no keyboard can type: bytes that are no text, and 3 kB of it.
  const strange = [{ text: '\u0000\u0001\u0002\u00ff\u00fe\u001b[2J', frames: 10 }, { frames: 3 }, { text: '9'.repeat(3_072), frames: 8 }, { frames: 3 }];
  const kiosk = useKiosk({ search: '?kiosk=camera', video: film([...strange, { text: receipt, frames: 12 }]) });

  test.each(tongues)('binary and 3 kB of digits are no receipt: it is said so, the camera goes on and reads the receipt after them (%s)', async (language) => {
    const page = await kiosk.visit(language);
    await openTile(page, 'status');
    const complaint = page.locator('.complaint');
    const answer = page.locator('.answer');
    // The film runs round: the receipt may come first.
    await complaint.or(answer).first().waitFor({ timeout: 20_000 });
    if (await answer.isVisible()) {
      await page.getByRole('button', { name: say('status', 'clearNow', language) }).click();
      await complaint.waitFor({ timeout: 20_000 });
    }
    expect(await complaint.innerText()).toBe(say('status', 'notAReceipt', language));
    expect(await page.locator('.camera--scanning').count()).toBe(1);
    await answer.waitFor({ timeout: 20_000 });
  });
});

describe('cameras that fail', () => {
  let hub: TestHub;
  let browser: KioskBrowser;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterEach(async () => {
    const { errors } = browser;
    await browser.close();
    expect(errors).toEqual([]);
  });
  afterAll(async () => hub.end());

  async function openStatus(options: KioskOptions): Promise<Page> {
    browser = await openBrowser(options);
    await loadKiosk(browser.page, hub.url, '?kiosk=broken-camera');
    await startVisit(browser.page, 'km');
    await openTile(browser.page, 'status');
    return browser.page;
  }

  /** What the screen says, in both languages. */
  async function says(page: Page, key: 'cameraAbsent' | 'cameraDenied' | 'cameraLost'): Promise<void> {
    await page.getByText(say('status', key, 'km')).waitFor();
    await page.getByRole('button', { name: say('core', 'otherLanguage', 'km'), exact: true }).click();
    await page.getByText(say('status', key, 'en')).waitFor();
  }

  test('no camera: it is said so, typing and the USB scanner go on, and the hub learns why', async () => {
    const page = await openStatus({ permissions: ['camera'] });
    const told = page.waitForRequest((request) => request.url().endsWith('/api/v1/reports') && (request.postData() ?? '').includes('cameraAbsent'));
    await says(page, 'cameraAbsent');
    await scanWithUsb(page, receipt);
    await page.locator('.answer').waitFor();
    await page.getByRole('button', { name: say('status', 'clearNow', 'en') }).click();
    await typeCode(page, sampleIn('received').code.canonical);
    await page.locator('.answer').waitFor();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await told;
  });

  test('denied: it is said so, typing and the USB scanner go on, and the hub learns why', async () => {
    const page = await openStatus({ video: film([{ frames: 5 }]), permissions: [], arguments: ['--use-fake-ui-for-media-stream=deny'] });
    const told = page.waitForRequest((request) => request.url().endsWith('/api/v1/reports') && (request.postData() ?? '').includes('cameraDenied'));
    await says(page, 'cameraDenied');
    await typeCode(page, sampleIn('inProgress').code.canonical);
    await page.locator('.answer').waitFor();
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await told;
  });

  test('unplugged while scanning: it is said so, typing goes on, and plugged in again it scans', async () => {
    const page = await openStatus({ video: film([{ frames: 5 }]) });
    await page.locator('.camera--scanning').waitFor();
    // What the browser does when a device disappears: its picture ends, and asking again finds none.
    await page.evaluate(() => {
      const devices = navigator.mediaDevices as MediaDevices & { plugged?: MediaDevices['getUserMedia'] };
      devices.plugged = devices.getUserMedia.bind(devices);
      devices.getUserMedia = () => Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
      const stream = document.querySelector('video')?.srcObject;
      if (!(stream instanceof MediaStream)) throw new Error('no picture');
      for (const track of stream.getVideoTracks()) track.dispatchEvent(new Event('ended'));
    });
    await says(page, 'cameraLost');
    await page.locator('#code').fill('990101');
    await page.evaluate(() => {
      const devices = navigator.mediaDevices as MediaDevices & { plugged?: MediaDevices['getUserMedia'] };
      if (devices.plugged !== undefined) devices.getUserMedia = devices.plugged;
      devices.dispatchEvent(new Event('devicechange'));
    });
    await page.locator('.camera--scanning').waitFor();
    // Half a code stays while its owner is typing it, picture or not.
    expect(await page.locator('#code').inputValue()).toBe('990101');
  });
});
