import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../src/repository/copy.ts';
import { openFolder } from '../../src/repository/folder.ts';
import { run, type Answer } from '../cli/sources.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { hub, temporaryFolder, writeFiles, writeRepository } from '../hub/hub.ts';
import { readRelease } from './reader.ts';

const day = 24 * 3_600_000;

/** A publisher’s machine, a stick and a machine without a network, each a folder. */
async function district() {
  const cwd = temporaryFolder();
  const repository = await TestRepository.build();
  const [hubDir, stick, here] = [join(cwd, 'hub'), join(cwd, 'stick'), join(cwd, 'here')];
  mkdirSync(stick);
  writeFiles(cwd, { 'root.json': repository.anchor });
  writeRepository(hubDir, repository);
  const next = async (riel: number): Promise<void> => {
    repository.now += day;
    repository.put('services/moi/birth.json', { identifier: 'birth', riel });
    await repository.publish();
    writeRepository(hubDir, repository);
  };
  const options = (signal?: AbortSignal) => ({ now: repository.now, ...(signal !== undefined && { signal }) });
  return {
    cwd, repository, hubDir, stick, here, next,
    put: (signal?: AbortSignal): Promise<Answer> => run(cwd, ['content', 'export', 'stick', '--repository', 'hub', '--root', 'root.json'], options(signal)),
    take: (now?: number): Promise<Answer> => run(cwd, ['content', 'import', 'stick', '--repository', 'here', '--root', 'root.json'], { now: now ?? repository.now }),
    shown: (): Promise<Record<string, string>> => readRelease(folderSource(openFolder(here)), repository.anchor, repository.now),
  };
}

const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name).slice(folder.length + 1)] : [])).sort();

describe('a stick', () => {
  test('carries an edition to a machine without a network, where the hub serves it at once', async () => {
    const { repository, put, take, here, shown } = await district();
    expect(await put()).toEqual({ code: 0, out: 'The stick has edition 1, confirmed on 2026-11-23: 6 objects, 6 of them new there.', err: '' });
    const app = await hub({ contentDir: here });
    expect((await app.inject('/api/v1/health')).json().release).toBeNull();
    expect(await take()).toEqual({ code: 0, out: 'Took over edition 1, confirmed on 2026-11-23: 6 objects, 6 of them new here.', err: '' });
    expect((await app.inject('/api/v1/health')).json().release).toBe(1);
    expect(await shown()).toEqual(repository.texts);
  });

  test('carries only what changed the next time, and nothing of its owner is touched', async () => {
    const { stick, put, take, next, shown, repository } = await district();
    writeFiles(stick, { 'photos/wedding.jpg': 'x', 'metadata/1.root.json': 'somebody’s own', 'owso-content/notes.txt': 'y' });
    await put();
    await take();
    await next(500);
    expect((await put()).out).toBe('The stick has edition 2, confirmed on 2026-11-24: 6 objects, 1 of them new there.');
    expect((await take()).out).toBe('Took over edition 2, confirmed on 2026-11-24: 6 objects, 1 of them new here.');
    expect(await shown()).toEqual(repository.texts);
    expect(filesBelow(stick).filter((name) => !/^owso-content\/(metadata|targets|changes)\//.test(name))).toEqual(['metadata/1.root.json', 'owso-content/notes.txt', 'photos/wedding.jpg']);
    expect(readFileSync(join(stick, 'metadata/1.root.json'), 'utf8')).toBe('somebody’s own');
  });

  test('that brings nothing new says so, and one that only confirms says until when', async () => {
    const { put, take, repository, hubDir } = await district();
    await put();
    await take();
    expect(await take()).toMatchObject({ code: 0, out: 'Nothing is new: this machine already has edition 1, confirmed on 2026-11-23.' });
    repository.now += day;
    await repository.publish();
    writeRepository(hubDir, repository);
    await put();
    expect(await take()).toMatchObject({ code: 0, out: 'This machine already has edition 1; it is now confirmed on 2026-11-24.' });
  });

  test('that is written in part still has the edition before, and the next export goes on', async () => {
    const { put, take, next, shown, repository } = await district();
    await put();
    await take();
    const before = repository.texts;
    await next(500);
    const stop = new AbortController();
    stop.abort();
    expect(await put(stop.signal)).toMatchObject({ code: 1, err: expect.stringMatching(/^Stopped .* goes on where it stopped/) });
    expect(await take()).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing is new/) });
    expect(await shown()).toEqual(before);
    expect((await put()).code).toBe(0);
    expect((await take()).code).toBe(0);
    expect(await shown()).toEqual(repository.texts);
  });

  test('that somebody copied by hand, without the folder’s name, is read too', async () => {
    const { stick, put, take } = await district();
    await put();
    cpSync(join(stick, 'owso-content'), stick, { recursive: true });
    rmSync(join(stick, 'owso-content'), { recursive: true });
    expect((await take()).code).toBe(0);
  });
});

