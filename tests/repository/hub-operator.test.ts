import { describe, expect, test } from 'vitest';
import { sha256Hex, utf8 } from '../../src/trust/bytes.ts';
import { composeRoot, composeSnapshot, composeTargets, composeTimestamp, ownFields, signMetadata, stableJson, type Signable } from '../../src/trust/compose.ts';
import type { Signer } from '../../src/trust/signer.ts';
import { authorityOf } from '../../src/repository/authority.ts';
import type { RepositoryFolder } from '../../src/repository/folder.ts';
import { publish } from '../../src/repository/publish.ts';
import { readTop } from '../../src/repository/state.ts';
import { compiledWithTwoPrices, Lobby, prices } from '../fixtures/lobby.ts';
import { birth, code, compiled, copyOf, day, makeSigner, ministry, service, start, TestKiosk, value, type Ministry } from './ministry.ts';

/** Somebody with every file and every key of the hub. */
interface Operator {
  readonly house: Ministry;
  /** All that lies on the hub, to do with as they like. */
  readonly hub: RepositoryFolder;
  /** A kiosk that has accepted the price of 400 riel. */
  readonly kiosk: TestKiosk;
  /** Names a higher snapshot with these versions in a higher timestamp, with the hub's own keys. */
  republish(versions: Readonly<Record<string, number>>): Promise<void>;
}

const at = start + day;

async function operator(): Promise<Operator> {
  const house = await ministry();
  await house.release(compiled(400));
  const kiosk = await TestKiosk.fresh(house.folder);
  await kiosk.sync(house.folder, start);
  expect(kiosk.price()).toBe(400);
  const hub = await copyOf(house.folder);
  const newest = { targets: 1, moi: 1, mpwt: 1, catalogue: 1, '9901': 1, '990101': 1 };
  return {
    house,
    hub,
    kiosk,
    async republish(versions) {
      await hub.write('metadata/7.snapshot.json', await signMetadata(composeSnapshot({ version: 7, expires: at + 30 * day, versions: { ...newest, ...versions } }), house.online.snapshot));
      await hub.write('metadata/timestamp.json', await signMetadata(composeTimestamp({ version: 70, expires: at + 30 * day, snapshot: 7, issued: at }), house.online.timestamp));
    },
  };
}

const dear = service('moi', 'birth', 9_000);

async function dearTargets(version: number): Promise<Signable> {
  return composeTargets({ version, expires: at + 300 * day, targets: { [birth]: { length: dear.length, sha256: await sha256Hex(dear) } } });
}

