import { describe, expect, test } from 'vitest';
import { copyRepository, folderSource, type CopyReport, type RepositorySource } from '../../src/repository/copy.ts';
import { editionOf } from '../../src/repository/edition.ts';
import { memoryFolder, type RepositoryFolder } from '../../src/repository/folder.ts';
import { refuse, type TrustResult } from '../../src/trust/result.ts';
import { beginning, TestRepository } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { readRelease } from './reader.ts';

const day = 24 * 3_600_000;

const copy = (repository: TestRepository, to: RepositoryFolder, from: RepositorySource = serveFiles(repository.files), now = repository.now): Promise<TrustResult<CopyReport>> =>
  copyRepository({ from, to, anchor: repository.anchor, now });

/** A source that stops answering after so many files of a kind. */
function cutAfter(count: number, repository: TestRepository, kind = ''): RepositorySource & { readonly asked: string[] } {
  const asked: string[] = [];
  const whole = serveFiles(repository.files);
  return {
    asked,
    get: async (name, limit) => {
      if (asked.filter((one) => one.startsWith(kind)).length >= count) return refuse('unreachable', name);
      asked.push(name);
      return whole.get(name, limit);
    },
  };
}

/** A folder that notes what is written into it, in order. */
function noting(): RepositoryFolder & { readonly written: string[] } {
  const folder = memoryFolder();
  const written: string[] = [];
  return {
    ...folder,
    written,
    write: async (name, bytes) => {
      written.push(name);
      await folder.write(name, bytes);
    },
  };
}

const filesIn = async (folder: RepositoryFolder): Promise<[string, Uint8Array][]> => Promise.all((await folder.list('')).map(async (name): Promise<[string, Uint8Array]> => [name, (await folder.read(name)) ?? new Uint8Array()]));

const price = (riel: number) => ({ identifier: 'birth', riel });

