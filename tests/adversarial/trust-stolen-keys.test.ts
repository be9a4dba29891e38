import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { changesName } from '../../src/trust/changes.ts';
import type { Signer } from '../../src/trust/signer.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { TestTerminal } from '../fixtures/terminal.ts';

/** Keys in the wrong hands: what a thief, or a hub's operator, can make a terminal show. */

const day = 24 * 3_600_000;
const birth = 'services/moi/birth.json';
const online = ['snapshot', 'timestamp'];
const offices = ['9901', '990101'];
let repository: TestRepository;
let terminal: TestTerminal;
let prices: Readonly<Record<string, number>>;

beforeEach(async () => {
  repository = await TestRepository.build();
  terminal = new TestTerminal(repository.anchor);
  await terminal.sync(serveFiles(repository.files), repository.now);
  prices = terminal.prices;
});

const sync = async (of: TestRepository): Promise<string> => {
  const done = await terminal.sync(serveFiles(of.files), of.now);
  return done.ok ? 'ok' : done.error.code;
};

/** Ways to 900 riel for a birth certificate, tried with the thief's keys. */
const ways: Readonly<Record<string, (thief: TestRepository) => Promise<void>>> = {
  'signing the price': async (thief) => thief.put(birth, { identifier: 'birth', riel: 900 }),
  'signing it in the names of others': async (thief) => {
    for (const role of ['mpwt', 'catalogue', ...offices]) thief.put(birth, { identifier: 'birth', riel: 900 }, role);
  },
  'putting keys of its own in the authority’s place': async (thief) => {
    await thief.replaceKeys('moi');
    thief.put(birth, { identifier: 'birth', riel: 900 });
  },
  'delegating the path to itself': async (thief) => {
    thief.delegate('9901', ['services/moi/*', 'offices/9901/*']);
    thief.delegate('moi', ['services/moi/nothing']);
    thief.put(birth, { identifier: 'birth', riel: 900 }, '9901');
  },
  'putting keys of its own in every place, the root’s too': async (thief) => {
    for (const role of thief.keys.keys()) await thief.replaceKeys(role);
    thief.put(birth, { identifier: 'birth', riel: 900 });
  },
  'asking for one signature where there were two': async (thief) => {
    for (const role of ['root', 'targets', 'moi']) thief.keys.set(role, { signers: thief.signersOf(role), threshold: 1 });
    thief.put(birth, { identifier: 'birth', riel: 900 });
  },
};

/** Publishes from a copy of the repository, signing with the stolen keys and with all that the thief made. */
async function attack(stolen: readonly Signer[], way: (thief: TestRepository) => Promise<void>): Promise<TestRepository> {
  const thief = repository.fork();
  const known = new Set(repository.signersOf(...repository.keys.keys()));
  thief.now += day;
  await way(thief);
  const made = thief.signersOf(...thief.keys.keys()).filter((signer) => !known.has(signer));
  await thief.publish({ by: [...new Set([...stolen, ...made])], renew: ['snapshot'] });
  return thief;
}

describe.each(Object.keys(ways))('%s', (name) => {
  const way = ways[name] ?? (async () => {});

  test('fails with any single key', async () => {
    for (const signer of repository.signersOf(...repository.keys.keys())) {
      await sync(await attack([signer], way));
      expect(terminal.prices).toEqual(prices);
    }
  });

  test('fails with all keys of the hub and of all offices', async () => {
    await sync(await attack(repository.signersOf(...online, ...offices), way));
    expect(terminal.prices).toEqual(prices);
  });

  test('fails with every combination below its threshold, the hub’s and all offices’ keys included', async () => {
    const guarded = ['root', 'targets', 'moi', 'mpwt', 'catalogue'];
    // One key of each threshold of two: any combination below is a part of one of these.
    const combinations = guarded.reduce<readonly (readonly Signer[])[]>((all, role) => all.flatMap((chosen) => repository.signersOf(role).map((signer) => [...chosen, signer])), [repository.signersOf(...online, ...offices)]);
    expect(combinations).toHaveLength(3 * 3 * 2 * 2 * 2);
    for (const stolen of combinations) {
      await sync(await attack(stolen, way));
      expect(terminal.prices).toEqual(prices);
    }
  });

  test('fails with all keys of another authority, of the catalogue, of the hub and of all offices', async () => {
    await sync(await attack(repository.signersOf('mpwt', 'catalogue', ...online, ...offices), way));
    expect(terminal.prices).toEqual(prices);
  });

  test('leaves a terminal that still takes what is honest', async () => {
    await sync(await attack(repository.signersOf(...offices, 'mpwt').slice(0, -1), way));
    repository.put(birth, { identifier: 'birth', riel: 425 });
    await repository.publish();
    expect(await sync(repository)).toBe('ok');
    expect(terminal.prices).toEqual({ ...prices, 'moi/birth': 425 });
  });
});

