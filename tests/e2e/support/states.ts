import type { Page } from 'playwright-core';
import { sampleApplications, type Sample } from '../../../src/hub/demo.ts';
import { makeRegistrationCode, printRegistrationCode } from '../../../src/model/registration-code.ts';
import type { TestHub } from './hub.ts';
import { startVisit, type Panel } from './browser.ts';

/** What a state is reached with. */
export interface Stage {
  readonly page: Page;
  readonly hub: TestHub;
  readonly language: 'km' | 'en';
  /** The instant that the kiosk believes it is, ms. */
  readonly now: number;
}

/** A Monday morning on which the sample offices are open. */
export const mondayMorning = Date.parse('2026-11-30T10:15:00+07:00');

/** One state of one screen, reached by touch from home. */
export interface State {
  readonly name: string;
  /** Starts from home (in the language asked for), unless `from` says the attract screen. */
  readonly from?: 'attract';
  readonly reach: (stage: Stage) => Promise<void>;
  /** The panels on which there is such a state; absent: all. */
  readonly panels?: readonly Panel[];
  /** Puts back what the state changed outside the page. */
  readonly leave?: (stage: Stage) => Promise<void>;
}

/** Home's tiles in their order on screen. */
const tiles = ['find', 'prices', 'status', 'events', 'office'] as const;

/** Waits until the screen on the panel is drawn to its end: what lies below the edge comes after the first picture. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('main:not(:has([aria-busy="true"]))').waitFor();
}

/** Waits until the screen with exactly this title is on the panel, drawn to its end. */
export async function onScreen(page: Page, title: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  await drawn(page);
}

/** Touches one of home's five tiles. */
export async function openTile(page: Page, tile: (typeof tiles)[number]): Promise<void> {
  await page.locator('.tile').nth(tiles.indexOf(tile)).click();
  await page.locator('.screen__title, .screen').first().waitFor();
  await drawn(page);
}

/** Finds a service by typing its title on a plugged-in keyboard and opens its guide. */
export async function openGuide(page: Page, title: string): Promise<void> {
  await openTile(page, 'find');
  await page.locator('.find__field').click();
  await page.locator('.search__field').fill(title);
  await page.locator('.scroll__area .row', { hasText: title }).first().click();
  await page.locator('.guide').waitFor();
  await drawn(page);
}

/** Back to the attract screen by "start over". */
export async function startOver(page: Page): Promise<void> {
  const nav = page.locator('.nav__button').last();
  if (await nav.isVisible()) await nav.click();
  await page.locator('.attract').waitFor();
}

/** Types a registration code on a plugged-in keyboard and asks. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.locator('#code, .screen__foot .button').first().waitFor();
  if (!(await page.locator('#code').isVisible())) await page.locator('.camera--scanning, #code').first().waitFor();
  if (!(await page.locator('#code').isVisible())) await page.locator('.screen__foot .button').first().click();
  await page.locator('#code').fill(code);
  await page.locator('#code').press('Enter');
}

/** The demonstration's application in a state. */
export function sampleIn(state: string): Sample {
  const sample = sampleApplications(Date.now()).find((candidate) => candidate.application.state === state);
  if (sample === undefined) throw new Error(`no sample application is ${state}`);
  return sample;
}

/** A well-formed code under which there is nothing. */
export const unknownCode = makeRegistrationCode('990101', [0, 0, 0, 0, 0, 0, 0, 0]).canonical;

const guide = (name: string, titles: { readonly km: string; readonly en: string }, then?: (page: Page) => Promise<void>): State => ({
  name: `guide-${name}`,
  reach: async ({ page, language }) => {
    await openGuide(page, titles[language]);
    await then?.(page);
  },
});

const answered = (state: string): State => ({
  name: `status-${state}`,
  reach: async ({ page, language }) => {
    // The hub keeps real time: a kiosk with another clock would say that its own is wrong.
    await page.clock.setFixedTime(Date.now());
    await openTile(page, 'status');
    await typeCode(page, printRegistrationCode(sampleIn(state).code, language));
    await page.locator('.answer').waitFor();
  },
  // A clock that jumps a week ends the visit by itself: end it first.
  leave: async ({ page, now }) => {
    await startOver(page);
    await page.clock.setFixedTime(now);
  },
});

const scrolled = (share: number) => async (page: Page): Promise<void> => {
  await drawn(page);
  await page.locator('.scroll__area').evaluate((area, to) => {
    area.scrollTop = to * (area.scrollHeight - area.clientHeight);
  }, share);
};

/** How a citizen may set the view. */
export interface View {
  readonly text?: 1 | 2 | 3 | 4;
  readonly reach?: 'normal' | 'low';
}

/**
 * Sets text size and reach as a citizen does, in the panel that opens from the
 * navigation. Not by touch: at a machine's speed a second one counts as a finger
 * that bounced.
 */
