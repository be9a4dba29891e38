import { expect, test } from 'vitest';
import { useKiosk } from '../e2e/support/kiosk.ts';
import { openTile } from '../e2e/support/states.ts';

const kiosk = useKiosk({ now: Date.parse('1970-01-01T00:10:00Z') });

test('with a clock that stands in 1970 the built app knows that it is later: old prices still say that they may be out of date', async () => {
  const page = await kiosk.visit('en');
  await openTile(page, 'prices');
  await page.locator('.prices__row').first().waitFor();
  expect(await page.getByText('may be out of date').count()).toBeGreaterThan(0);
});
