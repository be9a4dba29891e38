import { createServer, type AddressInfo, type Server } from 'node:net';
import * as v from 'valibot';
import { chromium, type CDPSession, type Page } from 'playwright-core';
import { agentStateSchema, type AgentState } from '../../../src/terminal/agent-state.ts';
import { until, type Ended } from './command.ts';
import type { Machine } from './machine.ts';
import { compare, decode, type Difference } from './picture.ts';
import type { Files } from './root.ts';

/** Settings as `owso-kiosk provision` writes them: a terminal that works without a hub. */
export const standalone: Files = { 'etc/owso-kiosk/terminal.yaml': { content: 'kiosk: lobby-1\noffice: "990101"\n' } };

const debuggingPort = 9222;
/**
 * The same terminal, but for one policy and one flag: its page can be looked into
 * from outside. The shipped policy shuts out automation with the developer tools.
 */
export const inspectable: Files = {
  ...standalone,
  'etc/systemd/system/owso-kiosk.service.d/60-test-inspect.conf': { content: `[Service]\nEnvironment=OWSO_CHROMIUM_EXTRA=--remote-debugging-port=${debuggingPort}\n` },
  'etc/chromium/policies/managed/zz-test.json': { content: '{"DeveloperToolsAvailability":1}\n' },
};

/** {@link inspectable}, and the display is left alone while another page is looked at: otherwise the watchdog takes the screen back within seconds. */
export const unhurried: Files = { ...inspectable, 'etc/systemd/system/owso-kiosk.service.d/60-test-unhurried.conf': { content: '[Service]\nWatchdogSec=0\nTimeoutStartSec=infinity\n' } };

/** What the agent says of its terminal. */
export async function agentState(machine: Machine): Promise<AgentState | undefined> {
  const text = await machine.read('/run/owso-kiosk/state.json').then((bytes) => bytes.toString('utf8'), () => undefined);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), agentStateSchema), text);
  return parsed.success ? parsed.output : undefined;
}

/** Waits until a page other than `before` is on the attract screen with content. @returns its name */
export function attractScreen(machine: Machine, milliseconds: number, before?: string): Promise<string> {
  return until('the attract screen', milliseconds, async () => {
    const health = (await agentState(machine))?.page?.health;
    return health !== undefined && health.screen === 'attract' && health.content && health.drawn && health.page !== before ? health.page : undefined;
  }, machine.kind === 'container' ? 50 : 500);
}

/** Pages that Chromium keeps ready for its own bars; they are never in a tab. */
const partOfChromium = /^chrome:\/\/[\w-]+\.top-chrome\//;

/**
 * Has the running Chromium open an address beside the page, as a program of the
 * display's own user could: a second `chromium` hands it to the first. The
 * address is taken as it is, whatever it holds.
 */
export async function besideThePage(machine: Machine, address: string): Promise<Ended> {
  await machine.write('/run/owso-test-address', address);
  const inside = 'nsenter -t "$(systemctl show -P MainPID owso-kiosk.service)" -m setpriv --reuid=owso-kiosk --regid=owso-kiosk --init-groups';
  const where = 'HOME=/var/lib/owso-kiosk XDG_RUNTIME_DIR=/run/owso-kiosk-display DISPLAY=:0 WAYLAND_DISPLAY=wayland-0';
  return machine.exec(`${inside} env ${where} /usr/lib/chromium/chromium --user-data-dir=/var/lib/owso-kiosk/profile "$(cat /run/owso-test-address)"`, { timeout: 20_000 });
}

/** Where a tab is: its address, and the error whose page it shows in its place. */
export interface Place {
  readonly url: string;
  readonly error: string | undefined;
}

/** The page of an {@link inspectable} terminal. */
export interface Inspected {
  readonly page: Page;
  /** Addresses of everything that the browser shows or could show: pages, not its own parts. */
  shown(): Promise<readonly string[]>;
  /** What the page draws itself, as PNG: nothing that lies over it. */
  drawn(): Promise<Buffer>;
  /** Opens an address in the page's place, as an address bar would. */
  navigate(address: string): Promise<Place>;
  /** Where the page is now. */
  whereIs(): Promise<Place>;
  /** Has a script of the page open an address, as if a finger had asked for it. */
  tryFromPage(way: 'location' | 'window' | 'link' | 'frame' | 'form', address: string): Promise<void>;
  /** Tabs beside the page, and where they are. */
  others(): Promise<readonly Place[]>;
  closeOthers(): Promise<void>;
  /** Opens a tab over the page, as no visitor can. */
  open(address: string): Promise<void>;
  close(): Promise<void>;
}

