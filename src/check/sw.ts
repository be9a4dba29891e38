/**
 * Keeps the page on the phone, so that it works without a network from the
 * second visit on. It answers for the page's own files alone; content goes to
 * the network and is kept, once proven, by the page.
 */
declare const self: ServiceWorkerGlobalScope & {
  /** Files of the page, by their paths, and a name that changes with any of them. The build writes both. */
  readonly __CHECK_FILES: readonly string[];
  readonly __CHECK_VERSION: string;
};
export {};

const files = self.__CHECK_FILES;
const prefix = 'check-page-';
const cacheName = `${prefix}${self.__CHECK_VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName);
      await cache.addAll(files.map((file) => new Request(file, { cache: 'no-cache' })));
      // The page loads all its files at once: a newer one takes nothing from under it.
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  const file = mode === 'navigate' ? '/check/' : pathname;
  if (!files.includes(file)) return;
  event.respondWith((async () => (await (await caches.open(cacheName)).match(file)) ?? fetch(event.request))());
});
