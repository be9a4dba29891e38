import { beforeEach, describe, expect, test } from 'vitest';
import type { TrustResult } from '../../src/trust/result.ts';
import { TrustedMetadata } from '../../src/trust/trusted-metadata.ts';
import { sha256Hex } from '../../src/trust/bytes.ts';
import { beginning, makeSigner, TestRepository } from '../fixtures/repository.ts';

const day = 24 * 3_600_000;
let repository: TestRepository;
beforeEach(async () => {
  repository = await TestRepository.build();
});

const codeOf = (result: TrustResult<unknown>): string => (result.ok ? 'ok' : result.error.code);
const newest = (role: string, from = repository): Uint8Array => from.bytes(from.fileOf(role));

/** @param now `'any'`: expiry is not asked for */
async function begin(from = repository, now: number | 'any' = from.now): Promise<TrustedMetadata> {
  const set = await TrustedMetadata.begin(from.anchor, now === 'any' ? undefined : now);
  if (!set.ok) throw new Error(set.error.code);
  return set.value;
}

/** A set that trusts everything of the repository's newest edition. */
async function whole(from = repository): Promise<TrustedMetadata> {
  const set = await begin(from);
  for (const step of [() => set.updateTimestamp(newest('timestamp', from)), () => set.updateSnapshot(newest('snapshot', from)), () => set.updateTargets(newest('targets', from))]) {
    const done = await step();
    if (!done.ok) throw new Error(done.error.code);
  }
  return set;
}

/** Changes a price and publishes. */
async function nextEdition(from = repository): Promise<void> {
  from.put('services/moi/birth.json', { identifier: 'birth', riel: 400 + from.edition });
  from.now += day;
  await from.publish();
}

describe('the root that is trusted from elsewhere (5.2)', () => {
  test('is trusted whatever its age', async () => {
    expect(codeOf(await TrustedMetadata.begin(repository.anchor, beginning + 10_000 * day))).toBe('ok');
    expect(codeOf((await begin(repository, beginning + 10_000 * day)).checkRootFresh())).toBe('expired');
  });

  test('is refused with a word altered, or with too few signatures', async () => {
    await repository.alter('metadata/1.root.json', (signed) => void (signed['version'] = 2));
    expect(codeOf(await TrustedMetadata.begin(repository.anchor, undefined))).toBe('forged');
    await repository.alter('metadata/1.root.json', () => {}, repository.signersOf('root').slice(0, 1));
    expect(codeOf(await TrustedMetadata.begin(repository.anchor, undefined))).toBe('thresholdNotMet');
  });
});

describe('a next root (5.3)', () => {
  test('is trusted if signed by the old keys and by its own', async () => {
    await repository.replaceKeys('root');
    await repository.publish();
    const set = await begin();
    expect(codeOf(await set.updateRoot(newest('root')))).toBe('ok');
    expect(set.root.version).toBe(2);
  });

  test.each<[string, (old: readonly Awaited<ReturnType<typeof makeSigner>>[]) => readonly Awaited<ReturnType<typeof makeSigner>>[]]>([
    ['by its own keys alone (5.3.4)', () => repository.signersOf('root')],
    ['by the old keys alone (5.3.4)', (old) => old],
    ['by all of its own and one of the old keys', (old) => [...repository.signersOf('root'), ...old.slice(0, 1)]],
    ['by one of its own and all of the old keys', (old) => [...repository.signersOf('root').slice(0, 1), ...old]],
    ['by nobody', () => []],
  ])('is refused if signed %s, and the old one stays', async (_, signers) => {
    const old = await repository.replaceKeys('root');
    await repository.publish();
    await repository.alter('metadata/2.root.json', () => {}, signers(old));
    const set = await begin();
    expect(codeOf(await set.updateRoot(newest('root')))).toBe('thresholdNotMet');
    expect(set.root.version).toBe(1);
  });

  test.each([[1, 'rolledBack'], [3, 'corrupt']])('of version %i after 1 is %s (5.3.5)', async (version, code) => {
    await repository.publish({ renew: ['root'] });
    await repository.alter('metadata/2.root.json', (signed) => void (signed['version'] = version), repository.signersOf('root'));
    expect(codeOf(await (await begin()).updateRoot(newest('root')))).toBe(code);
  });

  test('does not come after a timestamp: that would be our own fault', async () => {
    const set = await whole();
    await repository.publish({ renew: ['root'] });
    await expect(set.updateRoot(newest('root'))).rejects.toThrow('the roots come before');
  });
});