export async function setView(page: Page, { text = 1, reach = 'normal' }: View): Promise<void> {
  await page.locator('.nav__button').nth(3).dispatchEvent('click');
  await page.locator('.sizes .button').nth(text - 1).dispatchEvent('click');
  const low = page.locator('.switch--reach');
  if ((await low.getAttribute('aria-pressed')) !== String(reach === 'low')) await low.dispatchEvent('click');
  await page.locator('.dialog--panel .button--primary').dispatchEvent('click');
  await page.locator('.dialog--panel').waitFor({ state: 'detached' });
  await drawn(page);
}

/** States once more in another view; the view is set at home, before the way there. */
const viewed = (suffix: string, view: View, names: readonly string[], panels?: State['panels']): readonly State[] =>
  names.map((name) => {
    const state = plain.find((candidate) => candidate.name === name);
    if (state === undefined) throw new Error(`there is no state ${name}`);
    return {
      ...state,
      name: `${name}-${suffix}`,
      ...(panels === undefined ? {} : { panels }),
      reach: async (stage) => {
        await setView(stage.page, view);
        await state.reach(stage);
      },
    };
  });

/** Every screen in every state, as it first appears. */
const plain: readonly State[] = [
  { name: 'attract', from: 'attract', reach: async ({ page }) => page.locator('.card').waitFor() },
  { name: 'home', reach: async () => undefined },
  { name: 'view-panel', reach: async ({ page }) => { await page.locator('.nav__button').nth(3).click(); await page.locator('dialog[open]').waitFor(); }, leave: async ({ page }) => page.keyboard.press('Escape') },
  {
    name: 'idle-warning',
    reach: async ({ page, now }) => {
      await openTile(page, 'find');
      await page.clock.setFixedTime(now + 65_000);
      await page.locator('dialog[open] progress').waitFor();
    },
    leave: async ({ page, now }) => {
      // A clock that is set back takes no warning away: somebody who is there does.
      await page.clock.setFixedTime(now);
      await page.keyboard.press('Shift');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
    },
  },
  { name: 'find-topics', reach: async ({ page }) => openTile(page, 'find') },
  { name: 'find-offices', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.segments__one').nth(1).click(); await page.locator('.row--own').waitFor(); } },
  { name: 'find-topic', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.topics__topic').first().click(); await page.locator('.group').first().waitFor(); } },
  { name: 'find-office', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.segments__one').nth(1).click(); await page.locator('.row--own').click(); await page.locator('.group').first().waitFor(); } },
  { name: 'search-empty', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.find__field').click(); await page.locator('.search__field').waitFor(); } },
  { name: 'search-results', reach: async ({ page, language }) => { await openTile(page, 'find'); await page.locator('.find__field').click(); await page.locator('.search__field').fill(language === 'km' ? 'សំបុត្រ' : 'certificate'); await page.locator('mark').first().waitFor(); } },
  { name: 'search-other-language', reach: async ({ page, language }) => { await openTile(page, 'find'); await page.locator('.find__field').click(); await page.locator('.search__field').fill(language === 'km' ? 'certificate' : 'សំបុត្រ'); await page.locator('mark').first().waitFor(); } },
  { name: 'search-screen', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.find__field').click(); await page.locator('.search__field').fill('free'); await page.locator('.search .row').nth(1).waitFor({ state: 'detached' }); } },
  { name: 'search-nearest', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.find__field').click(); await page.locator('.search__field').fill('qqqzzz xxkk'); await page.locator('.search .row').first().waitFor(); } },
  guide('free', { km: 'កែតម្រូវសំបុត្រកំណើត', en: 'Correction of a birth certificate' }),
  guide('fixed', { km: 'ចុះបញ្ជីទោចក្រយានយន្ត', en: 'Motorcycle' }),
  { name: 'guide-undecided', reach: async ({ page }) => { await openTile(page, 'find'); await page.locator('.find__field').click(); await page.locator('.search__field').fill('bon baek bor'); await page.locator('.search .row').first().click(); await page.locator('.guide').waitFor(); } },
  {
    name: 'guide-ceiling',
    reach: async ({ page }) => {
      await openTile(page, 'find');
      await page.locator('.find__field').click();
      await page.locator('.search__field').fill('certified true copy');
      await page.locator('.search .row').first().click();
      await page.locator('.case__option').first().click();
      await page.locator('.count__button').last().click();
      await page.locator('.price--ceiling').waitFor();
    },
  },
  { name: 'guide-documents', reach: async ({ page, language }) => { await openGuide(page, language === 'km' ? 'ចុះបញ្ជីអាពាហ៍ពិពាហ៍' : 'Marriage registration'); await scrolled(0.45)(page); } },
  { name: 'guide-end', reach: async ({ page, language }) => { await openGuide(page, language === 'km' ? 'ចុះបញ្ជីអាពាហ៍ពិពាហ៍' : 'Marriage registration'); await scrolled(1)(page); } },
  { name: 'take', reach: async ({ page, language }) => { await openGuide(page, language === 'km' ? 'ចុះបញ្ជីអាពាហ៍ពិពាហ៍' : 'Marriage registration'); await page.locator('.screen__foot .button').click(); await page.locator('.screen__title').waitFor(); } },
  { name: 'events', reach: async ({ page }) => openTile(page, 'events') },
  { name: 'event', reach: async ({ page }) => { await openTile(page, 'events'); await page.locator('main button').first().click(); await page.locator('.screen').waitFor(); } },
  { name: 'event-middle', reach: async ({ page }) => { await openTile(page, 'events'); await page.locator('main button').first().click(); await page.locator('.screen').waitFor(); await scrolled(0.5)(page); } },
  { name: 'event-end', reach: async ({ page }) => { await openTile(page, 'events'); await page.locator('main button').first().click(); await page.locator('.screen').waitFor(); await scrolled(1)(page); } },
  { name: 'prices', reach: async ({ page }) => openTile(page, 'prices') },
  { name: 'prices-scrolled', reach: async ({ page }) => { await openTile(page, 'prices'); await scrolled(0.5)(page); } },
  {
    name: 'prices-none',
    reach: async ({ page, language }) => {
      await openTile(page, 'prices');
      await page.locator('.price-tools__sector').click();
      await page.locator('dialog .price-choice').nth(1).click();
      await page.locator('.price-tools__search').click();
      await page.locator('.price-search input').fill(language === 'km' ? 'ភូមិគ្រឹះ' : 'villa');
      await page.locator('.price-none').waitFor();
    },
  },
  { name: 'office', reach: async ({ page }) => openTile(page, 'office') },
  { name: 'office-middle', reach: async ({ page }) => { await openTile(page, 'office'); await scrolled(0.5)(page); } },
  { name: 'machine', reach: async ({ page }) => { await openTile(page, 'office'); await page.locator('main .scroll__content button').last().click(); await page.locator('.screen__title').waitFor(); } },
  { name: 'status-no-camera', reach: async ({ page }) => { await openTile(page, 'status'); await page.locator('.camera--absent, .camera--denied').waitFor(); await page.locator('#code').waitFor(); } },
  { name: 'status-typing', reach: async ({ page }) => { await openTile(page, 'status'); await page.locator('#code').fill('990101KX'); } },
  { name: 'status-mistyped', reach: async ({ page }) => { await openTile(page, 'status'); await typeCode(page, '990101-KXTM-NPRL-11'); await page.locator('.complaint').waitFor(); } },
  {
    name: 'status-not-a-receipt',
    reach: async ({ page }) => {
      await openTile(page, 'status');
      await page.locator('.camera--absent, .camera--denied').waitFor();
      await page.locator('#code').waitFor();
      for (const key of 'https://example.org') await page.keyboard.press(key);
      await page.keyboard.press('Enter');
      await page.locator('.complaint').waitFor();
    },
  },
  { name: 'status-unknown', reach: async ({ page }) => { await openTile(page, 'status'); await typeCode(page, unknownCode); await page.locator('.verdict > .icon').waitFor(); } },
  ...['received', 'checking', 'awaitingPayment', 'inProgress', 'readyToCollect', 'collected', 'documentsMissing', 'refused'].map(answered),
  {
    name: 'status-cannot-check',
    reach: async ({ page, hub, language }) => {
      await hub.kill();
      await openTile(page, 'status');
      await typeCode(page, printRegistrationCode(sampleIn('received').code, language));
      await page.locator('.verdict > .icon').waitFor();
    },
    leave: async ({ hub }) => hub.restart(),
  },
];

/** Every screen in every state that a citizen or an operator can see, and the chief ones with controls moved down and in large type. */
export const states: readonly State[] = [
  ...plain,
  ...viewed('low', { reach: 'low' }, ['home', 'find-topics', 'search-results', 'guide-fixed', 'prices', 'status-typing', 'status-mistyped', 'event', 'office', 'view-panel'], ['portrait']),
  ...viewed('large', { text: 4 }, ['home', 'find-topics', 'search-results', 'guide-fixed', 'guide-ceiling', 'prices', 'status-typing', 'status-mistyped', 'status-readyToCollect', 'event', 'office', 'view-panel']),
  ...viewed('low-large', { text: 4, reach: 'low' }, ['home', 'guide-fixed', 'status-mistyped'], ['portrait']),
];

/** Reaches a state from wherever the page is, and steps back out of it. */
export async function inState(stage: Stage, state: State, look: () => Promise<void>): Promise<void> {
  await startOver(stage.page);
  if (state.from !== 'attract') await startVisit(stage.page, stage.language);
  await state.reach(stage);
  await drawn(stage.page);
  await look();
  await state.leave?.(stage);
}
