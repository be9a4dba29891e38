import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { useKiosk } from '../e2e/support/kiosk.ts';
import { inState, mondayMorning, openTile, startOver, states } from '../e2e/support/states.ts';

/**
 * What a hand at the kiosk can do to the page itself, by real input: the browser
 * gets the same events as from a device. That nothing of the browser's own
 * appears is tested on the terminal; here it is what the page hands on.
 */
const kiosk = useKiosk();
const files = mkdtempSync(join(tmpdir(), 'owso-drop-'));
afterAll(() => rmSync(files, { recursive: true, force: true }));

interface Watched {
  /** Events that reached the end of their way without being stopped, by name. */
  unheld: string[];
  /** All that came, by name. */
  came: string[];
  /** Pages and prints that were asked for. */
  asked: string[];
}
declare global {
  // Set by `watch` in the page.
  var watched: Watched;
}

/** Looks at the very end of each event's way whether the page has kept it from the browser. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    if (globalThis.watched !== undefined) {
      globalThis.watched.unheld.length = globalThis.watched.came.length = globalThis.watched.asked.length = 0;
      return;
    }
    globalThis.watched = { unheld: [], came: [], asked: [] };
    const names = ['contextmenu', 'selectstart', 'copy', 'cut', 'paste', 'dragstart', 'dragover', 'drop', 'auxclick', 'mousedown', 'wheel', 'keydown'] as const;
    for (const name of names) {
      addEventListener(name, (event) => {
        const button = event instanceof MouseEvent && event.button > 0 ? ` ${event.button}` : '';
        const key = event instanceof KeyboardEvent ? ` ${event.key}` : '';
        globalThis.watched.came.push(name + button + key);
        if (!event.defaultPrevented) globalThis.watched.unheld.push(name + button + key);
      });
    }
    for (const name of ['beforeprint', 'beforeunload', 'pagehide'] as const) addEventListener(name, () => globalThis.watched.asked.push(name));
  });
}

const seen = (page: Page): Promise<Watched> => page.evaluate(() => globalThis.watched);

let page: Page;
let cdp: CDPSession;
let field: { readonly x: number; readonly y: number };

/** Home's search field with a word in it. */
async function typeSearch(): Promise<void> {
  page = await kiosk.visit('en');
  await openTile(page, 'find');
  await page.locator('.find__field').click();
  await page.locator('.search__field').fill('marriage');
  await page.locator('.search .row').first().waitFor();
  const box = await page.locator('.search__field').boundingBox();
  if (box === null) throw new Error('the field has no place');
  field = { x: box.x + 40, y: box.y + box.height / 2 };
  await watch(page);
}

beforeEach(async () => {
  await typeSearch();
  cdp ??= await page.context().newCDPSession(page);
});

const selected = (): Promise<string> =>
  page.evaluate(() => {
    const input = document.querySelector('input');
    return (getSelection()?.toString() ?? '') + (input === null ? '' : input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0));
  });

/** A finger that stays where it is for longer than Chromium's half second. The time is the gesture. */
async function longPress(x: number, y: number): Promise<void> {
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  await page.waitForFunction((until) => performance.now() > until, (await page.evaluate(() => performance.now())) + 1_200);
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

describe('fingers', () => {
  test('a long press opens no menu and selects nothing, on text, on controls and in a field', async () => {
    await longPress(field.x, field.y);
    await expect.poll(selected).toBe('');
    const title = await page.locator('.search .row').first().boundingBox();
    if (title === null) throw new Error('no row');
    await longPress(title.x + 60, title.y + 20);
    // Headless Chromium makes no menu of an emulated finger; where one comes, it is the event that the mouse's right button sends, below.
    expect((await seen(page)).unheld.filter((name) => /contextmenu|selectstart|dragstart/.test(name))).toEqual([]);
    await expect.poll(selected).toBe('');
  });

  test.each(['touch', 'mouse'] as const)('two fingers that part zoom nothing (%s: on the panel, or on a plugged-in touchpad)', async (gestureSourceType) => {
    const { width, height } = page.viewportSize() ?? { width: 1080, height: 1920 };
    for (const y of [field.y, height / 2, height - 60]) await cdp.send('Input.synthesizePinchGesture', { x: width / 2, y, scaleFactor: 3, relativeSpeed: 2_000, gestureSourceType });
    expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    // What two fingers may do anywhere is what the root lets them.
    expect(await page.evaluate(() => [document.documentElement, document.body].map((element) => getComputedStyle(element).touchAction))).toEqual(['pan-y', 'pan-y']);
  });

  test('on a phone that followed a link here two fingers may zoom', async () => {
    const before = page.viewportSize() ?? { width: 1080, height: 1920 };
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => getComputedStyle(document.body).touchAction)).toBe('manipulation');
    await page.setViewportSize(before);
  });

  test('two quick taps zoom nothing and select nothing', async () => {
    const row = await page.locator('.search .row').first().boundingBox();
    if (row === null) throw new Error('no row');
    for (const { x, y } of [field, { x: row.x + 60, y: row.y - 4 }]) await cdp.send('Input.synthesizeTapGesture', { x, y, tapCount: 2, gestureSourceType: 'touch' });
    expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    await expect.poll(selected).toBe('');
  });

  test('a swipe from an edge leads nowhere, a pull from above loads nothing', async () => {
    const { width, height } = page.viewportSize() ?? { width: 1080, height: 1920 };
    const swipe = (x: number, y: number, xDistance: number, yDistance: number) => cdp.send('Input.synthesizeScrollGesture', { x, y, xDistance, yDistance, gestureSourceType: 'touch', speed: 4_000 });
    await swipe(2, height / 2, width - 40, 0);
    await swipe(width - 2, height / 2, 40 - width, 0);
    await swipe(width / 2, 2, 0, height / 2);
    expect((await seen(page)).asked).toEqual([]);
    expect(await page.evaluate(() => [scrollX, scrollY, document.scrollingElement?.scrollTop])).toEqual([0, 0, 0]);
    expect(await page.locator('.search__field').inputValue()).toBe('marriage');
  });
});

