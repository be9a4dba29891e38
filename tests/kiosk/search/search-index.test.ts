import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { SearchEntry } from '../../../src/kiosk/search/entry.ts';
import { buildIndex, buildIndexInSlices, maxQueryLength } from '../../../src/kiosk/search/search-index.ts';
import { realEntries, realSynonyms } from './real-content.ts';

// Indexing and searching every real service takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function entry(id: string, km: string, en: string, more: Partial<Pick<SearchEntry, 'keywords' | 'extra'>> = {}): SearchEntry {
  return { id, title: { km, en }, keywords: more.keywords ?? { km: [], en: [], latn: [] }, extra: more.extra ?? { km: [], en: [] } };
}

const fixture: readonly SearchEntry[] = [
  entry('birth', 'ចុះបញ្ជីកំណើត និងសំបុត្រកំណើត', 'Birth registration and birth certificate'),
  entry('birth-late', 'សំបុត្របញ្ជាក់កំណើត', 'Late birth attestation'),
  entry('death', 'ចុះបញ្ជីមរណភាព និងសំបុត្រមរណភាព', 'Death registration and death certificate'),
  entry('marriage', 'សំបុត្រអាពាហ៍ពិពាហ៍', 'Marriage certificate'),
  entry('villa', 'លិខិតអនុញ្ញាតសាងសង់ (ភូមិគ្រឹះ)', 'Construction permit for a villa'),
  entry('car', 'ការចុះបញ្ជីរថយន្ត', 'Car registration'),
  entry('plate', 'ទុតិយតាផ្លាកលេខរថយន្ត', 'Duplicate number plate'),
  entry('history', 'លិខិតបញ្ជាក់ប្រវត្តិដី', 'Land history letter'),
  entry('family-book', 'សៀវភៅគ្រួសារ', 'Family book'),
  entry('work', 'ប័ណ្ណការងារ', 'Work permit', { extra: { km: ['ពី ១០០ ដល់ ២០០នាក់'], en: ['100 to 200 people'] } }),
  entry('inspection', 'ត្រួតពិនិត្យរថយន្តប្រភេទ 2A', 'Inspection, type 2A'),
];
const index = buildIndex(fixture, [['រថយន្ត', 'ឡាន', 'car', 'lan']]);
const ids = (query: string, language: 'km' | 'en' = 'km'): string[] => index.search(query, { language }).filter((hit) => !hit.approximate).map((hit) => hit.id);

describe('a citizen finds a service', () => {
  test.each([
    ['by its exact Khmer name', 'សៀវភៅគ្រួសារ', 'family-book'],
    ['by the beginning of a word', 'មរណ', 'death'],
    ['with the last consonant of a stack not yet typed', 'សំបុត្', 'birth'],
    ['with vowel and coeng typed in the wrong order', 'សៀវភៅគួ\u17d2រសារ', 'family-book'],
    ['with coeng da for coeng ta', 'ប្រវត្ដិដី', 'history'],
    ['with zero-width spaces between words', 'សំបុត្រ\u200bកំណើត', 'birth'],
    ['with a coeng left out', 'សំបុតរកំណើត', 'birth'],
    ['with a vowel that is often taken for another', 'សៀវភោគ្រួសារ', 'family-book'],
    ['with retroflex and plain n swapped', 'កំនើត', 'birth'],
    ['in English', 'family book', 'family-book'],
    ['by the beginning of an English word', 'constr', 'villa'],
    ['in English with a typing error', 'cosntruction', 'villa'],
    ['in English in the plural, with small words around', 'how to get the marriage certificates', 'marriage'],
    ['in Latin letters', 'sombot komnert', 'birth'],
    ['in Latin letters without a space', 'sombotkamnaet', 'birth'],
    ['in Latin letters with other vowels', 'seavpov krusa', 'family-book'],
    ['by a synonym in Khmer', 'ឡាន', 'plate'],
    ['by a synonym in Latin letters', 'lan', 'plate'],
    ['by Khmer digits for a number', '១០០', 'work'],
    ['by ASCII digits for a Khmer number', '200', 'work'],
    ['by ASCII digits within Khmer', '200នាក់', 'work'],
    ['by a mixed Latin mark', 'ប្រភេទ 2a', 'inspection'],
    ['by two words that its title holds apart', 'សំបុត្រកំណើត', 'birth-late'],
    ['by words in another order', 'កំណើត សំបុត្រ', 'birth'],
  ])('%s', (_, query, id) => {
    expect(ids(query)).toContain(id);
  });

  test('with the one that gives a paper before one that only names it', () => {
    const two = buildIndex([entry('correct', 'កែតម្រូវសំបុត្រកំណើត', 'Correction'), entry('give', 'ចុះបញ្ជីកំណើត និងសំបុត្រកំណើត', 'Registration', { keywords: { km: ['សំបុត្រកំណើត'], en: [], latn: [] } })], []);
    expect(two.search('សំបុត្រកំណើត', { language: 'km' }).map((hit) => hit.id)).toEqual(['give', 'correct']);
  });

  test('and not one that only shares letters with the query', () => {
    expect(ids('សំបុត្រកំណើត').toSorted()).toEqual(['birth', 'birth-late']);
    expect(ids('ដី')).toEqual(['history']);
    expect(ids('death')).toEqual(['death']);
  });

  test('with the service itself before those that merely mention it', () => {
    expect(ids('សំបុត្រអាពាហ៍ពិពាហ៍')[0]).toBe('marriage');
  });
});

