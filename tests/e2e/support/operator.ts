import type { Page } from 'playwright-core';
import { pattern, type Corner } from '../../../src/kiosk/supervised/corner-pattern.ts';
import { staffPin } from './stand-in-agent.ts';
import type { Tongue } from './words.ts';

/** Touches the staff's pattern of corners on the panel. */
export async function touchCorners(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1080, height: 1920 };
  const at: Readonly<Record<Corner, readonly [number, number]>> = {
    topLeft: [20, 20],
    topRight: [width - 20, 20],
    bottomLeft: [20, height - 20],
    bottomRight: [width - 20, height - 20],
  };
  for (const corner of pattern) await page.touchscreen.tap(...at[corner]);
}

/** Opens the pad for the staff's PIN. */
export async function openPad(page: Page): Promise<void> {
  await touchCorners(page);
  await page.locator('.pin').waitFor();
}

/** Types a PIN on the pad and, unless told otherwise, hands it in. Not by touch: at a machine's speed a digit twice counts as a finger that bounced. */
export async function typePin(page: Page, pin: string, handIn = true): Promise<void> {
  for (const digit of pin) await page.locator('.pin__key').filter({ hasText: digit }).dispatchEvent('click');
  if (handIn) await page.locator('.pin__key').last().click();
}

/** Opens the operator's panel in a language, as staff do, and waits until the machine's facts are there. */
export async function openPanel(page: Page, language: Tongue, pin = staffPin): Promise<void> {
  await openPad(page);
  await typePin(page, pin);
  await page.locator('.operator .facts').nth(3).waitFor();
  if (language === 'en') await page.locator('.operator__tool').first().click();
}
