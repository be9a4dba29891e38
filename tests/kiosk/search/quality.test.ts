import { expect, test } from 'vitest';
import { runSearch } from '../../bench/search-run.ts';

test('over 900 services the search finds what it should and little else, for every way of typing', async () => {
  const { kinds } = await runSearch(60);
  expect(kinds.all.ours.recall).toBeGreaterThanOrEqual(0.995);
  expect(kinds.all.ours.precision).toBeGreaterThanOrEqual(0.9);
  for (const [kind, { ours }] of Object.entries(kinds)) {
    expect.soft(ours.recall, `recall of ${kind}`).toBeGreaterThanOrEqual(0.97);
    expect.soft(ours.precision, `precision of ${kind}`).toBeGreaterThanOrEqual(0.8);
  }
}, 120_000);
