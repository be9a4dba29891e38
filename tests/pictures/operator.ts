import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { receiptFilm } from '../fixtures/video.ts';
import { loadKiosk, openBrowser, type Panel } from '../e2e/support/browser.ts';
import { startHub } from '../e2e/support/hub.ts';
import { openPad, openPanel, typePin } from '../e2e/support/operator.ts';
import { sampleIn } from '../e2e/support/states.ts';
import { examinedBadly, soundPanel, startStandIn, type StandInAgent } from '../e2e/support/stand-in-agent.ts';
import type { StudioPicture } from './studio.ts';

/** One state of pad or panel. All begin on the attract screen of a terminal in good order. */
interface OperatorState {
  readonly name: string;
  readonly reach: (stage: { readonly page: Page; readonly agent: StandInAgent; readonly language: 'km' | 'en' }) => Promise<void>;
}

const operatorStates: readonly OperatorState[] = [
  { name: 'pad', reach: async ({ page }) => { await openPad(page); await typePin(page, '1234', false); } },
  { name: 'pad-wrong', reach: async ({ page }) => { await openPad(page); await typePin(page, '111111'); await page.locator('.pin__said p').nth(1).waitFor(); } },
  { name: 'panel', reach: async ({ page, language }) => openPanel(page, language) },
  {
    name: 'panel-faults',
    reach: async ({ page, agent, language }) => {
      agent.panel = {
        ...soundPanel,
        stick: true,
        hub: { address: 'https://hub.example.org', enrolled: false, failure: 'ECONNREFUSED' },
        machine: { ...soundPanel.machine, foreignKeyboards: ['SEM USB Keyboard (1a2c:0e24)'], disk: { free: 1e9, size: 62e9 }, memory: { free: 1e8, size: 4e9 }, clockSynchronized: false, temperature: 91 },
      };
      agent.answers = { importStick: { result: 'failed', code: 'stickRefused', detail: 'targets/moi.json: thresholdNotMet' } };
      await openPanel(page, language);
      await page.locator('.operator__buttons .button').nth(1).click();
      await page.locator('.operator__result--bad').waitFor();
    },
  },
  { name: 'panel-facts', reach: async ({ page, language }) => { await openPanel(page, language); await page.locator('.operator .machine__section').first().evaluate((section) => section.scrollIntoView()); } },
  {
    name: 'panel-camera',
    reach: async ({ page, language }) => {
      await openPanel(page, language);
      await page.locator('.operator__camera > .button').click();
      await page.locator('.operator__camera .operator__result').waitFor();
      await page.locator('.operator__camera').evaluate((section) => section.scrollIntoView());
    },
  },
  {
    name: 'panel-examining',
    reach: async ({ page, agent, language }) => {
      agent.underWay = new Promise(() => undefined);
      await openPanel(page, language);
      await page.locator('.operator__examine').click();
      await page.locator('.operator__busy').waitFor();
    },
  },
  {
    name: 'panel-examined',
    reach: async ({ page, agent, language }) => {
      agent.answers = { examine: { result: 'done', examination: examinedBadly } };
      await openPanel(page, language);
      await page.locator('.operator__examine').click();
      await page.locator('.operator__finding').first().waitFor();
    },
  },
  {
    name: 'panel-examined-well',
    reach: async ({ page, agent, language }) => {
      agent.answers = { examine: { result: 'done', examination: { looked: 23, findings: [], left: 0 } } };
      await openPanel(page, language);
      await page.locator('.operator__examine').click();
      await page.locator('.operator__said .operator__result').waitFor();
    },
  },
  {
    name: 'panel-stick-not-shown',
    reach: async ({ page, agent, language }) => {
      agent.answers = { importStick: { result: 'done', edition: 7_000 } };
      await openPanel(page, language);
      await page.locator('.operator__buttons .button').nth(1).click();
      await page.locator('.operator__result--bad').waitFor();
    },
  },
  { name: 'panel-release', reach: async ({ page, language }) => { await openPanel(page, language); await page.locator('.operator__buttons .button').last().click(); await page.locator('.dialog__actions').waitFor(); } },
];

/** Renders the staff's PIN pad and panel on a terminal with an agent. */
export async function operatorPictures(out: string, panels: readonly Panel[], languages: readonly ('km' | 'en')[]): Promise<{ readonly made: readonly StudioPicture[]; readonly failed: readonly string[] }> {
  const made: StudioPicture[] = [];
  const failed: string[] = [];
  const hub = await startHub();
  const agent = await startStandIn(hub.port);
  try {
    for (const panel of panels) {
      const browser = await openBrowser({ panel, video: receiptFilm(sampleIn('inProgress').code.canonical) });
      const { page } = browser;
      page.setDefaultTimeout(15_000);
      for (const language of languages) {
        for (const { name, reach } of operatorStates) {
          agent.panel = { ...soundPanel, hub: { ...soundPanel.hub, answered: new Date().toISOString() } };
          agent.answers = {};
          agent.underWay = Promise.resolve();
          const file = `${panel}-${language}-operator-${name}.png`;
          try {
            await loadKiosk(page, agent.url);
            await agent.nextHeartbeat(({ content }) => content);
            await reach({ page, agent, language });
            await page.evaluate(() => document.fonts.ready);
            await page.screenshot({ path: join(out, file), animations: 'disabled' });
            made.push({ file, state: `operator-${name}`, panel });
          } catch (error) {
            failed.push(`${file}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed'}`);
          }
        }
      }
      failed.push(...browser.errors.map((error) => `error on the page: ${error}`));
      await browser.close();
    }
  } finally {
    await agent.close();
    await hub.end();
  }
  return { made, failed };
}
