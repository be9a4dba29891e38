import { describe, expect, test } from 'vitest';
import { TrustClient } from '../../src/trust/client.ts';
import { beginning, TestRepository } from '../fixtures/repository.ts';
import { memoryStore, serveFiles } from '../fixtures/served-files.ts';

async function follow(repository: TestRepository, store = memoryStore({ 'root.json': repository.anchor })) {
  const server = serveFiles(repository.files);
  const client = await TrustClient.open({ store, fetcher: server.fetcher, now: repository.now });
  if (!client.ok) throw new Error(client.error.code);
  const refreshed = await client.value.refresh();
  const targets = refreshed.ok ? await client.value.allTargets() : refreshed;
  return { store, server, targets, client: client.value };
}

describe('the repository of the tests is one that a client follows', () => {
  test('from its first root to its objects', async () => {
    const repository = await TestRepository.build();
    const { targets, server } = await follow(repository);
    expect(targets.ok && [...targets.value.keys()].sort()).toEqual(Object.keys(repository.texts).sort());
    expect(server.requests.slice(0, 4)).toEqual(['metadata/2.root.json', 'metadata/timestamp.json', 'metadata/1.snapshot.json', 'metadata/1.targets.json']);
  });

  test('through editions and new keys of every role', async () => {
    const repository = await TestRepository.build();
    const { store } = await follow(repository);
    for (const role of ['root', 'targets', 'snapshot', 'timestamp', 'moi', '9901']) {
      await repository.replaceKeys(role);
      repository.put('services/moi/birth.json', { identifier: 'birth', riel: 400 + repository.edition });
      repository.now += 1000;
      await repository.publish();
      const { targets, client } = await follow(repository, store);
      expect(targets.ok, role).toBe(true);
      expect(client.set.snapshot?.version).toBe(repository.edition);
    }
    expect(repository.now).toBe(beginning + 6000);
  });

  test('with nothing new it writes a new timestamp alone', async () => {
    const repository = await TestRepository.build();
    const before = new Map(repository.files);
    repository.now += 1000;
    await repository.publish();
    expect([...repository.files].filter(([name, bytes]) => before.get(name) !== bytes && !name.startsWith('targets/')).map(([name]) => name)).toEqual(['metadata/timestamp.json']);
  });
});
