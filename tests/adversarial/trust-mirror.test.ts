import { expect, test } from 'vitest';
import { copyRepository } from '../../src/repository/copy.ts';
import { memoryFolder } from '../../src/repository/folder.ts';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { changesName } from '../../src/trust/changes.ts';
import { refuse, trusted } from '../../src/trust/result.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { TestTerminal } from '../fixtures/terminal.ts';

/** What a hub can do to the mirrors that follow it. */

const garbage: Readonly<Record<string, (changes: string) => string>> = {
  'cut off': (changes) => changes.slice(0, changes.length / 2),
  'a page': () => '<!doctype html>',
  'with another price': (changes) => changes.replaceAll('460', '960'),
  'with other signatures': (changes) => changes.replaceAll('"sig":"', '"sig":"00'),
  'with other hashes': (changes) => changes.replaceAll('"sha256":"', '"sha256":"00'),
};

test.each(Object.keys(garbage))('a mirror takes what is true from a hub whose files of changes are garbage: %s', async (kind) => {
  const repository = await TestRepository.build();
  const folder = memoryFolder();
  const copy = (): ReturnType<typeof copyRepository> => copyRepository({ from: serveFiles(repository.files), to: folder, anchor: repository.anchor, now: repository.now });
  await copy();
  repository.put('services/moi/birth.json', { identifier: 'birth', riel: 460 });
  await repository.publish();
  const changes = utf8Text(repository.bytes(changesName(1, 2))) ?? '';
  repository.files.set(changesName(1, 2), utf8(garbage[kind]?.(changes) ?? ''));
  expect(await copy()).toMatchObject({ ok: true, value: { edition: 2 } });

  const terminal = new TestTerminal(repository.anchor);
  const carrier = {
    get: async (name: string) => {
      const bytes = await folder.read(name);
      return bytes === undefined ? refuse('absent', name) : trusted(bytes);
    },
  };
  expect(await terminal.sync(carrier, repository.now)).toMatchObject({ ok: true });
  expect(terminal.prices['moi/birth']).toBe(460);
});

test('a mirror goes on with new prices where one office forgot to sign anew', async () => {
  const repository = await TestRepository.build();
  repository.now += 400 * 24 * 3_600_000;
  repository.put('services/moi/birth.json', { identifier: 'birth', riel: 460 });
  await repository.publish({ renew: ['targets', 'mpwt', 'catalogue', '990101', 'snapshot'] });
  const copied = await copyRepository({ from: serveFiles(repository.files), to: memoryFolder(), anchor: repository.anchor, now: repository.now });
  expect(copied).toMatchObject({ ok: true, value: { objects: Object.keys(repository.texts).length } });
});
