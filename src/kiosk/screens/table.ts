import type { ComponentType } from 'preact';
import type { Catalogue } from '../content/catalogue.ts';
import { lazy, type LazyComponent } from '../lazy.tsx';
import type { Place, Screen } from '../session/session.ts';

/** What a screen is given: the place it shows and the content to show it from. */
export interface ScreenProps<S extends Screen = Screen> {
  readonly place: Extract<Place, { screen: S }>;
  readonly catalogue: Catalogue;
}

type LazyScreenName = Exclude<Screen, 'attract' | 'home'>;

function screen<S extends LazyScreenName>(load: () => Promise<ComponentType<ScreenProps<S>>>): LazyComponent<ScreenProps> {
  // The table pairs each name with the screen of that very name, so the wider props are safe.
  return lazy(load as unknown as () => Promise<ComponentType<ScreenProps>>);
}

/** Every screen that loads after the first paint. */
export const lazyScreens: Readonly<Record<LazyScreenName, LazyComponent<ScreenProps>>> = {
  find: screen<'find'>(() => import('./find.tsx').then((m) => m.Find)),
  search: screen<'search'>(() => import('./search.tsx').then((m) => m.Search)),
  service: screen<'service'>(() => import('./service.tsx').then((m) => m.Service)),
  take: screen<'take'>(() => import('./take.tsx').then((m) => m.Take)),
  events: screen<'events'>(() => import('./events.tsx').then((m) => m.Events)),
  event: screen<'event'>(() => import('./event.tsx').then((m) => m.EventScreen)),
  'take-event': screen<'take-event'>(() => import('./take.tsx').then((m) => m.TakeEvent)),
  prices: screen<'prices'>(() => import('./prices.tsx').then((m) => m.Prices)),
  status: screen<'status'>(() => import('./status.tsx').then((m) => m.Status)),
  office: screen<'office'>(() => import('./office.tsx').then((m) => m.OfficeScreen)),
  machine: screen<'machine'>(() => import('./machine.tsx').then((m) => m.Machine)),
};
