import { createHash } from 'node:crypto';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { errorOf, hub, temporaryFolder, writeFiles, writeRelease } from './hub.ts';

const office = 'offices/990101.json';
const text = JSON.stringify({ identifier: '990101', padding: 'ក'.repeat(2000) });

describe('content', () => {
  test('the manifest is asked for again each time, and 304 if it is the same', async () => {
    const contentDir = temporaryFolder();
    writeRelease(contentDir, 7, { [office]: text });
    const app = await hub({ contentDir });
    const first = await app.inject('/content/release.json');
    expect(first.statusCode).toBe(200);
    expect(first.headers['cache-control']).toBe('no-cache');
    expect(first.json().version).toBe(7);
    const again = await app.inject({ url: '/content/release.json', headers: { 'if-none-match': `"other", W/${String(first.headers['etag'])}` } });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
    expect((await app.inject({ url: '/content/release.json', headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  });

  test('an object arrives with the very bytes of the manifest and may be kept for ever', async () => {
    const contentDir = temporaryFolder();
    const urls = writeRelease(contentDir, 7, { [office]: text });
    const app = await hub({ contentDir });
    const answer = await app.inject(`/content/${urls[office]}`);
    expect(answer.statusCode).toBe(200);
    expect(createHash('sha256').update(answer.rawPayload).digest('hex')).toBe(urls[office]?.split('/')[1]?.split('.')[0]);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    [undefined, 'identity', (bytes: Buffer) => bytes],
    [undefined, 'br;q=0, gzip;q=0', (bytes: Buffer) => bytes],
  ] as const)('is sent as %s to a browser that accepts %s, with a tag of its own', async (encoding, accept, decode) => {
    const contentDir = temporaryFolder();
    const urls = writeRelease(contentDir, 7, { [office]: text });
    const app = await hub({ contentDir });
    const answer = await app.inject({ url: `/content/${urls[office]}`, headers: { 'accept-encoding': accept } });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(decode(answer.rawPayload).toString()).toBe(text);
    expect(answer.headers['vary']).toBe('accept-encoding');
    const same = await app.inject({ url: `/content/${urls[office]}`, headers: { 'accept-encoding': accept, 'if-none-match': String(answer.headers['etag']) } });
    expect(same.statusCode).toBe(304);
  });

  test('a new release is there without a restart, and a kiosk in the middle of the old one can finish', async () => {
    const contentDir = temporaryFolder();
    const old = writeRelease(contentDir, 7, { [office]: text });
    const app = await hub({ contentDir });
    expect((await app.inject('/content/release.json')).json().version).toBe(7);
    rmSync(join(contentDir, 'offices'), { recursive: true });
    const next = writeRelease(contentDir, 8, { [office]: `${text} ` });
    utimesSync(join(contentDir, 'release.json'), new Date(), new Date(Date.now() + 5000));
    expect((await app.inject('/content/release.json')).json().version).toBe(8);
    expect((await app.inject('/api/v1/health')).json().release).toBe(8);
    expect((await app.inject(`/content/${next[office]}`)).statusCode).toBe(200);
    expect((await app.inject(`/content/${old[office]}`)).statusCode).toBe(200);
  });

  test.each(['offices/990101.json', '../package.json', '..%2f..%2fpackage.json', '%2e%2e/secret', 'packed.json', 'offices/', `offices/${'0'.repeat(64)}.990101.json`])('%s is not there', async (path) => {
    const contentDir = temporaryFolder();
    writeRelease(contentDir, 7, { [office]: text });
    writeFiles(contentDir, { 'packed.json': '{}', '../package.json': '{}' });
    const app = await hub({ contentDir });
    const answer = await app.inject(`/content/${path}`);
    expect(answer.statusCode).toBe(404);
    expect(errorOf(answer.body)).toBe('notFound');
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
