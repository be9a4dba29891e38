import { inspect, inspectable, type Inspected } from '../support/terminal.ts';
import type { Machine } from '../support/machine.ts';
import type { Files } from '../support/root.ts';
import type { Fault } from './recovery.ts';

/** An {@link inspectable} terminal whose page may use little memory, so that it is soon out of it. */
export const inspectableAndSmall: Files = {
  ...inspectable,
  'etc/systemd/system/owso-kiosk.service.d/70-test-small.conf': { content: '[Service]\nEnvironment="OWSO_CHROMIUM_EXTRA=--remote-debugging-port=9222 --js-flags=--max-old-space-size=200"\n' },
};

/** Does something to the page that it does not come back from: no answer is waited for. */
async function toThePage(machine: Machine, harm: (inspected: Inspected) => Promise<unknown>): Promise<void> {
  const inspected = await inspect(machine);
  const sent = harm(inspected).catch(() => undefined);
  // Until the page has it; some of it never ends.
  await Promise.race([sent, new Promise((done) => setTimeout(done, 500))]);
  void inspected.close().catch(() => undefined);
}

const runs = (script: string) => (machine: Machine): Promise<void> => toThePage(machine, ({ page }) => page.evaluate(script));

/** Faults that begin in the page itself. */
export const pages: readonly Fault[] = [
  { title: 'the page crashed', page: 'new', inflict: (machine) => toThePage(machine, async ({ page }) => (await page.context().newCDPSession(page)).send('Page.crash')) },
  { title: 'the page in an endless loop', page: 'new', inflict: runs('for (;;);') },
  { title: 'the page out of memory', page: 'new', inflict: runs('{ const all = []; for (;;) all.push(new Array(100_000).fill(all.length)); }') },
  { title: 'the page draws no frame any more', page: 'new', inflict: runs('window.requestAnimationFrame = () => 0') },
  {
    title: 'the page is empty: its screen fell over',
    page: 'new',
    within: 30_000,
    because: 'content may be gone for a moment while a newer price list is taken in, so this is waited for before the watchdog’s time begins',
    mayShow: ['something else'],
    inflict: runs("document.querySelector('#app').replaceChildren()"),
  },
];
