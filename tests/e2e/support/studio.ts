import { randomInt } from 'node:crypto';
import type { Page } from 'playwright-core';
import * as v from 'valibot';
import type { FleetHeartbeat, OrderAction, OrderResult } from '../../../src/api/fleet.ts';
import { healthSchema } from '../../../src/api/health.ts';
import { paths } from '../../../src/api/paths.ts';
import { openFileStore } from '../../../src/hub/store/sqlite.ts';
import { generateKeyPair, signerOf } from '../../../src/trust/signer.ts';
import { addOperator, goodHealth, testPassword } from '../../fixtures/fleet.ts';
import type { TestHub } from './hub.ts';

/** A window of a desk and of a phone, CSS px. */
export const windows = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
export type Window = keyof typeof windows;

/** A terminal of a made-up fleet, in one of the ways in which they are. */
interface Sketch {
  readonly office: string;
  readonly name: string;
  /** ms since it was heard; absent: never. */
  readonly ago?: number;
  readonly page?: Parameters<typeof goodHealth>[1];
  readonly machine?: Parameters<typeof goodHealth>[2];
  /** ms that its clock is ahead. */
  readonly ahead?: number;
  /** What staff asked of it last, and what came of it. */
  readonly order?: readonly [OrderAction, OrderResult];
}

const hour = 3_600_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * hour).toISOString();

/** Every trouble once or more, over the three sample offices and one that the content does not know. */
export const sketches: readonly Sketch[] = [
  { office: '9901', name: 'hall', ago: 20_000, page: { screen: 'visit', confirmed: daysAgo(0.2) } },
  { office: '9901', name: 'desk-3', ago: 40_000, page: { faults: ['cameraLost', 'hubUnreachable'] }, order: ['screenshot', 'noPage'] },
  { office: '990101', name: 'lobby-1', ago: 3 * hour, page: { edition: 1, confirmed: daysAgo(0.4) } },
  { office: '990101', name: 'lobby-2' },
  { office: '99', name: 'gate', ago: 15_000, machine: { foreignKeyboards: ['Logitech USB Keyboard'] }, ahead: -9 * hour },
  { office: '99', name: 'lobby', ago: 50_000, page: { content: false, faults: ['contentForged'] } },
  { office: '120401', name: 'lobby', ago: 30_000, page: { confirmed: daysAgo(9) }, machine: { disk: { free: 6e8, size: 32e9 }, temperature: 91, displayStarts: 14, uptime: 7_200 }, order: ['restart', 'tooSoon'] },
];

/** Puts an operator and these terminals into the data of a hub. */
export async function furnish(hub: TestHub, terminals: readonly Sketch[] = sketches): Promise<ReadonlyMap<string, string>> {
  const store = openFileStore(hub.data);
  const ids = new Map<string, string>();
  try {
    // The demonstration's own, which change by themselves.
    await store.fleet.removeSamples();
    if (!(await store.accounts.list()).some(({ name }) => name === 'dara')) await addOperator(store);
    const served = v.parse(healthSchema, await (await fetch(hub.url + paths.health)).json()).release ?? 0;
    for (const { office, name, ago, page, machine, ahead = 0, order } of terminals) {
      const code = Array.from({ length: 12 }, () => 'ABCDEFGHJKMNPQRSTVWXYZ'[randomInt(22)]).join('');
      await store.fleet.addCode(code, { office, name }, Date.now() + hour);
      const { key } = await signerOf(await generateKeyPair(false));
      const enrolled = await store.fleet.enrol(code, { office, name }, key.keyval.public, Date.now() - 12 * 24 * hour);
      if (enrolled === undefined) throw new Error('the made-up terminal is enrolled');
      ids.set(`${office} ${name}`, enrolled.id);
      if (ago === undefined) continue;
      const at = Date.now() - ago;
      const health: FleetHeartbeat = { ...goodHealth({ office, name }, page?.content === false ? page : { edition: served, ...page }, machine), clock: new Date(at + ahead).toISOString() };
      await store.fleet.heard(enrolled.id, health, at);
      if (order === undefined) continue;
      const given = await store.fleet.order(enrolled.id, order[0], 'dara', at, at - hour);
      await store.fleet.finish(given.id, order[1], at);
    }
  } finally {
    await store.close();
  }
  return ids;
}

/** Opens the staff's app, in a language, and signs in. */
export async function signInAt(page: Page, hub: TestHub, language: 'km' | 'en'): Promise<void> {
  await openStudio(page, hub, language);
  await page.locator('input[name=name]').fill('dara');
  await page.locator('input[name=password]').fill(testPassword);
  await page.keyboard.press('Enter');
  await page.locator('.summary').waitFor();
}

/** Opens the staff's app at its sign-in, in a language. */
export async function openStudio(page: Page, hub: TestHub, language: 'km' | 'en'): Promise<void> {
  await page.goto(`${hub.url}/studio/`);
  await page.evaluate((to) => localStorage.setItem('staff-language', to), language);
  await page.reload();
  await page.locator('input[name=name]').waitFor();
}

/** What a state of the staff's app is reached with. */
export interface StudioStage {
  readonly page: Page;
  readonly hub: TestHub;
  /** Number of a terminal by `office name`. */
  readonly id: (place: string) => string;
}

async function openPage({ page, hub }: StudioStage, hash: string, there: string): Promise<void> {
  if (await page.locator('dialog[open]').isVisible()) await page.keyboard.press('Escape');
  await page.goto(`${hub.url}/studio/#${hash}`);
  await page.locator(there).first().waitFor();
}

/** Every page of the staff's app for somebody who is signed in, in their order: some begin where the one before ended. */
export const studioStates: readonly { readonly name: string; readonly reach: (stage: StudioStage) => Promise<void> }[] = [
  { name: 'list', reach: (stage) => openPage(stage, '', '.row') },
  { name: 'terminal-well', reach: (stage) => openPage(stage, `terminal/${stage.id('9901 hall')}`, '.columns') },
  { name: 'terminal-silent', reach: (stage) => openPage(stage, `terminal/${stage.id('990101 lobby-1')}`, '.troubles') },
  { name: 'terminal-never', reach: (stage) => openPage(stage, `terminal/${stage.id('990101 lobby-2')}`, '.troubles') },
  { name: 'terminal-keyboard', reach: (stage) => openPage(stage, `terminal/${stage.id('99 gate')}`, '.troubles') },
  { name: 'terminal-faults', reach: (stage) => openPage(stage, `terminal/${stage.id('9901 desk-3')}`, '.troubles') },
  { name: 'terminal-machine', reach: (stage) => openPage(stage, `terminal/${stage.id('120401 lobby')}`, '.troubles') },
  {
    name: 'restart',
    reach: async ({ page }) => {
      await page.locator('.orders .button').last().click();
      await page.locator('dialog[open]').waitFor();
    },
  },
  { name: 'enrol', reach: (stage) => openPage(stage, 'enrol/9901/hall', 'input[name=office]') },
  {
    name: 'code',
    reach: async ({ page }) => {
      await page.locator('button[type=submit]').click();
      await page.locator('.code__big').waitFor();
    },
  },
  { name: 'journal', reach: (stage) => openPage(stage, 'journal', '.journal') },
];