describe('refused, with what is wrong and what to do, and what was there stays:', () => {
  /** Takes edition 2 over, then a stick to which something happened. */
  async function refused(happens: (world: Awaited<ReturnType<typeof district>>, older: TestRepository) => Promise<void> | void, now = 0): Promise<string> {
    const world = await district();
    const older = world.repository.fork();
    await world.next(500);
    await world.put();
    await world.take();
    await happens(world, older);
    const answer = await world.take(world.repository.now + now);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect((await world.shown())['services/moi/birth.json']).toContain('500');
    return answer.err;
  }
  const onto = ({ stick }: { readonly stick: string }, repository: TestRepository): void => {
    rmSync(join(stick, 'owso-content'), { recursive: true });
    writeRepository(join(stick, 'owso-content'), repository);
  };

  test('a stick with an older edition, both editions and days named', async () => {
    expect(await refused((world, older) => onto(world, older))).toMatch(
      /^This stick is older than what this machine has: it carries edition 1, confirmed on 2026-11-23; here is edition 2, confirmed on 2026-11-24\. Nothing was taken from it\. Run .* content export again .*\[rolledBack\]$/,
    );
  });

  test('a stick that nobody confirmed in time', async () => {
    const said = await refused(async ({ next, put }) => {
      await next(600);
      await put();
    }, 40 * day);
    expect(said).toMatch(/^timestamp\.json on the stick is past its date.* The stick says of itself: edition 3, confirmed on 2026-11-25\. .* clock right\? .*\[expired\]$/);
  });

  test('a stick on which a price was changed', async () => {
    const said = await refused(async (world) => {
      await world.next(600);
      await world.put();
      const folder = join(world.stick, 'owso-content');
      for (const name of filesBelow(folder).filter((one) => one.endsWith('.birth.json'))) writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace('600', '006'));
      rmSync(join(folder, 'changes'), { recursive: true, force: true });
    });
    expect(said).toMatch(/^services\/moi\/birth\.json on the stick was damaged or changed: it is not what was signed\. .*\[wrongHash\]$/);
  });

  test('a stick signed by others', async () => {
    const stranger = await TestRepository.build();
    expect(await refused((world) => onto(world, stranger))).toMatch(/^timestamp\.json on the stick is not signed by the keys that this machine trusts.*--root.*\[thresholdNotMet\]$/);
  });

  test('a stick with a false signature in a trusted key’s name', async () => {
    const said = await refused(async (world) => {
      const thief = world.repository.fork();
      thief.put('services/moi/birth.json', { riel: 9 });
      await thief.publish();
      await thief.alter('metadata/timestamp.json', (signed) => ({ ...signed, version: 99 }));
      onto(world, thief);
    });
    expect(said).toMatch(/^timestamp\.json on the stick carries a false signature .* tell the ministry who gave it to you.*\[forged\]$/);
  });

  test('a stick that was copied in part by hand', async () => {
    const said = await refused(async (world) => {
      await world.next(600);
      await world.put();
      const folder = join(world.stick, 'owso-content');
      for (const name of filesBelow(folder).filter((one) => one.startsWith('changes/') || one === 'metadata/3.moi.json')) rmSync(join(folder, name));
    });
    expect(said).toMatch(/^The stick is not complete: metadata\/3\.moi\.json is missing\. .* let it finish.*\[absent\]$/);
  });

  test('a stick onto which the first export did not finish', async () => {
    expect(await refused(({ stick }) => rmSync(join(stick, 'owso-content/metadata/timestamp.json')))).toMatch(/^The stick is only half written: .*\[absent\]$/);
  });

  test('an empty stick, and none at all', async () => {
    expect(await refused(({ stick }) => rmSync(join(stick, 'owso-content'), { recursive: true }))).toMatch(/^There is no content on the stick: it has no folder owso-content\. .*\[absent\]$/);
    expect(await refused(({ stick }) => rmSync(stick, { recursive: true }))).toMatch(/^There is no folder .* plugged in and mounted\? \[absent\]$/);
  });

  test.each([
    ['a pipe, which would never end', 'metadata/timestamp.json', (path: string) => void execFileSync('mkfifo', [path]), 'unreachable'],
    ['a file of 3 GB', 'metadata/timestamp.json', (path: string) => (writeFileSync(path, ''), truncateSync(path, 3_000_000_000)), 'tooBig'],
    ['a link into the machine', 'metadata/timestamp.json', (path: string) => symlinkSync('/etc/hostname', path), 'unreachable'],
    ['a pipe in the place of an object', 'targets', (path: string) => void execFileSync('mkfifo', [path]), 'absent'],
  ])('%s', async (_what, name, put, code) => {
    const said = await refused(async (world) => {
      await world.next(600);
      await world.put();
      rmSync(join(world.stick, 'owso-content/changes'), { recursive: true });
      rmSync(join(world.stick, 'owso-content', name), { recursive: true });
      put(join(world.stick, 'owso-content', name));
    });
    expect(said).toMatch(new RegExp(` on the stick .*\\[${code}\\]$|is missing\\. .*\\[${code}\\]$`));
    expect(said).not.toMatch(/\n\s+at /);
  });

  test('a file that is no metadata', async () => {
    expect(await refused(({ stick }) => writeFileSync(join(stick, 'owso-content/metadata/timestamp.json'), '<html>'))).toMatch(/^timestamp\.json on the stick is damaged\. .*\[corrupt\]$/);
  });
});