describe('a hub operator with every secret on the hub cannot change one riel', () => {
  const attempts: readonly (readonly [string, string, (thief: Operator) => Promise<void>])[] = [
    [
      'by putting other bytes in the place of an object',
      'wrongHash',
      async ({ hub }) => {
        const [name] = (await hub.list('targets/services/moi/')).filter((each) => each.endsWith('.birth.json'));
        const text = new TextDecoder().decode(await hub.read(name ?? ''));
        await hub.write(name ?? '', utf8(text.replace('"riel":400', '"riel":900')));
      },
    ],
    [
      'by changing the hash in the authority’s file',
      'forged',
      async ({ hub, republish }) => {
        const file = JSON.parse(new TextDecoder().decode(await hub.read('metadata/1.moi.json'))) as { signed: { version: number; targets: Record<string, unknown> } };
        file.signed.version = 2;
        file.signed.targets[birth] = { length: dear.length, hashes: { sha256: await sha256Hex(dear) } };
        await hub.write('metadata/2.moi.json', utf8(stableJson(file)));
        await republish({ moi: 2 });
      },
    ],
    [
      'by signing the authority’s file with the hub’s keys',
      'thresholdNotMet',
      async ({ hub, house, republish }) => {
        await hub.write('metadata/2.moi.json', await signMetadata(await dearTargets(2), [...house.online.snapshot, ...house.online.timestamp]));
        await republish({ moi: 2 });
      },
    ],
    [
      'by delegating the authority to a key of their own',
      'thresholdNotMet',
      async ({ hub, house, republish }) => {
        const own = await makeSigner();
        const { delegations } = await house.authority();
        const stolen = delegations.map((role) => (role.name === 'moi' ? { ...role, keys: [own.key], threshold: 1 } : role));
        await hub.write('metadata/2.targets.json', await signMetadata(await composeTargets({ version: 2, expires: at + 300 * day, targets: {}, delegations: stolen }), [own, ...house.online.snapshot]));
        await hub.write('metadata/2.moi.json', await signMetadata(await dearTargets(2), [own]));
        await republish({ targets: 2, moi: 2 });
      },
    ],
    [
      'by naming the price in the top-level targets',
      'thresholdNotMet',
      async ({ hub, house, republish }) => {
        await hub.write('metadata/2.targets.json', await signMetadata(await dearTargets(2), [...house.online.snapshot, ...house.online.timestamp]));
        await republish({ targets: 2 });
      },
    ],
    [
      'by a root of their own',
      'thresholdNotMet',
      async ({ hub, house }) => {
        const own = [await makeSigner(), await makeSigner()];
        const top = value(await readTop(hub));
        const { roles } = authorityOf({ root: top.root.signed, targets: top.targets.signed });
        const keys = { keys: own.map(({ key }) => key), threshold: 2 };
        await hub.write('metadata/2.root.json', await signMetadata(await composeRoot({ version: 2, expires: at + 900 * day, roles: { ...roles, root: keys, targets: keys }, demonstration: false }), [...own, ...house.online.snapshot]));
      },
    ],
    [
      'by leaving the authority out',
      'rolledBack',
      async ({ hub, house }) => {
        await hub.write('metadata/7.snapshot.json', await signMetadata(composeSnapshot({ version: 7, expires: at + 30 * day, versions: { targets: 1, mpwt: 1, catalogue: 1, '9901': 1, '990101': 1 } }), house.online.snapshot));
        await hub.write('metadata/timestamp.json', await signMetadata(composeTimestamp({ version: 70, expires: at + 30 * day, snapshot: 7, issued: at }), house.online.timestamp));
      },
    ],
  ];

  test.each(attempts)('%s: %s', async (_how, expected, attempt) => {
    const thief = await operator();
    await attempt(thief);
    for (const kiosk of [thief.kiosk, await TestKiosk.fresh(thief.house.folder)]) {
      const before = kiosk.price();
      const synced = await kiosk.sync(thief.hub, at);
      if (kiosk === thief.kiosk || expected !== 'rolledBack') expect(code(synced)).toBe(expected);
      expect(kiosk.price()).toBe(before);
    }
    // The ministry replaces the hub's keys, and the kiosk follows in spite of the thief's high version numbers.
    const fresh = { snapshot: [await makeSigner()], timestamp: [await makeSigner()] };
    const authority = await thief.house.authority();
    const holders = (signers: readonly Signer[]) => ({ keys: signers.map(({ key }) => key), threshold: 1 });
    value(await thief.house.change({ ...authority, roles: { ...authority.roles, snapshot: holders(fresh.snapshot), timestamp: holders(fresh.timestamp) } }, thief.house.keys.get('root')!.slice(1), at));
    value(await thief.house.sign('moi', compiled(600), { now: at }));
    value(await publish(thief.house.folder, fresh, at));
    expect(code(await thief.kiosk.sync(thief.house.folder, at))).toBe('accepted');
    expect(thief.kiosk.price()).toBe(600);
  });

  test('an older price that was signed once does not come back', async () => {
    const house = await ministry();
    await house.release(compiled(900));
    const old = await copyOf(house.folder);
    await house.release(compiled(400), start + 1);
    const kiosk = await TestKiosk.fresh(house.folder);
    await kiosk.sync(house.folder, start + 1);
    // As it was, and with a new snapshot and timestamp over the old file.
    expect(code(await kiosk.sync(old, start + 2))).toBe('rolledBack');
    await old.write('metadata/9.snapshot.json', await signMetadata(composeSnapshot({ version: 9, expires: at + 30 * day, versions: { targets: 1, moi: 1, mpwt: 1, catalogue: 1, '9901': 1, '990101': 1 } }), house.online.snapshot));
    await old.write('metadata/timestamp.json', await signMetadata(composeTimestamp({ version: 90, expires: at + 30 * day, snapshot: 9, issued: at }), house.online.timestamp));
    expect(code(await kiosk.sync(old, at))).toBe('rolledBack');
    expect(kiosk.price()).toBe(400);
  });

  const words: readonly (readonly [string, { readonly issued: number | undefined; readonly expires: number }, string])[] = [
    ['dated a year ahead', { issued: at + 365 * day, expires: at + 395 * day }, '2026-11-23'],
    ['dated ahead until long after the price changes', { issued: at + 3 * 365 * day, expires: at + 4 * 365 * day }, '2026-11-23'],
    ['good for ten years', { issued: at, expires: at + 3_650 * day }, '2026-11-24'],
    ['dated years ago', { issued: at - 3 * 365 * day, expires: at + 30 * day }, '2026-11-23'],
    ['without a date', { issued: undefined, expires: at + 30 * day }, '2026-11-23'],
  ];
  test.each(words)('nor the price in force or its last confirmation on the screen, by a word that is %s', async (_how, { issued, expires }, on) => {
    const house = await ministry();
    await house.release(compiledWithTwoPrices());
    const lobby = await Lobby.open(house.folder, start);
    const stolen = await copyOf(house.folder);
    const word = composeTimestamp({ version: 70, expires, snapshot: 1, issued: issued ?? at });
    await stolen.write('metadata/timestamp.json', await signMetadata(issued === undefined ? { ...word, [ownFields.issued]: undefined } : word, house.online.timestamp));
    lobby.connect(stolen);
    lobby.world.time = at;
    for (const again of [() => lobby.ask(), () => lobby.restart()]) {
      await again();
      expect(lobby.look()).toEqual({ prices: [prices.now], worth: { kind: 'confirmed', on } });
    }
    // A thief keeps news away, and it is said in time.
    lobby.world.time = at + 60 * day;
    await lobby.ask();
    expect(lobby.look()).toEqual({ prices: [prices.now], worth: { kind: 'stale', since: on } });
  });
});