describe('a timestamp (5.4)', () => {
  test('is refused if not signed by its key (5.4.2)', async () => {
    for (const signers of [[await makeSigner()], repository.signersOf('snapshot')]) {
      await repository.alter('metadata/timestamp.json', () => {}, signers);
      expect(codeOf(await (await begin()).updateTimestamp(newest('timestamp')))).toBe('thresholdNotMet');
    }
  });

  test('of a lower version is a rollback (5.4.3.1)', async () => {
    const old = newest('timestamp');
    // The same snapshot, confirmed anew.
    await repository.publish();
    const set = await whole();
    expect(codeOf(await set.updateTimestamp(old))).toBe('rolledBack');
    expect(set.timestamp?.version).toBe(2);
  });

  test('of the same version is the one that is trusted already', async () => {
    const set = await whole();
    await repository.alter('metadata/timestamp.json', (signed) => void (signed['meta'] = { 'snapshot.json': { version: 9 } }), repository.signersOf('timestamp'));
    expect(await set.updateTimestamp(newest('timestamp'))).toEqual({ ok: true, value: 'same' });
    expect(set.timestamp?.meta['snapshot.json'].version).toBe(1);
  });

  test('that names an older snapshot is a rollback (5.4.3.2)', async () => {
    await nextEdition();
    const set = await whole();
    await repository.alter('metadata/timestamp.json', (signed) => Object.assign(signed, { version: 9, meta: { 'snapshot.json': { version: 1 } } }), repository.signersOf('timestamp'));
    expect(codeOf(await set.updateTimestamp(newest('timestamp')))).toBe('rolledBack');
  });

  test('is expired from the very moment that it names (5.4.4), unless no time is asked for', async () => {
    const expires = beginning + 30 * day;
    for (const [now, code] of [[expires - 1, 'ok'], [expires, 'expired'], ['any', 'ok']] as const) expect(codeOf(await (await begin(repository, now)).updateTimestamp(newest('timestamp')))).toBe(code);
  });
});

describe('a snapshot (5.5)', () => {
  test('does not come before a timestamp: that would be our own fault', async () => {
    const set = await begin();
    await expect(set.updateSnapshot(newest('snapshot'))).rejects.toThrow('the timestamp comes before');
  });

  test('of other bytes than the timestamp names is refused (5.5.2)', async () => {
    const bytes = newest('snapshot');
    for (const [more, code] of [[{ length: bytes.length + 1 }, 'wrongLength'], [{ hashes: { sha256: '00'.repeat(32) } }, 'wrongHash'], [{ hashes: { md4: '00' } }, 'wrongHash'], [{ length: bytes.length, hashes: { sha256: await sha256Hex(bytes) } }, 'ok']] as const) {
      await repository.alter('metadata/timestamp.json', (signed) => Object.assign(signed, { meta: { 'snapshot.json': { version: 1, ...more } } }), repository.signersOf('timestamp'));
      const set = await begin();
      await set.updateTimestamp(newest('timestamp'));
      expect(codeOf(await set.updateSnapshot(bytes)), JSON.stringify(more)).toBe(code);
    }
  });

  test('is refused if not signed by its key (5.5.3)', async () => {
    await repository.alter(repository.fileOf('snapshot'), () => {}, [await makeSigner(), ...repository.signersOf('timestamp', 'targets', 'root')]);
    const set = await begin();
    await set.updateTimestamp(newest('timestamp'));
    expect(codeOf(await set.updateSnapshot(newest('snapshot')))).toBe('thresholdNotMet');
  });

  test('of another version than the timestamp names is refused (5.5.4)', async () => {
    const old = newest('snapshot');
    await nextEdition();
    const set = await begin();
    await set.updateTimestamp(newest('timestamp'));
    expect(codeOf(await set.updateSnapshot(old))).toBe('rolledBack');
  });

  test('that makes a role older or forgets one is a rollback (5.5.5)', async () => {
    await nextEdition();
    for (const change of [(meta: Record<string, unknown>) => void (meta['moi.json'] = { version: 1 }), (meta: Record<string, unknown>) => void delete meta['990101.json']]) {
      const set = await whole();
      const attacker = repository.fork();
      await attacker.publish({ renew: ['snapshot'] });
      await attacker.alter(attacker.fileOf('snapshot'), (signed) => change(signed['meta'] as Record<string, unknown>), attacker.signersOf('snapshot'));
      await set.updateTimestamp(newest('timestamp', attacker));
      expect(codeOf(await set.updateSnapshot(newest('snapshot', attacker)))).toBe('rolledBack');
      expect(set.snapshot?.version).toBe(2);
    }
  });

  test('that is expired is refused (5.5.6), and a kept one still guards against going back', async () => {
    await nextEdition();
    const late = beginning + 61 * day;
    await repository.publish();
    repository.now = late;
    await repository.publish();
    const set = await begin(repository, late);
    await set.updateTimestamp(newest('timestamp'));
    expect(codeOf(await set.updateSnapshot(newest('snapshot'), true))).toBe('expired');
    expect(set.snapshot?.version).toBe(2);
  });

  test('that is kept counts as the current one only if it is the very one that the timestamp names', async () => {
    await repository.alter('metadata/timestamp.json', (signed) => Object.assign(signed, { meta: { 'snapshot.json': { version: 1, hashes: { sha256: '00'.repeat(32) } } } }), repository.signersOf('timestamp'));
    const set = await begin();
    await set.updateTimestamp(newest('timestamp'));
    expect(await set.updateSnapshot(newest('snapshot'), true)).toEqual({ ok: true, value: 'older' });
  });
});