describe('the same ways work with enough keys, so that the above says something', () => {
  test.each([
    ['signing the price', ['moi', ...online], 'ok'],
    ['putting keys of its own in the authority’s place', ['targets', ...online], 'ok'],
    ['putting keys of its own in every place, the root’s too', ['root'], 'ok'],
    // Without the hub's keys not even an authority gets its word through.
    ['signing the price', ['moi'], 'thresholdNotMet'],
  ])('%s with the keys of %j: %s', async (name, roles, code) => {
    expect(await sync(await attack(repository.signersOf(...roles), ways[name] ?? (async () => {})))).toBe(code);
    expect(terminal.prices['moi/birth']).toBe(code === 'ok' ? 900 : 400);
  });

  test('an authority’s two keys reach no further than its own services', async () => {
    const thief = await attack(repository.signersOf('mpwt', ...online), async (of) => {
      for (const path of [birth, 'services/mpwt/licence.json', 'catalogue/pack.json']) of.put(path, { identifier: 'x', riel: 900 }, 'mpwt');
    });
    expect(await sync(thief)).toBe('ok');
    expect(terminal.prices).toEqual({ ...prices, 'mpwt/licence': 900 });
  });
});

describe('a hub’s operator with every key and file of the hub', () => {
  test('cannot change one riel, whatever is written into whichever file', async () => {
    const rolesOf = ['moi', 'mpwt', 'catalogue', 'targets', '990101'];
    const change = fc.record({
      role: fc.constantFrom(...rolesOf),
      edit: fc.constantFrom<((signed: Record<string, unknown>) => void)[]>(
        (signed) => void (signed['targets'] = {}),
        (signed) => void (signed['targets'] = { [birth]: { length: 32, hashes: { sha256: '00'.repeat(32) } } }),
        (signed) => void (signed['version'] = Number(signed['version']) + 1),
        (signed) => void (signed['expires'] = '2099-01-01T00:00:00Z'),
        (signed) => void (signed['delegations'] = { keys: {}, roles: [] }),
        (signed) => void delete signed['targets'],
      ),
      sign: fc.boolean(),
      object: fc.boolean(),
      version: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const hub = repository.fork();
        hub.now += day;
        const keys = hub.signersOf(...online);
        for (const { role, edit, sign, object, version } of changes) {
          await hub.alter(hub.fileOf(role), edit, sign ? keys : undefined);
          hub.versions.set(role, (hub.versions.get(role) ?? 1) + version);
          hub.files.set(hub.fileOf(role), hub.files.get(hub.fileOf(role)) ?? hub.bytes(repository.fileOf(role)));
          if (object) for (const [name, bytes] of hub.files) if (name.endsWith('.birth.json')) hub.files.set(name, bytes.map((byte) => (byte === 0x34 ? 0x39 : byte)));
        }
        await hub.publish({ by: keys, renew: ['snapshot'] });
        const subject = new TestTerminal(repository.anchor);
        await subject.sync(serveFiles(hub.files), hub.now);
        for (const [service, riel] of Object.entries(subject.prices)) expect(riel).toBe(prices[service]);
        await sync(hub);
        expect(terminal.prices).toEqual(prices);
      }),
      { numRuns: 150 },
    );
  });

  test('cannot bring a price back that was once true', async () => {
    const old = repository.versions.get('moi') ?? 0;
    repository.put(birth, { identifier: 'birth', riel: 300 });
    await repository.publish();
    await sync(repository);
    const hub = repository.fork();
    hub.versions.set('moi', old);
    await hub.publish({ by: hub.signersOf(...online), renew: ['snapshot'] });
    expect(await sync(hub)).toBe('rolledBack');
    expect(terminal.prices['moi/birth']).toBe(300);
  });

  test('cannot make an authority or its services disappear', async () => {
    const hub = repository.fork();
    await hub.publish({ by: hub.signersOf(...online), renew: ['snapshot'] });
    hub.files.delete(changesName(1, 2));
    await hub.alter(hub.fileOf('snapshot'), (signed) => void delete (signed['meta'] as Record<string, unknown>)['moi.json'], hub.signersOf('snapshot'));
    expect(await sync(hub)).toBe('rolledBack');
    expect(terminal.prices).toEqual(prices);
  });
});

