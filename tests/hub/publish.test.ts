import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openOnlineKeys } from '../../src/hub/publish/online-keys.ts';
import { Publisher, runPublisher } from '../../src/hub/publish/run.ts';
import { folderSource } from '../../src/repository/copy.ts';
import { editionOf } from '../../src/repository/edition.ts';
import { memoryFolder, openFolder } from '../../src/repository/folder.ts';
import { makeKey, type MadeKey } from '../../src/repository/key-file.ts';
import { readRelease } from '../carriers/reader.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { hub, Log, temporaryFolder, writeFiles, writeRepository } from './hub.ts';

const [minute, day] = [60_000, 24 * 3_600_000];

async function made(holder: string, passphrase?: string): Promise<MadeKey> {
  const key = await makeKey({ holder, passphrase, demonstration: true });
  if (!key.ok) throw new Error(key.error.message);
  return key.value;
}

/** A repository on disk whose online keys lie in a folder for the hub. */
async function ministry() {
  const folder = temporaryFolder();
  const [contentDir, keysDir] = [join(folder, 'content'), join(folder, 'online')];
  const repository = await TestRepository.build();
  const keys = { snapshot: await made('snapshot'), timestamp: await made('timestamp') };
  for (const role of ['snapshot', 'timestamp'] as const) {
    repository.keys.set(role, { signers: [keys[role].signer], threshold: 1 });
    writeFiles(keysDir, { [`${role}.key.json`]: keys[role].privateFile, [`${role}.public.json`]: keys[role].publicFile });
  }
  await repository.publish();
  writeRepository(contentDir, repository);
  const log = new Log();
  const app = await hub({ contentDir, log: { level: 'info', stream: log } });
  const publisher = new Publisher(openFolder(contentDir), keysDir, app.log);
  const said = (): Record<string, unknown>[] => log.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => 'publish' in line);
  /** What the authority’s people bring: objects and their signed file, no snapshot. */
  const bring = async (riel: number, by?: string): Promise<TestRepository> => {
    const next = repository.fork();
    next.put('services/moi/birth.json', { identifier: 'birth', riel });
    await next.publish(by === undefined ? {} : { by: next.signersOf(by) });
    writeFiles(contentDir, Object.fromEntries([...next.files].filter(([name]) => name.startsWith('targets/') || name === next.fileOf('moi'))));
    return next;
  };
  return { app, contentDir, keysDir, keys, repository, publisher, said, bring };
}

