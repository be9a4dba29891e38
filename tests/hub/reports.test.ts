import { expect, test } from 'vitest';
import { hubLimits } from '../../src/hub/limits.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { hub, Log, plentiful } from './hub.ts';

const report = { code: 'cameraLost', at: '2026-11-23T02:00:00.000Z', detail: 'NotReadableError' } as const;
const send = { method: 'POST', url: '/api/v1/reports' } as const;

test('a kiosk’s report is kept with the hub’s time, and logged for the operator', async () => {
  const store = openMemoryStore();
  const log = new Log();
  const app = await hub({ store, log: { level: 'info', stream: log } });
  const answer = await app.inject({ ...send, payload: { kiosk: 'lobby-1', reports: [report, { code: 'hubUnreachable', at: '2026-11-23T02:01:00.000Z' }] } });
  expect(answer.statusCode).toBe(204);
  expect(await store.reports.latest(10)).toMatchObject([
    { kiosk: 'lobby-1', code: 'hubUnreachable', detail: '' },
    { ...report, kiosk: 'lobby-1', receivedAt: expect.stringMatching(/Z$/) },
  ]);
  expect(log.lines.filter((line) => line.includes('"report":"cameraLost"') && line.includes('NotReadableError'))).toHaveLength(1);
});

test('reports that are too many push out the oldest', async () => {
  const store = openMemoryStore();
  const many = Array.from({ length: hubLimits.reports + 50 }, (_, index) => ({ ...report, detail: String(index) }));
  await store.reports.add('a', many.slice(0, 30), '2026-11-23T02:00:00.000Z');
  await store.reports.add('a', many.slice(30), '2026-11-23T02:00:00.000Z');
  const kept = await store.reports.latest(hubLimits.reports * 2);
  expect(kept).toHaveLength(hubLimits.reports);
  expect(kept[0]?.detail).toBe(String(hubLimits.reports + 49));
  expect(kept.at(-1)?.detail).toBe('50');
});

test.each([
  ['no report', { kiosk: 'a', reports: [] }],
  ['101 reports', { kiosk: 'a', reports: Array.from({ length: 101 }, () => report) }],
  ['an unknown code', { kiosk: 'a', reports: [{ ...report, code: 'citizenWasHere' }] }],
  ['a long detail', { kiosk: 'a', reports: [{ ...report, detail: 'x'.repeat(201) }] }],
  ['a field for a name', { kiosk: 'a', reports: [{ ...report, name: 'x' }] }],
  ['a kiosk with a strange name', { kiosk: 'Kiosk <1>', reports: [report] }],
])('%s is refused and nothing is kept', async (_name, payload) => {
  const store = openMemoryStore();
  const app = await hub({ store });
  expect((await app.inject({ ...send, payload })).statusCode).toBe(400);
  expect(await store.reports.latest(10)).toEqual([]);
});

test('a kiosk that reports too often is held back', async () => {
  const rate = { perKiosk: 2, perAddress: 10, window: 60_000 };
  const app = await hub({ rates: { ...plentiful, applications: rate, reports: rate } });
  const statuses: number[] = [];
  for (let index = 0; index < 3; index++) statuses.push((await app.inject({ ...send, payload: { kiosk: 'a', reports: [report] } })).statusCode);
  expect(statuses).toEqual([204, 204, 429]);
});
