import { computed, type ReadonlySignal } from '@preact/signals';
import { todayInCambodia } from '../model/day.ts';
import type { IsoDate } from '../model/identifier.ts';
import { notBeforeApp } from './app-moment.ts';
import { contentState, lastConfirmed, now } from './content-state.ts';

/**
 * What the content on screen is worth. `sample`: it says itself that it is one,
 * or its keys are for demonstration. `confirmed`: signed, and confirmed as the
 * newest within the limit. `stale`: signed, but confirmed too long ago, or never.
 */
export type Confirmation =
  | { readonly kind: 'sample' }
  | { readonly kind: 'confirmed'; readonly on: IsoDate }
  /** `since` is absent where nobody knows since when. */
  | { readonly kind: 'stale'; readonly since: IsoDate | undefined };

const day = 24 * 3_600_000;

/**
 * @param sample the content or its keys say so
 * @param confirmed moment in the newest signed timestamp for this content, ms
 * @param at the kiosk's clock, ms
 * @param limit days after which the ministry wants it said that nobody has confirmed
 */
export function confirmationOf(sample: boolean, confirmed: number | undefined, at: number, limit: number): Confirmation {
  if (sample) return { kind: 'sample' };
  if (confirmed === undefined) return { kind: 'stale', since: undefined };
  const on = todayInCambodia(confirmed);
  return at - confirmed > limit * day ? { kind: 'stale', since: on } : { kind: 'confirmed', on };
}

/** What the content on screen is worth now; `undefined` while there is none. */
export const confirmation: ReadonlySignal<Confirmation | undefined> = computed(() => {
  const state = contentState.value;
  if (state.kind !== 'ready') return undefined;
  const { pack } = state.catalogue;
  return confirmationOf(pack.sample || state.release.demonstration, lastConfirmed.value, notBeforeApp(now.value), pack.confirmationLimit);
});
