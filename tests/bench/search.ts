import { chromium } from 'playwright-core';
import { build } from 'vite';
import { runSearch, type Quality, type SearchRun } from './search-run.ts';

/**
 * The search, next to a plain `includes` scan over the same texts in the same run.
 *
 * **Corpus** (`search-concepts.ts`, `search-corpus.ts`): the titles of real
 * services, taken apart into concepts and glue, × what tells sister services
 * apart (places, sizes, for whom): 900 entries. What an entry says is known from
 * its making, never from looking for a string in it. About half have one of
 * their words as a keyword, as authors write them; none has a Latin spelling.
 *
 * **Queries**, seeded, 1,000 of each kind: one to three concepts that one entry
 * says, as exact Khmer words (with or without spaces, one in five in reverse
 * order); as the beginning of the last word; in another encoding or with
 * invisible characters; with one coeng left out; numbers in the other script's
 * digits; in English; with one typing error in an English word; in Latin letters,
 * in spellings written down by hand; as words only the synonym table knows.
 *
 * **Recall** of a query: share of the entries carrying all its concepts (in
 * title, keyword or topic; for synonyms in title or keyword) that are found.
 * **Precision** of a query: share of what is found that carries them; for a
 * beginning, what carries any concept whose word begins so fits too. "Did you
 * mean" answers count as nothing found: they lower recall and leave precision
 * alone. Both are means over queries, all results counted, not the first few.
 *
 * What it does not show: the concepts are the ones we thought of, and spellings
 * and errors are ours, so real people will find less.
 *
 * **Time** of a query: one call as the search screen makes it (12 hits, marked),
 * the median of three rounds, for both ways alike, so that a query is not
 * charged for what else the machine does. `throttled` is in Chromium at
 * `Emulation.setCPUThrottlingRate` 6.
 */
export interface SearchBench extends Quality {
  readonly services: number;
  readonly queries: number;
  readonly includes: Quality;
  /** Ours / includes. */
  readonly ratio: { readonly recall: number; readonly precision: number; readonly p50: number; readonly p99: number };
  readonly buildMs: number;
  readonly kinds: SearchRun['kinds'];
  readonly throttled: Quality & { readonly kinds: SearchRun['kinds']; readonly includes: Quality; readonly buildMs: number; readonly longestSliceMs: number };
}

const perKind = 1000;
/** Enough for a stable p99 at a sixth of the speed: 9 × 300 queries. */
const perKindThrottled = 300;

/** Runs the benchmark in Node and, throttled, in Chromium. */
export async function benchSearch(): Promise<SearchBench> {
  const node = await runSearch(perKind);
  const slow = await runInChromium(perKindThrottled, 6);
  const { ours, includes, queries } = node.kinds.all;
  return {
    services: node.services,
    queries,
    ...ours,
    includes,
    ratio: { recall: ours.recall / includes.recall, precision: ours.precision / includes.precision, p50: ours.p50 / includes.p50, p99: ours.p99 / includes.p99 },
    buildMs: node.build.ms,
    kinds: node.kinds,
    throttled: { ...slow.kinds.all.ours, kinds: slow.kinds, includes: slow.kinds.all.includes, buildMs: slow.build.ms, longestSliceMs: slow.build.longestSliceMs },
  };
}

async function runInChromium(queriesPerKind: number, slowdown: number): Promise<SearchRun> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2022', lib: { entry: `${import.meta.dirname}/search-run.ts`, formats: ['es'], fileName: 'search-run' } },
  });
  const code = [built].flat().flatMap((result) => ('output' in result ? result.output : [])).find((chunk) => chunk.type === 'chunk')?.code;
  if (code === undefined) throw new Error('search benchmark: nothing was built from search-run.ts');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking'] });
  try {
    const page = await browser.newPage();
    // Isolated, so that the clock ticks in 5 µs and not in 100.
    const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
    await page.route('https://bench.invalid/**', (route) =>
      route.fulfill(route.request().url().endsWith('.js') ? { contentType: 'text/javascript', body: code, headers } : { contentType: 'text/html', body: '<!doctype html><title>search</title>', headers }),
    );
    await page.goto('https://bench.invalid/');
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    return await page.evaluate(async (count) => {
      const module = (await import('https://bench.invalid/search-run.js' as string)) as { runSearch: (perKind: number) => Promise<SearchRun> };
      return module.runSearch(count);
    }, queriesPerKind);
  } finally {
    await browser.close();
  }
}

/** The result as a table. */
export function searchTable(bench: SearchBench): string {
  const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(share * 100).toFixed(2)} %`);
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  const line = (name: string, ours: Quality, includes: Quality): string =>
    [name.padEnd(14), ...[percent(ours.recall), percent(ours.precision), ms(ours.p50), ms(ours.p99), percent(includes.recall), percent(includes.precision), ms(includes.p50), ms(includes.p99)].map((cell) => cell.padStart(10))].join(' ');
  return [
    `${bench.services} services, ${bench.queries} queries; ours, then a plain includes scan`,
    ['kind'.padEnd(14), ...['recall', 'precision', 'p50', 'p99', 'recall', 'precision', 'p50', 'p99'].map((cell) => cell.padStart(10))].join(' '),
    ...Object.entries(bench.kinds).map(([kind, { ours, includes }]) => line(kind, ours, includes)),
    'in Chromium at 6×:',
    ...Object.entries(bench.throttled.kinds).map(([kind, { ours, includes }]) => line(kind, ours, includes)),
    `build ${ms(bench.buildMs)}; in Chromium at 6×: ${ms(bench.throttled.buildMs)}, longest slice ${ms(bench.throttled.longestSliceMs)}`,
  ].join('\n');
}

if (import.meta.main) process.stdout.write(`${searchTable(await benchSearch())}\n`);
