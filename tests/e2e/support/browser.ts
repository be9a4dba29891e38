import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** The three panels of the offices, CSS px. */
export const panels = {
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
  small: { width: 1280, height: 800 },
} as const;
export type Panel = keyof typeof panels;

/** What one browser of a test may differ in. */
export interface KioskOptions {
  readonly panel?: Panel;
  /** Another screen than a panel, CSS px. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Profile folder to go on with, for a browser restart. */
  readonly profile?: string;
  /** Y4M video that the camera shows; none: no camera. */
  readonly video?: string;
  readonly permissions?: readonly string[];
  readonly arguments?: readonly string[];
}

/** A real Chromium with a profile of its own. */
export interface KioskBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly profile: string;
  /** Errors of the page and of its console so far. */
  readonly errors: string[];
  /** Addresses outside the hub that the page asked for. */
  readonly foreign: string[];
  /** Closes the browser; the profile stays unless told. */
  close(removeProfile?: boolean): Promise<void>;
}

/** Opens a kiosk browser; nothing is loaded yet. */
export async function openBrowser(options: KioskOptions = {}): Promise<KioskBrowser> {
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), 'owso-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    viewport: options.viewport ?? panels[options.panel ?? 'portrait'],
    hasTouch: true,
    permissions: [...(options.permissions ?? (options.video === undefined ? [] : ['camera']))],
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      ...(options.video === undefined ? [] : ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${options.video}`]),
      ...(options.arguments ?? []),
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    // A refused connection is what a dead hub looks like; it is not the page's error.
    if (message.type() === 'error' && !/Failed to load resource|net::ERR_/.test(message.text())) errors.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && hostname !== 'localhost') foreign.push(request.url());
  });
  return {
    context,
    page,
    profile,
    errors,
    foreign,
    async close(removeProfile = true) {
      await context.close();
      if (removeProfile) rmSync(profile, { recursive: true, force: true });
    },
  };
}

/**
 * Lets no time pass on pages that are loaded from now on, however long a test
 * looks at them: it is moved on by `page.clock.setFixedTime` alone, which does not
 * hold the clock that never goes back.
 * @param at the moment at which it stands, ms
 */
export async function standStill(page: Page, at: number): Promise<void> {
  await page.clock.setFixedTime(at);
  await page.addInitScript(() => {
    const since = performance.now();
    performance.now = () => since;
  });
}

/** Loads the kiosk and waits until its content is there and every screen's code is loaded. */
export async function loadKiosk(page: Page, url: string, search = ''): Promise<void> {
  await page.goto(`${url}/${search}`);
  await page.locator('.attract').waitFor();
  await page.locator('.card').waitFor();
}

/** Waits until the service worker serves the page. */
export async function untilControlled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (navigator.serviceWorker.controller === null) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
  });
}

/** Starts a visit in a language from the attract screen. */
export async function startVisit(page: Page, language: 'km' | 'en'): Promise<void> {
  await page.getByRole('button', { name: language === 'km' ? 'ភាសាខ្មែរ' : 'English' }).click();
  await page.locator('.home').waitFor();
}
