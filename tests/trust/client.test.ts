import { beforeEach, describe, expect, test } from 'vitest';
import { roleFileName, TrustClient } from '../../src/trust/client.ts';
import { limits } from '../../src/trust/limits.ts';
import { refuse, type TrustResult } from '../../src/trust/result.ts';
import { beginning, TestRepository } from '../fixtures/repository.ts';
import { memoryStore, serveFiles, type FileServer, type MemoryStore } from '../fixtures/served-files.ts';

const day = 24 * 3_600_000;
let repository: TestRepository;
let store: MemoryStore;
let server: FileServer;
beforeEach(async () => {
  repository = await TestRepository.build();
  store = memoryStore({ 'root.json': repository.anchor });
  server = serveFiles(repository.files);
});

const codeOf = (result: TrustResult<unknown>): string => (result.ok ? 'ok' : result.error.code);
/** What one refresh came to, and which files were asked for on the way. */
async function refresh(now = repository.now): Promise<{ code: string; asked: string[]; client: TrustClient | undefined }> {
  server.requests.length = 0;
  const client = await TrustClient.open({ store, fetcher: server.fetcher, now });
  const code = client.ok ? codeOf(await client.value.refresh()) : client.error.code;
  return { code, asked: server.requests.map((name) => name.replace('metadata/', '')), client: client.ok ? client.value : undefined };
}
/** Versions of what is kept, by file. */
const kept = (): Record<string, unknown> => Object.fromEntries([...store.files].map(([name, bytes]) => [name.replace('.json', ''), (JSON.parse(new TextDecoder().decode(bytes)) as { signed: { version: number } }).signed.version]));

describe('a refresh asks', () => {
  test('for the next root, the timestamp, the snapshot and the targets, in this order and for nothing else', async () => {
    const { code, asked } = await refresh();
    expect(code).toBe('ok');
    expect(asked).toEqual(['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json']);
    expect(kept()).toEqual({ root: 1, timestamp: 1, snapshot: 1, targets: 1 });
  });

  test('for the next root and the timestamp alone where nothing changed', async () => {
    await refresh();
    expect((await refresh()).asked).toEqual(['2.root.json', 'timestamp.json']);
  });

  test('for the role of a changed object alone', async () => {
    await (await refresh()).client?.allTargets();
    repository.put('services/moi/birth.json', { riel: 500 });
    await repository.publish();
    const { client, asked } = await refresh();
    expect(asked).toEqual(['2.root.json', 'timestamp.json', '2.snapshot.json']);
    server.requests.length = 0;
    expect(codeOf((await client?.allTargets()) ?? refuse('absent', ''))).toBe('ok');
    expect(server.requests).toEqual(['metadata/2.moi.json']);
  });

  test('for roots one by one until there is none', async () => {
    for (let i = 0; i < 3; i++) {
      await repository.replaceKeys('root');
      await repository.publish();
    }
    expect((await refresh()).asked.slice(0, 4)).toEqual(['2.root.json', '3.root.json', '4.root.json', '5.root.json']);
    expect(kept()['root']).toBe(4);
  });

  test('for no more roots than one refresh may bring', async () => {
    for (let i = 0; i < limits.rootRotations + 2; i++) await repository.publish({ renew: ['root'] });
    const { code, asked } = await refresh();
    expect(code).toBe('ok');
    expect(asked.filter((name) => name.endsWith('root.json'))).toHaveLength(limits.rootRotations);
  });

  test('for nothing if what it is to trust cannot be trusted', async () => {
    store.files.set('root.json', new TextEncoder().encode('{}'));
    expect(await refresh()).toMatchObject({ code: 'corrupt', asked: [] });
    store.files.delete('root.json');
    expect(await refresh()).toMatchObject({ code: 'absent', asked: [] });
  });

  test.each([[10 ** 12, limits.snapshot], [100, 100], [undefined, limits.snapshot]])('for no more bytes of a snapshot than are signed, and than its limit: %s', async (length, most) => {
    await repository.alter('metadata/timestamp.json', (signed) => Object.assign(signed, { meta: { 'snapshot.json': { version: 1, ...(length !== undefined && { length }) } } }), repository.signersOf('timestamp'));
    const asked = new Map<string, number>();
    const { fetcher } = server;
    server = { ...server, fetcher: { metadata: async (name, limit) => (asked.set(name, limit), fetcher.metadata(name, limit)) } };
    await refresh();
    expect(asked.get('1.snapshot.json')).toBe(most);
  });

  test('for unversioned names where snapshots are not consistent', async () => {
    await repository.alter('metadata/1.root.json', (signed) => void (signed['consistent_snapshot'] = false), repository.signersOf('root'));
    store.files.set('root.json', repository.anchor);
    for (const role of ['snapshot', 'targets']) repository.files.set(`metadata/${role}.json`, repository.bytes(repository.fileOf(role)));
    expect((await refresh()).asked).toEqual(['2.root.json', 'timestamp.json', 'snapshot.json', 'targets.json']);
  });
});

