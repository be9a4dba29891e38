import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { openBrowser } from '../e2e/support/browser.ts';
import { startHub } from '../e2e/support/hub.ts';

/** Warm starts without a network: from the address to a home that can be touched. */
export interface StartBench {
  /** Milliseconds, the middle one of all runs. */
  readonly kiosk: number;
  /** The same for a page of Preact, one heading and a service worker. */
  readonly emptyPage: number;
  readonly ratio: number;
  readonly runs: number;
}

const root = resolve(import.meta.dirname, '../..');
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

async function buildEmptyPage(): Promise<string> {
  const outDir = join(root, '.build/test-pages/empty-page');
  await build({
    configFile: false,
    logLevel: 'silent',
    root: join(root, 'tests/fixtures/empty-page'),
    publicDir: false,
    esbuild: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
    plugins: [VitePWA({ strategies: 'injectManifest', srcDir: '.', filename: 'sw.ts', injectRegister: false, manifest: false, injectManifest: { globPatterns: ['**/*.{html,js}'] } })],
  });
  return outDir;
}

function serve(folder: string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const path = join(folder, request.url === '/' ? 'index.html' : (request.url ?? '').replace(/\?.*/, ''));
    if (!path.startsWith(folder) || !existsSync(path)) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path));
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    done({ url: `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`, server });
  }));
}

/** Notes when home has been painted, touching the attract screen's first button as soon as it is there. */
const watch = (): void => {
  const look = (): void => {
    const start = document.querySelector<HTMLElement>('.attract__language');
    if (start !== null && document.querySelector('.home') === null) start.click();
    if (document.querySelector('.home') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { console.debug(`home ${performance.now()}`); }, 0));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
};

/**
 * One start. The page tells by itself when it is there: asking it would put
 * Playwright's own script, 20 ms of it, between the page's load and its home.
 */
async function once(page: Page, url: string): Promise<number> {
  const told = page.waitForEvent('console', (message) => message.text().startsWith('home '));
  await page.goto(url, { waitUntil: 'commit' });
  return Number((await told).text().slice(5));
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Measures both pages in turns in one browser, with both servers gone. */
export async function benchStart(runs = 15): Promise<StartBench> {
  const empty = await serve(await buildEmptyPage());
  const hub = await startHub();
  const browser = await openBrowser();
  try {
    for (const url of [`${empty.url}/`, `${hub.url}/`]) {
      await browser.page.goto(url);
      await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      if (url.startsWith(hub.url)) await browser.page.locator('.card').waitFor();
    }
    await hub.kill();
    empty.server.closeAllConnections();
    await new Promise((done) => empty.server.close(done));
    await browser.context.addInitScript(watch);
    const times: { readonly kiosk: number[]; readonly empty: number[] } = { kiosk: [], empty: [] };
    for (let run = -2; run < runs; run++) {
      const emptyTime = await once(browser.page, `${empty.url}/`);
      const kioskTime = await once(browser.page, `${hub.url}/`);
      // The first two of each warm the caches of code.
      if (run >= 0) {
        times.empty.push(emptyTime);
        times.kiosk.push(kioskTime);
      }
    }
    const kiosk = middle(times.kiosk);
    const emptyPage = middle(times.empty);
    return { kiosk, emptyPage, ratio: kiosk / emptyPage, runs };
  } finally {
    await browser.close();
    await hub.end();
  }
}
