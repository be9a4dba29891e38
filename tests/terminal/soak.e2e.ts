import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleApplications } from '../../src/hub/demo.ts';
import { makeRegistrationCode, receiptPayload } from '../../src/model/registration-code.ts';
import { loadKiosk, openBrowser, type KioskBrowser, type Panel } from '../e2e/support/browser.ts';
import { seededRandom, type Random } from '../fixtures/random.ts';
import { film } from '../fixtures/video.ts';
import { installClock } from './soak/clock.ts';
import { errands } from './soak/errands.ts';
import { installEye } from './soak/eye.ts';
import { growthOf, type Allowance } from './soak/growth.ts';
import { createHand, type Hand } from './soak/hand.ts';
import { browserOf, measure, rowsOf, type Measure, type Sample } from './soak/measure.ts';
import { heapHolds } from './soak/remembers.ts';
import { shippedFlags } from './soak/shipped-flags.ts';
import { endWatch } from './soak/unwatched.ts';
import { visitOf } from './soak/visit.ts';
import { pin, startWorld, type World } from './soak/world.ts';

/** The page is a real terminal's: its agent stands between it and the hub. `SOAK_AGENT=0`: it is the hub's own. */
const supervised = process.env['SOAK_AGENT'] !== '0';
/** How many citizens come: `SOAK_SESSIONS=2000` for the long run; a million for days. */
const sessions = Number(process.env['SOAK_SESSIONS'] ?? 60);
/** The same seed brings the same citizens, each of whom depends on nothing but seed and number. */
const seed = Number(process.env['SOAK_SEED'] ?? 20_261_125);
/** Number of the first citizen, to see one of a long run again. */
const from = Number(process.env['SOAK_FROM'] ?? 1);
/** What alone they come for, to find which of it leaves something behind: names in `soak/errands.ts`, apart by commas. */
const only = process.env['SOAK_ERRANDS']?.split(',');
const panel = (process.env['SOAK_PANEL'] ?? 'small') as Panel;
/** Sessions between two measurements, and between two editions. */
const every = sessions > 300 ? { sample: 20, edition: 15 } : { sample: 5, edition: 6 };

/** Long enough for the heap to be warm in its second half. */
const long = sessions > 600;
/**
 * What may grow in the second half of the run: {@link growthOf}. A leak shows
 * first in nodes, listeners and observers, which are always the same on the
 * attract screen; the heap still fills with compiled code for some 200 visits.
 */
const allowed: Readonly<Record<Measure, Allowance>> = {
  heap: { noise: long ? 500_000 : 3_000_000, per1000: 250_000 },
  nodes: { noise: 30, per1000: 30 },
  listeners: { noise: 5, per1000: 5 },
  documents: { noise: 1, per1000: 0 },
  observers: { noise: 2, per1000: 2 },
  rows: { noise: 100_000, per1000: 20_000 },
  disk: { noise: 20_000_000, per1000: 2_000_000 },
  targets: { noise: 0.5, per1000: 0 },
  renderer: { noise: long ? 40_000_000 : 100_000_000, per1000: 20_000_000 },
  others: { noise: long ? 60_000_000 : 200_000_000, per1000: 30_000_000 },
};

const samples = sampleApplications(Date.now());
const unknown = makeRegistrationCode('990101', [0, 0, 0, 0, 0, 0, 0, 0]);
const shown = samples[3]?.code ?? unknown;

/** What a run of some length has met: otherwise the monkey does not use everything. */
const met = [
  ...['home', 'find', 'search', 'service', 'take', 'events', 'event', 'take-event', 'prices', 'status', 'office', 'machine'].map((screen) => `screen ${screen}`),
  'known application', 'no application', 'complaint about a code', 'typed known', 'typed unknown', 'usb scan', 'search', 'price sector', 'price filter', 'price search', 'life event', 'take away', 'view',
  'idle warning', 'stayed after the warning', 'ended by itself', 'ended by start over', 'ended in the warning', 'edition', 'app',
  ...(supervised ? ['operator’s panel'] : []),
];

