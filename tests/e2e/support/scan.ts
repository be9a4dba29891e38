import type { Page } from 'playwright-core';

/**
 * Types as a USB scanner does: quickly, to whatever has the focus, with Enter at
 * the end. The time stamps are the device's, so a busy machine changes nothing;
 * under `page.clock` they would be lost, and the pace with them.
 * @param text printable ASCII, as scanners type
 */
export async function scanWithUsb(page: Page, text: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  let at = Date.now();
  for (const char of [...text, '\r']) {
    at += 8;
    const enter = char === '\r';
    const common = { key: enter ? 'Enter' : char, code: enter ? 'Enter' : '', text: char, timestamp: at / 1_000, windowsVirtualKeyCode: enter ? 13 : 0 };
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  }
  await session.detach();
}