describe('a hub with the online keys', () => {
  test('publishes what an authority has signed as soon as it lies there, and a terminal believes it', async () => {
    const { app, contentDir, repository, publisher, said, bring } = await ministry();
    await publisher.look(repository.now + minute);
    const before = repository.edition;
    const next = await bring(500);
    await publisher.look(repository.now + 2 * minute);
    expect((await app.inject('/api/v1/health')).json().release).toBe(before + 1);
    expect(await readRelease(folderSource(openFolder(contentDir)), repository.anchor, repository.now + 3 * minute)).toEqual(next.texts);
    expect(said()).toMatchObject([{ publish: 'new', edition: before + 1, roles: ['moi'] }]);
  });

  test('confirms the newest edition every day, and otherwise writes nothing', async () => {
    const { contentDir, repository, publisher, said } = await ministry();
    const folder = openFolder(contentDir);
    const confirmed = async (): Promise<number> => ((await editionOf(folder))?.confirmed ?? 0) - repository.now;
    for (let at = 0; at < day; at += 60 * minute) await publisher.look(repository.now + at);
    expect(await confirmed()).toBe(0);
    await publisher.look(repository.now + day);
    expect(await confirmed()).toBe(day);
    expect(said()).toMatchObject([{ publish: 'confirmed', edition: repository.edition }]);
  });

  test('does not publish what is signed by too few, says so once with the mend, and goes on confirming', async () => {
    const { contentDir, repository, publisher, said, bring } = await ministry();
    await bring(9, 'mpwt');
    for (let at = 0; at <= 10; at++) await publisher.look(repository.now + day + at * 60 * minute);
    expect((await readRelease(folderSource(openFolder(contentDir)), repository.anchor, repository.now + day))['services/moi/birth.json']).toContain('400');
    expect((await editionOf(openFolder(contentDir)))?.confirmed).toBe(repository.now + day);
    const complaints = said().filter((line) => line['publish'] !== 'confirmed');
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatchObject({ publish: 'thresholdNotMet', file: 'metadata/2.moi.json', mend: expect.stringMatching(/./) });
  });

  test('that finds no repository says so and goes on looking', async () => {
    const { contentDir, repository, publisher, said } = await ministry();
    rmSync(contentDir, { recursive: true });
    await publisher.look(repository.now);
    expect(said()).toMatchObject([{ publish: 'noRepository', mend: expect.stringMatching(/./) }]);
    writeRepository(contentDir, repository);
    await publisher.look(repository.now + day);
    expect(said().at(-1)).toMatchObject({ publish: 'confirmed' });
  });

  test('that cannot write says so and goes on', async () => {
    const { keysDir, repository, app } = await ministry();
    const log: unknown[] = [];
    const full = { ...memoryFolder(repository.files), write: async () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) };
    const publisher = new Publisher(full, keysDir, { ...app.log, error: (fields: unknown) => void log.push(fields), warn: (fields: unknown) => void log.push(fields), info: () => undefined } as never);
    await publisher.look(repository.now + day);
    expect(log).toMatchObject([{ err: { code: 'ENOSPC' } }, { publish: 'disk' }]);
  });

  test('looks until it is told to stop', async () => {
    const stop = new AbortController();
    let looks = 0;
    const clock = { now: () => 0, elapsed: () => 0, wait: async () => undefined };
    await runPublisher({ look: async () => void (++looks === 3 && stop.abort()) }, clock, stop.signal);
    expect(looks).toBe(3);
  });
});

describe('the folder of the online keys', () => {
  test('gives each role its keys', async () => {
    const { contentDir, keysDir, keys } = await ministry();
    const opened = await openOnlineKeys(keysDir, openFolder(contentDir));
    expect(opened).toMatchObject({ ok: true, value: { snapshot: [{ keyid: keys.snapshot.keyid }], timestamp: [{ keyid: keys.timestamp.keyid }] } });
  });

  test.each([
    ['the offline key of somebody', 'stick/sok.key.json', async () => (await made('Sok Dara', 'five words that rhyme')).privateFile],
    ['an unprotected key under another name', 'moi.key.json', async () => (await made('moi')).privateFile],
    ['an unprotected key under the name of an online one', 'snapshot.key.json', async () => (await made('moi')).privateFile],
    ['a private key of another program', 'tls.pem', async () => '-----BEGIN PRIVATE KEY-----\n…\n'],
  ])('with %s in it is refused, and the sentence names the file and the mend', async (_name, file, content) => {
    const { contentDir, keysDir } = await ministry();
    writeFiles(keysDir, { [file]: await content(), 'notes.txt': 'changed in May' });
    expect(await openOnlineKeys(keysDir, openFolder(contentDir))).toMatchObject({ ok: false, error: { code: 'wrongKey', message: expect.stringContaining(file), mend: expect.stringMatching(/^Take it /) } });
  });

  test('that is not there or holds a damaged key is refused with its mend', async () => {
    const { contentDir, keysDir } = await ministry();
    expect(await openOnlineKeys(join(keysDir, 'nowhere'), openFolder(contentDir))).toMatchObject({ ok: false, error: { mend: expect.stringMatching(/snapshot\.key\.json/) } });
    writeFiles(keysDir, { 'snapshot.key.json': '{"kind":"online key"' });
    expect(await openOnlineKeys(keysDir, openFolder(contentDir))).toMatchObject({ ok: false, error: { code: 'badKeyFile' } });
  });
});
