import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { loadKiosk, openBrowser } from '../e2e/support/browser.ts';
import { readDatabase } from '../e2e/support/database.ts';
import { startHub } from '../e2e/support/hub.ts';
import { countBytesTo, type CountingProxy } from './support/counting-proxy.ts';
import { largeRepository, manyServices, withAnotherPrice } from './support/large-repository.ts';

/** Bytes over the wire of a real kiosk's synchronization, requests and all headers included. */
export interface WireBench {
  readonly services: number;
  /** One question while nothing has changed. */
  readonly nothing: number;
  /** One price changed. */
  readonly onePrice: number;
  /** Two of a hundred services changed. */
  readonly twoPercent: number;
  /** All of it, into a kiosk without content. */
  readonly full: number;
  /** What `rsync -z` sends and receives for the same two of a hundred: the catalogue as a folder of files, and as one file. */
  readonly rsyncFolder: number;
  readonly rsyncFile: number;
}

/** Lets the kiosk ask now, and waits until the database has the edition, current. */
async function follow(page: Page, edition: number): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('online')));
  const end = Date.now() + 120_000;
  for (;;) {
    const { current, damaged } = await readDatabase(page);
    if (current !== undefined && current % 2 ** 32 === edition && damaged === 0) return;
    if (Date.now() > end) throw new Error(`the kiosk did not get to edition ${edition}`);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
}

function rsyncBytes(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): number {
  const folder = mkdtempSync(join(tmpdir(), 'owso-rsync-'));
  const fill = (name: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
  };
  fill('to', before);
  fill('from', after);
  try {
    // Checksums, since what was written later is not what has changed; the same delta as over a network.
    const said = execFileSync('rsync', ['-rcz', '--no-whole-file', '--stats', `${folder}/from/`, `${folder}/to/`], { encoding: 'utf8' });
    const number = (name: string): number => Number((new RegExp(`${name}: ([\\d,]+)`).exec(said)?.[1] ?? '').replaceAll(',', ''));
    return number('Total bytes sent') + number('Total bytes received');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures a catalogue of so many services. */
export async function benchWire(services = 500): Promise<WireBench> {
  if (!existsSync('/usr/bin/rsync')) execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'rsync'], { stdio: 'ignore' });
  const objects = await manyServices(services);
  const large = await largeRepository(objects);
  await large.packBaseline();
  const hub = await startHub(large.environment);
  const wire = await countBytesTo(hub.port);
  const browser = await openBrowser();
  try {
    const { page } = browser;
    await loadKiosk(page, wire.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await follow(page, large.repository.edition);
    // The first question after the start asks for the root, too: let it go by.
    await wire.idle();
    wire.take();
    const answered = page.waitForResponse((response) => response.url().endsWith('/content/metadata/timestamp.json'));
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await answered;
    await wire.idle();
    const nothing = wire.take().all;

    const paths = Object.keys(objects).filter((path) => path.startsWith('services/') && (objects[path] ?? '').includes('"riel":'));
    const one = paths[7] ?? '';
    await follow(page, await large.publish({ [one]: withAnotherPrice(objects[one] ?? '', 12_300) }));
    const onePrice = wire.take().all;

    const before = large.repository.texts;
    const changes = Object.fromEntries(Array.from({ length: Math.round(services * 0.02) }, (_, i) => paths[(i * 37 + 11) % paths.length] ?? '').map((path) => [path, withAnotherPrice(objects[path] ?? '', 45_600)]));
    await follow(page, await large.publish(changes));
    const twoPercent = wire.take().all;
    const after = large.repository.texts;

    await large.packBaseline(true);
    const full = await fullDownload(wire, large.repository.edition);
    return {
      services,
      nothing,
      onePrice,
      twoPercent,
      full,
      rsyncFolder: rsyncBytes(before, after),
      rsyncFile: rsyncBytes({ 'catalogue.json': JSON.stringify(before) }, { 'catalogue.json': JSON.stringify(after) }),
    };
  } finally {
    await browser.close();
    await wire.close();
    await hub.end();
    large.remove();
  }
}

/** All content into a kiosk that has none but knows the app: its database is gone, and so is the app's own edition. */
async function fullDownload(wire: CountingProxy, edition: number): Promise<number> {
  const empty = await openBrowser();
  try {
    const { page } = empty;
    await page.goto(wire.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await follow(page, edition);
    await page.goto('about:blank');
    const session = await empty.context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: wire.url, storageTypes: 'indexeddb' });
    await wire.idle();
    wire.take();
    await page.goto(wire.url);
    await follow(page, edition);
    return wire.take().all;
  } finally {
    await empty.close();
  }
}