test('an export neither waits for a pipe nor chokes on what somebody left on the stick: it writes over what it needs', async () => {
  const { stick, put, take, next, shown, repository } = await district();
  await put();
  await next(500);
  const metadata = join(stick, 'owso-content/metadata');
  for (const name of ['2.root.json', 'timestamp.json']) {
    rmSync(join(metadata, name), { force: true });
    execFileSync('mkfifo', [join(metadata, name)]);
  }
  writeFileSync(join(metadata, '2.snapshot.json'), '');
  truncateSync(join(metadata, '2.snapshot.json'), 3_000_000_000);
  expect(await put()).toMatchObject({ code: 0, out: expect.stringContaining('edition 2') });
  rmSync(join(metadata, '2.root.json'));
  expect((await take()).code).toBe(0);
  expect(await shown()).toEqual(repository.texts);
});

describe('an export is refused', () => {
  test('onto a stick that is not there, and makes no folder in its place', async () => {
    const { cwd, put, stick } = await district();
    rmSync(stick, { recursive: true });
    expect(await put()).toMatchObject({ code: 1, err: expect.stringMatching(/^There is no folder stick\. Is the stick plugged in and mounted\?/) });
    expect(readdirSync(cwd)).not.toContain('stick');
  });

  test('onto a stick with a newer edition, both named', async () => {
    const { put, next, hubDir, repository } = await district();
    const older = repository.fork();
    await next(500);
    await put();
    rmSync(hubDir, { recursive: true });
    writeRepository(hubDir, older);
    expect(await put()).toMatchObject({ code: 1, err: expect.stringMatching(/^The stick already has edition 2, confirmed on 2026-11-24; this repository has only edition 1, confirmed on 2026-11-23\. .*\[rolledBack\]$/) });
  });

  test.each(['owso-content', 'owso-content/targets', 'owso-content/targets/services'])('onto a stick that leads elsewhere at %s', async (name) => {
    const { cwd, put, stick } = await district();
    mkdirSync(join(cwd, 'elsewhere'));
    mkdirSync(dirname(join(stick, name)), { recursive: true });
    symlinkSync(join(cwd, 'elsewhere'), join(stick, name));
    expect(await put()).toMatchObject({ code: 1, out: '', err: expect.stringMatching(new RegExp(`^${name} on the stick is a link: .*Delete it`)) });
    expect(readdirSync(join(cwd, 'elsewhere'))).toEqual([]);
  });

  test('without a root to verify from, and without a repository', async () => {
    const { cwd, put, hubDir } = await district();
    rmSync(hubDir, { recursive: true });
    expect(await put()).toMatchObject({ code: 1, err: expect.stringMatching(/\[noRepository\]$/) });
    rmSync(join(cwd, 'root.json'));
    expect(await put()).toMatchObject({ code: 1, err: expect.stringMatching(/^There is no root metadata at root\.json.*--root.*\[absent\]$/) });
  });
});
