import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/trust/bytes.ts';
import { objectUrlPath } from '../../src/trust/release.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { hub, temporaryFolder, writeFiles, writeRepository } from './hub.ts';

const office = 'offices/990101/office.json';
const text = JSON.stringify({ identifier: '990101', padding: 'ក'.repeat(2000) });

async function contentHub(objects: Readonly<Record<string, string>> = { [office]: text }) {
  const contentDir = temporaryFolder();
  const repository = await TestRepository.build({ objects });
  writeRepository(contentDir, repository);
  return { contentDir, repository, app: await hub({ contentDir }) };
}

/** Address of an object of the newest edition. */
async function addressOf(path: string, body: string): Promise<string> {
  return `/content/targets/${objectUrlPath(path, { sha256: await sha256Hex(Buffer.from(body)) })}`;
}

describe('content', () => {
  test('the timestamp is asked for again each time, and 304 if it is the same', async () => {
    const { app, repository } = await contentHub();
    const first = await app.inject('/content/metadata/timestamp.json');
    expect(first.statusCode).toBe(200);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.rawPayload.equals(repository.bytes('metadata/timestamp.json'))).toBe(true);
    const again = await app.inject({ url: '/content/metadata/timestamp.json', headers: { 'if-none-match': `"other", W/${String(first.headers['etag'])}` } });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
    expect((await app.inject({ url: '/content/metadata/timestamp.json', headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  });

  test('every file of a repository arrives with its very bytes, and all but the timestamp may be kept for ever', async () => {
    const { app, repository } = await contentHub();
    repository.put(office, `${text} `);
    for (const [name, bytes] of repository.files) {
      const answer = await app.inject(`/content/${name}`);
      expect(answer.rawPayload.equals(bytes), name).toBe(true);
      expect(answer.headers['cache-control']).toBe(name === 'metadata/timestamp.json' ? 'no-cache' : 'public, max-age=31536000, immutable');
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    }
  });

  test('to learn that nothing has changed costs less than 1 kB, all headers of both ways counted', async () => {
    const { app } = await contentHub();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const tag = String((await app.inject({ url: '/content/metadata/timestamp.json', headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } })).headers['etag']);
    // What Chromium sends with a fetch of a page of the same hub.
    const common = 'Host: owso.example.gov.kh\r\nConnection: keep-alive\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36\r\nAccept: */*\r\nReferer: https://owso.example.gov.kh/\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: km';
    const ask = `GET /content/metadata/timestamp.json HTTP/1.1\r\n${common}\r\nIf-None-Match: ${tag}\r\n\r\n`;
    const root = ask.replace('timestamp.json', '2.root.json').replace(/If-None-Match: .*\r\n/, '');
    const exchange = async (request: string): Promise<string> =>
      new Promise((done, fail) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(request));
        socket.on('error', fail);
        socket.once('data', (chunk) => {
          socket.destroy();
          done(chunk.toString());
        });
      });
    const [unchanged, noRoot] = [await exchange(ask), await exchange(root)];
    expect(unchanged).toMatch(/^HTTP\/1\.1 304 /);
    expect(noRoot).toMatch(/^HTTP\/1\.1 404 .*\r\n\r\n$/s);
    expect(ask.length + unchanged.length).toBeLessThanOrEqual(1000);
    expect(unchanged.length + noRoot.length).toBeLessThanOrEqual(500);
    for (const answer of [unchanged, noRoot]) expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  });

  test.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    [undefined, 'identity', (bytes: Buffer) => bytes],
    [undefined, 'br;q=0, gzip;q=0', (bytes: Buffer) => bytes],
  ] as const)('is sent as %s to a browser that accepts %s, with a tag of its own', async (encoding, accept, decode) => {
    const { app } = await contentHub();
    const url = await addressOf(office, text);
    const answer = await app.inject({ url, headers: { 'accept-encoding': accept } });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(decode(answer.rawPayload).toString()).toBe(text);
    expect(answer.headers['vary']).toBe('accept-encoding');
    const same = await app.inject({ url, headers: { 'accept-encoding': accept, 'if-none-match': String(answer.headers['etag']) } });
    expect(same.statusCode).toBe(304);
  });

  test('a new edition is there without a restart, and a kiosk in the middle of the old one can finish', async () => {
    const { app, contentDir, repository } = await contentHub();
    expect((await app.inject('/api/v1/health')).json().release).toBe(1);
    rmSync(join(contentDir, 'targets'), { recursive: true });
    repository.put(office, `${text} `);
    await repository.publish();
    repository.files.delete((await addressOf(office, text)).slice('/content/'.length));
    writeRepository(contentDir, repository);
    expect((await app.inject('/content/metadata/timestamp.json')).json().signed.meta['snapshot.json'].version).toBe(2);
    expect((await app.inject('/api/v1/health')).json().release).toBe(2);
    expect((await app.inject(await addressOf(office, `${text} `))).statusCode).toBe(200);
    expect((await app.inject(await addressOf(office, text))).statusCode).toBe(200);
  });

  test('files that two editions in a row no longer have are forgotten, so that a hub can run for years', async () => {
    const { app, contentDir, repository } = await contentHub();
    const old = await addressOf(office, text);
    await app.inject('/content/metadata/timestamp.json');
    rmSync(join(contentDir, 'targets'), { recursive: true });
    const statuses: number[] = [];
    for (let edition = 2; edition <= 3; edition++) {
      repository.put(office, `${text}${' '.repeat(edition)}`);
      await repository.publish();
      repository.files.delete(old.slice('/content/'.length));
      writeRepository(contentDir, repository);
      await app.inject('/content/metadata/timestamp.json');
      statuses.push((await app.inject(old)).statusCode);
    }
    expect(statuses).toEqual([200, 404]);
  });

  test('a hub without content says so in its health, and that there is no such file', async () => {
    const app = await hub();
    expect((await app.inject('/api/v1/health')).json().release).toBeNull();
    expect((await app.inject('/content/metadata/timestamp.json')).statusCode).toBe(404);
  });

  test.each([
    'release.json', 'targets/offices/990101/office.json', '..%2f..%2fpackage.json', 'metadata/', 'metadata', 'metadata/root.json', 'metadata/0.root.json',
    'metadata/2.root.json', 'metadata/pending/2.moi.json', 'metadata/.1.root.json.x', 'targets/notes.txt', 'keys/timestamp.json', `targets/offices/990101/${'0'.repeat(64)}.office.json`,
  ])('%s is not there', async (path) => {
    const { app, contentDir } = await contentHub();
    writeFiles(contentDir, { 'release.json': '{}', '../package.json': '{}', 'metadata/root.json': '{}', 'metadata/pending/2.moi.json': '{}', 'metadata/.1.root.json.x': '{}', 'targets/notes.txt': '', 'keys/timestamp.json': '{}' });
    const answer = await app.inject(`/content/${path}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toBe('');
  });

  test.each(['/content/../package.json', '/content/%2e%2e/secret', `/content/metadata/1.${'a'.repeat(5000)}.json`])('nothing outside is reached by %#', async (url) => {
    const { app, contentDir } = await contentHub();
    writeFiles(contentDir, { '../package.json': '{}' });
    expect((await app.inject(url)).statusCode).toBe(404);
  });
});

describe('the kiosk app', () => {
  const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  async function builtHub() {
    const kioskDir = temporaryFolder();
    writeFiles(kioskDir, {
      'index.html': '<!doctype html><title>kiosk</title>',
      'sw.js': '// worker',
      'manifest.webmanifest': '{}',
      'icon.svg': '<svg/>',
      'baseline/packed.json': '{}',
      'assets/main-B4mX_0-z.js': '1',
      'assets/main-B4mX_0-z.css': 'a{}',
      'assets/zxing-AAAAAAAA.wasm': wasm,
      'assets/moul-CCCCCCCC.woff2': 'font',
    });
    return { app: await hub({ kioskDir }), kioskDir };
  }

  test.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/?kiosk=lobby-2&office=9901', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/manifest.webmanifest', 'application/manifest+json; charset=utf-8', 'no-cache'],
    ['/icon.svg', 'image/svg+xml; charset=utf-8', 'no-cache'],
    ['/baseline/packed.json', 'application/json; charset=utf-8', 'no-cache'],
    ['/assets/main-B4mX_0-z.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/main-B4mX_0-z.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/zxing-AAAAAAAA.wasm', 'application/wasm', 'public, max-age=31536000, immutable'],
    ['/assets/moul-CCCCCCCC.woff2', 'font/woff2', 'public, max-age=31536000, immutable'],
  ])('%s is %s, %s', async (url, type, caching) => {
    const { app } = await builtHub();
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['cache-control']).toBe(caching);
    expect(answer.headers['etag']).toMatch(/^"[\w-]+"$/);
  });

  test('an unknown address is an error and never the page', async () => {
    const { app } = await builtHub();
    const urls = ['/services', '/assets/main-00000000.js', '/index.htm', '/assets', '/samples/', '/../index.html/x'];
    const statuses = await Promise.all(urls.map(async (url) => (await app.inject(url)).statusCode));
    expect(statuses).toEqual(urls.map(() => 404));
  });

  test('a new build is there without a restart', async () => {
    const { app, kioskDir } = await builtHub();
    await app.inject('/');
    writeFileSync(join(kioskDir, 'index.html'), '<!doctype html><title>next</title>');
    utimesSync(join(kioskDir, 'index.html'), new Date(), new Date(Date.now() + 5000));
    expect((await app.inject('/')).body).toContain('next');
  });
});
