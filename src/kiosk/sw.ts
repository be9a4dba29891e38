import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import type { ActivateMessage } from './update.ts';

/**
 * Keeps the whole app on the kiosk: shell, fonts, decoder, baseline content.
 * Live answers and content releases are not its business: `/api/` and
 * `/content/` go to the network, and `content/` decides what of it is believed.
 *
 * A new version waits until the attract screen says so: with an unasked
 * `skipWaiting()` a citizen's page would lose the files of its own version.
 */
declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

/** Part of the install event in Chromium (Service Workers, `InstallEvent.addRoutes`). */
interface Routing {
  addRoutes?(rules: readonly { readonly condition: { readonly urlPattern: { readonly pathname: string } }; readonly source: 'network' }[]): Promise<void>;
}

/** First folders of what is none of this worker's: live answers, signed content, other pages and apps. */
const notOurs = ['api', 'check', 'content', 'samples', 'studio', 'terminal'] as const;

/** A terminal's start address carries its settings (`/?kiosk=lobby-2`): the page is the same. */
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/./] });
cleanupOutdatedCaches();
/** The page on which phones check a price and the staff's app are others: whoever has opened the kiosk must get there, too. */
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [new RegExp(`^/(?:${notOurs.join('|')})(?:/|$)`)] }));

/**
 * A supervised page tells its agent each second that it is well. Were this worker
 * woken for that, it would never rest, and a new version that has to wait for its
 * rest would take over only after the five minutes that Chromium grants.
 */
self.addEventListener('install', (event) => {
  const rules = notOurs.map((folder) => ({ condition: { urlPattern: { pathname: `/${folder}{/*}?` } }, source: 'network' as const }));
  // Where a browser cannot do it the worker is asked, and says nothing.
  event.waitUntil((event as ExtendableEvent & Routing).addRoutes?.(rules).catch(() => undefined) ?? Promise.resolve());
});

self.addEventListener('message', (event) => {
  if ((event.data as Partial<ActivateMessage> | null)?.type === 'activate') void self.skipWaiting();
});

/** From the first visit on, what the page loads later comes from here even if the hub dies meanwhile. */
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});
