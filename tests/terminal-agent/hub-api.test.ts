import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { paths } from '../../src/api/paths.ts';
import { startFaultyServer } from '../fixtures/faulty-server.ts';
import { application, code, errorOf, hub, hubContext, Log, put } from '../hub/hub.ts';
import { agent } from './agent.ts';

/** A hub with one application, listening. */
async function realHub(overrides: Parameters<typeof hub>[0] = {}) {
  const log = new Log();
  const context = hubContext({ log: { level: 'debug', stream: log }, ...overrides });
  await put(context.store, [code(1), application]);
  const app = await hub({ ...context, ...overrides });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, log, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}

/** Something else at the hub's address. */
async function impostor(answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<string> {
  const server = await startFaultyServer(new Map(), '', (response, _bytes, request) => answer(response, request));
  onTestFinished(() => server.close());
  return server.url;
}

const status = (number: number): string => paths.applications + code(number).canonical;

describe('the status of an application', () => {
  test('comes from the hub, of a known and of an unknown code in answers of the same length', async () => {
    const { url } = await realHub();
    const { ask } = await agent({ settings: { hub: url } });
    const [known, unknown] = [await ask(status(1)), await ask(status(2))];
    expect(known.json()).toMatchObject({ application });
    expect(unknown.json()).toMatchObject({ application: null });
    expect(known.bytes.length).toBe(unknown.bytes.length);
    expect(known.headers['cache-control']).toBe('no-store');
  });

  test('is asked for in the terminal’s own name, whatever the page says', async () => {
    let name: unknown;
    const url = await impostor((response, request) => {
      name = request.headers['x-kiosk-id'];
      response.writeHead(500).end();
    });
    const { ask } = await agent({ settings: { hub: url } });
    await ask(status(1), { headers: { 'x-kiosk-id': 'somebody-else', cookie: 'a=b', authorization: 'secret' } });
    expect(name).toBe('lobby-1');
  });

  test('is not asked for at all with something that is no code', async () => {
    let asked = 0;
    const url = await impostor((response) => {
      asked += 1;
      response.writeHead(404).end();
    });
    const { ask } = await agent({ settings: { hub: url } });
    for (const text of ['1', 'x'.repeat(500), '990101-ABCDEFGH-00', '..%2f..%2fhealth', '%00']) expect((await ask(paths.applications + text)).status, text).toBe(400);
    expect(asked).toBe(0);
  });

  test('asked for too often: the citizen is told how long to wait', async () => {
    const few = { perKiosk: 1, perAddress: 100, window: 60_000 };
    const { url } = await realHub({ rates: { ...hubContext().rates, applications: few } });
    const { ask } = await agent({ settings: { hub: url } });
    await ask(status(1));
    const answer = await ask(status(1));
    expect([answer.status, errorOf(answer.text)]).toEqual([429, 'tooManyRequests']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('stands in no log, in whatever form it was typed, and however the hub fails', async () => {
    const wanted = code(1);
    const urls = [(await realHub()).url, await impostor((response) => response.destroy()), await impostor((response) => response.writeHead(200).end(`{"x":"${wanted.canonical}"}`)), await impostor((response) => response.writeHead(302, { location: `/${wanted.canonical}` }).end()), 'http://127.0.0.1:4'];
    for (const hubUrl of urls) {
      const { ask, log } = await agent({ settings: { hub: hubUrl } });
      await ask(paths.applications + wanted.canonical);
      await ask(`${paths.applications}${wanted.canonical.toLowerCase()}?x=${wanted.canonical}`);
      await ask(`${paths.applications}${wanted.canonical}X`);
      expect(log.text.toUpperCase()).not.toContain(wanted.canonical);
      expect(log.text).not.toContain(wanted.canonical.slice(-8));
    }
  });
});

describe('a hub that is away, slow or something else', () => {
  const ways: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
    'cuts the line': (response) => response.destroy(),
    'answers never': () => undefined,
    'answers half': (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': 4000 }).write('{'),
    'answers for ever': (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    },
    'is a log-in page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><script>alert(1)</script>'),
    'answers JSON of something else': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"application":{"state":"readyToCollect"}}'),
    'answers with one field too many': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ asOf: '2026-11-25T00:00:00.000Z', application: null, padding: '', extra: 1 })),
    'sends elsewhere': (response, request) => response.writeHead(302, { location: `http://127.0.0.1:9${request.url ?? ''}` }).end(),
    'has a fault': (response) => response.writeHead(500).end('stack trace'),
    'is closed': (response) => response.writeHead(503, { 'content-type': 'application/json' }).end('{}'),
  };

  test.each(Object.entries(ways))('%s: the page learns that this cannot be looked up now', async (_name, way) => {
    const { ask, link } = await agent({ settings: { hub: await impostor(way) }, limits: { hubAnswer: 400 } });
    const began = performance.now();
    for (const path of [status(1), paths.health]) {
      const answer = await ask(path);
      expect([answer.status, errorOf(answer.text)], path).toEqual([503, 'unavailable']);
      expect(answer.text).not.toMatch(/script|stack|readyToCollect/);
    }
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(link.failure).toMatch(/^\w+$/);
  });

  test('no hub at all: the same answer, which says so to the technician', async () => {
    const { ask } = await agent();
    const answer = await ask(status(1));
    expect([answer.status, errorOf(answer.text)]).toEqual([503, 'unavailable']);
    expect(answer.text).toContain('works without a hub');
  });

  test('is heard again as soon as it is back', async () => {
    const { app, url } = await realHub();
    const { ask, link } = await agent({ settings: { hub: url } });
    await app.close();
    await ask(paths.health);
    expect(link.failure).toBe('ECONNREFUSED');
    const again = await hub();
    await again.listen({ port: Number(new URL(url).port), host: '127.0.0.1' });
    expect((await ask(paths.health)).status).toBe(200);
    expect(link.failure).toBeUndefined();
    expect(link.answered).toBeGreaterThan(0);
  });
});

