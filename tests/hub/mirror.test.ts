import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpSource } from '../../src/hub/mirror/http-source.ts';
import { Mirror, nextWait } from '../../src/hub/mirror/mirror.ts';
import { runMirror } from '../../src/hub/mirror/run.ts';
import { folderSource } from '../../src/repository/copy.ts';
import { memoryFolder } from '../../src/repository/folder.ts';
import { trustErrorCodes } from '../../src/trust/result.ts';
import { mirrorSentences } from '../../src/hub/mirror/sentences.ts';
import { readRelease } from '../carriers/reader.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { hub, Log, temporaryFolder, writeFiles, writeRepository } from './hub.ts';

const day = 24 * 3_600_000;

async function listening(handler: RequestListener): Promise<URL> {
  const server = createServer(handler);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/content/`);
}

function mirrorOf(base: URL, anchor: Uint8Array, patience = 30_000) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const folder = memoryFolder();
  return { folder, mirror: new Mirror(httpSource(base, { idle: patience, answer: patience, signal: stop.signal }), folder, anchor) };
}

/** A national hub with a repository, and a mirror of it. */
async function nation() {
  const contentDir = temporaryFolder();
  const repository = await TestRepository.build();
  writeRepository(contentDir, repository);
  const app = await hub({ contentDir });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const base = new URL(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/content/`);
  return { app, contentDir, repository, ...mirrorOf(base, repository.anchor) };
}

