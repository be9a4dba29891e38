import { mkdirSync, renameSync, utimesSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpSource, type HttpSource } from '../../src/hub/mirror/http-source.ts';
import { Mirror } from '../../src/hub/mirror/mirror.ts';
import { folderSource, type RepositorySource } from '../../src/repository/copy.ts';
import { memoryFolder, openFolder } from '../../src/repository/folder.ts';
import { timestampName } from '../../src/repository/names.ts';
import { run } from '../cli/sources.ts';
import { startNginx } from '../fixtures/nginx.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { hub, temporaryFolder, writeFiles, writeRepository } from '../hub/hub.ts';
import { readRelease } from './reader.ts';

function over(url: URL): HttpSource {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return httpSource(url, { idle: 30_000, answer: 30_000, signal: stop.signal });
}

async function byHub(folder: string): Promise<HttpSource> {
  const app = await hub({ contentDir: folder });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return over(new URL(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/content/`));
}

async function byNginx(folder: string): Promise<HttpSource> {
  const nginx = await startNginx(folder);
  onTestFinished(() => nginx.stop());
  return over(nginx.url);
}

/** From the folder onto a stick, from the stick into another folder. */
async function byStick(folder: string, repository: TestRepository): Promise<RepositorySource> {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'stick'));
  writeFiles(cwd, { 'root.json': repository.anchor });
  const options = { now: repository.now };
  expect((await run(cwd, ['content', 'export', 'stick', '--repository', folder, '--root', 'root.json'], options)).code).toBe(0);
  expect((await run(cwd, ['content', 'import', 'stick', '--repository', 'here', '--root', 'root.json'], options)).code).toBe(0);
  return folderSource(openFolder(join(cwd, 'here')));
}

describe('one folder, carried by anything', () => {
  test.each([
    ['the hub', byHub],
    ['Debian’s nginx', byNginx],
    ['a stick', byStick],
  ])('%s: a terminal gets the same verified release, and a forged one is refused', async (_name, carrier) => {
    const folder = temporaryFolder();
    const repository = await TestRepository.build();
    await repository.replaceKeys('root');
    repository.put('services/moi/birth.json', { identifier: 'birth', riel: 500 });
    await repository.publish();
    writeRepository(folder, repository);
    const source = await carrier(folder, repository);
    expect(await readRelease(source, repository.anchor, repository.now)).toEqual(repository.texts);
    const stranger = await TestRepository.build();
    await expect(readRelease(source, stranger.anchor, repository.now)).rejects.toThrow(/^(thresholdNotMet|forged) /);
  });

  test('a mirror follows nginx, and pays one small question when nothing is new', async () => {
    const folder = temporaryFolder();
    const repository = await TestRepository.build();
    writeRepository(folder, repository);
    const to = memoryFolder();
    const mirror = new Mirror(await byNginx(folder), to, repository.anchor);
    expect(await mirror.look(repository.now)).toMatchObject({ ok: true, value: { kind: 'copied' } });
    expect(await mirror.look(repository.now)).toEqual({ ok: true, value: { kind: 'same' } });
    repository.put('services/moi/birth.json', { identifier: 'birth', riel: 500 });
    await repository.publish();
    writeRepository(folder, repository);
    // To nginx a file of the same length and the same second is the same file.
    utimesSync(join(folder, timestampName), new Date(), new Date(Date.now() + 5_000));
    expect(await mirror.look(repository.now)).toMatchObject({ ok: true, value: { report: { edition: 2, brought: 1 } } });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
    renameSync(join(folder, 'metadata'), join(folder, 'gone'));
    expect(await mirror.look(repository.now)).toMatchObject({ ok: false, error: { code: 'absent' } });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });
});
