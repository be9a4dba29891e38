import { expect, test } from 'vitest';
import { useKiosk } from '../e2e/support/kiosk.ts';
import { openGuide, openTile } from '../e2e/support/states.ts';
import { of, say, tongues } from '../e2e/support/words.ts';

const kiosk = useKiosk({ now: Date.parse('1970-01-01T00:10:00Z') });

test('with a clock that stands in 1970 the built app knows that it is later: old prices still say that they may be out of date', async () => {
  const page = await kiosk.visit('en');
  await openTile(page, 'prices');
  await page.locator('.prices__row').first().waitFor();
  expect(await page.getByText('may be out of date').count()).toBeGreaterThan(0);
});

test.each(tongues)('with a clock that stands in 1970 nobody is told a date by which something is done (%s)', async (language) => {
  const page = await kiosk.visit(language);
  await openGuide(page, of(['អាជ្ញាប័ណ្ណកាត់សក់បុរស', "Men's barber shop licence"], language));
  expect(await page.locator('.time__value').innerText()).toContain(of(['ថ្ងៃធ្វើការ', 'working days'], language));
  expect(await page.locator('.time__date').allInnerTexts()).toEqual([]);
  await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
  await openTile(page, 'events');
  await page.locator('.event-tile').first().click();
  await page.locator('.event-way').first().waitFor();
  expect(await page.locator('main').innerText()).not.toMatch(/1970|១៩៧០/);
});
