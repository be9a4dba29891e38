import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../src/trust/limits.ts';
import { faults, startFaultyServer } from '../fixtures/faulty-server.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { errorOf, hub, temporaryFolder, writeRepository } from '../hub/hub.ts';
import { agent, type AgentOverrides } from './agent.ts';

const timestamp = '/content/metadata/timestamp.json';
const day = 24 * 3_600_000;

/** A hub with a repository, listening. */
async function realHub(repository: TestRepository) {
  const contentDir = temporaryFolder();
  writeRepository(contentDir, repository);
  const app = await hub({ contentDir });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, contentDir, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}

/** An agent before a hub at an address, patient for a short time. */
const before = (url: string, overrides: AgentOverrides = {}) => agent({ ...overrides, settings: { hub: url, ...overrides.settings }, limits: { hubIdle: 300, hubFile: 1_500, ...overrides.limits } });

const editionOfText = (text: string): number => (JSON.parse(text) as { signed: { meta: Record<string, { version: number }> } }).signed.meta['snapshot.json']?.version ?? 0;

describe('content of the hub', () => {
  test('arrives with its very bytes, tag, date and encoding, and may be kept as long as the hub says', async () => {
    const repository = await TestRepository.build({ objects: { 'offices/990101/office.json': { identifier: '990101', text: 'ក'.repeat(3000) } } });
    const { app, url } = await realHub(repository);
    const { ask } = await before(url);
    for (const [name, bytes] of repository.files) {
      for (const [encoding, decode] of [['br', brotliDecompressSync], ['gzip', gunzipSync], ['identity', (packed: Buffer) => packed]] as const) {
        const headers = { 'accept-encoding': encoding };
        const [answer, direct] = [await ask(`/content/${name}`, { headers }), await app.inject({ url: `/content/${name}`, headers })];
        expect(answer.status).toBe(200);
        for (const header of ['etag', 'cache-control', 'content-encoding', 'vary', 'content-type']) expect(answer.headers[header], `${name} ${encoding} ${header}`).toBe(direct.headers[header]);
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        expect((answer.headers['content-encoding'] === undefined ? answer.bytes : decode(answer.bytes)).equals(bytes), name).toBe(true);
      }
    }
  });

  test('tells the hub’s time, not the terminal’s, by which the page sees that a clock is wrong', async () => {
    const repository = await TestRepository.build();
    const date = 'Mon, 01 Jan 2029 00:00:00 GMT';
    const server = await startFaultyServer(new Map(), '.json', (response) => response.writeHead(200, { 'content-type': 'application/json', date }).end(repository.bytes('metadata/timestamp.json')));
    onTestFinished(() => server.close());
    expect((await (await before(server.url)).ask(timestamp)).headers.date).toBe(date);
  });

  test('that has not changed costs no body', async () => {
    const { url } = await realHub(await TestRepository.build());
    const { ask } = await before(url);
    const first = await ask(timestamp);
    const again = await ask(timestamp, { headers: { 'if-none-match': String(first.headers['etag']) } });
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', first.headers['etag']]);
  });

  test('that does not exist is absent, with an empty answer: so a page learns that its root is the newest', async () => {
    const { url } = await realHub(await TestRepository.build());
    const answer = await (await before(url)).ask('/content/metadata/2.root.json');
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  test('is asked for by no other name than those of a repository', async () => {
    const server = await startFaultyServer(new Map());
    onTestFinished(() => server.close());
    const { ask } = await before(server.url);
    for (const name of ['', 'keys/online.json', 'metadata/', 'metadata/timestamp.json/', 'metadata/1.root.json?x=1/../../a', '..%2fapi%2fv1%2fhealth', 'targets/../metadata/timestamp.json', `targets/services/moi/${'0'.repeat(64)}.a%0d%0ax.json`, 'http://evil.example/metadata/timestamp.json']) {
      await ask(`/content/${name}`, { method: 'GET' });
    }
    expect(server.requests.filter((name) => !/^content\/metadata\/(?:timestamp|1\.root)\.json$/.test(name))).toEqual([]);
  });

  test('is asked for in the terminal’s name', async () => {
    let seen: unknown;
    const server = await startFaultyServer(new Map(), '.json', (response, _bytes, request) => {
      seen = request.headers['x-kiosk-id'];
      response.writeHead(404).end();
    });
    onTestFinished(() => server.close());
    await (await before(server.url)).ask(timestamp);
    expect(seen).toBe('lobby-1');
  });
});

describe('a hub that does not answer as one', () => {
  /** What a page can only see while it reads. */
  const breaking = new Set(['half an answer, then the line is cut', 'half an answer, then nothing for ever', 'one byte after another, slowly', 'an answer without end']);
  /** What only verification can find: the page’s. */
  const whole = new Set(['half an answer that claims to be whole', 'the file and then something more', 'a length of nothing', 'bytes that are not packed as they say']);
  const body = Buffer.from(JSON.stringify({ text: 'x'.repeat(2_000) }));

  test.each(Object.entries(faults))('%s: the page is told, or the line to it is cut, soon', async (name, fault) => {
    const server = await startFaultyServer(new Map([['content/metadata/timestamp.json', body]]), '.json', (response, bytes, request) => {
      response.setHeader('content-type', 'application/json');
      fault(response, bytes, request);
    });
    onTestFinished(() => server.close());
    const { ask, link } = await before(server.url);
    const began = performance.now();
    const answer = await ask(timestamp).catch((error: NodeJS.ErrnoException) => error);
    expect(performance.now() - began).toBeLessThan(4_000);
    if (answer instanceof Error) {
      expect([...breaking, 'an answer of a promised terabyte'], name).toContain(name);
      expect(answer.code).toBe('ECONNRESET');
    } else if (whole.has(name)) {
      expect(answer.status).toBe(200);
    } else {
      expect([answer.status, errorOf(answer.text)], name).toEqual([503, 'unavailable']);
    }
    if (!whole.has(name)) await vi.waitFor(() => expect(link.failure, name).toMatch(/^[\w]+$/));
  }, 10_000);

  test('an endless answer is let go of at the limit of a file', async () => {
    let sent = 0;
    const server = await startFaultyServer(new Map(), '.json', (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    onTestFinished(() => server.close());
    const { ask, link } = await before(server.url);
    await expect(ask(timestamp)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(link.failure).toBe('answerTooLong');
    expect(sent).toBeLessThan(limits.targets * 4);
  });

  test('a page of a stranger never stands below the terminal’s own address', async () => {
    const server = await startFaultyServer(new Map(), '.json', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<script>alert(1)</script>'));
    onTestFinished(() => server.close());
    const answer = await (await before(server.url)).ask(timestamp);
    expect([answer.status, answer.headers['content-type']]).toEqual([503, 'application/json; charset=utf-8']);
    expect(answer.text).not.toContain('script');
  });

  test('a page that hangs up lets go of the hub, too', async () => {
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((done) => (closed = done));
    const server = await startFaultyServer(new Map(), '.json', (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      response.on('close', () => closed?.());
    });
    onTestFinished(() => server.close());
    const { ask } = await before(server.url, { limits: { hubIdle: 60_000, hubFile: 60_000 } });
    await expect(ask(timestamp, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'AbortError' });
    await gone;
  });

  test('a connection that the hub closed meanwhile is made anew', async () => {
    const repository = await TestRepository.build();
    const files = new Map([...repository.files].map(([name, bytes]) => [`content/${name}`, bytes]));
    const sockets = new Set<{ destroy(): void }>();
    const server = await startFaultyServer(files, '.json', (response, bytes, request) => {
      sockets.add(request.socket);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
    });
    onTestFinished(() => server.close());
    const { ask } = await before(server.url);
    for (let round = 0; round < 5; round++) {
      expect((await ask(timestamp)).status).toBe(200);
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    }
  });
});

/** Three editions of the same repository, a day apart. */
async function editions(): Promise<readonly [TestRepository, TestRepository, TestRepository]> {
  const first = await TestRepository.build();
  const second = first.fork();
  second.now += day;
  second.put('services/moi/birth.json', { identifier: 'birth', riel: 500 });
  await second.publish();
  const third = second.fork();
  third.now += day;
  third.put('services/moi/birth.json', { identifier: 'birth', riel: 600 });
  await third.publish();
  return [first, second, third];
}
const [one, two, three] = await editions();

describe('content on this machine', () => {
  const shown = (repository: TestRepository) => ({ edition: repository.edition, confirmed: new Date(repository.now).toISOString() });

  async function withStick(stick: TestRepository | undefined, overrides: AgentOverrides = {}) {
    const [stateDir, packagedContentDir] = [temporaryFolder(), temporaryFolder()];
    if (stick !== undefined) writeRepository(join(stateDir, 'content'), stick);
    return agent({ stateDir, packagedContentDir, limits: { hubIdle: 300, hubFile: 1_500 }, ...overrides });
  }

  test('from a stick is served where there is no hub, file for file', async () => {
    const { ask } = await withStick(two);
    expect(editionOfText((await ask(timestamp)).text)).toBe(2);
    for (const [name, bytes] of two.files) expect((await ask(`/content/${name}`)).bytes.equals(bytes), name).toBe(true);
    expect((await ask('/content/metadata/2.root.json')).status).toBe(404);
  });

  test('that came with the package is served where nothing newer came on a stick', async () => {
    const { ask, context } = await withStick(undefined);
    expect((await ask(timestamp)).status).toBe(503);
    writeRepository(context.packagedContentDir, one);
    expect(editionOfText((await ask(timestamp)).text)).toBe(1);
    writeRepository(join(context.stateDir, 'content'), three);
    expect(editionOfText((await ask(timestamp)).text)).toBe(3);
  });

  test('that is older than what the page shows is not offered: the page would have to refuse it', async () => {
    const { ask, beat } = await withStick(one);
    await beat(shown(two));
    expect((await ask(timestamp)).status).toBe(503);
    await beat(shown(one));
    expect((await ask(timestamp)).status).toBe(200);
  });

  test('from a stick that is newer than what page and hub have goes before the hub’s', async () => {
    const { url } = await realHub(two);
    const { ask, beat } = await withStick(three, { settings: { hub: url } });
    await beat(shown(two));
    expect(editionOfText((await ask(timestamp)).text)).toBe(3);
    for (const [name, bytes] of three.files) expect((await ask(`/content/${name}`)).bytes.equals(bytes), name).toBe(true);
    // Once the page has it, the hub is asked again.
    await beat(shown(three));
    expect(editionOfText((await ask(timestamp)).text)).toBe(2);
  });

  test('from an old stick never keeps a page that lost everything from the hub’s newer edition', async () => {
    const { url } = await realHub(three);
    const { ask, beat } = await withStick(two, { settings: { hub: url } });
    await beat(shown(one));
    expect(editionOfText((await ask(timestamp)).text)).toBe(3);
  });

  test('helps a page that lost everything while the hub is away', async () => {
    const { app, url } = await realHub(three);
    await app.close();
    const { ask, beat } = await withStick(two, { settings: { hub: url } });
    await beat(shown(one));
    expect(editionOfText((await ask(timestamp)).text)).toBe(2);
    // A page that shows as much learns that the hub is away.
    await beat(shown(two));
    expect((await ask(timestamp)).status).toBe(503);
  });

  test('is read anew when a stick brought more, without a restart', async () => {
    const { ask, context } = await withStick(one);
    expect(editionOfText((await ask(timestamp)).text)).toBe(1);
    writeRepository(join(context.stateDir, 'content'), two);
    expect(editionOfText((await ask(timestamp)).text)).toBe(2);
    rmSync(join(context.stateDir, 'content'), { recursive: true });
  });
});