/** A text that is in the page's memory: a search that does not find it would prove nothing. */
const control = 'owso-control-text';

let world: World;
let kiosk: KioskBrowser;
let session: CDPSession;
let hand: Hand;
let random: Random = seededRandom(seed);
const counts = new Map<string, number>();
/** Requests of which the page told this test, which must not watch them: {@link endWatch}. */
const watched: string[] = [];
const note = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

beforeAll(async () => {
  world = await startWorld(supervised);
  // Nothing, then somebody else's code, then a receipt, over and over.
  const video = film([{ frames: 4 }, { text: 'https://example.com/pay?to=1', frames: 8 }, { text: receiptPayload(shown), frames: 20 }, { frames: 6 }]);
  kiosk = await openBrowser({ panel, video, arguments: [...shippedFlags(), ...world.arguments] });
  session = await kiosk.context.newCDPSession(kiosk.page);
  await session.send('Performance.enable');
  await installClock(kiosk.page);
  await installEye(kiosk.page);
  hand = createHand(kiosk.page, session, () => random);
  // The trap catches: otherwise an empty one would prove nothing.
  const probe = await kiosk.context.newPage();
  await probe.goto('http://stranger.example/').catch(() => undefined);
  await probe.close();
  if (!world.strangers.includes('stranger.example')) throw new Error('the trap for other hosts catches nothing');
  world.strangers.length = 0;
  kiosk.foreign.length = 0;
  kiosk.errors.length = 0;
  await loadKiosk(kiosk.page, world.url, '?kiosk=soak&office=990101');
  await kiosk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // Other hosts are in the trap, which is outside the browser.
  await endWatch(kiosk.page);
  // The reader's worker is watched apart, and what is kept of its one request goes with it.
  kiosk.page.on('request', (request) => { if (!request.url().endsWith('.wasm')) watched.push(request.url()); });
});
afterAll(async () => {
  await kiosk.close();
  await world.end();
});

/** Longest wait between two questions to the hub, after failures, ms. */
const longestWait = 13 * 60_000;

/** Until the terminal shows the newest edition. */
async function upToDate(): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    await hand.letPass(longestWait);
    for (let tries = 0; tries < 20; tries++) {
      if ((await rowsOf(session)).current === world.newest) return;
      await hand.until(['.never'], 50);
    }
    if (Date.now() > end) throw new Error(`the terminal does not get to edition ${world.newest}, it has ${(await rowsOf(session)).current}`);
  }
}

/** Until the terminal has loaded a new version of the app. */
async function untilApp(mark: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    await hand.letPass(16 * 60_000);
    // The page is loaded anew meanwhile: what was asked of the old one has no answer.
    if (await kiosk.page.locator(`html[data-build="${mark}"] .card`).waitFor({ timeout: 45_000 }).then(() => true, () => false)) return;
    // One that did not take over in time waits for the end of the next visit.
    await hand.touch('.attract__language');
    await hand.until(['.home']);
    await hand.touch('.nav__button', 4);
  }
  const state = await kiosk.page.evaluate(async () => {
    const found = await navigator.serviceWorker.getRegistration();
    const look = async (path: string): Promise<string> => fetch(path, { cache: 'no-store' }).then(({ status }) => `${path} ${status}`, () => `${path} does not answer`);
    const workers = [found?.installing, found?.waiting, found?.active].map((worker): string => worker?.state ?? 'none');
    return [...workers, document.documentElement.dataset['build'] ?? 'the old app', document.querySelector('.app')?.getAttribute('data-screen') ?? 'no screen', await look('/sw.js')];
  });
  throw new Error(`the terminal does not get to the new app: ${state.join(', ')}`);
}