describe('fast-forward', () => {
  test('of the hub’s files is undone by a root with new keys for the hub', async () => {
    const thief = repository.fork();
    for (const role of online) thief.versions.set(role, 2 ** 45);
    await thief.publish({ by: thief.signersOf(...online), renew: ['snapshot'] });
    expect(await sync(thief)).toBe('ok');
    expect(terminal.prices).toEqual(prices);

    repository.put(birth, { identifier: 'birth', riel: 425 });
    await repository.publish();
    expect(await sync(repository)).toBe('rolledBack');
    expect(terminal.prices).toEqual(prices);

    for (const role of online) await repository.replaceKeys(role);
    await repository.publish();
    expect(await sync(repository)).toBe('ok');
    expect(terminal.prices['moi/birth']).toBe(425);
  });

  test('of an authority’s file is undone by new keys for the authority and the hub', async () => {
    const thief = repository.fork();
    thief.versions.set('moi', 2 ** 45);
    await thief.publish({ by: thief.signersOf('moi', ...online), renew: ['moi'] });
    expect(await sync(thief)).toBe('ok');

    for (const role of ['moi', ...online]) await repository.replaceKeys(role);
    repository.put(birth, { identifier: 'birth', riel: 425 });
    await repository.publish();
    expect(await sync(repository)).toBe('ok');
    expect(terminal.prices['moi/birth']).toBe(425);
  });
});

describe('an office’s key', () => {
  test.each([
    ['a cost', birth],
    ['a service', 'services/moi/new.json'],
    ['a service of a made-up authority', 'services/9901/new.json'],
    ['another office', 'offices/990101/office.json'],
    ['an office below its own', 'offices/990199/office.json'],
    ['a page of the catalogue', 'catalogue/pack.json'],
    ['a path that leads out of its folder', 'offices/9901/../../services/moi/birth.json'],
    ['a path that looks like another', 'offices/9901/..%2f..%2fservices%2fmoi%2fbirth.json'],
    ['a folder below its own', 'offices/9901/services/birth.json'],
  ])('cannot sign %s, even with the hub’s keys', async (_, path) => {
    const before = terminal.shown;
    const thief = await attack(repository.signersOf('9901', ...online), async (of) => of.put(path, { identifier: 'birth', riel: 900 }, '9901'));
    await sync(thief);
    expect(terminal.shown).toEqual(before);
  });

  test('signs its own hours', async () => {
    const text = { identifier: '9901', opens: '09:00' };
    expect(await sync(await attack(repository.signersOf('9901', ...online), async (of) => of.put('offices/9901/office.json', text)))).toBe('ok');
    expect(JSON.parse(terminal.shown['offices/9901/office.json'] ?? '')).toEqual(text);
    expect(terminal.prices).toEqual(prices);
  });
});
