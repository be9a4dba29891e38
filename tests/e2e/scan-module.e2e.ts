import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeRegistrationCode, receiptPayload } from '../../src/model/registration-code.ts';
import { buildTestPage, startChromium } from '../fixtures/browser-page.ts';
import { serveStrictly } from '../fixtures/strict-server.ts';
import { foreignThenReceiptFilm, receiptFilm } from '../fixtures/video.ts';

const code = makeRegistrationCode('990101', [0.1, 0.9, 0.3, 0.5, 0.7, 0.2, 0.4, 0.6]);
const receipt = receiptPayload(code);
const allowed = ['--use-fake-ui-for-media-stream'];

interface Log {
  states: string[];
  reads: string[];
  verdicts: string[];
  problems: string[];
  usb: string[];
  inputs: string[];
  violations: string[];
  errors: string[];
  clicks: number;
}

let server: Awaited<ReturnType<typeof serveStrictly>>;
let browser: Browser | undefined;

beforeAll(async () => {
  server = await serveStrictly(await buildTestPage('scan-page'));
});
afterAll(async () => server.close());
afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

async function open(options: Parameters<typeof startChromium>[0], search = '', prepare?: (page: Page) => Promise<unknown>) {
  browser = await startChromium(options);
  const page = await browser.newPage();
  await prepare?.(page);
  await page.goto(server.url + search);
  const log = () => page.evaluate(() => (globalThis as unknown as { log: Log }).log);
  // Not waitForFunction: it compiles the condition inside the page, which the policy forbids.
  const until = (condition: string) => expect.poll(() => page.evaluate(`Boolean(${condition})`), { timeout: 30_000, interval: 50, message: condition }).toBe(true);
  const run = (script: string) => page.evaluate(script);
  return { page, log, until, run };
}

describe('the camera scanner in a real browser, under the strict policy', () => {
  it('reads a receipt that is held before the camera, by our decoder alone', async () => {
    const t = await open({ camera: receiptFilm(receipt), args: allowed });
    await t.run('scanner.start()');
    await t.until('log.reads.length > 0');
    // html5-qrcode gives every second frame to its own decoder if it can; a result of that one is a problem reported.
    await t.run('globalThis.decodes = 0; { const { detect } = BarcodeDetector.prototype; BarcodeDetector.prototype.detect = function (picture) { decodes++; return detect.call(this, picture); }; }');
    await t.until('decodes >= 20');
    const log = await t.log();
    expect(log.verdicts).toEqual([code.canonical]);
    expect(log.states).toEqual(['stopped', 'starting', 'scanning']);
    expect([log.problems, log.violations, log.errors]).toEqual([[], [], []]);
  });

  it('looks at the camera picture in full size, whatever the size of the preview, and covers the preview with it', async () => {
    const t = await open({ camera: receiptFilm(receipt), args: allowed });
    await t.run('scanner.start()');
    await t.until('log.reads.length > 0');
    const seen = (await t.run(`(() => {
      const canvas = document.querySelector('#preview canvas');
      const preview = document.querySelector('#preview').getBoundingClientRect();
      const video = document.querySelector('#preview video').getBoundingClientRect();
      return { canvas: [canvas.width, canvas.height], covered: video.left <= preview.left && video.right >= preview.right && video.top <= preview.top + 0.5 && video.bottom >= preview.bottom - 0.5, overflow: document.documentElement.scrollWidth > innerWidth };
    })()`)) as { canvas: number[]; covered: boolean; overflow: boolean };
    expect(seen).toEqual({ canvas: [1280, 720], covered: true, overflow: false });
  });

  it('goes on after a foreign code and opens nothing', async () => {
    const t = await open({ camera: foreignThenReceiptFilm('https://example.com/pay?to=1', receipt), args: allowed });
    const requests: string[] = [];
    t.page.on('request', (request) => requests.push(request.url()));
    await t.run('scanner.start()');
    await t.until(`log.verdicts.includes('${code.canonical}') && log.verdicts.includes('notAReceipt')`);
    expect(t.page.url()).toBe(server.url);
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    expect((await t.log()).errors).toEqual([]);
  });

  it('frees the camera and leaves nothing behind when it stops, and starts again', async () => {
    const t = await open({ camera: receiptFilm(receipt), args: allowed });
    await t.run('scanner.start()');
    await t.until("scanner.state.value === 'scanning'");
    await t.run("globalThis.video = document.querySelector('#preview video'); globalThis.track = video.srcObject.getVideoTracks()[0]; scanner.stop()");
    await t.until("track.readyState === 'ended' && document.querySelector('#preview').childElementCount === 0");
    // With a stream, Chromium keeps it for ever.
    await t.until('video.srcObject === null');
    await t.run('scanner.start()');
    await t.until("scanner.state.value === 'scanning' && log.reads.length > 0");
    expect((await t.log()).errors).toEqual([]);
  });

  it('bears a citizen who leaves at once, at any moment of its start', async () => {
    const t = await open({ camera: receiptFilm(receipt), args: allowed });
    for (const wait of [0, 5, 20, 60, 120, 250, 500]) {
      await t.run(`(async () => { scanner.start(); await new Promise((r) => setTimeout(r, ${wait})); await scanner.stop(); })()`);
    }
    await t.until("document.querySelector('#preview').childElementCount === 0");
    const log = await t.log();
    expect([log.errors, log.problems]).toEqual([[], []]);
  });

  it('is lost when the camera is unplugged and scans again when it is back', async () => {
    const t = await open({ camera: receiptFilm(receipt), args: allowed });
    await t.run('scanner.start()');
    await t.until("scanner.state.value === 'scanning'");
    // What the browser does when a device disappears: the track ends of itself.
    await t.run("document.querySelector('#preview video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))");
    await t.until("scanner.state.value === 'lost' && document.querySelector('#preview').childElementCount === 0");
    await t.run("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))");
    await t.until("scanner.state.value === 'scanning'");
    const log = await t.log();
    expect([log.problems, log.errors]).toEqual([['cameraLost TrackEnded'], []]);
  });

  it('says that there is no camera', async () => {
    const t = await open({ args: allowed });
    await t.run('scanner.start()');
    await t.until("scanner.state.value === 'absent'");
    const log = await t.log();
    expect([log.problems, log.errors]).toEqual([['cameraAbsent NotFoundError'], []]);
  });

  it('says that the camera was refused', async () => {
    const t = await open({ camera: receiptFilm(receipt), args: ['--use-fake-ui-for-media-stream=deny'] });
    await t.run('scanner.start()');
    await t.until("scanner.state.value === 'denied'");
    const log = await t.log();
    expect([log.problems, log.errors]).toEqual([['cameraDenied NotAllowedError'], []]);
  });

  it.each([
    ['missing', { status: 404, body: '' }],
    ['no wasm at all', { status: 200, contentType: 'application/wasm', body: 'not wasm' }],
  ])('reports the weak decoder, and still reads, when the decoder file is %s', async (_, answer) => {
    const t = await open({ camera: receiptFilm(receipt), args: allowed }, '', (page) => page.route('**/*.wasm', (route) => route.fulfill(answer)));
    await t.run('scanner.start()');
    await t.until('log.reads.length > 0');
    const log = await t.log();
    expect(log.verdicts).toEqual([code.canonical]);
    expect(log.problems.map((problem) => problem.split(' ')[0])).toEqual(['decoderFallback']);
    expect(log.errors).toEqual([]);
  });

  it('loads its heavy part only when it starts, and one wasm file from our own address', async () => {
    const requests: string[] = [];
    const t = await open({ camera: receiptFilm(receipt), args: allowed }, '', async (page) => void page.on('request', (request) => requests.push(request.url())));
    const before = requests.length;
    expect(requests.filter((url) => url.endsWith('.wasm'))).toEqual([]);
    await t.run('scanner.start()');
    await t.until("scanner.state.value === 'scanning'");
    expect(requests.length).toBeGreaterThan(before);
    const wasm = requests.filter((url) => url.endsWith('.wasm'));
    expect(wasm).toHaveLength(1);
    expect(wasm[0]).toMatch(new RegExp(`^${server.url}assets/zxing_reader-[\\w-]+\\.wasm$`));
  });
});