describe('the matched part of the title', () => {
  const marked = (query: string, language: 'km' | 'en', id: string): string[] => {
    const hit = index.search(query, { language }).find((candidate) => candidate.id === id);
    const title = fixture.find((candidate) => candidate.id === id)?.title[language] ?? '';
    return (hit?.ranges ?? []).map(({ start, end }) => title.slice(start, end));
  };
  test('is shown for a Khmer word', () => expect(marked('គ្រួ', 'km', 'family-book')).toEqual(['គ្រួ']));
  test('covers whole stacks when a coeng was left out', () => expect(marked('សំបុតរ', 'km', 'birth-late')).toEqual(['សំបុត្រ']));
  test('is shown in its pieces', () => expect(marked('សំបុត្រកំណើត', 'km', 'birth-late')).toEqual(['សំបុត្រ', 'កំណើត']));
  test('is shown for Latin spelling of Khmer', () => expect(marked('komnert', 'km', 'birth-late')).toEqual(['កំណើត']));
  test('is shown for the beginning of an English word', () => expect(marked('att', 'en', 'birth-late')).toEqual(['att']));
  test('is shown for a mistyped English word', () => expect(marked('fmaily', 'en', 'family-book')).toEqual(['Family']));
});

describe('what only resembles the query', () => {
  const hits = (query: string): { readonly id: string; readonly alike: boolean }[] => index.search(query, { language: 'en' }).map(({ id, alike }) => ({ id, alike }));

  test('is told from what answers it', () => {
    expect(hits('family')).toEqual([{ id: 'family-book', alike: false }]);
    expect(hits('komnaet').length).toBeGreaterThan(0);
    expect(hits('komnaet').every((hit) => hit.alike)).toBe(true);
  });
  test.each(['brith', 'birht', 'bith', 'birtth'])('comes after the English word that is one slip away (%s)', (typed) => {
    const first = hits(typed).slice(0, 2);
    expect(first.map(({ id }) => id).toSorted()).toEqual(['birth', 'birth-late']);
    expect(hits(typed).slice(2).every((hit) => hit.alike)).toBe(true);
  });
  test('is also a word of four letters with a slip: too many words are near', () => {
    expect(hits('wrok')).toContainEqual({ id: 'work', alike: true });
  });
  test('is also a digit among words that say nothing', () => {
    const numbered = buildIndex([entry('a', 'ក', 'Card, 1 year')], []);
    expect(numbered.search("' OR 1=1", { language: 'en' }).map((hit) => hit.alike)).toEqual([true]);
    expect(numbered.search('card 1', { language: 'en' }).map((hit) => hit.alike)).toEqual([false]);
  });
  test('is counted apart, and nothing is lost to the limit', () => {
    const all = index.answer('certificate', { language: 'en' });
    const few = index.answer('certificate', { language: 'en', limit: 1 });
    expect(all.hits.length).toBeGreaterThan(1);
    expect({ hits: few.hits.length, sure: few.sure, total: few.total }).toEqual({ hits: 1, sure: all.hits.filter((hit) => !hit.alike).length, total: all.hits.length });
    expect(index.answer('komnaet', { language: 'en' }).sure).toBe(0);
  });
});

