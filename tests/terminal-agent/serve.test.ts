import { symlinkSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { contentSecurityPolicy, permissionsPolicy } from '../../src/serve/security.ts';
import { buildAgent } from '../../src/terminal/agent/app.ts';
import { listenOnLoopback } from '../../src/terminal/agent/listen.ts';
import { errorOf, temporaryFolder, writeFiles } from '../hub/hub.ts';
import { agent, agentContext } from './agent.ts';

const policy = Object.entries(contentSecurityPolicy).map(([name, values]) => [name, ...values].join(' ')).join(';');

/** The loopback addresses of the machine that tests: some have no IPv6. */
const loopback = ['127.0.0.1', ...Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).filter(({ address }) => address === '::1').map(({ address }) => address)];

describe('the page of a terminal', () => {
  test('is served with the same policies as by a hub', async () => {
    const { ask } = await agent();
    const page = await ask('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>kiosk</title>');
    expect(page.headers['content-security-policy']).toBe(policy);
    expect(page.headers['permissions-policy']).toBe(permissionsPolicy);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('learns from its terminal what it is and that an agent is there, and nothing that is the machine’s alone', async () => {
    const { ask } = await agent({ settings: { hub: 'https://hub.example.org', rotation: 90, keyboards: ['0c2e:0200'], hours: { from: '07:00', to: '17:00' }, camera: 'environment', diagonal: 32 } });
    expect((await ask('/api/v1/terminal')).json()).toEqual({ kiosk: 'lobby-1', office: '990101', diagonal: 32, camera: 'environment', supervised: true });
  });

  test('shows a new version of the package without a restart of the agent', async () => {
    const { ask, context } = await agent();
    await ask('/');
    writeFiles(context.appDir, { 'index.html': '<!doctype html><title>newer kiosk</title>' });
    expect((await ask('/')).text).toContain('newer kiosk');
  });
});

describe('who else asks', () => {
  test.each(['hub.example.org', 'localhost', 'localhost:80', '127.0.0.1', 'evil.example:PORT', 'localhost.evil.example:PORT', '127.0.0.1:PORT', '[::1]:PORT', 'LOCALHOST:PORT', 'localhost:PORT.evil.example'])('for the name %s gets nothing, so that no name of the outside world leads here', async (name) => {
    const { ask, port } = await agent();
    for (const path of ['/', '/api/v1/terminal', '/content/metadata/timestamp.json', '/terminal/health', '/nowhere']) {
      const answer = await ask(path, { headers: { host: name.replace('PORT', String(port)) } });
      expect([answer.status, errorOf(answer.text)], path).toEqual([403, 'forbidden']);
    }
  });

  test('without a name gets nothing', async () => {
    const { port } = await agent();
    const socket = connect(port, 'localhost');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    const closed = new Promise((done) => socket.once('close', done));
    socket.end('GET /api/v1/terminal HTTP/1.0\r\n\r\n');
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.[01] 403 /);
  });

  test.each(['https://hub.example.org', 'http://localhost', 'http://localhost:1', 'null', 'https://localhost:PORT', 'http://127.0.0.1:PORT'])('from a page of %s gets nothing', async (origin) => {
    const { ask, port } = await agent();
    const answer = await ask('/terminal/unlock', { json: { pin: '123456' }, headers: { origin: origin.replace('PORT', String(port)) } });
    expect([answer.status, errorOf(answer.text)]).toEqual([403, 'forbidden']);
    expect((await ask('/api/v1/terminal', { headers: { origin: `http://localhost:${port}` } })).status).toBe(200);
  });

  test('on this machine finds nobody else at the name that the page is told, by either address', async () => {
    const { ask, port } = await agent();
    for (const host of loopback) {
      expect((await ask('/', { host, headers: { host: `localhost:${port}` } })).text, host).toContain('<title>kiosk</title>');
      expect((await ask('/', { host, headers: { host: `evil.example:${port}` } })).status, host).toBe(403);
      expect(errorOf((await ask('/%zz', { host, headers: { host: `localhost:${port}` } })).text), host).toBe('badRequest');
    }
  });

  test.runIf(loopback.length === 2)('where somebody else of this machine sits at one of the two, the agent does not start', async () => {
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(0, '::1', done));
    onTestFinished(() => void squatter.close());
    const { server } = await buildAgent(agentContext());
    onTestFinished(() => server.close());
    await expect(listenOnLoopback(server, (squatter.address() as AddressInfo).port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('from another machine finds nobody: only loopback is listened on', async () => {
    const { server, port } = await agent();
    expect(['127.0.0.1', '::1']).toContain((server.server.address() as AddressInfo).address);
    const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside) {
      const reached = await new Promise<boolean>((done) => {
        const socket = connect(port, address, () => done(true));
        socket.once('error', () => done(false));
      });
      expect(reached, address).toBe(false);
    }
  });
});

describe('files outside the app', () => {
  const ways = ['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/..\\secret.txt', '//secret.txt', '/./../secret.txt', '/%2e%2e%2fsecret.txt', '/secret.txt%00', '/content/../secret.txt', '/content/%2e%2e/secret.txt', '/content/metadata/../../secret.txt', '/content/metadata/..%2f..%2fsecret.txt'];
  test.each(ways)('are not reached by %s', async (path) => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'app/index.html': 'kiosk', 'app/assets/a.js': '1', 'secret.txt': 'the secret' });
    const { ask } = await agent({ appDir: join(folder, 'app'), stateDir: join(folder, 'app') });
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain('the secret');
  });

  test('are not reached by a link in the app’s folder', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'app/index.html': 'kiosk', 'secret.txt': 'the secret' });
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'app/link.txt'));
    symlinkSync(folder, join(folder, 'app/up'));
    const { ask } = await agent({ appDir: join(folder, 'app') });
    for (const path of ['/link.txt', '/up/secret.txt']) expect((await ask(path)).status, path).toBe(404);
  });
});
