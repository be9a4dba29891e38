import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { todayInCambodia } from '../model/day.ts';
import type { IsoDate } from '../model/identifier.ts';
import type { Office } from '../model/office.ts';
import { notBeforeApp } from './app-moment.ts';
import type { Catalogue } from './content/catalogue.ts';
import type { Content, ContentState } from './content/content.ts';
import { terminal } from './terminal.ts';

const state = signal<ContentState>({ kind: 'loading' });
/** What the screens know of the content: follows `content/content.ts`, which loads after the first paint. */
export const contentState: ReadonlySignal<ContentState> = state;

/** The catalogue once there is one. */
export const catalogue: ReadonlySignal<Catalogue | undefined> = computed(() => (state.value.kind === 'ready' ? state.value.catalogue : undefined));

/** The office in which this terminal stands, as far as the content knows it. */
export const office: ReadonlySignal<Office | undefined> = computed(() => catalogue.value?.offices.get(terminal.value.office));

const confirmed = signal<number | undefined>(undefined);
/** When the content on screen was last confirmed as the newest, ms. */
export const lastConfirmed: ReadonlySignal<number | undefined> = confirmed;

/** Makes the screens follow a source of content. */
export function followContent(source: Pick<Content, 'content' | 'lastConfirmed'>): void {
  effect(() => {
    confirmed.value = source.lastConfirmed.value;
    state.value = source.content.value;
  });
}

/** The clock by which screens decide "open now": ms, a new value every half minute. */
export const now = signal(Date.now());

/**
 * The day by which prices are judged: none before the app's own content was
 * signed. By a clock that stands in 1970, fees that came into force since would be
 * gone, and old ones would no longer say that they are. Changes once a day: what shows it is drawn again only then.
 */
export const today: ReadonlySignal<IsoDate> = computed(() => todayInCambodia(notBeforeApp(now.value)));
