import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy } from '../../src/serve/security.ts';
import { hub, temporaryFolder, writeFiles } from './hub.ts';

describe('the page on which phones check a price', () => {
  async function builtHub() {
    const kioskDir = temporaryFolder();
    writeFiles(kioskDir, { 'index.html': 'kiosk', 'check/index.html': 'check', 'check/sw.js': '// worker', 'check/baseline.json': '{}', 'check/assets/index-B4mX_0-z.js': '1' });
    return hub({ kioskDir });
  }

  test.each([
    ['/check/', 'text/html; charset=utf-8', 'no-cache'],
    ['/check/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/check/baseline.json', 'application/json; charset=utf-8', 'no-cache'],
    ['/check/assets/index-B4mX_0-z.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('%s is %s, %s', async (url, type, caching) => {
    const answer = await (await builtHub()).inject(url);
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([200, type, caching]);
  });

  test('is another page than the kiosk, under the same strict rules', async () => {
    const answer = await (await builtHub()).inject('/check/');
    expect(answer.body).toBe('check');
    for (const name of Object.keys(contentSecurityPolicy)) expect(answer.headers['content-security-policy']).toContain(name);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  test('is found without the slash at its end, too; nothing else below it is', async () => {
    const app = await builtHub();
    const answer = await app.inject('/check');
    expect([answer.statusCode, answer.headers['location']]).toEqual([308, '/check/']);
    expect((await app.inject('/check/other/')).statusCode).toBe(404);
  });
});