describe('a mouse', () => {
  test('its right button opens no menu anywhere, not even in a field', async () => {
    await page.mouse.click(field.x, field.y, { button: 'right' });
    await page.mouse.click(500, 1_000, { button: 'right' });
    const { came, unheld } = await seen(page);
    expect(came.filter((name) => name.startsWith('contextmenu'))).toHaveLength(2);
    expect(unheld.filter((name) => /contextmenu|auxclick/.test(name))).toEqual([]);
  });

  test('its middle button pastes and opens nothing', async () => {
    await page.mouse.click(field.x, field.y, { button: 'middle' });
    const { came, unheld } = await seen(page);
    expect(came).toContain('mousedown 1');
    expect(unheld.filter((name) => /mousedown|auxclick|paste/.test(name))).toEqual([]);
    expect(await page.locator('.search__field').inputValue()).toBe('marriage');
  });

  test('its side buttons do not go through the history', async () => {
    const before = page.url();
    await page.evaluate(() => history.pushState(null, '', '/?there'));
    for (const button of ['back', 'forward', 'back'] as const) {
      await cdp.send('Input.dispatchMouseEvent', { type: 'mousePressed', x: 400, y: 900, button, clickCount: 1 });
      await cdp.send('Input.dispatchMouseEvent', { type: 'mouseReleased', x: 400, y: 900, button, clickCount: 1 });
    }
    expect(page.url()).toContain('/?there');
    await page.evaluate((url) => history.replaceState(null, '', url), before);
    expect((await seen(page)).unheld.filter((name) => name.startsWith('mousedown'))).toEqual([]);
  });

  test('dragging selects no text, not by two or three clicks either, and carries nothing away', async () => {
    const row = await page.locator('.search .row').first().boundingBox();
    if (row === null) throw new Error('no row');
    // Each ends where it opens nothing.
    for (const [x, y] of [[row.x + 40, row.y + 20], [field.x, field.y]] as const) {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 200, y, { steps: 8 });
      await expect.poll(selected).toBe('');
      await page.mouse.move(field.x + 200, field.y, { steps: 4 });
      await page.mouse.up();
      await expect.poll(selected).toBe('');
    }
    for (const clickCount of [2, 3]) {
      await page.mouse.click(field.x, field.y, { clickCount, delay: 10 });
      await expect.poll(selected).toBe('');
    }
    expect((await seen(page)).unheld.filter((name) => /dragstart|selectstart/.test(name))).toEqual([]);
  });

  test('the wheel with Ctrl zooms nothing', async () => {
    await cdp.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x: 400, y: 900, deltaX: 0, deltaY: -240, modifiers: 2 });
    await expect.poll(async () => (await seen(page)).came).toContain('wheel');
    expect((await seen(page)).unheld.filter((name) => name.startsWith('wheel'))).toEqual([]);
  });
});

describe('things that are dropped on it', () => {
  test.each([
    ['a file', (): object => { const path = join(files, 'page.html'); writeFileSync(path, '<h1>not the kiosk</h1>'); return { items: [], files: [path], dragOperationsMask: 1 }; }],
    ['an address', (): object => ({ items: [{ mimeType: 'text/uri-list', data: 'https://example.org/' }], dragOperationsMask: 1 })],
    ['text', (): object => ({ items: [{ mimeType: 'text/plain', data: 'dropped' }], dragOperationsMask: 1 })],
  ])('%s is let fall: the kiosk stays, its field too', async (_name, data) => {
    for (const { x, y } of [field, { x: 500, y: 1_200 }]) {
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await cdp.send('Input.dispatchDragEvent', { type, x, y, data: data() as never });
    }
    const { came, unheld, asked } = await seen(page);
    expect(came).toContain('dragover');
    expect(unheld.filter((name) => /^drag|drop/.test(name))).toEqual([]);
    expect(asked).toEqual([]);
    expect(await page.locator('.search__field').inputValue()).toBe('marriage');
    expect(new URL(page.url()).origin).toBe(kiosk.hub.url);
  });
});

