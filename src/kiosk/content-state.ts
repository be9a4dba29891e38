import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Office } from '../model/office.ts';
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

/** The clock by which screens decide "today" and "open now": ms, a new value every half minute. */
export const now = signal(Date.now());