/** One citizen and the weather of the network while they are there. */
async function one(number: number): Promise<void> {
  random = seededRandom(seed + number * 7_919);
  const names = only ?? Object.keys(errands).filter((name) => supervised || name !== 'staff');
  const errand = names[number % names.length] ?? '';
  const ill = random() < 0.12;
  if (ill) note(await world.fail(random));
  const known = samples[Math.floor(random() * samples.length)]?.code ?? shown;
  await visitOf({ hand, random, known, unknown, note }, errand);
  for (const screen of await hand.screens()) note(`screen ${screen}`);
  if (ill) await world.heal();
}

/** Back to where every visit begins, whatever went wrong. */
async function startAgain(): Promise<void> {
  await world.heal();
  await kiosk.page.reload();
  await kiosk.page.locator('.card').waitFor();
}

test(`after ${sessions} visits of people who touch everything, the terminal is as it was at the start, has made no error and asked nobody but its hub (seed ${seed})`, async () => {
  const begun = Date.now();
  const taken: Sample[] = [];
  const troubles: string[] = [];
  const browser = browserOf(kiosk.profile);
  for (let number = from; number < from + sessions; number++) {
    const done = number - from + 1;
    hand.log.length = 0;
    let wrong = '';
    try {
      await one(number);
    } catch (error) {
      wrong = error instanceof Error ? error.message : String(error);
      await startAgain();
    }
    const seen = [...kiosk.errors.splice(0), ...kiosk.foreign.splice(0), ...world.strangers.splice(0), ...kiosk.context.pages().slice(1).map((page) => page.url())];
    if (wrong !== '' || seen.length > 0) {
      const again = `SOAK_SEED=${seed} SOAK_FROM=${number} SOAK_SESSIONS=1`;
      troubles.push(`visit ${number} (${again}): ${[wrong, ...seen].join('; ')}\n${hand.log.slice(-40).join(', ')}`);
      console.error(troubles.at(-1));
      // A long run tells of more than the first; a hopeless one ends.
      if (!long || troubles.length > 20) break;
    }
    if (done % every.edition === 0) {
      await world.publish(done, (done / every.edition) % 4 === 0);
      note('edition');
    }
    // Once, early: a new page would hide what the old one gathered.
    if (done === Math.ceil(sessions / 10)) {
      await world.publishApp('soak');
      await untilApp('soak');
      note('app');
    }
    if (done % every.sample === 0) {
      await upToDate();
      await hand.longPress();
      const sample = await measure(session, kiosk.context, browser, done);
      taken.push(sample);
      if (done % (every.sample * 5) === 0) console.info(`${done} visits in ${Math.round((Date.now() - begun) / 1_000)} s: ${JSON.stringify(sample)}`);
    }
  }
  // The PIN with what stands before it in every text: without, it would be any number.
  await hand.leaveTrace(control);
  const remembered = await heapHolds(session, [control, ...samples.map(({ code }) => code.canonical).concat(unknown.canonical, `"${pin}`)], process.env['SOAK_HEAP']);

  const measures = Object.keys(allowed) as Measure[];
  const growth = Object.fromEntries(measures.map((name) => [name, growthOf(taken.map((sample) => ({ at: sample.at, value: sample[name] })), allowed[name])]));
  const folder = resolve(import.meta.dirname, '../../.build/soak');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${sessions}-${seed}${supervised ? '' : '-no-agent'}.json`), JSON.stringify({ sessions, seed, panel, supervised, minutes: (Date.now() - begun) / 60_000, counts: Object.fromEntries([...counts].sort()), browserOwn: Object.fromEntries(world.browserOwn), troubles, growth, samples: taken }, undefined, 1));
  for (const name of measures) console.info(`${name}: ${JSON.stringify(growth[name])}`);

  expect(troubles).toEqual([]);
  expect(watched, 'requests that the page told of, which costs it memory').toEqual([]);
  if (only === undefined && sessions >= 60) expect(met.filter((what) => !counts.has(what)), 'what nobody came to use').toEqual([]);
  expect(remembered, 'registration codes and PINs that are still in the memory of the page, beside a text that has to be').toEqual([control]);
  expect(measures.filter((name) => growth[name]?.grows === true), JSON.stringify(growth)).toEqual([]);
}, 60_000 + sessions * 20_000);
