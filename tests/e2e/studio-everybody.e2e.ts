import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, test } from 'vitest';
import { furnish, openStudio, signInAt, studioStates } from './support/studio.ts';
import { rowNames, useStudio } from './support/use-studio.ts';

describe.each(['desk', 'phone'] as const)('the staff’s app for everybody (%s)', (window) => {
  const studio = useStudio(window);
  const barriers = async (): Promise<readonly string[]> => {
    const axe = await new AxeBuilder({ page: studio.page }).setLegacyMode().options({ rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } }).analyze();
    return axe.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? violation.help})`).slice(0, 4).join(' | ')}`);
  };
  const sideways = (): Promise<number> => studio.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  test.each(['km', 'en'] as const)('has no barrier and nothing beside the window in %s', async (language) => {
    await studio.context.clearCookies();
    await openStudio(studio.page, studio.hub, language);
    expect([await barriers(), await sideways()], 'sign-in').toEqual([[], 0]);
    await signInAt(studio.page, studio.hub, language);
    for (const { name, reach } of studioStates) {
      await reach(studio);
      expect([await barriers(), await sideways()], name).toEqual([[], 0]);
    }
  });

  test('is used by keyboard alone', async () => {
    const { page, hub } = studio;
    await page.goto(`${hub.url}/studio/#`);
    await page.locator('.row').first().waitFor();
    const reached = new Set<string>();
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(() => {
        const control = document.activeElement;
        if (!(control instanceof HTMLElement) || control === document.body || control.tagName === 'MAIN') return undefined;
        return { name: `${control.tagName} ${control.getAttribute('href') ?? control.className}`, ring: getComputedStyle(control).outlineStyle };
      });
      // After the last control comes the first again.
      if (focus === undefined) continue;
      expect(focus.ring, focus.name).not.toBe('none');
      reached.add(focus.name);
    }
    expect([...reached].filter((name) => name.startsWith('A #')).length).toBeGreaterThanOrEqual(3 + 7);
    await page.getByRole('link', { name: 'gate' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.troubles').waitFor();
    await page.getByRole('button', { name: /Restart|ចាប់ផ្តើម/ }).focus();
    await page.keyboard.press('Space');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  });
});

describe('staff with 2,000 terminals', () => {
  const studio = useStudio();
  const count = 2_000;

  beforeAll(async () => {
    const many = Array.from({ length: count }, (_, index) => ({ office: String(100_101 + index * 37), name: `lobby-${index % 3}`, ago: index % 7 === 0 ? 3_600_000 : 20_000 }));
    await furnish(studio.hub, many);
    await signInAt(studio.page, studio.hub, 'en');
  });

  test('see the worst at once, in a page that stays small, and find one by its code', async () => {
    const { page, hub } = studio;
    const start = Date.now();
    await page.goto(`${hub.url}/studio/?again`);
    await page.locator('.row').first().waitFor();
    const shown = Date.now() - start;
    expect(await page.locator('.row').count()).toBe(50);
    expect(await page.locator('.counts__one--all dd').innerText()).toBe(String(count + 7));
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const typed = Date.now();
    await page.getByLabel('Name or code').fill('174064');
    await expect.poll(() => rowNames(page)).toHaveLength(1);
    const found = Date.now() - typed;
    process.stderr.write(`      2,000 terminals: list after ${shown} ms, ${nodes} elements, found after ${found} ms\n`);
    expect(shown).toBeLessThan(4_000);
    expect(found).toBeLessThan(3_000);
    expect(nodes).toBeLessThan(2_500);
    await page.getByLabel('Name or code').fill('');
    await page.getByLabel('Province or office').selectOption('17');
    await page.getByLabel('Province or office').selectOption('174064');
    await expect.poll(() => rowNames(page)).toHaveLength(1);
    await page.getByLabel('Province or office').selectOption('');
  });

  test('go from page to page', async () => {
    const { page } = studio;
    await page.getByLabel('Name or code').fill('');
    await page.getByText(`1–50 of ${count + 7}`).waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(`51–100 of ${count + 7}`).waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByText(`1–50 of ${count + 7}`).waitFor();
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);
  });
});