describe('a refresh that fails keeps what was proven before', () => {
  test.each([
    ['timestamp', ['root']],
    ['snapshot', ['root', 'timestamp']],
    ['targets', ['root', 'timestamp', 'snapshot']],
  ])('%s', async (role, names) => {
    await repository.alter(repository.fileOf(role), (signed) => void (signed['x-more'] = 1));
    expect((await refresh()).code).toBe('forged');
    expect(Object.keys(kept())).toEqual(names);
  });

  test('the next root: nothing after it is asked for', async () => {
    await repository.publish({ renew: ['root'], by: repository.signersOf('timestamp') });
    const { code, asked } = await refresh();
    expect(code).toBe('thresholdNotMet');
    expect(asked).toEqual(['2.root.json']);
  });

  test('an expired root is kept, the ones after it tried, and nothing else asked for', async () => {
    await repository.publish({ renew: ['root'] });
    const { code, asked } = await refresh(beginning + 4 * 365 * day);
    expect(code).toBe('expired');
    expect(asked).toEqual(['2.root.json', '3.root.json']);
    expect(kept()).toEqual({ root: 2 });
  });

  test('an expired timestamp is not kept', async () => {
    expect((await refresh(beginning + 31 * day)).code).toBe('expired');
    expect(kept()).toEqual({ root: 1 });
  });

  test.each(['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json'])('a carrier that fails at %s', async (name) => {
    const { fetcher } = server;
    server = { ...server, fetcher: { metadata: async (asked, limit) => (asked === name ? refuse('unreachable', asked) : fetcher.metadata(asked, limit)) } };
    expect((await refresh()).code).toBe('unreachable');
    server = serveFiles(repository.files);
    expect((await refresh()).code).toBe('ok');
  });
});

describe('what is kept', () => {
  test('and does not verify any more is as good as none', async () => {
    await refresh();
    for (const name of ['timestamp.json', 'snapshot.json', 'targets.json']) {
      const before = store.files.get(name);
      for (const damaged of [new Uint8Array(), new TextEncoder().encode('<html>'), before?.slice(0, -1), before?.map((byte, i) => (i === before.length - 30 ? byte ^ 1 : byte))]) {
        store.files.set(name, damaged ?? new Uint8Array());
        expect((await refresh()).code).toBe('ok');
        expect(store.files.get(name)).toEqual(before);
      }
    }
  });

  test('is the very bytes that came, spaces and all', async () => {
    const spaced = new TextEncoder().encode(`${new TextDecoder().decode(repository.bytes('metadata/timestamp.json'))} \n`);
    repository.files.set('metadata/timestamp.json', spaced);
    await refresh();
    expect(store.files.get('timestamp.json')).toBe(spaced);
  });

  test('under another version number is still a guard against going back', async () => {
    const old = new Map(repository.files);
    repository.put('services/moi/birth.json', { riel: 500 });
    await repository.publish();
    await refresh();
    server = serveFiles(old);
    expect((await refresh()).code).toBe('rolledBack');
    expect(kept()).toMatchObject({ timestamp: 2, snapshot: 2 });
  });
});

