import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { redactCodes } from '../../src/serve/log.ts';
import { printRegistrationCode, receiptPayload } from '../../src/model/registration-code.ts';
import { application, code, hub, Log, put } from './hub.ts';

const secret = code(1);
const written = [secret.canonical, printRegistrationCode(secret, 'en'), printRegistrationCode(secret, 'km'), receiptPayload(secret)];
/** Any of these in a log line would give the code away, or half of it. */
const traces = [...written, ...written.map(encodeURIComponent), ...written.map((text) => text.toLowerCase()), secret.canonical.slice(6, 14), printRegistrationCode(secret, 'en').slice(7, 11)];

describe('the log', () => {
  test('has one line per answer with method, route, status, time and kiosk', async () => {
    const log = new Log();
    const app = await hub({ log: { level: 'info', stream: log } });
    await app.inject({ url: `/api/v1/applications/${secret.canonical}`, headers: { 'x-kiosk-id': 'lobby-2' } });
    const lines = log.lines.map((line) => v.parse(v.pipe(v.string(), v.parseJson(), v.looseObject({})), line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ method: 'GET', route: '/api/v1/applications/:code', status: 200, kiosk: 'lobby-2', milliseconds: expect.any(Number) });
  });

  test('never holds a registration code, whatever way it comes in', async () => {
    const log = new Log();
    const store = openMemoryStore();
    await put(store, [secret, application]);
    const app = await hub({ store, log: { level: 'trace', stream: log } });
    for (const text of written) {
      const encoded = encodeURIComponent(text);
      const headers = { referer: `http://localhost/${encoded}`, 'user-agent': encoded, 'x-kiosk-id': text.toLowerCase(), 'x-request-id': encoded, cookie: `code=${encoded}`, origin: `http://${secret.canonical}` };
      for (const url of [
        `/api/v1/applications/${encoded}`,
        `/api/v1/applications/${encoded}?code=${encoded}`,
        `/api/v1/applications/${encoded}X`,
        `/api/v1/applications/${encoded}/${encoded}`,
        `/api/v1/applications/${encoded.slice(0, -1)}`,
        `/api/v1/applications/%zz${secret.canonical}`,
        `/${encoded}`,
        `/content/${encoded}.json`,
        `/${'%c0%af'}${secret.canonical}`,
      ]) {
        await app.inject({ url, headers });
        await app.inject({ url, headers, method: 'POST', payload: { code: text } });
        await app.inject({ url, headers: { ...headers, 'content-type': 'application/json' }, method: 'PUT', payload: `{"${text}` });
      }
      await app.inject({ method: 'POST', url: '/api/v1/reports', headers: { ...headers, 'content-type': 'application/json' }, payload: `{"kiosk": ${text}` });
      await app.inject({ method: 'POST', url: '/api/v1/reports', headers, payload: { kiosk: 'a', reports: [{ code: text, at: text, [text]: 1 }] } });
      await app.inject({ method: 'POST', url: '/api/v1/reports', headers, payload: { kiosk: '990101-kxtm-nprl-47', reports: [{ code: 'unexpectedError', at: '2026-11-23T00:00:00Z', detail: `failed at ${text}!` }] } });
    }
    expect(log.lines.length).toBeGreaterThan(80);
    for (const trace of traces) expect(log.text).not.toContain(trace);
  });

  test('holds no code when the store fails in the middle of a question', async () => {
    const log = new Log();
    const store = openMemoryStore();
    const app = await hub({
      log: { level: 'trace', stream: log },
      store: {
        ...store,
        applications: {
          find: async (one) => {
            throw new Error(`cannot read ${one.canonical}`, { cause: one });
          },
          begin: async () => store.applications.begin('office'),
          count: async () => 0,
          removeSamples: async () => undefined,
        },
      },
    });
    const answer = await app.inject(`/api/v1/applications/${secret.canonical}`);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain(secret.canonical);
    expect(log.text).toContain('log.test.ts');
    for (const trace of traces) expect(log.text).not.toContain(trace);
  });

  test('holds no code when what arrives is not even HTTP', async () => {
    const log = new Log();
    const app = await hub({ log: { level: 'trace', stream: log } });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const answer = await new Promise<string>((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`GET /api/v1/applications/${secret.canonical} NONSENSE\r\n\r\n`));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => done(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    for (const trace of traces) expect(log.text + answer).not.toContain(trace);
  });
});

test.each(written)('%s is struck out of a longer text', (text) => {
  expect(redactCodes(`a ${text} b`)).toBe(text.startsWith('OWSO') ? 'a OWSO1:[code] b' : 'a [code] b');
});

test.each(['services/moi/birth-registration.json', '2026-11-23T00:00:00Z', 'HTTP 503', 'TypeError'])('%s is left as it is', (text) => {
  expect(redactCodes(text)).toBe(text);
});
