import { createServer, type AddressInfo, type Server } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addresses } from './corpus/addresses.ts';
import { until } from './support/command.ts';
import { Container } from './support/container.ts';
import { because, containerLacks, debianOf, triedSuites } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { escapesAmong, some, writeChapter, type Part, type Row } from './support/table.ts';
import { attractScreen, unhurried } from './support/terminal.ts';

const lacking = await containerLacks();
const kiosk = 'http://localhost:8480/';
const port = 9333;

/** Starts Chromium as the display's user does, with the shipped flags and policies, but without a screen and with a door for the test. */
const start = [
  'flags=$(sed -e "s/#.*//" -e "/^[[:space:]]*$/d" -e "/^--kiosk/d" /usr/share/owso-kiosk-terminal/chromium-flags.txt)',
  `exec /usr/lib/chromium/chromium $flags --headless --remote-debugging-port=${port} --user-data-dir=/run/addresses/profile ${kiosk}`,
].join('\n');

/** Where a page is, after something was tried: its own address, or what Chromium put there instead. */
function verdictOf(url: string, text: string): { readonly happened: string; readonly escape: boolean } {
  if (url.startsWith(kiosk)) return { happened: 'the kiosk’s own page', escape: false };
  if (url === '' || url === ':' || /^about:blank(?:#|$)/.test(url)) return { happened: 'an empty page', escape: false };
  if (/^<html><head>(?:<[^>]*>)*<\/head><body><\/body><\/html>$/.test(text)) return { happened: 'an empty page', escape: false };
  // Another name of this machine: the agent answers to its own alone.
  if (text.includes('"code":"forbidden"')) return { happened: 'refused by the agent', escape: false };
  if (url.startsWith('chrome-error:') || /ERR_[A-Z_]+/.test(text)) return { happened: 'refused', escape: false };
  return { happened: `shown: ${url}`, escape: true };
}

/** Milliseconds for one address: what is refused is refused at once. */
const patience = 4000;

/** What a page answers, unless it does not: one that hangs or has gone must not hold up the others. */
function within<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((done) => {
    timer = setTimeout(() => done(otherwise), patience);
  });
  return Promise.race([answer.catch(() => otherwise), late]).finally(() => clearTimeout(timer));
}

/** Text of what a page shows. */
const textOf = (page: Page): Promise<string> => within(page.evaluate(() => document.documentElement.outerHTML.slice(0, 100_000)), '');

/** Opens an address in a tab of its own, as one would who had an address bar. */
async function typed(browser: Browser, address: string): Promise<Row> {
  const context = browser.contexts()[0];
  if (context === undefined) throw new Error('the browser has gone');
  const page = await context.newPage();
  try {
    const error = await page.goto(address, { timeout: patience, waitUntil: 'commit' }).then(() => undefined, (fault: unknown) => String(fault));
    const refused = /ERR_[A-Z_]+|invalid URL|Timeout/i.exec(error ?? '')?.[0];
    const text = await textOf(page);
    const { happened, escape } = verdictOf(page.url(), text);
    if (escape) process.stderr.write(`  ${address}: ${text.slice(0, 300)}\n`);
    return { tried: address, happened: !escape && refused !== undefined ? 'refused' : happened, escape };
  } finally {
    await within(page.close(), undefined);
  }
}

/** Has the kiosk's own page open an address: what a fault in it could be brought to do. */
async function opened(page: Page, address: string): Promise<Row> {
  const context = page.context();
  await within(page.evaluate(
    (to) => {
      const link = document.createElement('a');
      link.href = to;
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
      window.open(to, '_blank');
      try {
        location.assign(to);
      } catch {
        // No address at all.
      }
    },
    address,
  ), undefined);
  await page.waitForLoadState('domcontentloaded', { timeout: patience }).catch(() => undefined);
  const rows = await Promise.all(
    context.pages().map(async (each) => {
      return verdictOf(each.url(), await textOf(each));
    }),
  );
  for (const each of context.pages()) if (each !== page) await within(each.close(), undefined);
  const led = rows.find(({ escape }) => escape);
  return { tried: address, happened: led?.happened ?? (rows.length > 1 ? 'an empty page beside it' : rows[0]?.happened === 'refused' ? 'refused' : 'the kiosk’s own page'), escape: led !== undefined };
}

describe.skipIf(lacking !== undefined).each(triedSuites)(`no address leads out on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  let browser: Browser | undefined;
  let door: Server;
  const parts: Part[] = [];

  async function connect(): Promise<Browser> {
    await machine.exec(`systemctl stop addresses.service; systemctl reset-failed addresses.service; rm -rf /run/addresses; install -d -o owso-kiosk -m 700 /run/addresses`);
    await machine.write('/usr/local/bin/addresses', `#!/bin/sh\n${start}\n`, 0o755);
    await machine.sh('systemd-run --quiet --unit=addresses --uid=owso-kiosk --setenv=HOME=/run/addresses /usr/local/bin/addresses');
    return until('the browser', 30_000, async () => chromium.connectOverCDP(`http://127.0.0.1:${(door.address() as AddressInfo).port}`, { timeout: 5000 }).catch(() => undefined));
  }

  /** The browser, started anew where an address has ended it. */
  async function living(): Promise<Browser> {
    if (browser?.isConnected() !== true || browser.contexts()[0] === undefined) browser = await connect();
    return browser;
  }

  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), unhurried);
    await machine.start();
    await attractScreen(machine, 60_000);
    door = createServer((socket) => {
      const inside = machine.connect(port);
      socket.pipe(inside).pipe(socket);
      socket.on('error', () => inside.destroy());
      inside.on('error', () => socket.destroy());
    });
    await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
    browser = await connect();
  }, 900_000);
  afterAll(async () => {
    const introduction = `## By address, on ${debianOf[suite]}\n\nIn Debian’s Chromium as the display’s user, with the flags and policies that are shipped, but for \`DeveloperToolsAvailability: 1\` and without a screen. Nobody on a terminal has an address bar; each address is opened in a tab as if there were one, and again by a link, a new window and a navigation out of the kiosk’s own page.`;
    writeChapter('ESCAPES.md', `by address, ${debianOf[suite]}`, introduction, parts);
    await browser?.close().catch(() => undefined);
    door?.close();
    await machine?.remove();
  });

  it('can be told from one that does: the kiosk’s own is shown', async () => {
    const context = (await living()).contexts()[0];
    const page = await context?.newPage();
    await page?.goto(kiosk, { waitUntil: 'commit' });
    await page?.locator('main').waitFor();
    expect(verdictOf('file:///etc/passwd', 'root:x:0:0').escape).toBe(true);
    expect(verdictOf('chrome://version/', '').escape).toBe(true);
    await page?.close();
  });

  for (const [kind, list] of Object.entries(addresses)) {
    it(`if it is typed: ${kind}`, async () => {
      const rows: Row[] = [];
      for (const address of some(list, 6)) rows.push(await typed(await living(), address));
      parts.push({ heading: `Typed: ${kind}`, how: 'Opened in a tab.', rows });
      expect(escapesAmong(rows)).toEqual([]);
    }, 600_000);

    it(`if the kiosk’s page opens it: ${kind}`, async () => {
      const rows: Row[] = [];
      for (const address of some(list, 6)) {
        const context = (await living()).contexts()[0];
        const page = await context?.newPage();
        if (page === undefined) throw new Error('the browser has gone');
        await page.goto(kiosk, { waitUntil: 'commit' });
        await page.locator('main').waitFor();
        rows.push(await opened(page, address));
        await within(page.close(), undefined);
      }
      parts.push({ heading: `By the page: ${kind}`, how: 'A link, a new window and a navigation, out of the kiosk’s own page.', rows });
      expect(escapesAmong(rows)).toEqual([]);
    }, 600_000);
  }
});
