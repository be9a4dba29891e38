import type { SearchEntry } from '../../src/kiosk/search/entry.ts';
import { buildIndex, buildIndexInSlices } from '../../src/kiosk/search/search-index.ts';
import { makeCorpus, makeQueries, makeSynonyms, queryKinds, type KnownQuery, type QueryKind } from './search-corpus.ts';

/** How well and how fast one way of searching answers a set of queries. Shares of 1; milliseconds. */
export interface Quality {
  readonly recall: number;
  readonly precision: number;
  readonly p50: number;
  readonly p99: number;
}

export interface SearchRun {
  readonly services: number;
  readonly build: { readonly ms: number; readonly longestSliceMs: number };
  readonly kinds: Readonly<Record<QueryKind | 'all', { readonly queries: number; readonly ours: Quality; readonly includes: Quality }>>;
}

/** The search screen shows this many and asks for no more. */
const shown = 12;

interface Tally {
  recall: number;
  precision: number;
  queries: number;
  answered: number;
  readonly times: number[];
}

const emptyTally = (): Tally => ({ recall: 0, precision: 0, queries: 0, answered: 0, times: [] });

function count(tally: Tally, query: KnownQuery, found: readonly number[]): void {
  tally.queries += 1;
  tally.recall += found.filter((number) => query.wanted.has(number)).length / query.wanted.size;
  if (found.length === 0) return;
  tally.answered += 1;
  tally.precision += found.filter((number) => query.fitting.has(number)).length / found.length;
}

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((a, b) => ({ recall: a.recall + b.recall, precision: a.precision + b.precision, queries: a.queries + b.queries, answered: a.answered + b.answered, times: [...a.times, ...b.times] }), emptyTally());
}

function quality(tally: Tally): Quality {
  const times = tally.times.toSorted((a, b) => a - b);
  const at = (share: number): number => times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? Number.NaN;
  return { recall: tally.recall / tally.queries, precision: tally.answered === 0 ? Number.NaN : tally.precision / tally.answered, p50: at(0.5), p99: at(0.99) };
}

/**
 * Time of each query in ms, the median of three rounds over all of them: one that
 * the machine interrupted does not count, and none is asked twice in a row.
 */
function times(queries: readonly KnownQuery[], work: (text: string) => unknown): number[] {
  const rounds = [0, 1, 2].map(() =>
    queries.map(({ text }) => {
      const started = performance.now();
      work(text);
      return performance.now() - started;
    }),
  );
  return queries.map((_, i) => rounds.map((round) => round[i] ?? Number.NaN).toSorted((a, b) => a - b)[1] ?? Number.NaN);
}

/** Everything a plain scan would look through, as one text. */
function plainText(entry: SearchEntry): string {
  return [entry.title.km, entry.title.en, ...entry.keywords.km, ...entry.keywords.en, ...entry.extra.km, ...entry.extra.en].join('\n').toLowerCase();
}

/** Runs the whole comparison once, in whatever engine it is called. */
export async function runSearch(perKind: number, report?: (query: KnownQuery, found: readonly number[]) => void): Promise<SearchRun> {
  const corpus = makeCorpus();
  const entries = corpus.map((known) => known.entry);
  const synonyms = makeSynonyms();
  let started = performance.now();
  const index = buildIndex(entries, synonyms);
  const ms = performance.now() - started;

  // The best of three, so that a slice is not charged for what else the machine does.
  let longestSliceMs = Infinity;
  for (let round = 0; round < 3; round++) {
    let longest = 0;
    started = performance.now();
    await buildIndexInSlices(entries, synonyms, {
      pause: async () => {
        longest = Math.max(longest, performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, 0));
        started = performance.now();
      },
    });
    longestSliceMs = Math.min(longestSliceMs, longest);
  }

  const numbers = new Map(entries.map((entry, number) => [entry.id, number]));
  const texts = entries.map(plainText);
  const scan = (text: string): number[] => {
    const typed = text.toLowerCase();
    return texts.flatMap((candidate, number) => (candidate.includes(typed) ? [number] : []));
  };
  const tallies = queryKinds.map((kind) => {
    const queries = makeQueries(kind, corpus, perKind);
    const ours = emptyTally();
    const includes = emptyTally();
    for (const query of queries) {
      const found = index.search(query.text, { language: 'km' }).flatMap((hit) => (hit.approximate ? [] : [numbers.get(hit.id) ?? -1]));
      count(ours, query, found);
      count(includes, query, scan(query.text));
      report?.(query, found);
    }
    ours.times.push(...times(queries, (text) => index.search(text, { language: 'km', limit: shown })));
    includes.times.push(...times(queries, scan));
    return [kind, { ours, includes }] as const;
  });
  const all = { ours: sum(tallies.map(([, tally]) => tally.ours)), includes: sum(tallies.map(([, tally]) => tally.includes)) };
  const kinds = Object.fromEntries([...tallies, ['all', all] as const].map(([kind, tally]) => [kind, { queries: tally.ours.queries, ours: quality(tally.ours), includes: quality(tally.includes) }])) as SearchRun['kinds'];
  return { services: entries.length, build: { ms, longestSliceMs }, kinds };
}
