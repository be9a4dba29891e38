import { signal, type ReadonlySignal } from '@preact/signals';
import { onWipe } from '../session/session.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { createSlices } from '../content/slices.ts';
import { searchEntryOf, type SearchEntry } from './entry.ts';
import { buildIndexInSlices, type SearchIndex } from './search-index.ts';

/** Marks the identifier of a life event among the services'. */
export const eventPrefix = 'event:';

const index = signal<SearchIndex | undefined>(undefined);
/** The index over services and events of the content on screen, once it is built. */
export const searchIndex: ReadonlySignal<SearchIndex | undefined> = index;

/** What the citizen is looking for: kept while they look at a result and come back; gone with the visit. */
export const query = signal('');
onWipe(() => {
  query.value = '';
});

let builtFor: Catalogue | undefined;
let abort: AbortController | undefined;

/** Builds the index for a catalogue, unless it is the one at hand. Never holds up the screen. */
export async function prepareSearch(catalogue: Catalogue): Promise<void> {
  if (builtFor === catalogue) return;
  builtFor = catalogue;
  abort?.abort();
  const mine = new AbortController();
  abort = mine;
  index.value = undefined;
  const events = [...catalogue.events.values()].map((event): SearchEntry => ({ id: eventPrefix + event.identifier, title: event.title, keywords: event.keywords, extra: { km: [event.description.km], en: [event.description.en] } }));
  const services: SearchEntry[] = [];
  const slices = createSlices();
  for (const service of catalogue.services.values()) {
    services.push(searchEntryOf(service, catalogue.pack));
    await slices.pause();
  }
  if (mine.signal.aborted) return;
  try {
    index.value = await buildIndexInSlices([...services, ...events], catalogue.pack.synonyms, { signal: mine.signal });
  } catch (error) {
    // A newer release overtook this one: its own index is being built.
    if (!mine.signal.aborted) throw error;
  }
}