describe('a hit whose shown title does not tell why', () => {
  const because = (query: string, language: 'km' | 'en'): string | undefined => {
    const reason = index.search(query, { language })[0]?.because;
    return reason?.ranges.map(({ start, end }) => reason.text.slice(start, end)).join('|');
  };
  test('shows the other language’s title', () => {
    expect(because('គ្រួសារ', 'en')).toBe('គ្រួសារ');
    expect(because('family', 'km')).toBe('Family');
    expect(because('family', 'en')).toBeUndefined();
  });
  test('shows the keyword', () => {
    const keyed = buildIndex([entry('a', 'ក', 'Marriage', { keywords: { km: [], en: [], latn: ['riep ka'] } })], []);
    expect(keyed.search('riep', { language: 'en' })[0]?.because?.text).toBe('riep ka');
  });
});

describe('when nothing matches', () => {
  test('the nearest are offered, marked as such', () => {
    const hits = index.search('សំបុត្រកំណប់', { language: 'km' });
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.every((hit) => hit.approximate)).toBe(true);
    expect(hits.map((hit) => hit.id)).toContain('birth');
  });
  test('an empty query answers nothing', () => expect(index.search(' \u200b។', { language: 'km' })).toEqual([]));
});

test('no text, however odd, makes it throw or cut a title outside its bounds', () => {
  const khmer = fc.string({ unit: fc.integer({ min: 0x1780, max: 0x17ff }).map((point) => String.fromCodePoint(point)) });
  const titles = new Map(fixture.map((candidate) => [candidate.id, candidate.title]));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), khmer, fc.string(), fc.array(fc.oneof(khmer, fc.string())).map((parts) => parts.join(' '))), fc.constantFrom('km' as const, 'en' as const), (query, language) => {
      for (const hit of index.search(query, { language })) {
        const title = titles.get(hit.id)?.[language] ?? '';
        let last = 0;
        for (const { start, end } of hit.ranges) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(title.length);
          last = end;
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a pasted book is cut before it can stall the screen', () => {
  expect(index.search('សំបុត្រ '.repeat(10_000), { language: 'km' })).toEqual(index.search('សំបុត្រ '.repeat(10_000).slice(0, maxQueryLength), { language: 'km' }));
});

test('building in slices pauses and gives the same answers', async () => {
  let pauses = 0;
  const sliced = await buildIndexInSlices(fixture, [['រថយន្ត', 'ឡាន', 'car', 'lan']], { sliceMs: 0, pause: async () => void (pauses += 1) });
  expect(pauses).toBeGreaterThan(fixture.length - 1);
  for (const query of ['ឡាន', 'sombot', 'birth', 'លិខិត']) expect(sliced.search(query, { language: 'km' })).toEqual(index.search(query, { language: 'km' }));
});

test('building stops when it is no longer wanted', async () => {
  const controller = new AbortController();
  const pause = async (): Promise<void> => controller.abort(new Error('left the screen'));
  await expect(buildIndexInSlices(fixture, [], { sliceMs: 0, signal: controller.signal, pause })).rejects.toThrow('left the screen');
});

describe('every real service', () => {
  const entries = realEntries();
  const real = buildIndex(entries, realSynonyms());
  const first = (query: string, language: 'km' | 'en', count: number): string[] => real.search(query, { language, limit: count }).filter((hit) => !hit.approximate).map((hit) => hit.id);

  test('there are some', () => expect(entries.length).toBeGreaterThan(50));
  test('is among the first three for its own title, in both languages', () => {
    const missing = entries.filter((one) => !first(one.title.km, 'km', 3).includes(one.id) || !first(one.title.en, 'en', 3).includes(one.id));
    expect(missing.map((one) => one.id)).toEqual([]);
  });
  test('is found by its title with any one coeng left out', () => {
    const missing: string[] = [];
    for (const one of entries) {
      for (const match of one.title.km.slice(0, maxQueryLength).matchAll(/\u17d2/gu)) {
        const typed = one.title.km.slice(0, match.index) + one.title.km.slice(match.index + 1);
        if (!first(typed, 'km', entries.length).includes(one.id)) missing.push(`${one.id}: ${typed}`);
      }
    }
    expect(missing).toEqual([]);
  });
  test('is found by each Latin spelling that its author foresaw', () => {
    const missing = entries.flatMap((one) => one.keywords.latn.filter((spelling) => !first(spelling, 'km', entries.length).includes(one.id)).map((spelling) => `${one.id}: ${spelling}`));
    expect(missing).toEqual([]);
  });
  test('is found by every keyword', () => {
    const missing = entries.flatMap((one) => [...one.keywords.km, ...one.keywords.en].filter((word) => !first(word, 'km', entries.length).includes(one.id)).map((word) => `${one.id}: ${word}`));
    expect(missing).toEqual([]);
  });
});
