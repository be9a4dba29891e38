import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printRegistrationCode, receiptPayload } from '../../src/model/registration-code.ts';
import { foreignThenReceiptFilm } from '../fixtures/video.ts';
import { useKiosk } from './support/kiosk.ts';
import { onScreen, openTile, sampleIn, typeCode, unknownCode } from './support/states.ts';
import { of, say, tongues, type Pair } from './support/words.ts';

const now = Date.now();
const marriage: Pair = ['ចុះបញ្ជីអាពាហ៍ពិពាហ៍ និងសំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage registration and certificate'];
const inProgress = sampleIn('inProgress').code;

/** Addresses of the questions about applications that the kiosk sends. */
function watchQuestions(page: Page): { readonly asked: string[]; stop(): void } {
  const asked: string[] = [];
  const listen = (request: Request): void => {
    if (request.url().includes('/api/v1/applications/')) asked.push(new URL(request.url()).pathname);
  };
  page.on('request', listen);
  return { asked, stop: () => page.off('request', listen) };
}

describe.each(tongues)('check my application by typing the code (%s)', (language) => {
  // A name of its own for each: the hub lets one kiosk ask only so often.
  const kiosk = useKiosk({ now, search: `?kiosk=typing-${language}` });
  let questions: ReturnType<typeof watchQuestions>;
  beforeEach(() => {
    questions = watchQuestions(kiosk.page);
  });
  afterEach(async () => {
    questions.stop();
    await kiosk.page.clock.setFixedTime(now);
  });

  const openStatus = async (): Promise<Page> => {
    const page = await kiosk.visit(language);
    await openTile(page, 'status');
    return page;
  };

  test.each([
    ['as it is printed in Khmer', printRegistrationCode(inProgress, 'km')],
    ['as it is printed in Latin', printRegistrationCode(inProgress, 'en')],
    ['in small letters without dashes', inProgress.canonical.toLowerCase()],
    ['with spaces', printRegistrationCode(inProgress, 'en').replaceAll('-', ' ')],
  ])('a code typed %s shows service, state and step', async (_, typed) => {
    const page = await openStatus();
    await typeCode(page, typed);
    const answer = page.locator('.answer');
    await answer.waitFor();
    const text = await answer.innerText();
    expect(text).toContain(of(marriage, language));
    expect(text).toContain(say('status', 'inProgress', language));
    expect(text).toContain(of(['ជំហានទី ២ ក្នុងចំណោម ៤', 'Step 2 of 4'], language));
    expect(text).toContain(say('status', 'nextInProgress', language));
    expect(text).toContain(of(['គិតត្រឹម ទី', 'As of '], language));
    // One counting: the bar has the office's four steps.
    expect(await answer.locator('.way__station').count()).toBe(4);
    expect(await answer.locator('.way__station').nth(1).getAttribute('class')).toContain('way__station--now');
    // What comes next, and where.
    expect(text).toContain(say('status', 'thenCollectAt', language));
    expect(text).toContain(of(['បញ្ជរ ៣', 'Counter 3'], language));
    expect(questions.asked).toEqual([`/api/v1/applications/${inProgress.canonical}`]);
    // The code is a secret of its holder: it is not on the screen beside the answer.
    expect(await page.locator('body').innerText()).not.toContain(inProgress.canonical.slice(6, 14));
  });

  test('the keypad on the screen types a code and asks', async () => {
    const page = await openStatus();
    // Without a camera the keypad is there at once.
    await page.getByText(say('status', 'cameraAbsent', language)).waitFor();
    let last = '';
    for (const char of inProgress.canonical) {
      const key = page.locator(`.keyboard [data-skbtn="${char}"]`);
      // The same key again at a machine's speed would count as a finger that bounced.
      await (char === last ? key.dispatchEvent('click') : key.tap());
      last = char;
    }
    expect(await page.locator('#code').inputValue()).toBe(inProgress.canonical);
    await page.getByRole('button', { name: say('status', 'check', language), exact: true }).tap();
    await page.locator('.answer').waitFor();
    expect(questions.asked).toHaveLength(1);
  });

  test('what is missing and where to bring it; when and where to collect; where to pay', async () => {
    const expected: readonly (readonly [Parameters<typeof sampleIn>[0], readonly Pair[]])[] = [
      ['documentsMissing', [['សំបុត្រកំណើត', 'Birth certificate'], ['បញ្ជរ ១', 'Counter 1']]],
      ['readyToCollect', [['បញ្ជរ ៣', 'Counter 3'], ['រួចរាល់ចាប់ពី', 'Ready from']]],
      ['awaitingPayment', [['បញ្ជរ ២', 'Counter 2']]],
    ];
    for (const [state, parts] of expected) {
      const page = await openStatus();
      await typeCode(page, sampleIn(state).code.canonical);
      await page.locator('.answer').waitFor();
      const text = await page.locator('.answer').innerText();
      expect(text).toContain(say('status', state as 'documentsMissing', language));
      for (const part of parts) expect(text).toContain(of(part, language));
      // Of when the answer is, is seen without scrolling.
      const shown = await page.locator('.answer__asof').evaluate((line) => line.getBoundingClientRect().bottom < (line.closest('.scroll__area')?.getBoundingClientRect().bottom ?? 0));
      expect(shown).toBe(true);
    }
  });

  test.each([
    ['one wrong letter', (code: string) => code.replace(/[A-Z]/, (letter) => (letter === 'K' ? 'X' : 'K'))],
    ['two neighbours swapped', (code: string) => code.slice(0, 8) + (code[9] ?? '') + (code[8] ?? '') + code.slice(10)],
    ['one wrong digit', (code: string) => code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10)],
  ])('a mistyped code (%s) is noticed here and never reaches the hub', async (_, spoil) => {
    const wrong = spoil(inProgress.canonical);
    expect(wrong).not.toBe(inProgress.canonical);
    const page = await openStatus();
    await typeCode(page, wrong);
    await page.getByText(say('status', 'mistyped', language)).waitFor();
    // Mended, it is asked: had the first one been, there would be two.
    await typeCode(page, inProgress.canonical);
    await page.locator('.answer').waitFor();
    expect(questions.asked).toEqual([`/api/v1/applications/${inProgress.canonical}`]);
  });

  test('a code that nobody has is answered politely, with the way to the counter', async () => {
    const page = await openStatus();
    await typeCode(page, unknownCode);
    await page.getByText(say('status', 'unknown', language)).waitFor();
    await page.getByText(say('status', 'unknownHint', language)).waitFor();
    await page.getByRole('button', { name: say('status', 'another', language), exact: true }).click();
    await onScreen(page, of(['ពិនិត្យពាក្យស្នើសុំរបស់ខ្ញុំ', 'Check my application'], language));
    expect(await page.locator('.verdict').count()).toBe(0);
  });

  test('the answer is gone after 30 seconds without a touch, and a touch keeps it', async () => {
    const page = await openStatus();
    await typeCode(page, inProgress.canonical);
    await page.locator('.answer').waitFor();
    await page.clock.setFixedTime(now + 25_000);
    await page.locator('.vanish').getByText(of(['៥', ' 5 '], language)).waitFor();
    await page.locator('.answer').tap();
    await page.clock.setFixedTime(now + 50_000);
    await page.locator('.vanish').getByText(of(['៥', ' 5 '], language)).waitFor();
    expect(await page.locator('.answer').isVisible()).toBe(true);
    await page.clock.setFixedTime(now + 55_500);
    await page.locator('.answer').waitFor({ state: 'detached' });
    expect(await page.locator('body').innerText()).not.toContain(of(marriage, language));
  });

  test('the answer is gone at one tap', async () => {
    const page = await openStatus();
    await typeCode(page, inProgress.canonical);
    await page.locator('.answer').waitFor();
    await page.getByRole('button', { name: say('status', 'clearNow', language), exact: true }).tap();
    await page.locator('.answer').waitFor({ state: 'detached' });
  });

  test('the other language keeps the answer and does not ask again', async () => {
    const page = await openStatus();
    await typeCode(page, inProgress.canonical);
    await page.locator('.answer').waitFor();
    await page.getByRole('button', { name: say('core', 'otherLanguage', language), exact: true }).click();
    const other = language === 'km' ? 'en' : 'km';
    await page.locator('.answer').getByText(of(marriage, other)).waitFor();
    expect(questions.asked).toHaveLength(1);
  });
});

