import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type { CaseAnswers } from '../../model/case.ts';
import type { Level } from '../../model/channel.ts';
import type { Amount } from '../../model/cost.ts';
import type { Language } from '../../model/text.ts';
import { language } from '../../ui/i18n/i18n.ts';

/**
 * One citizen's visit: where they are, in which language and size. It lives in
 * memory alone and ends in {@link wipe}; nothing of it is stored or sent.
 */

/** Where a visit is. Addresses hold no personal datum, and the browser's own history is not used. */
export type Place =
  | { readonly screen: 'attract' }
  | { readonly screen: 'home' }
  | { readonly screen: 'find'; readonly by?: 'topic' | 'level'; readonly key?: string }
  | { readonly screen: 'search' }
  /** `station`: the event's station from which the guide was opened; it learns the case. */
  | { readonly screen: 'service'; readonly id: string; readonly answers?: CaseAnswers; readonly station?: { readonly event: string; readonly station: string } }
  | { readonly screen: 'take'; readonly id: string; readonly answers?: CaseAnswers }
  | { readonly screen: 'events' }
  /** `chosen`: which of the event's conditions apply to this citizen. */
  | { readonly screen: 'event'; readonly id: string; readonly chosen?: readonly string[] }
  | { readonly screen: 'take-event'; readonly id: string; readonly chosen?: readonly string[] }
  | { readonly screen: 'prices'; readonly sector?: string; readonly level?: Level | 'here'; readonly kind?: Amount['kind']; readonly query?: string }
  | { readonly screen: 'status' }
  | { readonly screen: 'office' }
  | { readonly screen: 'machine' };
export type Screen = Place['screen'];

/** A place on the way, with how far it was scrolled when it was left. */
interface Stop {
  readonly place: Place;
  scroll: number;
}

/** Steps of the citizen's text size: 100, 125, 150 and 200 %. */
export type TextSize = 1 | 2 | 3 | 4;

const trail = signal<readonly Stop[]>([{ place: { screen: 'attract' }, scroll: 0 }]);
const textSizeSignal = signal<TextSize>(1);
const contrastSignal = signal<'normal' | 'high'>('normal');
const reachSignal = signal<'normal' | 'low'>('normal');
/** Grows with every wipe: a component keyed by it loses its state. */
const visitSignal = signal(0);
const wipers = new Set<() => void>();

export const textSize: ReadonlySignal<TextSize> = textSizeSignal;
export const contrast: ReadonlySignal<'normal' | 'high'> = contrastSignal;
export const reach: ReadonlySignal<'normal' | 'low'> = reachSignal;
export const visit: ReadonlySignal<number> = visitSignal;

/** The place on screen; reading it in a component subscribes to it. */
export function here(): Place {
  const stop = trail.value[trail.value.length - 1];
  return stop === undefined ? { screen: 'attract' } : stop.place;
}

/** Scroll position at which the place on screen was left, in px. */
export function scrollHere(): number {
  return trail.peek()[trail.peek().length - 1]?.scroll ?? 0;
}

/** Remembers how far the place on screen is scrolled, for coming back to it. */
export function keepScroll(px: number): void {
  const stop = trail.peek()[trail.peek().length - 1];
  if (stop !== undefined) stop.scroll = px;
}

/** Can one step back? */
export function canGoBack(): boolean {
  return trail.value.length > 2;
}

/** Moves on to a place. Home and the attract screen start a new trail. */
export function go(place: Place): void {
  if (place.screen === 'attract') wipe();
  else if (place.screen === 'home') trail.value = [{ place: { screen: 'attract' }, scroll: 0 }, { place, scroll: 0 }];
  else trail.value = [...trail.peek(), { place, scroll: 0 }];
}

/** Replaces the place on screen, e.g. when an answer becomes part of it. */
export function replace(place: Place): void {
  trail.value = [...trail.peek().slice(0, -1), { place, scroll: scrollHere() }];
}

/** One step back; from the first screen to home. */
export function back(): void {
  if (trail.peek().length > 2) trail.value = trail.peek().slice(0, -1);
  else go({ screen: 'home' });
}

export function setLanguage(to: Language): void {
  language.value = to;
}
export function setTextSize(to: TextSize): void {
  textSizeSignal.value = to;
}
export function setContrast(to: 'normal' | 'high'): void {
  contrastSignal.value = to;
}
export function setReach(to: 'normal' | 'low'): void {
  reachSignal.value = to;
}

/** Registers what else must be forgotten at the end of a visit; returns the way to take it back. */
export function onWipe(forget: () => void): () => void {
  wipers.add(forget);
  return () => wipers.delete(forget);
}

/** Ends the visit: attract screen, Khmer, normal size, nothing remembered. */
export function wipe(): void {
  batch(() => {
    for (const forget of wipers) forget();
    language.value = 'km';
    textSizeSignal.value = 1;
    contrastSignal.value = 'normal';
    reachSignal.value = 'normal';
    trail.value = [{ place: { screen: 'attract' }, scroll: 0 }];
    visitSignal.value += 1;
  });
}
