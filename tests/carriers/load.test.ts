import { expect, test } from 'vitest';
import { benchOffices } from '../bench/offices.ts';

test('200 offices that come back within a second, and at once, all get their answers from the hub and from nginx', { timeout: 120_000 }, async () => {
  const { hub, nginx, hubAtOnce, nginxAtOnce, hubWithReports } = await benchOffices(200, 1_000);
  for (const figures of [hub, nginx, hubAtOnce, nginxAtOnce]) {
    expect(figures.errors).toEqual([]);
    expect(figures.requests).toBe(100 * 3 + 100 * 7);
  }
  expect(hubWithReports.errors).toEqual([]);
  expect(hubWithReports.requests).toBe(1_200);
});
