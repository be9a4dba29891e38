import { beforeEach, describe, expect, test } from 'vitest';
import type { Application } from '../../../src/model/application.ts';
import { makeRegistrationCode } from '../../../src/model/registration-code.ts';
import { wipe } from '../../../src/kiosk/session/session.ts';
import { askStatus, type AskDeps } from '../../../src/kiosk/status/ask.ts';

const code = makeRegistrationCode('990101', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
const application: Application = { service: 'birth-registration', office: '990101', state: 'checking', missing: [], updatedAt: '2026-11-20T08:00:00.000Z' };
const now = Date.parse('2026-11-23T03:00:00Z');

function deps(answer: () => Promise<Response>): AskDeps {
  return { fetch: answer as typeof fetch, now: () => now, kiosk: 'test' };
}
const json = (body: unknown, status = 200): (() => Promise<Response>) => async () => new Response(JSON.stringify(body), { status });
const status = (value: Application | null, asOf = now): unknown => ({ asOf: new Date(asOf).toISOString(), application: value, padding: '' });

beforeEach(() => wipe());

describe('asking for an application', () => {
  test('gives its state with the time the hub looked', async () => {
    expect(await askStatus(code, deps(json(status(application))))).toEqual({ kind: 'known', application, asOf: now, fresh: true, clockWrong: false });
  });

  test('answers politely for a code that nobody knows', async () => {
    expect(await askStatus(code, deps(json(status(null))))).toEqual({ kind: 'unknown' });
  });

  test.each([
    ['a web page instead of data', async () => new Response('<!doctype html><h1>Login</h1>', { status: 200 })],
    ['an internal error', json({ error: 'no' }, 500)],
    ['data of another kind', json({ hello: 1 })],
    ['a state that does not exist', json(status({ ...application, state: 'lost' } as unknown as Application))],
  ])('says that it cannot be checked when the hub answers %s', async (_, answer) => {
    expect(await askStatus(code, deps(answer))).toEqual({ kind: 'cannotCheck', reason: 'badAnswer' });
  });

  test('says that it cannot be checked when there is no hub', async () => {
    expect(await askStatus(code, deps(async () => Promise.reject(new TypeError('network'))))).toEqual({ kind: 'cannotCheck', reason: 'unreachable' });
  });

  test.each([
    ['an agent says so', json({ error: { code: 'unavailable' } }, 503)],
    ['a gateway’s page says so', async () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['a gateway has waited for too long', async () => new Response('', { status: 504 })],
  ])('says that there is no hub when %s in its stead', async (_, answer) => {
    expect(await askStatus(code, deps(answer))).toEqual({ kind: 'cannotCheck', reason: 'unreachable' });
  });

  test('follows no redirection: the code would go with it', async () => {
    const asked: RequestInit[] = [];
    await askStatus(code, { ...deps(json(status(application))), fetch: (async (_, init) => { asked.push(init ?? {}); return new Response('{}'); }) as typeof fetch });
    expect(asked).toMatchObject([{ redirect: 'error', cache: 'no-store' }]);
  });

  test('says how long to wait when there were too many questions', async () => {
    const body = { error: { code: 'tooManyRequests', message: { km: 'x', en: 'x' }, hint: 'x', retryAfter: 12 } };
    expect(await askStatus(code, deps(json(body, 429)))).toEqual({ kind: 'tooMany', seconds: 12 });
  });

  test('notices that this machine’s clock is wrong', async () => {
    expect(await askStatus(code, deps(json(status(application, now + 3_600_000))))).toMatchObject({ kind: 'known', clockWrong: true });
  });
});

describe('when the hub dies between two looks', () => {
  const dead = deps(async () => Promise.reject(new TypeError('network')));

  test('the last answer of this visit is shown, marked as such', async () => {
    await askStatus(code, deps(json(status(application))));
    expect(await askStatus(code, dead)).toMatchObject({ kind: 'known', application, fresh: false });
  });

  test('the next citizen cannot see it', async () => {
    await askStatus(code, deps(json(status(application))));
    wipe();
    expect(await askStatus(code, dead)).toEqual({ kind: 'cannotCheck', reason: 'unreachable' });
  });

  test('the next citizen cannot see it, either, if it came when who asked had gone', async () => {
    let arrive = (_: Response): void => undefined;
    const question = askStatus(code, deps(() => new Promise((resolve) => { arrive = resolve; })));
    wipe();
    arrive(await json(status(application))());
    await question;
    expect(await askStatus(code, dead)).toEqual({ kind: 'cannotCheck', reason: 'unreachable' });
  });
});
