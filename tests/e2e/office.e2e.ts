import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { mondayMorning, onScreen, openTile } from './support/states.ts';
import { of, say, tongues, type Pair, type Tongue } from './support/words.ts';

// The camera is allowed, but there is none.
const kiosk = useKiosk({ now: mondayMorning, permissions: ['camera'] });

async function officeAt(time: string, language: Tongue): Promise<Page> {
  const { page } = kiosk;
  // The office's time is what a page read when it was loaded, and every half minute after.
  await page.clock.setFixedTime(Date.parse(time));
  await page.reload();
  await page.locator('.card').waitFor();
  await kiosk.visit(language);
  await openTile(page, 'office');
  await page.locator('.office-now').waitFor();
  return page;
}

describe.each(tongues)('about this office (%s)', (language) => {
  test.each([
    ['on a working morning', '2026-11-30T10:15:00+07:00', 'open', ['រហូតដល់ម៉ោង ១២:០០', 'until 12:00']],
    ['20 minutes before the break', '2026-11-30T11:40:00+07:00', 'soon', ['បិទនៅម៉ោង ១២:០០', 'Closes at 12:00']],
    ['in the break', '2026-11-30T12:30:00+07:00', 'closed', ['១៤:០០', '14:00']],
    ['in the evening', '2026-11-30T18:00:00+07:00', 'closed', ['ថ្ងៃស្អែក ម៉ោង ០៨:០០', 'tomorrow at 08:00']],
    ['on a holiday', '2026-11-24T10:00:00+07:00', 'closed', ['អុំទូក', 'Water Festival']],
  ] as const)('says %s whether it is open, and until or from when', async (_, time, kind, words) => {
    const page = await officeAt(time, language);
    const now = page.locator('.office-now');
    expect(await now.getAttribute('class')).toContain(`office-now--${kind}`);
    expect((await now.innerText()).toLowerCase()).toContain(of(words, language).toLowerCase());
    // The chip in the header says the same on every screen.
    expect(await page.locator('.header .chip').getAttribute('class')).toContain(`chip--${kind}`);
  });

  test('tells date, week, holidays, counters, contacts and whom to complain to', async () => {
    const page = await officeAt('2026-11-30T10:15:00+07:00', language);
    const text = await page.locator('.office').innerText();
    const parts: readonly Pair[] = [
      ['ថ្ងៃចន្ទ ទី៣០ ខែវិច្ឆិកា ឆ្នាំ២០២៦', 'Monday 30 November 2026'],
      ['០៨:០០ – ១២:០០', '08:00 – 12:00'],
      ['ទិវាសន្តិភាពនៅកម្ពុជា', 'Peace Day in Cambodia'],
      ['បេឡាករ', 'Cashier'],
      ['១២៧៥', '1275'],
      ['ការិយាល័យប្រជាពលរដ្ឋ', "Citizen's Office"],
      ['ពាក្យស្នើសុំឥតគិតថ្លៃ', 'Application forms are free'],
    ];
    for (const part of parts) expect(text).toContain(of(part, language));
    expect(await page.locator('.office-week tr').count()).toBe(7);
    expect(await page.locator('.screen__lead').innerText()).toContain(say('office', 'sampleOffice', language));
  });

  test('shows whoever looks after the machine how it is, without anything about citizens', async () => {
    const page = await officeAt('2026-11-30T10:15:00+07:00', language);
    await page.getByRole('button', { name: say('office', 'machineLink', language) }).click();
    await onScreen(page, say('office', 'machineTitle', language));
    const text = async (): Promise<string> => page.locator('main').innerText();
    await expect.poll(text).toContain('990101');
    await expect.poll(text).toContain(say('office', 'cameraNone', language));
  });
});