describe('a mirror of a hub', () => {
  test('follows what the upstream publishes', async () => {
    const { contentDir, repository, mirror, folder } = await nation();
    expect(await mirror.look(repository.now)).toMatchObject({ ok: true, value: { kind: 'copied', report: { edition: 1, brought: 6 } } });
    repository.put('services/moi/birth.json', { identifier: 'birth', riel: 500 });
    await repository.publish();
    writeRepository(contentDir, repository);
    expect(await mirror.look(repository.now)).toMatchObject({ ok: true, value: { kind: 'copied', report: { before: 1, edition: 2, brought: 1 } } });
    expect(await readRelease(folderSource(folder), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('asks one question when nothing is new, and verifies again after a day', async () => {
    const repository = await TestRepository.build();
    const asked: string[] = [];
    const base = await listening((request, response) => {
      const name = request.url?.replace('/content/', '') ?? '';
      const bytes = repository.files.get(name);
      const same = request.headers['if-none-match'] === '"1"';
      asked.push(`${name} ${same ? 304 : bytes === undefined ? 404 : 200}`);
      response.writeHead(same ? 304 : bytes === undefined ? 404 : 200, { etag: '"1"' }).end(same ? undefined : bytes);
    });
    const { mirror } = mirrorOf(base, repository.anchor);
    await mirror.look(repository.now);
    asked.length = 0;
    expect(await mirror.look(repository.now + 300_000)).toEqual({ ok: true, value: { kind: 'same' } });
    expect(asked).toEqual(['metadata/timestamp.json 304']);
    expect(await mirror.look(repository.now + 40 * day)).toMatchObject({ ok: false, error: { code: 'expired' } });
  });

  test('is itself good enough to be mirrored', async () => {
    const { repository, mirror, folder } = await nation();
    await mirror.look(repository.now);
    const contentDir = temporaryFolder();
    for (const name of await folder.list('')) writeFiles(contentDir, { [name]: (await folder.read(name)) ?? '' });
    const district = await hub({ contentDir });
    await district.listen({ port: 0, host: '127.0.0.1' });
    const second = mirrorOf(new URL(`http://127.0.0.1:${(district.server.address() as AddressInfo).port}/content/`), repository.anchor);
    expect(await second.mirror.look(repository.now)).toMatchObject({ ok: true, value: { kind: 'copied' } });
    expect(await readRelease(folderSource(second.folder), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('when the upstream is set back, keeps the edition it has', async () => {
    const { contentDir, repository, mirror, folder } = await nation();
    const first = repository.fork();
    repository.put('services/moi/birth.json', { identifier: 'birth', riel: 500 });
    await repository.publish();
    writeRepository(contentDir, repository);
    await mirror.look(repository.now);
    writeRepository(contentDir, first);
    expect(await mirror.look(repository.now)).toMatchObject({ ok: false, error: { code: 'rolledBack', path: 'timestamp.json' } });
    expect(await readRelease(folderSource(folder), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('when somebody at the upstream signs with other keys, keeps the edition it has', async () => {
    const { contentDir, repository, mirror, folder } = await nation();
    await mirror.look(repository.now);
    const thief = await TestRepository.build({ objects: { 'services/moi/birth.json': { riel: 9 } } });
    writeRepository(contentDir, thief);
    expect(await mirror.look(repository.now)).toMatchObject({ ok: false, error: { code: 'thresholdNotMet' } });
    expect(await readRelease(folderSource(folder), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('when the upstream is gone, keeps the edition it has', async () => {
    const { app, repository, mirror, folder } = await nation();
    await mirror.look(repository.now);
    await app.close();
    expect(await mirror.look(repository.now)).toMatchObject({ ok: false, error: { code: 'unreachable', path: 'metadata/timestamp.json' } });
    expect(await readRelease(folderSource(folder), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test.each([3, 5, 8, 10])('an upstream that dies after %i files leaves the old edition whole, and the next look repeats at most one object', async (count) => {
    const repository = await TestRepository.build();
    let left = Infinity;
    const asked: string[] = [];
    const base = await listening((request, response) => {
      const name = request.url?.replace('/content/', '') ?? '';
      const bytes = repository.files.get(name);
      if (bytes !== undefined && (left -= 1) < 0) {
        // Half of the file, and then nothing any more.
        response.writeHead(200, { 'content-length': bytes.length }).write(bytes.slice(0, bytes.length / 2));
        asked.push(name);
        setImmediate(() => response.destroy());
        return;
      }
      if (bytes !== undefined) asked.push(name);
      response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    });
    const { mirror, folder } = mirrorOf(base, repository.anchor);
    await mirror.look(repository.now);
    const before = repository.texts;
    for (const path of Object.keys(before)) repository.put(path, { changed: path });
    await repository.publish();
    for (const name of repository.files.keys()) if (name.startsWith('changes/')) repository.files.delete(name);
    asked.length = 0;
    left = count;
    expect(await mirror.look(repository.now)).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    expect(await readRelease(folderSource(folder), repository.anchor, repository.now)).toEqual(before);
    left = Infinity;
    expect(await mirror.look(repository.now)).toMatchObject({ ok: true, value: { report: { edition: 2 } } });
    const objects = asked.filter((name) => name.startsWith('targets/'));
    expect(objects.length - new Set(objects).size).toBeLessThanOrEqual(1);
    expect(await readRelease(folderSource(folder), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const html = '<!doctype html><title>Log in to this network</title>';
  const faults: readonly (readonly [string, RequestListener, object])[] = [
    ['a log-in page of the network', (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(html), { code: 'corrupt' }],
    ['error 500', (_request, response) => void response.writeHead(500).end('oops'), { code: 'unreachable', detail: 'status 500' }],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), { code: 'unreachable' }],
    ['no repository', (_request, response) => void response.writeHead(404).end(), { code: 'absent', path: 'metadata/timestamp.json' }],
    ['an endless answer', (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        response.once('drain', more);
      };
      more();
    }, { code: 'tooBig' }],
    ['a small answer that unpacks into 50 MB', (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb), { code: 'tooBig' }],
    ['a byte now and then, for ever', (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('{'), 20);
      response.once('close', () => clearInterval(timer));
    }, { code: 'unreachable', detail: 'TimeoutError' }],
    ['an answer that never comes', () => undefined, { code: 'unreachable', detail: 'TimeoutError' }],
    ['half an answer', (_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      setImmediate(() => response.destroy());
    }, { code: 'unreachable' }],
  ];
  test.each(faults)('%s at the upstream leaves the folder empty and is said', async (_name, handler, error) => {
    const repository = await TestRepository.build();
    const { mirror, folder } = mirrorOf(await listening(handler), repository.anchor, 300);
    expect(await mirror.look(repository.now)).toMatchObject({ ok: false, error });
    expect(await folder.list('')).toEqual([]);
  });
});

describe('between two looks', () => {
  test('5 minutes pass, after failures 1, 2, 4 … up to an hour, never at the same second everywhere', () => {
    expect(nextWait(0, 0.5)).toBe(300_000);
    expect([1, 2, 3, 4, 5, 6].map((failures) => nextWait(failures, 0.5) / 60_000)).toEqual([1, 2, 4, 8, 16, 32]);
    for (const failures of [7, 8, 20, 1000]) expect(nextWait(failures, 0.999)).toBeLessThanOrEqual(3_600_000);
    expect(nextWait(1000, 0)).toBeGreaterThanOrEqual(30 * 60_000);
    expect(nextWait(0, 0)).not.toBe(nextWait(0, 0.9));
  });

  test('every failure is logged under its code with what to do, a new edition once, and the loop ends when it is told', async () => {
    const log = new Log();
    const app = await hub({ log: { level: 'info', stream: log } });
    const stop = new AbortController();
    const waited: number[] = [];
    const report = { edition: 2, before: 1, confirmed: 0, demonstration: false, objects: 6, brought: 1, removed: 0, clockBehind: true };
    const looks = [
      async () => ({ ok: false, error: { code: 'rolledBack', path: 'timestamp.json', detail: 'version 1 after 2' } }) as const,
      async () => {
        throw Object.assign(new Error('disk'), { code: 'ENOSPC' });
      },
      async () => ({ ok: true, value: { kind: 'copied', report } }) as const,
      async () => ({ ok: true, value: { kind: 'same' } }) as const,
    ];
    await runMirror({
      look: async () => {
        const next = looks.shift();
        if (looks.length === 0) stop.abort();
        if (next === undefined) throw new Error('the loop went on');
        return next();
      },
      clock: { now: () => 0, elapsed: () => 0, wait: async (milliseconds) => void waited.push(milliseconds) },
      log: app.log,
      random: () => 0.5,
      signal: stop.signal,
    });
    expect(waited).toEqual([60_000, 120_000, 300_000]);
    const lines = log.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => 'mirror' in line);
    expect(lines.map((line) => line['mirror'])).toEqual(['rolledBack', 'disk', 'clockWrong', 'copied']);
    expect(lines[0]).toMatchObject({ msg: mirrorSentences.rolledBack.what, mend: mirrorSentences.rolledBack.mend, path: 'timestamp.json', detail: 'version 1 after 2' });
    expect(log.text).toContain('ENOSPC');
  });

  test('there is a sentence and a mend for every way to fail, and no two are the same', () => {
    expect(new Set(trustErrorCodes.map((code) => mirrorSentences[code].what)).size).toBe(trustErrorCodes.length);
    for (const code of trustErrorCodes) expect(mirrorSentences[code].mend).not.toBe('');
  });
});