describe('the USB scanner in a real browser', () => {
  /**
   * Types like a device with a steady pace, in milliseconds: each key carries
   * the time at which the system would have received it, so a busy machine
   * changes nothing.
   */
  async function typing(page: Page) {
    const session = await page.context().newCDPSession(page);
    let at = Date.now();
    return async (text: string, pace: number) => {
      at += 1_000;
      for (const char of [...text, '\r']) {
        at += pace;
        const key = char === '\r' ? 'Enter' : char;
        const common = { key, text: char, timestamp: at / 1_000, windowsVirtualKeyCode: char === '\r' ? 13 : 0 };
        await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common });
        await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
      }
    };
  }

  it('is read with the focus anywhere, presses no button and leaves a text field as it was', async () => {
    const t = await open({});
    const type = await typing(t.page);
    await t.page.focus('#button');
    await type(receipt, 12);
    await t.until('log.usb.length === 1');
    await t.page.fill('#field', 'sombot');
    await t.page.focus('#field');
    await type(receipt, 12);
    await t.until('log.usb.length === 2');
    expect(await t.page.inputValue('#field')).toBe('sombot');
    const log = await t.log();
    expect([log.usb, log.clicks]).toEqual([[receipt, receipt], 0]);
    // The scanned characters did arrive in the field, and were taken out again.
    expect(log.inputs.filter((value) => value.startsWith('sombotOWSO1:'))).not.toEqual([]);
    expect(log.inputs.at(-1)).toBe('sombot');
  });

  it('does not press a focused button by the spaces in a foreign code', async () => {
    const t = await open({});
    const type = await typing(t.page);
    await t.page.focus('#button');
    await type('BEGIN VCARD A B C', 8);
    await t.until('log.usb.length === 1');
    expect((await t.log()).clicks).toBe(0);
  });

  it('does not disturb a person who types and presses Enter', async () => {
    const t = await open({});
    const type = await typing(t.page);
    await t.page.focus('#field');
    await type('birth certificate', 90);
    expect(await t.page.inputValue('#field')).toBe('birth certificate');
    await t.page.focus('#button');
    await type('', 90);
    const log = await t.log();
    expect([log.usb, log.clicks]).toEqual([[], 1]);
  });
});