describe('a new root that takes a key away from the hub (5.3.11)', () => {
  /** A thief with the hub's keys and an authority's has signed the highest numbers, and this client has taken them. */
  async function fastForward(): Promise<void> {
    const thief = repository.fork();
    for (const role of ['moi', 'snapshot', 'timestamp']) thief.versions.set(role, 2 ** 45);
    await thief.publish({ by: thief.signersOf('moi', 'snapshot', 'timestamp'), renew: ['moi', 'snapshot'] });
    server = serveFiles(thief.files);
    expect((await refresh()).code).toBe('ok');
    server = serveFiles(repository.files);
  }

  test.each(['timestamp', 'snapshot'])('undoes the high numbers of a thief in both files, also where the %s alone has a new key', async (role) => {
    await fastForward();
    await repository.publish();
    expect((await refresh()).code).toBe('rolledBack');
    await repository.replaceKeys(role);
    await repository.publish({ renew: ['snapshot'] });
    expect((await refresh()).code).toBe('ok');
    expect(kept()).toEqual({ root: 2, timestamp: 3, snapshot: 2, targets: 1 });
  });

  test.each(['timestamp', 'snapshot'])('undoes them also where the line is cut right after it: %s', async (role) => {
    await fastForward();
    await repository.replaceKeys(role);
    await repository.publish({ renew: ['snapshot'] });
    const { fetcher } = server;
    server = { ...server, fetcher: { metadata: async (asked, limit) => (asked === '3.root.json' ? refuse('unreachable', asked) : fetcher.metadata(asked, limit)) } };
    expect((await refresh()).code).toBe('unreachable');
    server = serveFiles(repository.files);
    expect((await refresh()).code).toBe('ok');
    expect(kept()).toMatchObject({ root: 2, timestamp: 2, snapshot: 2 });
  });

  test.each(['timestamp', 'snapshot'])('is told from one that only adds a key: then nothing older is taken, for the %s either', async (role) => {
    await repository.publish();
    const older = new Map(repository.files);
    await repository.publish({ renew: ['snapshot'] });
    await refresh();
    const signers = repository.signersOf(role);
    await repository.replaceKeys(role);
    repository.keys.set(role, { signers: [...signers, ...repository.signersOf(role)], threshold: 1 });
    await repository.publish();
    server = serveFiles(new Map([...older, ['metadata/2.root.json', repository.bytes('metadata/2.root.json')]]));
    expect((await refresh()).code).toBe('rolledBack');
    expect(kept()).toMatchObject({ root: 2, timestamp: 3, snapshot: 2 });
  });
});

describe('one target', () => {
  test('is found by loading no role but those that may speak of it', async () => {
    const { client } = await refresh();
    server.requests.length = 0;
    const target = await client?.target('services/mpwt/licence.json');
    expect(target?.ok && target.value.role).toBe('mpwt');
    expect(server.requests).toEqual(['metadata/1.mpwt.json']);
    expect(client?.loadedRoles()).toEqual(['mpwt']);
  });

  test('that nobody may speak of costs no request', async () => {
    const { client } = await refresh();
    server.requests.length = 0;
    expect(codeOf((await client?.target('elsewhere/x.json')) ?? refuse('absent', ''))).toBe('notDelegated');
    expect(server.requests).toEqual([]);
  });

  test('asked for before a refresh is our own fault', async () => {
    const client = await TrustClient.open({ store, fetcher: server.fetcher, now: beginning });
    if (!client.ok) throw new Error(client.error.code);
    await expect(client.value.target('x')).rejects.toThrow('refresh comes before');
    await expect(client.value.allTargets()).rejects.toThrow('refresh comes before');
  });
});

describe('one office among all', () => {
  test('that forgets to sign anew keeps no price from anybody, and is named', async () => {
    const late = beginning + 400 * day;
    for (const role of ['targets', 'moi', 'mpwt', 'catalogue', '9901', 'snapshot']) {
      repository.now = late;
      repository.put('services/moi/birth.json', { riel: 500 });
      await repository.publish({ renew: [role] });
    }
    const { client, code } = await refresh();
    expect(code).toBe('ok');
    const all = await client?.allTargets();
    expect(all?.ok && [...all.value.keys()].sort()).toEqual(Object.keys(repository.texts).sort());
    expect(client?.lapsedRoles()).toEqual(['990101']);
    // Asked for on its own it is what the standard says.
    expect(codeOf((await client?.target('offices/990101/office.json')) ?? refuse('absent', ''))).toBe('expired');
  });

  test('does not lend its grace to an authority', async () => {
    repository.now = beginning + 400 * day;
    await repository.publish({ renew: ['targets', 'mpwt', 'catalogue', '9901', '990101', 'snapshot'] });
    const { client } = await refresh();
    expect(await client?.allTargets()).toMatchObject({ ok: false, error: { code: 'expired', path: 'moi.json' } });
  });
});

test.each([
  ['moi', 'moi'],
  ['?', '%3F'],
  ['#', '%23'],
  ['/role', '%2Frole'],
  ['../role', '..%2Frole'],
  ['.', '%2E'],
  ['..', '%2E%2E'],
  ["it's (a) *!", '%28a%29'],
  ['ភ្នំ', '%E1%9E%97%E1%9F%92%E1%9E%93%E1%9F%86'],
])('a role named %s has a file name that stays in its folder', (role, part) => {
  expect(roleFileName(role)).toContain(part);
  expect(roleFileName(role)).toMatch(/^[\w.%-]+$/);
  expect(decodeURIComponent(roleFileName(role))).toBe(role);
});
