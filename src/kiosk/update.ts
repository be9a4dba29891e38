import { signal, type ReadonlySignal } from '@preact/signals';

/** What the page tells the waiting service worker. */
export interface ActivateMessage {
  readonly type: 'activate';
}

/**
 * How far a new version of the app has come.
 * - `none`: there is none;
 * - `waiting`: it is on this kiosk, whole, and waits;
 * - `tookOver`: it serves this kiosk, and the page is still the old version's.
 */
export type AppUpdate = 'none' | 'waiting' | 'tookOver';

const update = signal<AppUpdate>('none');
/** At every value but `none` {@link continueUpdate} has something to do. */
export const appUpdate: ReadonlySignal<AppUpdate> = update;

/** A kiosk's page is never left, so the browser never looks for a new version by itself. Milliseconds. */
const lookEvery = 15 * 60_000;

let registration: ServiceWorkerRegistration | undefined;

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
    registration?.installing?.addEventListener('statechange', look);
  };
  registration.addEventListener('updatefound', watch);
  // Another page of this browser may have let the new version in: this one then has to be loaded anew, too.
  let known = controlled;
  workers.addEventListener('controllerchange', () => {
    if (known) update.value = 'tookOver';
    known = true;
  });
  watch();
  look();
  setInterval(() => void checkForAppUpdate(), lookEvery);
}

function look(): void {
  // Without a controller the waiting one is the first version, not a new one. One that took over is loaded first.
  if (registration?.waiting != null && navigator.serviceWorker.controller !== null && update.peek() === 'none') update.value = 'waiting';
}

/** Asks the hub for a new version of the app now. */
export async function checkForAppUpdate(): Promise<void> {
  await registration?.update().catch(() => undefined);
}

/**
 * The next step to the new version: the waiting one is asked to take over; one
 * that took over is loaded. To be called on the attract screen only, and at each
 * step anew: everything on the page is lost, and while a version takes over, which
 * may be long, somebody may have come.
 */
export function continueUpdate(): void {
  if (update.peek() === 'tookOver') location.reload();
  else registration?.waiting?.postMessage({ type: 'activate' } satisfies ActivateMessage);
}
