import { effect } from '@preact/signals';
import { catalogue, followContent } from './content-state.ts';
import { applyPending, content, lastConfirmed, pending, startContent } from './content/content.ts';
import { report } from './content/reports.ts';
import { lazyScreens } from './screens/table.ts';
import { go, here } from './session/session.ts';
import { staff } from './session/staff.ts';
import { linkedPlace } from './take/link.ts';
import { loadTerminal } from './terminal-source.ts';
import { terminal } from './terminal.ts';
import { appUpdate, continueUpdate, registerServiceWorker } from './update.ts';
import { warmScreens } from './warm.tsx';

/**
 * All that is not needed for the first picture: the terminal's settings, the
 * content, the code of the other screens, the service worker. New content and a
 * new app are taken on the attract screen only, never under somebody's eyes.
 */
export async function afterPaint(): Promise<void> {
  addEventListener('error', (event) => report('unexpectedError', event.error instanceof Error ? event.error.name : 'error'));
  addEventListener('unhandledrejection', (event) => report('unexpectedError', event.reason instanceof Error ? event.reason.name : 'rejection'));

  followContent({ content, lastConfirmed });
  // The hub may be slow to say what this terminal is; the content that is here does not wait for it.
  const settled = loadTerminal(location.search);
  // An agent waits for the page's heartbeat, whether there is content or not.
  void settled.then(() => (terminal.value.supervised === true ? import('./supervised/supervise.ts').then((m) => m.supervise()) : undefined));
  await Promise.all([settled, startContent({ kiosk: () => terminal.value.kiosk, office: () => terminal.value.office, settled })]);

  openLinked();
  for (const screen of Object.values(lazyScreens)) await screen.preload();
  await registerServiceWorker();

  effect(() => {
    const known = catalogue.value;
    if (known === undefined) return;
    void import('./search/model.ts').then((search) => search.prepareSearch(known)).then(() => warmScreens(known));
  });
  effect(() => {
    if (here().screen !== 'attract') return;
    if (pending.value) void applyPending();
    else if (appUpdate.value !== 'none' && staff.value === 'away') continueUpdate();
  });
}

/** Opens the guide or event that a scanned link names; anything else in the address is passed over. */
function openLinked(): void {
  const place = linkedPlace(location.hash);
  if (place === undefined || here().screen !== 'attract') return;
  // The visit's end must not open it again.
  history.replaceState(null, '', location.pathname + location.search);
  const known = place.screen === 'service' ? catalogue.value?.services : catalogue.value?.events;
  if (known?.has(place.id) !== true) return;
  go({ screen: 'home' });
  go(place);
}