describe('a plugged-in keyboard', () => {
  test('hands no chord, function key or key of a browser on', async () => {
    const chords = [
      ...['p', 's', 'o', 'f', 'g', 'h', 'j', 'd', 'u', 'l', 'k', 'r', 'a', 'c', 'v', 'x', '+', '-', '0', 'Tab', 'F4', 'ArrowLeft', 'Shift+i', 'Shift+Delete', 'Shift+r'].map((key) => `Control+${key}`),
      ...['ArrowLeft', 'ArrowRight', 'Home', 'd', 'f', 'F4', 'Space'].map((key) => `Alt+${key}`),
      ...['l', 'd', 'Tab'].map((key) => `Meta+${key}`),
      ...Array.from({ length: 12 }, (_, i) => `F${i + 1}`),
      'Shift+F10', 'Insert', 'Shift+Insert', 'ContextMenu', 'BrowserBack', 'BrowserForward', 'BrowserRefresh', 'BrowserHome', 'BrowserSearch', 'MediaPlayPause', 'PrintScreen',
    ];
    const handedOn: string[] = [];
    for (const chord of chords) {
      await watch(page);
      await page.keyboard.press(chord).catch((error: unknown) => { if (!/Unknown key/.test(String(error))) throw error; });
      const { unheld, asked } = await seen(page);
      // Shift alone is a key for writing.
      if (unheld.some((name) => name !== 'keydown Shift') || asked.length > 0) handedOn.push(`${chord}: ${[...unheld, ...asked].join(', ')}`);
    }
    expect(handedOn).toEqual([]);
    expect(await page.locator('.search__field').inputValue()).toBe('marriage');
  });

  test('still writes, moves, and scrolls', async () => {
    await page.locator('.search__field').fill('');
    await page.keyboard.type('passport');
    await page.keyboard.press('Backspace');
    expect(await page.locator('.search__field').inputValue()).toBe('passpor');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
  });

  test('takes nothing from one citizen to the next by the clipboard', async () => {
    await page.locator('.search__field').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.evaluate(() => document.execCommand('copy'));
    await startOver(page);
    await typeSearch();
    await page.locator('.search__field').fill('');
    await page.keyboard.press('Control+v');
    await page.evaluate(() => document.execCommand('paste'));
    expect(await page.locator('.search__field').inputValue()).toBe('');
    expect((await seen(page)).unheld.filter((name) => name === 'paste')).toEqual([]);
  });
});

describe('the page itself', () => {
  test('leads to no other address, from inside or outside', async () => {
    const before = page.url();
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'https://example.org/';
      document.body.append(link);
      link.click();
      link.href = '/check/';
      link.click();
      link.remove();
      location.assign('https://example.org/');
    });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(page.url()).toBe(before);
    expect((await seen(page)).asked).toEqual([]);
  });

  test('prints nothing, and asks nobody to stay', async () => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('html').evaluate((root) => getComputedStyle(root).display)).toBe('none');
    await page.emulateMedia({ media: 'screen' });
    const other = await page.context().newPage();
    await other.goto(kiosk.hub.url);
    await other.locator('.attract').click();
    const dialogs: string[] = [];
    other.on('dialog', (dialog) => { dialogs.push(dialog.type()); void dialog.dismiss(); });
    const closed = new Promise((resolve) => other.once('close', resolve));
    await other.close({ runBeforeUnload: true });
    await closed;
    // A page behind another one draws nothing.
    await page.bringToFront();
    expect(dialogs).toEqual([]);
  });
});

test('no screen holds a link, a form, a frame or a field that remembers or corrects', { timeout: 240_000 }, async () => {
  const found: string[] = [];
  const names = /^(attract|home|view-panel|find-topics|search-results|guide-free|guide-ceiling|take|events|event|prices|office|machine|status-no-camera|status-typing|status-cannot-check|status-received)$/;
  for (const state of states.filter(({ name }) => names.test(name))) {
    await inState({ page, hub: kiosk.hub, language: 'en', now: mondayMorning }, state, async () => {
      const here = await page.evaluate(() => [
        ...[...document.querySelectorAll('a, area, form, iframe, frame, object, embed, select, textarea, details, video[controls], audio[controls], [contenteditable], [draggable="true"], [title], [accesskey], [target], meta[http-equiv="refresh"]')].map((element) => element.outerHTML.slice(0, 80)),
        ...[...document.querySelectorAll('input')].filter((input) => input.autocomplete !== 'off' || input.spellcheck || !['text'].includes(input.type) || input.inputMode !== 'none').map((input) => input.outerHTML.slice(0, 120)),
        ...[...document.querySelectorAll<HTMLElement>('body *')].filter((element) => /pinch|auto/.test(getComputedStyle(element).touchAction) && element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY)).map((element) => `scrolls and zooms: ${element.className}`),
      ]);
      found.push(...here.map((what) => `${state.name}: ${what}`));
    });
  }
  expect(found).toEqual([]);
});