describe('a verified copy', () => {
  test('has every file that a reader asks for, and a reader of it gets the publisher’s objects', async () => {
    const repository = await TestRepository.build();
    const to = noting();
    expect(await copy(repository, to)).toEqual({
      ok: true,
      value: { edition: 1, before: undefined, confirmed: beginning, demonstration: false, objects: 6, brought: 6, removed: 0, clockBehind: false },
    });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
    expect(to.written.at(-1)).toBe('metadata/timestamp.json');
    expect(to.written.at(-2)).toBe('metadata/1.root.json');
  });

  test('of an edition that is there already brings nothing, and one with a newer timestamp brings that alone', async () => {
    const repository = await TestRepository.build();
    const to = noting();
    await copy(repository, to);
    to.written.length = 0;
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { before: 1, edition: 1, brought: 0 } });
    expect(to.written).toEqual([]);
    repository.now += day;
    await repository.publish();
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { edition: 1, brought: 0, confirmed: repository.now } });
    expect(to.written).toEqual(['metadata/timestamp.json']);
  });

  test('of one changed price asks for the file of changes and nothing else that is new', async () => {
    const repository = await TestRepository.build();
    const to = noting();
    await copy(repository, to);
    repository.put('services/moi/birth.json', price(500));
    await repository.publish();
    const server = serveFiles(repository.files);
    expect(await copy(repository, to, server)).toMatchObject({ ok: true, value: { before: 1, edition: 2, brought: 1 } });
    expect(server.requests).toEqual(['metadata/2.root.json', 'metadata/timestamp.json', 'changes/1-2.json']);
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('tells the terminals behind it in one file what is new', async () => {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    await copy(repository, to);
    repository.put('services/moi/birth.json', price(500));
    await repository.publish();
    for (const name of repository.files.keys()) if (name.startsWith('changes/')) repository.files.delete(name);
    await copy(repository, to);
    const kiosk = memoryFolder();
    const first = serveFiles(new Map(await filesIn(to)));
    await copyRepository({ from: first, to: kiosk, anchor: repository.anchor, now: repository.now });
    repository.put('services/moi/birth.json', price(600));
    await repository.publish();
    await copy(repository, to);
    const second = serveFiles(new Map(await filesIn(to)));
    await copyRepository({ from: second, to: kiosk, anchor: repository.anchor, now: repository.now });
    expect(second.requests).toEqual(['metadata/2.root.json', 'metadata/timestamp.json', 'changes/2-3.json']);
    expect(await readRelease(folderSource(kiosk), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('passes over an office that never signed anything', async () => {
    const repository = await TestRepository.build();
    const withoutOffice = (signed: Record<string, unknown>): void => {
      delete (signed['meta'] as Record<string, unknown>)['9901.json'];
    };
    await repository.alter('metadata/1.snapshot.json', withoutOffice, repository.signersOf('snapshot'));
    expect(await copy(repository, memoryFolder())).toMatchObject({ ok: true, value: { objects: 5 } });
  });

  test('keeps the edition before for whoever is still reading it, and removes the ones before that', async () => {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    await to.write('notes.txt', new Uint8Array([1]));
    await to.write('metadata/pending/7.moi.json', new Uint8Array([1]));
    for (const riel of [500, 600, 700]) {
      await copy(repository, to);
      repository.put('services/moi/birth.json', price(riel));
      await repository.publish();
    }
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { edition: 4, before: 3 } });
    const names = [...(await to.list(''))];
    expect(names.filter((name) => /snapshot|moi\.json/.test(name))).toEqual(['metadata/3.moi.json', 'metadata/3.snapshot.json', 'metadata/4.moi.json', 'metadata/4.snapshot.json', 'metadata/pending/7.moi.json']);
    expect(names.filter((name) => name.endsWith('.birth.json'))).toHaveLength(2);
    expect(names).toContain('notes.txt');
  });

  test.each(Array.from({ length: 20 }, (_, count) => count))('cut after %i files leaves the edition before whole, and the next one brings only what is missing', async (count) => {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    await copy(repository, to);
    const before = repository.texts;
    for (const [path, content] of Object.entries({ 'services/moi/birth.json': price(500), 'services/moi/marriage.json': price(1), 'services/mpwt/licence.json': price(2), 'offices/9901/office.json': price(3) })) repository.put(path, content);
    await repository.publish();
    for (const name of repository.files.keys()) if (name.startsWith('changes/')) repository.files.delete(name);
    const cut = cutAfter(count, repository);
    const first = await copy(repository, to, cut);
    if (!first.ok) {
      expect(first.error.code).toBe('unreachable');
      expect((await editionOf(to))?.number).toBe(1);
      expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(before);
    }
    const again = cutAfter(Infinity, repository);
    expect(await copy(repository, to, again)).toMatchObject({ ok: true, value: { edition: 2 } });
    const versioned = again.asked.filter((name) => !/root|timestamp|changes/.test(name));
    expect(versioned.filter((name) => cut.asked.includes(name))).toEqual([]);
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('that ends at any write or removal, as in a power cut, leaves one whole edition, and the next one gets to the end', async () => {
    const repository = await TestRepository.build();
    const start = memoryFolder();
    await copy(repository, start);
    const before = repository.texts;
    await repository.replaceKeys('root');
    await repository.replaceKeys('timestamp');
    repository.put('services/moi/birth.json', price(500));
    repository.put('offices/9901/office.json', price(3));
    await repository.publish();
    const shown: boolean[] = [];
    for (let steps = 0; ; steps++) {
      const disk = memoryFolder(new Map(await filesIn(start)));
      let left = steps;
      const orCut = async <T>(act: () => Promise<T>): Promise<T> => {
        if ((left -= 1) < 0) throw new Error('power cut');
        return act();
      };
      const cut: RepositoryFolder = { ...disk, write: (name, bytes) => orCut(() => disk.write(name, bytes)), remove: (name) => orCut(() => disk.remove(name)) };
      const ended = await copy(repository, cut).then(
        () => true,
        () => false,
      );
      const read = await readRelease(folderSource(disk), repository.anchor, repository.now).catch((error: unknown) => String(error));
      if (typeof read === 'string') {
        // The roots lie there and the timestamp that they vouch for does not yet: a reader waits with what it has.
        expect(read).toMatch(/thresholdNotMet timestamp\.json/);
      } else {
        expect([before, repository.texts]).toContainEqual(read);
        shown.push(read['services/moi/birth.json'] !== before['services/moi/birth.json']);
      }
      expect((await copy(repository, disk)).ok).toBe(true);
      expect(await readRelease(folderSource(disk), repository.anchor, repository.now)).toEqual(repository.texts);
      if (ended) break;
    }
    expect(new Set(shown)).toEqual(new Set([false, true]));
    expect(shown).toEqual([...shown].sort());
  });

  test('heals an object that the disk damaged, and metadata that an earlier attempt left damaged', async () => {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    await copy(repository, to);
    const [object = ''] = await to.list('targets/services/moi/');
    await to.write(object, new Uint8Array([1, 2, 3]));
    repository.put('services/mpwt/licence.json', price(7));
    await repository.publish();
    await to.write('metadata/2.mpwt.json', new TextEncoder().encode('{"signatures":[],"signed":{}}'));
    await to.write('metadata/2.snapshot.json', new Uint8Array([0]));
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { edition: 2, brought: 2 } });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('is not stopped for ever by what an earlier attempt left of an edition that was then published otherwise', async () => {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    await copy(repository, to);
    const withdrawn = repository.fork();
    withdrawn.put('services/moi/birth.json', price(600));
    await withdrawn.publish({ renew: ['moi', 'mpwt', 'catalogue'] });
    await to.write('metadata/2.snapshot.json', withdrawn.bytes('metadata/2.snapshot.json'));
    repository.put('services/mpwt/licence.json', price(5));
    await repository.publish();
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { edition: 2 } });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('follows a rotation of the root keys and carries every root, those before the anchor too', async () => {
    const repository = await TestRepository.build();
    for (let i = 0; i < 2; i++) {
      await repository.replaceKeys('root');
      await repository.publish();
    }
    const to = memoryFolder();
    expect((await copyRepository({ from: serveFiles(repository.files), to, anchor: repository.bytes('metadata/2.root.json'), now: repository.now })).ok).toBe(true);
    expect((await to.list('metadata/')).filter((name) => name.endsWith('.root.json'))).toEqual(['metadata/1.root.json', 'metadata/2.root.json', 'metadata/3.root.json']);
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test.each(['timestamp', 'snapshot'])('takes what is honest again after a thief’s high numbers, as soon as the %s has a new key', async (role) => {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    const thief = repository.fork();
    for (const stolen of ['moi', 'snapshot', 'timestamp']) thief.versions.set(stolen, 2 ** 45);
    await thief.publish({ by: thief.signersOf('moi', 'snapshot', 'timestamp'), renew: ['moi', 'snapshot'] });
    expect(await copy(thief, to)).toMatchObject({ ok: true });
    repository.put('services/moi/birth.json', price(450));
    await repository.publish();
    expect(await copy(repository, to)).toMatchObject({ ok: false, error: { code: 'rolledBack' } });
    await repository.replaceKeys(role);
    await repository.publish({ renew: ['snapshot'] });
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { edition: repository.edition } });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });

  test('in a folder of another publisher begins anew and leaves nothing of the other that would stop a reader', async () => {
    const [other, repository] = [await TestRepository.build(), await TestRepository.build()];
    await other.replaceKeys('root');
    await other.publish();
    const to = memoryFolder();
    await copy(other, to);
    expect(await copy(repository, to)).toMatchObject({ ok: true, value: { edition: 1 } });
    expect(await readRelease(folderSource(to), repository.anchor, repository.now)).toEqual(repository.texts);
  });
});

describe('a copy is refused and the folder stays as it was', () => {
  async function refused(change: (repository: TestRepository, first: TestRepository) => Promise<TestRepository | void>, now?: number) {
    const repository = await TestRepository.build();
    const to = memoryFolder();
    await copy(repository, to);
    const first = repository.fork();
    repository.put('services/moi/birth.json', price(500));
    await repository.publish();
    await copy(repository, to);
    const source = (await change(repository, first)) ?? repository;
    const result = await copy(repository, to, serveFiles(source.files), now ?? repository.now);
    const shown = await readRelease(folderSource(to), repository.anchor, repository.now);
    expect(shown['services/moi/birth.json']).toContain('500');
    expect((await editionOf(to))?.number).toBe(2);
    return result;
  }

  test('for an older edition: rolledBack', async () => {
    expect(await refused(async (_repository, first) => first)).toMatchObject({ ok: false, error: { code: 'rolledBack' } });
  });

  test('for a price changed by whoever holds the online keys: thresholdNotMet', async () => {
    const result = await refused(async (repository) => {
      const thief = repository.fork();
      thief.put('services/moi/birth.json', price(9));
      await thief.publish({ by: repository.signersOf('snapshot', 'timestamp') });
      return thief;
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'thresholdNotMet', path: 'moi.json' } });
  });

  test('for an altered object: wrongHash', async () => {
    const result = await refused(async (repository) => {
      const thief = repository.fork();
      thief.put('services/moi/marriage.json', price(8));
      await thief.publish();
      for (const [name, bytes] of thief.files) if (name.endsWith('.marriage.json')) thief.files.set(name, new Uint8Array(bytes.length));
      for (const name of thief.files.keys()) if (name.startsWith('changes/')) thief.files.delete(name);
      return thief;
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'wrongHash' } });
  });

  test('for one that nobody confirmed in time: expired', async () => {
    expect(await refused(async () => undefined, beginning + 40 * day)).toMatchObject({ ok: false, error: { code: 'expired', path: 'timestamp.json' } });
  });

  test('for a file that is missing: absent', async () => {
    const result = await refused(async (repository) => {
      repository.put('services/moi/birth.json', price(600));
      await repository.publish();
      for (const name of repository.files.keys()) if (name.startsWith('changes/') || name === 'metadata/3.moi.json') repository.files.delete(name);
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'absent', path: 'metadata/3.moi.json' } });
  });
});