describe('health', () => {
  test('is the hub’s, whose clock the page compares with its own', async () => {
    const { url, app } = await realHub();
    const { ask } = await agent({ settings: { hub: url } });
    expect((await ask(paths.health)).json()).toMatchObject({ status: 'ok', version: (await app.inject(paths.health)).json().version });
  });

  test('of the agent itself tells when the page was last heard', async () => {
    const { ask, beat } = await agent();
    expect((await ask('/terminal/health')).json()).toEqual({ status: 'ok', version: '1.2.3' });
    await beat({ screen: 'visit' });
    expect((await ask('/terminal/health')).json()).toMatchObject({ page: { health: { screen: 'visit' }, age: expect.any(Number) } });
  });
});

describe('reports of the page', () => {
  const report = { code: 'contentDamaged', at: '2026-11-25T01:00:00Z', detail: 'offices/990101/office.json' };

  test('reach the hub in the terminal’s name', async () => {
    const { url, log } = await realHub();
    const { ask } = await agent({ settings: { hub: url } });
    expect((await ask(paths.reports, { json: { kiosk: 'forged-name', reports: [report] } })).status).toBe(204);
    expect(log.text).toContain('"kiosk":"lobby-1"');
    expect(log.text).not.toContain('forged-name');
  });

  test('are kept by the page while the hub is away', async () => {
    const { ask } = await agent({ settings: { hub: 'http://127.0.0.1:4' } });
    expect((await ask(paths.reports, { json: { kiosk: 'lobby-1', reports: [report] } })).status).toBe(503);
  });

  test('go into the machine’s own log where there is no hub, without what looks like a code', async () => {
    const { ask, log } = await agent();
    const detail = `about ${code(1).canonical}`;
    expect((await ask(paths.reports, { json: { kiosk: 'lobby-1', reports: [{ ...report, detail }] } })).status).toBe(204);
    expect(log.text).toContain('"report":"contentDamaged"');
    expect(log.text).toContain('about [code]');
  });

  test.each([
    ['longer than a page’s longest', { kiosk: 'a', reports: [{ ...report, detail: 'x'.repeat(70_000) }] }, 413],
    ['of an unknown kind', { kiosk: 'a', reports: [{ ...report, code: 'citizenSaid' }] }, 400],
    ['with a field of somebody’s', { kiosk: 'a', reports: [{ ...report, name: 'Sok' }] }, 400],
  ])('%s are refused, and nothing of them is logged', async (_name, json, code) => {
    const { ask, log } = await agent();
    expect((await ask(paths.reports, { json })).status).toBe(code);
    expect(log.text).not.toMatch(/citizenSaid|Sok|xxxx/);
  });
});