describe('in an office with codes of its own', () => {
  const settings = join(mkdtempSync(join(tmpdir(), 'owso-codes-')), 'terminal.yaml');
  writeFileSync(settings, "registrationCode: { pattern: '^[A-Z]{2}[0-9]{6}$', check: none }\n");
  const kiosk = useKiosk({ environment: { TERMINAL_FILE: settings } });

  test.each(tongues)('the keyboard on the screen types them, and no example of another format misleads anybody (%s)', async (language) => {
    const page = await kiosk.visit(language);
    const questions = watchQuestions(page);
    await openTile(page, 'status');
    await page.getByText(say('status', 'cameraAbsent', language)).waitFor();
    expect(await page.locator('.entry__hint').innerText()).toBe('');
    // Letters that the standard format does not have.
    for (const char of 'BE123456') await page.locator(`.keyboard [data-skbtn="${char}"]`).dispatchEvent('click');
    expect(await page.locator('#code').inputValue()).toBe('BE123456');
    await page.getByRole('button', { name: say('status', 'check', language), exact: true }).click();
    await page.getByText(say('status', 'unknown', language)).waitFor();
    questions.stop();
    expect(questions.asked).toEqual(['/api/v1/applications/BE123456']);
  });
});

describe('with a camera before which somebody holds a payment code first and then the receipt', () => {
  const kiosk = useKiosk({ search: '?kiosk=camera', video: foreignThenReceiptFilm('00020101021129180014example@abcdef5204599953031165802KH5912SAMPLE STORE6010PHNOM PENH6304A13C', receiptPayload(inProgress)) });

  test.each(tongues)('the payment code is refused in words, the camera goes on, the receipt is answered (%s)', async (language) => {
    const page = await kiosk.visit(language);
    const questions = watchQuestions(page);
    await openTile(page, 'status');
    // The film runs round: the receipt may come first.
    for (let refused = false, answered = false; !refused || !answered; ) {
      await page.locator('.complaint, .answer').first().waitFor({ timeout: 20_000 });
      if (await page.locator('.answer').isVisible()) {
        expect(await page.locator('.answer').innerText()).toContain(of(marriage, language));
        answered = true;
        if (!refused) await page.getByRole('button', { name: say('status', 'clearNow', language), exact: true }).click();
      } else {
        expect(await page.locator('.complaint').innerText()).toBe(say('status', 'notAReceipt', language));
        expect(await page.locator('.camera--scanning').count()).toBe(1);
        // People aim by the picture: it has to be there for eyes, too, not only for the decoder.
        expect((await page.locator('.camera__preview').boundingBox())?.height).toBeGreaterThan(200);
        refused = true;
        await page.locator('.answer').waitFor({ timeout: 20_000 });
      }
    }
    questions.stop();
    expect(new Set(questions.asked)).toEqual(new Set([`/api/v1/applications/${inProgress.canonical}`]));
  });
});
