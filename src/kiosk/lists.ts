import type { Language } from '../model/text.ts';
import { priceRows as rows, servicesByLevel as byLevel, servicesByTopic as byTopic, type Catalogue } from './content/catalogue.ts';

/** Remembers what is made of a catalogue: the same list is asked for at every touch, and changes only with the content. */
function kept<T>(make: (catalogue: Catalogue, language: Language) => T): (catalogue: Catalogue, language?: Language) => T {
  const made = new WeakMap<Catalogue, Map<Language, T>>();
  return (catalogue, language = 'km') => {
    let lists = made.get(catalogue);
    if (lists === undefined) made.set(catalogue, (lists = new Map()));
    let list = lists.get(language);
    if (list === undefined) lists.set(language, (list = make(catalogue, language)));
    return list;
  };
}

/** {@link rows}, made once for each catalogue and language. */
export const priceRows = kept(rows);
/** {@link byTopic}, made once for each catalogue and language. */
export const servicesByTopic = kept(byTopic);
/** {@link byLevel}, made once for each catalogue and language. */
export const servicesByLevel = kept(byLevel);
