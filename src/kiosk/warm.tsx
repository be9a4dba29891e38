import { effect } from '@preact/signals';
import { render, type JSX } from 'preact';
import type { Language } from '../model/text.ts';
import { Frame } from './app.tsx';
import type { Catalogue } from './content/catalogue.ts';
import { priceRows, servicesByLevel, servicesByTopic } from './lists.ts';
import { here, type Place } from './session/session.ts';

/** The five busiest screens, with content to show. */
function busiest(catalogue: Catalogue): readonly Place[] {
  const topic = catalogue.pack.topics[0]?.identifier;
  const [service] = catalogue.services.keys();
  return [
    { screen: 'home' },
    { screen: 'find' },
    ...(topic === undefined ? [] : [{ screen: 'find', by: 'topic', key: topic } as const]),
    ...(service === undefined ? [] : [{ screen: 'service', id: service } as const]),
    { screen: 'prices' },
  ];
}

/** Resolves when the attract screen is on and the browser has nothing to do. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const stop = effect(() => {
      cancelIdleCallback(asked);
      if (here().screen !== 'attract') return;
      asked = requestIdleCallback(() => {
        stop();
        resolve();
      });
    });
  });
}

/**
 * Draws and lays out a scene under the one on the panel and takes it away again,
 * all in one task: it is never painted, nobody's finger or screen reader can
 * meet it, and no effect of its components runs.
 */
function draw(scene: JSX.Element): void {
  const host = document.createElement('div');
  Object.assign(host.style, { position: 'fixed', inset: '0', visibility: 'hidden', contain: 'strict' });
  document.body.append(host);
  render(scene, host);
  // Asking for a size makes the browser lay it out now.
  void host.scrollHeight;
  render(null, host);
  host.remove();
}

let drawn = false;

/**
 * Draws the busiest screens once, a screen at a time, while nobody is there.
 * Chromium compiles a function at its first call and prepares a font at its
 * first word: the first citizen's touches would wait for that, for as long
 * again as the touches after them take. Of a later release only the lists are made.
 */
export async function warmScreens(catalogue: Catalogue): Promise<void> {
  for (const language of ['km', 'en'] as const satisfies readonly Language[]) {
    await idle();
    for (const list of [priceRows, servicesByTopic, servicesByLevel]) list(catalogue, language);
  }
  // What was compiled and shaped stays so: a later release would only hold up touches for it.
  if (drawn) return;
  drawn = true;
  for (const place of busiest(catalogue)) {
    await idle();
    draw(<div class="app" data-screen={place.screen}><Frame place={place} onView={() => undefined} /></div>);
  }
}