/** Runs in the page. Gives the browser a moment to begin what it was asked for. */
async function tryToOpen(way: 'location' | 'window' | 'link' | 'frame' | 'form', address: string): Promise<void> {
  const made = way === 'link' ? document.createElement('a') : way === 'frame' ? document.createElement('iframe') : way === 'form' ? document.createElement('form') : undefined;
  if (made !== undefined) document.body.append(made);
  try {
    if (way === 'location') location.href = address;
    else if (way === 'window') window.open(address, '_blank');
    else if (made instanceof HTMLAnchorElement) {
      made.href = address;
      made.target = '_blank';
      made.click();
    } else if (made instanceof HTMLIFrameElement) made.src = address;
    else if (made instanceof HTMLFormElement) {
      made.action = address;
      made.submit();
    }
  } catch {
    // A page may not even ask for it.
  }
  await new Promise((done) => setTimeout(done, 120));
  made?.remove();
}

/** Where a tab is, once it has come to rest. */
function placeOf(page: Page): Promise<Place> {
  // The error's own element: the error page's script names other errors, too.
  const look = (): Promise<{ url: string; ready: boolean; error: string }> => page.evaluate(() => ({ url: location.href, ready: document.readyState !== 'loading', error: document.querySelector('.error-code')?.textContent ?? '' }));
  return until('a tab that has come to rest', 10_000, async () => {
    const seen = await look().catch(() => undefined);
    if (seen === undefined || !seen.ready) return undefined;
    return { url: seen.url, error: seen.url.startsWith('chrome-error:') ? /ERR_[A-Z_]+/.exec(seen.error)?.[0] ?? `an error page (${seen.error})` : undefined };
  });
}

/** Attaches to the page of an {@link inspectable} terminal. */
export async function inspect(machine: Machine): Promise<Inspected> {
  const door: Server = createServer((socket) => {
    const inside = machine.connect(debuggingPort);
    socket.pipe(inside).pipe(socket);
    socket.on('error', () => inside.destroy());
    inside.on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
  const { port } = door.address() as AddressInfo;
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = browser.contexts()[0]?.pages().find((each) => each.url().startsWith('http://localhost:8480/'));
  if (page === undefined) throw new Error('the kiosk\'s page is not among the browser\'s');
  const otherPages = (): Page[] => page.context().pages().filter((each) => each !== page && !partOfChromium.test(each.url()));
  const targets = await browser.newBrowserCDPSession();
  const session: CDPSession = await page.context().newCDPSession(page);
  // Two pictures one after the other are alike only while nothing moves between them.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  return {
    page,
    async shown() {
      const { targetInfos } = await targets.send('Target.getTargets');
      return targetInfos.filter((target) => target.type === 'page' && !partOfChromium.test(target.url)).map((target) => target.url);
    },
    async drawn() {
      const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
      return Buffer.from(data, 'base64');
    },
    async navigate(address) {
      // An error page gives the browser a new frame to talk to: the session outlives it.
      const answer = await session.send('Page.navigate', { url: address, transitionType: 'typed' }).catch((error: Error) => ({ errorText: /invalid URL/i.test(error.message) ? 'net::ERR_INVALID_URL' : error.message }));
      if (answer.errorText !== undefined && answer.errorText !== '') return { url: address, error: answer.errorText.replace('net::', '') };
      return placeOf(page);
    },
    whereIs: () => placeOf(page),
    async tryFromPage(way, address) {
      await session.send('Runtime.evaluate', { expression: `(${tryToOpen.toString()})(${JSON.stringify(way)}, ${JSON.stringify(address)})`, userGesture: true, awaitPromise: true }).catch(() => undefined);
    },
    others: () => Promise.all(otherPages().map(placeOf)),
    async closeOthers() {
      for (const other of otherPages()) await other.close();
    },
    async open(address) {
      await targets.send('Target.createTarget', { url: address });
    },
    async close() {
      await browser.close();
      door.close();
    },
  };
}

/** Squares that may differ between panel and page: a pixel of a running transition. */
const still = 4;

/**
 * Whether the panel shows what the page draws and nothing else: no bubble, bar,
 * menu, tab or window of Chromium's, no console. A page that moves is looked at
 * again.
 */
export async function onlyThePage(machine: Machine, inspected: Inspected, tries = 6): Promise<{ readonly same: boolean; readonly difference: Difference }> {
  for (let left = tries; ; left--) {
    const before = await inspected.drawn();
    const panel = await decode(await machine.picture());
    const difference = compare(panel, await decode(before));
    if (difference.squares <= still || left <= 1) return { same: difference.squares <= still, difference };
  }
}

/** Has the page at the kiosk's address again, whatever it was on its way to. */
export async function toKiosk(inspected: Inspected): Promise<void> {
  await until('the kiosk\'s page', 30_000, () => inspected.page.goto('http://localhost:8480/', { waitUntil: 'domcontentloaded' }).then(() => true, () => undefined));
}

/** Brings the page back to where every row begins. */
export async function toAttract(inspected: Inspected): Promise<void> {
  await toKiosk(inspected);
  await inspected.page.locator('.attract').waitFor();
  await inspected.page.locator('.card').waitFor();
}