describe('targets (5.6)', () => {
  test('are refused if too few of their keys signed (5.6.3), however many others did', async () => {
    await repository.alter(repository.fileOf('targets'), () => {}, [...repository.signersOf('targets').slice(0, 1), ...repository.signersOf('snapshot', 'timestamp', 'moi', 'root')]);
    const set = await begin();
    await set.updateTimestamp(newest('timestamp'));
    await set.updateSnapshot(newest('snapshot'));
    expect(codeOf(await set.updateTargets(newest('targets')))).toBe('thresholdNotMet');
  });

  test('of another version than the snapshot names are refused (5.6.4)', async () => {
    const old = newest('targets');
    await repository.replaceKeys('moi');
    await repository.publish();
    const set = await begin();
    await set.updateTimestamp(newest('timestamp'));
    await set.updateSnapshot(newest('snapshot'));
    expect(codeOf(await set.updateTargets(old))).toBe('rolledBack');
  });

  test('that are expired are refused (5.6.5)', async () => {
    const set = await begin(repository, 'any');
    await set.updateTimestamp(newest('timestamp'));
    await set.updateSnapshot(newest('snapshot'));
    await repository.alter(repository.fileOf('targets'), (signed) => Object.assign(signed, { expires: '2026-11-01T00:00:00Z' }), repository.signersOf('targets'));
    expect(codeOf(await set.updateTargets(newest('targets')))).toBe('ok');
    const dated = await begin();
    await dated.updateTimestamp(newest('timestamp'));
    await dated.updateSnapshot(newest('snapshot'));
    expect(codeOf(await dated.updateTargets(newest('targets')))).toBe('expired');
  });

  test('of a delegated role are read with the keys that the delegator names (5.6.7)', async () => {
    const set = await whole();
    const top = set.targets;
    const role = top?.delegations?.roles.find(({ name }) => name === 'moi');
    const other = top?.delegations?.roles.find(({ name }) => name === 'mpwt');
    if (top === undefined || role === undefined || other === undefined) throw new Error('no such roles');
    expect(codeOf(await set.readDelegated(newest('moi'), top, role))).toBe('ok');
    expect(codeOf(await set.readDelegated(newest('mpwt'), top, role))).toBe('thresholdNotMet');
    expect(codeOf(await set.readDelegated(newest('moi'), top, { ...role, keyids: other.keyids }))).toBe('thresholdNotMet');
    expect(codeOf(await set.readDelegated(newest('moi'), top, { ...role, name: 'unheard-of' }))).toBe('absent');
  });
});

describe('signatures', () => {
  /** Makes a repository whose timestamp role has these keyids and threshold, signed as given. */
  async function timestampBy(change: (root: { keys: Record<string, { keyval: { public: string } }>; roles: Record<string, { keyids: string[]; threshold: number }> }) => void): Promise<string> {
    await repository.alter('metadata/1.root.json', (signed) => change(signed as never), repository.signersOf('root'));
    return codeOf(await (await begin()).updateTimestamp(newest('timestamp')));
  }

  test('by one key under two names count once', async () => {
    const [signer] = repository.signersOf('timestamp');
    if (signer === undefined) throw new Error('no signer');
    await repository.alter('metadata/timestamp.json', () => {}, [signer, { ...signer, keyid: 'alias' }]);
    const code = await timestampBy(({ keys, roles }) => {
      keys['alias'] = structuredClone(signer.key);
      roles['timestamp'] = { keyids: [signer.keyid, 'alias'], threshold: 2 };
    });
    expect(code).toBe('thresholdNotMet');
  });

  test('by one key in two spellings count once', async () => {
    const [signer] = repository.signersOf('timestamp');
    if (signer === undefined) throw new Error('no signer');
    await repository.alter('metadata/timestamp.json', () => {}, [signer, { ...signer, keyid: 'ALIAS' }]);
    const code = await timestampBy(({ keys, roles }) => {
      keys['ALIAS'] = { ...signer.key, keyval: { public: signer.key.keyval.public.toUpperCase() } };
      roles['timestamp'] = { keyids: [signer.keyid, 'ALIAS'], threshold: 2 };
    });
    expect(code).toBe('thresholdNotMet');
  });

  test('that do not fit do no harm where enough others do', async () => {
    const broken = { ...(await makeSigner()), sign: async () => '' };
    const [signer] = repository.signersOf('timestamp');
    if (signer === undefined) throw new Error('no signer');
    await repository.alter('metadata/timestamp.json', () => {}, [broken, signer]);
    const code = await timestampBy(({ keys, roles }) => {
      keys[broken.keyid] = broken.key;
      roles['timestamp'] = { keyids: [signer.keyid, broken.keyid], threshold: 1 };
    });
    expect(code).toBe('ok');
  });

  test('are never enough for a threshold beyond the number of keys', async () => {
    expect(await timestampBy(({ roles }) => void (roles['timestamp'] = { keyids: roles['timestamp']?.keyids ?? [], threshold: 2 }))).toBe('thresholdNotMet');
  });

  test('by a key of a kind that we do not know are left out of account', async () => {
    expect(await timestampBy(({ keys }) => void Object.assign(keys, { strange: { keytype: 'sigstore-oidc', scheme: 'Fulcio', keyval: { identity: 'a', issuer: 'b' } } }))).toBe('ok');
  });
});
