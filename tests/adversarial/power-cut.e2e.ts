import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openBrowser, startVisit, type KioskBrowser } from '../e2e/support/browser.ts';
import { copyBuild, type BuildCopy } from '../e2e/support/build-copy.ts';
import { readDatabase } from '../e2e/support/database.ts';
import { startHub, type TestHub } from '../e2e/support/hub.ts';
import { processNumbers, stateOf, told } from '../e2e/support/processes.ts';
import { openTile, startOver } from '../e2e/support/states.ts';
import { seededRandom } from '../fixtures/random.ts';

/** Cuts of one run: `POWER_CUTS=200` for the long one. */
const cuts = Number(process.env['POWER_CUTS'] ?? 12);
/** Longest time from the beginning of a synchronization to a cut, ms: beyond the end of both synchronization and switch. */
const longest = 900;

let build: BuildCopy;
let hub: TestHub;

beforeAll(async () => {
  build = copyBuild();
  hub = await startHub(build.environment);
});
afterAll(async () => {
  await hub.end();
  build.remove();
});

/** Whether a process still has files open: one that was killed does until it has ended, and is a zombie then. */
function holdsFiles(pid: number): boolean {
  const now = stateOf(pid);
  return now !== undefined && !['Z', 'X'].includes(now.state);
}

/**
 * Kills every process of the browser with this profile, as a power cut does: none
 * of them can write another byte, nor holds a lock on the database any more when
 * the next browser opens it, which would take it for broken and make it anew.
 */
async function cutPower(profile: string): Promise<void> {
  const killed = new Set<number>();
  await vi.waitUntil(() => {
    for (const pid of processNumbers().filter((number) => told(number, 'cmdline').includes(profile))) killed.add(pid);
    const left = [...killed].filter(holdsFiles);
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended since it was looked at.
      }
    }
    return left.length === 0;
  }, { timeout: 10_000, interval: 5 });
}

/**
 * The marks that a citizen reads in the whole price list: every service of a
 * marked edition carries its mark in its title. The visit is left open: nothing
 * newer comes on screen in it.
 */
async function marksOnScreen({ page }: KioskBrowser): Promise<readonly string[]> {
  await startVisit(page, 'en');
  await openTile(page, 'prices');
  const rows = page.locator('.prices__row');
  await rows.first().waitFor();
  const all = Number(/\d+/.exec(await page.locator('.edition__rows').innerText())?.[0]);
  await expect.poll(async () => {
    await page.locator('.scroll__area').evaluate((element) => element.scrollTo({ top: element.scrollHeight, behavior: 'instant' }));
    return rows.count();
  }, { timeout: 10_000 }).toBe(all);
  const texts = await rows.allInnerTexts();
  return [...new Set(texts.flatMap((text) => text.match(/mark-\d+/g) ?? []))];
}

test(`whenever the power fails in a synchronization or a switch, the next start shows one whole, verified edition (${cuts} cuts)`, async () => {
  const random = seededRandom(Number(process.env['POWER_CUT_SEED'] ?? 7));
  const { texts } = await build.release();
  const services = Object.keys(texts).filter((path) => path.startsWith('services/moi/') || path.startsWith('services/mpwt/'));
  /** Marks by the version of their edition. The app's own content has none. */
  const markOf = new Map<number, string>();
  /** One edition in which every one of these services is marked. */
  const publishMarked = async (mark: number): Promise<number> => {
    const version = await build.publish(Object.fromEntries(services.map((path) => [path, (texts[path] ?? '').replace(/"title":\{"en":"/, `"title":{"en":"mark-${mark} `)])));
    markOf.set(version, `mark-${mark}`);
    return version;
  };

  let profile: string | undefined;
  const seen = new Set<number>();
  let newest = await publishMarked(0);
  let before = newest;
  for (let cut = 0; cut <= cuts; cut++) {
    const kiosk = await openBrowser(profile === undefined ? {} : { profile });
    profile = kiosk.profile;
    try {
      await kiosk.page.goto(`${hub.url}/`);
      await kiosk.page.locator('.card').waitFor();
      const onScreen = cut === 0 ? [] : await marksOnScreen(kiosk);
      const { current, damaged } = await readDatabase(kiosk.page);
      if (cut > 0) {
        await startOver(kiosk.page);
        expect(damaged, `objects missing or altered after cut ${cut}`).toBe(0);
        expect(current, `after cut ${cut}`).toBeDefined();
        const mark = markOf.get(current ?? 0);
        expect(onScreen, `on the screen after cut ${cut}`).toEqual(mark === undefined ? [] : [mark]);
        // Never behind what was shown when the power failed.
        expect(current ?? 0).toBeGreaterThanOrEqual(before);
        seen.add((current ?? 0) === newest ? 1 : 0);
      }
      before = current ?? 0;
      if (cut === cuts) break;
      newest = await publishMarked(cut + 1);
      // Every other time object by object: a file of changes would bring all at once.
      if (cut % 2 === 0) rmSync(join(build.contentDir, 'changes'), { recursive: true, force: true });
      await kiosk.page.evaluate(() => dispatchEvent(new Event('online')));
      const wait = Math.floor(random() * longest);
      await kiosk.page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), wait);
    } finally {
      await cutPower(kiosk.profile);
      await kiosk.context.close().catch(() => undefined);
    }
  }
  // Some cuts came before the switch, some after it: otherwise this has tried nothing.
  expect([...seen].sort()).toEqual([0, 1]);
  if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
}, 60_000 + cuts * 15_000);
