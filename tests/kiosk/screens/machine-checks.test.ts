import { describe, expect, test } from 'vitest';
import type { Report } from '../../../src/api/report.ts';
import { checkHub, groupReports, roughTime } from '../../../src/kiosk/screens/machine-checks.ts';

const health = (now: string): object => ({ status: 'ok', version: '1.0.0', now, release: 7, demonstration: false });
const answering = (body: string, status = 200) => async (): Promise<Response> => new Response(body, { status });
const start = Date.parse('2026-11-23T01:00:00.000Z');
/** A clock that goes on 40 ms with each look. */
const clock = (): (() => number) => {
  let time = start - 40;
  return () => (time += 40);
};

describe('asking the hub how it is', () => {
  test('a sound hub: how long it took, and no word on the clock', async () => {
    const answer = await checkHub(answering(JSON.stringify(health('2026-11-23T01:00:01.000Z'))), clock());
    expect(answer).toMatchObject({ ok: true, value: { took: 40, ahead: 0, health: { release: 7 } } });
  });

  test('a clock that is an hour ahead is told, with its direction', async () => {
    const answer = await checkHub(answering(JSON.stringify(health('2026-11-23T00:00:00.000Z'))), clock());
    expect(answer.ok && Math.round(answer.value.ahead / 60_000)).toBe(60);
  });

  test.each([
    ['the page of a captive portal', answering('<html>log in</html>')],
    ['another server’s JSON', answering('{"status":"fine"}')],
    ['an error of the server', answering(JSON.stringify(health('2026-11-23T01:00:00.000Z')), 500)],
  ])('%s is not our hub', async (_name, ask) => {
    expect(await checkHub(ask, clock())).toEqual({ ok: false, error: 'wrong' });
  });

  test('no connection', async () => {
    expect(await checkHub(() => Promise.reject(new TypeError('failed to fetch')), clock())).toEqual({ ok: false, error: 'unreachable' });
  });

  test.each([
    ['an agent', answering('{"error":{"code":"unavailable"}}', 503)],
    ['a gateway’s page', answering('<h1>Bad gateway</h1>', 502)],
  ])('no connection behind %s that says so', async (_name, ask) => {
    expect(await checkHub(ask, clock())).toEqual({ ok: false, error: 'unreachable' });
  });

  test('a hub that never answers is given up', async () => {
    const never: typeof fetch = (_input, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)));
    expect(await checkHub(never, clock(), 5)).toEqual({ ok: false, error: 'tooSlow' });
  });
});

test.each([
  [-4_000, 'seconds', 4],
  [89_000, 'seconds', 89],
  [-600_000, 'minutes', 10],
  [25_200_000, 'hours', 7],
] as const)('a difference of %i ms is said in %s', (ms, unit, value) => {
  expect(roughTime(ms)).toEqual({ unit, value });
});

test('an operator sees each kind of report once, the latest first, with its count', () => {
  const report = (code: Report['code'], minute: number): Report => ({ code, at: `2026-11-23T01:0${minute}:00.000Z`, detail: String(minute) });
  const groups = groupReports([report('hubUnreachable', 1), report('cameraLost', 3), report('hubUnreachable', 5), report('hubUnreachable', 2)]);
  expect(groups.map(({ code, latest, count }) => [code, latest.detail, count])).toEqual([['hubUnreachable', '5', 3], ['cameraLost', '3', 1]]);
});
