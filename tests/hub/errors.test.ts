import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../src/serve/security.ts';
import { serverLimits } from '../../src/serve/limits.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { fleetClientLimits } from '../../src/terminal/fleet-client.ts';
import { code, errorOf, hub, temporaryFolder, writeFiles } from './hub.ts';

const reports = { method: 'POST', url: '/api/v1/reports' } as const;

/** What a server answers to bytes before it hangs up. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((done) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => done(received));
  });
}

async function brokenHub() {
  const store = openMemoryStore();
  return hub({
    store: {
      ...store,
      applications: {
        find: async () => {
          throw new TypeError('a bug');
        },
        begin: async () => store.applications.begin('office'),
        count: async () => 0,
        removeSamples: async () => undefined,
      },
    },
  });
}

describe('every failed request is answered in the one shape', () => {
  test.each([
    ['an unknown address', { url: '/nowhere' }, 404, 'notFound'],
    ['an unknown API', { url: '/api/v1/people' }, 404, 'notFound'],
    ['another method', { method: 'DELETE', url: '/api/v1/health' }, 404, 'notFound'],
    ['no code', { url: '/api/v1/applications/' }, 400, 'badRequest'],
    ['a broken escape', { url: '/%zz' }, 400, 'badRequest'],
    ['a body that is no JSON', { ...reports, payload: '{"kiosk":', headers: { 'content-type': 'application/json' } }, 400, 'badRequest'],
    ['a body of another type', { ...reports, payload: '<x/>', headers: { 'content-type': 'text/xml' } }, 400, 'badRequest'],
    ['no body', reports, 400, 'badRequest'],
    ['an unknown field', { ...reports, payload: { kiosk: 'a', reports: [], secret: 1 } }, 400, 'badRequest'],
    ['a poisoned prototype', { ...reports, payload: '{"__proto__":{"x":1}}', headers: { 'content-type': 'application/json' } }, 400, 'badRequest'],
    ['a body too large', { ...reports, payload: { kiosk: 'a', reports: 'x'.repeat(serverLimits.body) } }, 413, 'tooLarge'],
    ['a kiosk app that is not built', { url: '/' }, 503, 'unavailable'],
  ] as const)('%s', async (_name, request, status, error) => {
    const app = await hub();
    const answer = await app.inject(request as never);
    expect(answer.statusCode).toBe(status);
    expect(errorOf(answer.body)).toBe(error);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('a bug of the hub says nothing of its inside', async () => {
    const app = await brokenHub();
    const answer = await app.inject(`/api/v1/applications/${code(1).canonical}`);
    expect(answer.statusCode).toBe(500);
    expect(errorOf(answer.body)).toBe('internal');
    expect(answer.body).not.toMatch(/a bug|TypeError|\.ts/);
  });

  test('a refused body names the place and not what was sent', async () => {
    const app = await hub();
    const answer = await app.inject({ ...reports, payload: { kiosk: 'a', reports: [{ code: 'my-secret', at: 'yesterday' }] } });
    expect(answer.json().error.hint).toContain('reports.0.code');
    expect(answer.body).not.toMatch(/my-secret|yesterday/);
  });

  test.each([
    ['nonsense', 'HELLO\r\n\r\n', 400, 'badRequest'],
    ['headers without end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431, 'tooLarge'],
  ])('%s instead of HTTP', async (_name, bytes, status, error) => {
    const app = await hub();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const text = await exchange(port, bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(errorOf(text.slice(text.indexOf('\r\n\r\n') + 4))).toBe(error);
  });
});

describe('a slow line', () => {
  test('has as long to send a picture as its terminal gives it, but not for headers', async () => {
    const { server } = await hub();
    expect(server.requestTimeout).toBeGreaterThan(fleetClientLimits.picture);
    expect(server.headersTimeout).toBeLessThanOrEqual(20_000);
  });

  test('is told that it was too slow, and not that it speaks no HTTP', async () => {
    const app = await hub();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    // What Node does when the time is over.
    app.server.once('request', ({ socket }) => app.server.emit('clientError', Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket));
    const text = await exchange(port, 'POST /api/v1/reports HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{');
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toContain('the line is too slow, or broke off');
    expect(errorOf(text.slice(text.indexOf('\r\n\r\n') + 4))).toBe('badRequest');
  });
});

describe('the security headers', () => {
  test.each(['/', '/api/v1/health', '/api/v1/terminal', '/nowhere', '/%zz', '/api/v1/applications/nonsense'])('stand on the answer to %s', async (url) => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'index.html': '<!doctype html>' });
    const app = await hub({ kioskDir: folder });
    const { headers } = await app.inject(url);
    const policy = String(headers['content-security-policy']);
    expect(Object.fromEntries(policy.split(';').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]))).toEqual(contentSecurityPolicy);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'permissions-policy': expect.stringMatching(/^camera=\(self\), (?:[a-z-]+=\(\)(?:, |$))+/),
    });
  });

  test('the policy lets nothing in by default, and no inline script or style', () => {
    expect(contentSecurityPolicy['default-src']).toEqual(["'none'"]);
    const all = Object.values(contentSecurityPolicy).flat();
    expect(all).not.toContain("'unsafe-inline'");
    expect(all).not.toContain("'unsafe-eval'");
    expect(all.filter((source) => /^(https?:|\*)/.test(source))).toEqual([]);
  });
});
