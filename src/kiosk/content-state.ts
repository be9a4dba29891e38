import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Office } from '../model/office.ts';
import type { Catalogue } from './content/catalogue.ts';
import type { ContentState } from './content/content.ts';
import { terminal } from './terminal.ts';

const state = signal<ContentState>({ kind: 'loading' });
/** What the screens know of the content: follows `content/content.ts`, which loads after the first paint. */
export const contentState: ReadonlySignal<ContentState> = state;

/** The catalogue once there is one. */
export const catalogue: ReadonlySignal<Catalogue | undefined> = computed(() => (state.value.kind === 'ready' ? state.value.catalogue : undefined));

/** The office in which this terminal stands, as far as the content knows it. */
export const office: ReadonlySignal<Office | undefined> = computed(() => catalogue.value?.offices.get(terminal.value.office));

/** Makes the screens follow a source of content state. */
export function followContent(source: ReadonlySignal<ContentState>): void {
  effect(() => {
    state.value = source.value;
  });
}

/** The clock by which screens decide "today" and "open now": ms, a new value every half minute. */
export const now = signal(Date.now());
