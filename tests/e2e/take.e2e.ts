import { describe, expect, test } from 'vitest';
import { useKiosk } from './support/kiosk.ts';
import { readQr } from './support/read-qr.ts';
import { mondayMorning, openGuide, openTile } from './support/states.ts';
import { of, say, tongues, type Pair } from './support/words.ts';

const kiosk = useKiosk({ now: mondayMorning });
const marriage: Pair = ['ចុះបញ្ជីអាពាហ៍ពិពាហ៍ និងសំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage registration and certificate'];

describe.each(tongues)('take it with you (%s)', (language) => {
  test('a guide’s essentials are read from the code on the screen, with no internet needed', async () => {
    const page = await kiosk.visit(language);
    await openGuide(page, of(marriage, language));
    await page.getByRole('button', { name: say('guide', 'take', language) }).click();
    const code = page.getByRole('img', { name: say('take', 'codeName', language) });
    await code.waitFor();
    const read = await readQr(code);
    // What the phone gets is what the screen says it gets.
    expect(read).toBe(await page.locator('.take__text').evaluate((element) => element.textContent));
    expect(read).toContain(of(marriage, language));
    expect(read).toContain(say('take', 'fee', language, { fee: say('guide', 'free', language) }));
    expect(read).toContain(of(['គំរូ', 'Sample'], language));
    expect(read).not.toMatch(/https?:/);
  });

  test('the chosen case goes with it: its sum, not the range', async () => {
    const page = await kiosk.visit(language);
    await openGuide(page, of(['ការធ្វើនីត្យានុកូលកម្មឯកសារចម្លង', 'Certified true copy (legalisation)'], language));
    await page.getByRole('radio').first().click();
    await page.getByRole('button', { name: say('guide', 'moreOf', language), exact: true }).click();
    await page.locator('.screen__foot .button').click();
    const code = page.getByRole('img', { name: say('take', 'codeName', language) });
    await code.waitFor();
    expect(await readQr(code)).toContain(of(['២\u00a0០០០\u00a0៛', '2,000\u00a0៛'], language));
  });

  test('the way of a life event can be taken, too', async () => {
    const page = await kiosk.visit(language);
    await openTile(page, 'events');
    await page.getByRole('button', { name: of(['រៀបអាពាហ៍ពិពាហ៍', 'Getting married'], language), exact: true }).click();
    await page.getByRole('button', { name: say('guide', 'take', language) }).click();
    const code = page.getByRole('img', { name: say('take', 'codeName', language) });
    await code.waitFor();
    const read = await readQr(code);
    expect(read).toBe(await page.locator('.take__text').evaluate((element) => element.textContent));
    expect(read).toContain(of(['រៀបអាពាហ៍ពិពាហ៍', 'Getting married'], language));
  });

  test('it is read in high contrast and in the largest type, too', async () => {
    const page = await kiosk.visit(language);
    await page.getByRole('button', { name: say('core', 'view', language), exact: true }).click();
    await page.getByRole('button', { name: say('core', 'textSize4', language) }).click();
    await page.getByRole('button', { name: say('core', 'contrast', language) }).click();
    await page.getByRole('button', { name: say('core', 'close', language), exact: true }).click();
    await openGuide(page, of(marriage, language));
    await page.locator('.screen__foot .button').click();
    const code = page.getByRole('img', { name: say('take', 'codeName', language) });
    await code.waitFor();
    expect(await readQr(code)).toContain(of(marriage, language));
  });
});
