import * as v from 'valibot';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { applicationStatusSchema } from '../../src/api/application-status.ts';
import { systemClock } from '../../src/serve/clock.ts';
import { hubLimits } from '../../src/hub/limits.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { printRegistrationCode } from '../../src/model/registration-code.ts';
import { application, code, errorOf, hub, plentiful, put } from './hub.ts';

const answerSchema = v.pipe(v.string(), v.parseJson(), applicationStatusSchema);
const url = (text: string): string => `/api/v1/applications/${encodeURIComponent(text)}`;

async function hubWithOne(overrides: Parameters<typeof hub>[0] = {}) {
  const store = openMemoryStore();
  await put(store, [code(1), application]);
  return hub({ store, ...overrides });
}

describe('asking for an application', () => {
  test('a known code gets its application and the hub’s time', async () => {
    const app = await hubWithOne({ clock: { now: () => Date.parse('2026-11-23T03:00:00Z'), elapsed: () => 0, wait: async () => undefined } });
    const answer = await app.inject(url(code(1).canonical));
    expect(answer.statusCode).toBe(200);
    expect(v.parse(answerSchema, answer.body)).toMatchObject({ asOf: '2026-11-23T03:00:00.000Z', application });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test.each(['en', 'km'] as const)('the code may be written as it is printed (%s)', async (language) => {
    const app = await hubWithOne();
    const answer = await app.inject(url(printRegistrationCode(code(1), language)));
    expect(v.parse(answerSchema, answer.body).application).toEqual(application);
  });

  test('an unknown code gets the same status, headers and length', async () => {
    const app = await hubWithOne();
    const known = await app.inject(url(code(1).canonical));
    const unknown = await app.inject(url(code(2).canonical));
    expect(v.parse(answerSchema, unknown.body).application).toBeNull();
    expect(unknown.statusCode).toBe(known.statusCode);
    expect(Buffer.byteLength(unknown.body)).toBe(hubLimits.statusAnswer);
    expect(Buffer.byteLength(known.body)).toBe(hubLimits.statusAnswer);
    const { date: _a, ...knownHeaders } = known.headers;
    const { date: _b, ...unknownHeaders } = unknown.headers;
    expect(unknownHeaders).toEqual(knownHeaders);
  });

  test('answers are never compressed, so that their length tells nothing on the wire either', async () => {
    const app = await hubWithOne();
    const answer = await app.inject({ url: url(code(1).canonical), headers: { 'accept-encoding': 'br, gzip' } });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-length']).toBe(String(hubLimits.statusAnswer));
  });

  test('the longest application that the store takes has the same length too', async () => {
    const store = openMemoryStore();
    const missing = Array.from({ length: 40 }, (_, index) => `document-number-${String(index).padStart(10, '0')}`);
    await put(store, [code(3), { ...application, missing }]);
    const app = await hub({ store });
    const answer = await app.inject(url(code(3).canonical));
    expect(v.parse(answerSchema, answer.body).application?.missing).toEqual(missing);
    expect(Buffer.byteLength(answer.body)).toBe(hubLimits.statusAnswer);
  });

  test.each([
    ['a mistyped code', code(1).canonical.slice(0, -1) + (code(1).canonical.endsWith('1') ? '2' : '1')],
    ['a beginning', '990101KX'],
    ['another thing', 'hello'],
    ['a fragment of SQL', "' OR 1=1 --"],
    ['a very long text', 'A'.repeat(500)],
  ])('%s is a bad request, and the answer does not repeat it', async (_name, text) => {
    const app = await hubWithOne();
    const answer = await app.inject(url(text));
    expect(answer.statusCode).toBe(400);
    expect(errorOf(answer.body)).toBe('badRequest');
    expect(answer.body).not.toContain(text);
  });

  test('an office’s own pattern takes the place of the standard one', async () => {
    const own = { canonical: 'PP12345', office: undefined };
    const store = openMemoryStore();
    await put(store, [own, application]);
    const app = await hub({ store, terminal: { kiosk: 'a', office: '12', diagonal: 32, registrationCode: { pattern: '^PP\\d{5}$', check: 'none', groups: [2, 5] } } });
    expect(v.parse(answerSchema, (await app.inject(url('pp-12345'))).body).application).toEqual(application);
    expect((await app.inject(url(code(1).canonical))).statusCode).toBe(400);
  });
});

describe('time tells nothing', () => {
  test('an answer leaves at the next slot after its question, however long the work took', async () => {
    for (const work of [0.2, 7, 39.5, 55]) {
      let elapsed = 1000;
      const waits: number[] = [];
      const store = openMemoryStore();
      const app = await hub({
        store: {
          ...store,
          applications: {
            find: async () => {
              elapsed += work;
              return null;
            },
            begin: async () => store.applications.begin('office'),
            count: async () => 0,
            removeSamples: async () => undefined,
          },
        },
        clock: { now: () => 0, elapsed: () => elapsed, wait: async (milliseconds) => void waits.push(milliseconds) },
      });
      await app.inject(url(code(1).canonical));
      expect(waits).toHaveLength(1);
      const slots = (work + (waits[0] ?? 0)) / hubLimits.statusSlot;
      expect(slots).toBeCloseTo(Math.ceil(work / hubLimits.statusSlot), 6);
      expect(waits[0]).toBeLessThanOrEqual(hubLimits.statusSlot);
    }
  });

  test('known and unknown codes take the same time', { timeout: 30_000, retry: 2 }, async () => {
    const app = await hubWithOne({ clock: systemClock });
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    const ask = async (kind: 'known' | 'unknown', one: string): Promise<void> => {
      const began = performance.now();
      await app.inject(url(one));
      times[kind].push(performance.now() - began);
    };
    for (let round = 0; round < 3; round++) await app.inject(url(code(1).canonical));
    for (let round = 0; round < 40; round++) {
      await ask('known', code(1).canonical);
      await ask('unknown', code(100 + round).canonical);
    }
    const at = (list: number[], share: number): number => list.toSorted((a, b) => a - b)[Math.floor(list.length * share)] ?? 0;
    for (const share of [0.1, 0.5, 0.9]) {
      const ratio = at(times.known, share) / at(times.unknown, share);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    }
    expect(Math.min(...times.known, ...times.unknown)).toBeGreaterThan(hubLimits.statusSlot - 2);
  });
});

describe('the rate', () => {
  const rates = { ...plentiful, applications: { perKiosk: 3, perAddress: 5, window: 60_000 } };
  const ask = async (app: Awaited<ReturnType<typeof hub>>, kiosk: string, number = 1) => app.inject({ url: url(code(number).canonical), headers: { 'x-kiosk-id': kiosk } });

  test('a kiosk that asks too often is told how long to wait; another kiosk is not held up', async () => {
    const app = await hubWithOne({ rates });
    for (let index = 0; index < 3; index++) expect((await ask(app, 'lobby-1', index)).statusCode).toBe(200);
    const refused = await ask(app, 'lobby-1');
    expect(refused.statusCode).toBe(429);
    expect(errorOf(refused.body)).toBe('tooManyRequests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.json().error.retryAfter).toBe(Number(refused.headers['retry-after']));
    expect((await ask(app, 'lobby-2')).statusCode).toBe(200);
  });

  test('inventing kiosk names does not help', async () => {
    const app = await hubWithOne({ rates });
    const statuses: number[] = [];
    for (let index = 0; index < 8; index++) statuses.push((await ask(app, `made-up-${index}`)).statusCode);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  });

  test('counts the addresses of one line of IPv6 as one', async () => {
    const app = await hubWithOne({ rates });
    const from = async (remoteAddress: string) => (await app.inject({ url: url(code(1).canonical), remoteAddress })).statusCode;
    const statuses: number[] = [];
    for (const last of ['1', '2', 'a:b:c:d']) statuses.push(await from(`2001:db8:0:1:${last.includes(':') ? last : `:${last}`}`));
    expect([...statuses, await from('2001:db8:0:1::4'), await from('2001:db8:0:2::1')]).toEqual([200, 200, 200, 429, 200]);
  });

  test('is over after its window, also on a hub whose clock was set back by hours', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const app = await hubWithOne({ rates });
    for (let index = 0; index < 3; index++) await ask(app, 'lobby-1', index);
    vi.setSystemTime(Date.now() - 7 * 3_600_000);
    const refused = await ask(app, 'lobby-1');
    expect([refused.statusCode, Number(refused.headers['retry-after']) <= 60]).toEqual([429, true]);
    vi.advanceTimersByTime(60_001);
    expect((await ask(app, 'lobby-1')).statusCode).toBe(200);
  });

  test('malformed codes count as well', async () => {
    const app = await hubWithOne({ rates });
    for (let index = 0; index < 3; index++) await app.inject({ url: url('nonsense'), headers: { 'x-kiosk-id': 'lobby-1' } });
    expect((await ask(app, 'lobby-1')).statusCode).toBe(429);
  });
});
