import { signal, type ReadonlySignal } from '@preact/signals';

/** What the page tells the waiting service worker. */
export interface ActivateMessage {
  readonly type: 'activate';
}

const waiting = signal(false);
/** A new version of the app is on this kiosk, whole, and waits for {@link activateUpdate}. */
export const updateWaiting: ReadonlySignal<boolean> = waiting;

/** A kiosk's page is never left, so the browser never looks for a new version by itself. Milliseconds. */
const lookEvery = 15 * 60_000;
/** Milliseconds after which a new version that does not take over is left waiting. */
const takeOverLimit = 10_000;

let registration: ServiceWorkerRegistration | undefined;
let reloading = false;

/** Registers the service worker. A browser without one, or one that fails, runs the app from the network. */
export async function registerServiceWorker(url = '/sw.js'): Promise<void> {
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (workers === undefined) return;
  const controlled = workers.controller !== null;
  try {
    registration = await workers.register(url, { updateViaCache: 'none' });
  } catch {
    return;
  }
  const watch = (): void => {
    const update = registration?.installing;
    update?.addEventListener('statechange', look);
  };
  registration.addEventListener('updatefound', watch);
  // Another page of this browser may have activated the new version: this one then has to reload, too.
  let known = controlled;
  workers.addEventListener('controllerchange', () => {
    if (known) waiting.value = true;
    known = true;
  });
  watch();
  look();
  setInterval(() => void checkForAppUpdate(), lookEvery);
}

function look(): void {
  // Without a controller the waiting one is the first version, not a new one.
  if (registration?.waiting != null && navigator.serviceWorker.controller !== null) waiting.value = true;
}

/** Asks the hub for a new version of the app now. */
export async function checkForAppUpdate(): Promise<void> {
  await registration?.update().catch(() => undefined);
}

/**
 * Lets the waiting version take over and reloads once. Only on the attract
 * screen: everything on the page is lost.
 * @returns `false` if the new version did not take over; it goes on waiting.
 */
export async function activateUpdate(): Promise<boolean> {
  if (reloading || !waiting.value) return false;
  reloading = true;
  const next = registration?.waiting;
  if (next != null) {
    const took = await new Promise<boolean>((resolve) => {
      navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true });
      setTimeout(() => resolve(false), takeOverLimit);
      next.postMessage({ type: 'activate' } satisfies ActivateMessage);
    });
    if (!took) {
      reloading = false;
      return false;
    }
  }
  location.reload();
  return true;
}
