import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { openContentStore } from '../../../src/kiosk/content/db.ts';
import { attempt, readObjects, type ContentStore } from '../../../src/kiosk/content/store.ts';
import { err, ok } from '../../../src/model/result.ts';
import { utf8 } from '../../../src/trust/bytes.ts';
import { signatureVerifier } from '../../../src/trust/sealed.ts';
import { buildRelease, catalogueObjects, serviceObject, type BuiltRelease } from '../../fixtures/content-release.ts';
import { codes, createWorld, serving, shownVersion, type World } from './world.ts';

let first: BuiltRelease;
let second: BuiltRelease;
beforeAll(async () => {
  first = await buildRelease(100, catalogueObjects(['birth', 'marriage']));
  second = await buildRelease(200, catalogueObjects(['birth', 'death', 'marriage']));
});

/** A kiosk whose app carries `first` and which has been shown `second` by the hub, hub dead again. */
async function upToDate(): Promise<World> {
  const world = createWorld(first);
  world.hub = serving(second);
  const { content } = await world.start();
  await content.applyPending();
  world.hub = () => undefined;
  return world;
}

const serviceHash = (release: BuiltRelease, service: string): string => release.release.objects[`services/moi/${service}.json`]?.sha256 ?? '';

test('a kiosk that starts for the first time shows the baseline built into the app and reports no damage', async () => {
  const world = createWorld(first);
  const { content, reports } = await world.start();
  expect(content.content.value).toMatchObject({ kind: 'ready', release: { edition: 100, editedOn: '2026-11-23' } });
  expect(codes(reports)).toEqual(['hubUnreachable']);
});

test.each(['well', 'badly'])('a kiosk that does not know its office yet shows what it has, and asks for newer content when that is settled, %s', async (how) => {
  const world = createWorld(first);
  world.hub = serving(second);
  /** What is asked until nothing but the settings is missing, and for long after. */
  const askedBefore = async (): Promise<readonly string[]> => {
    while (world.marker.size === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve));
    return world.asked.filter((path) => path.startsWith('/content/'));
  };
  const before = askedBefore();
  world.settled = how === 'well' ? before : before.then(() => Promise.reject(new Error('no settings')));
  const { content } = await world.start();
  expect(await before).toEqual([]);
  expect([shownVersion(content), content.pending.value]).toEqual([100, true]);
});

test('a restart without hub and baseline shows what the database keeps', async () => {
  const world = await upToDate();
  world.baseline = undefined;
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(200);
  expect(codes(reports)).not.toContain('contentDamaged');
});

test('a new version of the app works with the content that an earlier version left in the database', async () => {
  const world = await upToDate();
  world.baseline = await buildRelease(150, catalogueObjects(['birth']));
  const { content } = await world.start();
  expect(shownVersion(content)).toBe(200);
});

test('a pointer that an earlier version of the app wrote, with a field more, is no damage', async () => {
  const world = await upToDate();
  const db = await new Dexie(world.name).open();
  await db.table('pointer').put({ key: 'pointer', current: second.id, previous: first.id, trustedVersion: 200 });
  db.close();
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(200);
  expect(codes(reports)).not.toContain('contentDamaged');
});

test('a kiosk that lost what it kept of the hub’s metadata is not led back below what it shows', async () => {
  const world = await upToDate();
  await (await world.store()).setNote('trust', '{}');
  world.hub = serving(first);
  const { content, reports } = await world.start();
  expect(reports.recentReports.value).toContainEqual(expect.objectContaining({ code: 'contentRolledBack', detail: expect.stringContaining('rolledBack timestamp.json') }));
  expect([shownVersion(content), content.pending.value]).toEqual([200, false]);
});

test('a new version of the app with newer content shows its own content and keeps it', async () => {
  const world = await upToDate();
  world.baseline = await buildRelease(300, catalogueObjects(['birth']));
  expect(shownVersion((await world.start()).content)).toBe(300);
  world.baseline = undefined;
  expect(shownVersion((await world.start()).content)).toBe(300);
});

test('content of the database that this version of the app cannot read gives way to the baseline, once', async () => {
  const world = createWorld(first);
  await world.start();
  const store = await world.store();
  const strange = await buildRelease(250, { ...catalogueObjects(['birth']), 'services/moi/birth.json': serviceObject('birth', { invented: 1 }) });
  await store.putObjects(new Map(Object.entries(strange.texts).map(([path, text]) => [strange.release.objects[path]?.sha256 ?? '', new TextEncoder().encode(text)])));
  await store.putRelease(strange.row);
  await store.switchTo(strange.id);

  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(codes(reports)).toContain('contentRefused');
  world.time += 3_600_000;
  const again = await world.start();
  expect(shownVersion(again.content)).toBe(100);
  expect(again.reports.recentReports.value.filter((report) => report.at === new Date(world.time).toISOString()).map((report) => report.code)).toEqual(['hubUnreachable']);
});

test('a release that was staged whole before the power failed is shown at the next start', async () => {
  const world = createWorld(first);
  world.hub = serving(second);
  await world.start();
  world.hub = () => undefined;
  expect(shownVersion((await world.start()).content)).toBe(200);
});

const damages: Record<string, (store: ContentStore, name: string) => Promise<void>> = {
  'a row lost': (store) => store.deleteObjects([serviceHash(first, 'birth')]),
  'bytes altered': (store) => store.putObjects(new Map([[serviceHash(first, 'birth'), new TextEncoder().encode(first.texts['services/moi/birth.json']?.replace('400', '900'))]])),
  'bytes cut short': (store) => store.putObjects(new Map([[serviceHash(first, 'birth'), new Uint8Array([123])]])),
  'all rows lost': (store) => store.deleteObjects(first.row.hashes),
  'the manifest altered': (store) => store.putRelease({ ...first.row, manifest: new TextEncoder().encode(first.packed.manifest.replace(String.raw`\"version\":100`, String.raw`\"version\":101`)) }),
  'the manifest lost': (store) => store.dropRelease(first.id),
  'the database reset': async (_, name) => {
    await Dexie.delete(name);
  },
  'rows of another shape': async (_, name) => {
    const db = await new Dexie(name).open();
    await db.table('objects').put({ sha256: serviceHash(first, 'birth'), bytes: 'text' });
    await db.table('pointer').put({ key: 'pointer', current: 7 });
    db.close();
  },
};

test.each(Object.keys(damages))('damage heals from the baseline without the hub and is reported: %s', async (damage) => {
  const world = createWorld(first);
  await world.start();
  await damages[damage]?.(await world.store(), world.name);
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(codes(reports)).toContain('contentDamaged');
  // The database itself is whole again: it shows everything without the baseline.
  world.baseline = undefined;
  world.time += 3_600_000;
  const again = await world.start();
  expect(shownVersion(again.content)).toBe(100);
  expect(again.reports.recentReports.value.filter((report) => report.at === new Date(world.time).toISOString()).map((report) => report.code)).toEqual(['hubUnreachable']);
});

test('damage to an object that the baseline does not have heals from the hub', async () => {
  const world = await upToDate();
  await (await world.store()).deleteObjects([serviceHash(second, 'death')]);
  world.hub = serving(second);
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(200);
  expect(codes(reports)).toEqual(expect.arrayContaining(['contentDamaged', 'contentHealed']));
  world.hub = () => undefined;
  world.baseline = undefined;
  expect(shownVersion((await world.start()).content)).toBe(200);
});

test('damage that neither baseline nor hub can heal gives way to an older whole release; the hub brings the newer one again', async () => {
  const world = await upToDate();
  await (await world.store()).deleteObjects([serviceHash(second, 'death')]);
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(codes(reports)).toContain('contentDamaged');
  world.hub = serving(second);
  await content.checkForUpdate();
  expect(await content.applyPending()).toBe(true);
  expect(shownVersion(content)).toBe(200);
});

test('after falling back, the hub cannot lead the kiosk to a release older than it has shown', async () => {
  const world = await upToDate();
  await (await world.store()).deleteObjects([serviceHash(second, 'death')]);
  world.hub = serving(await buildRelease(150, catalogueObjects(['birth'])));
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(content.pending.value).toBe(false);
  expect(reports.recentReports.value.map((report) => report.detail)).toContainEqual(expect.stringContaining('rolledBack timestamp.json'));
});

test('a kiosk whose database cannot be opened shows the baseline and follows the hub from memory', async () => {
  const world = createWorld(first);
  world.openStore = async () => err({ code: 'storageBroken', detail: 'UnknownError' });
  world.hub = serving(second);
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(codes(reports)).toContain('contentDamaged');
  expect(await content.applyPending()).toBe(true);
  expect(shownVersion(content)).toBe(200);
});

test('a disk without room shows the baseline, reports it, and stays up', async () => {
  const world = createWorld(first);
  const store = await world.store();
  const full = async (): Promise<never> => {
    throw new DOMException('no room', 'QuotaExceededError');
  };
  world.openStore = async () => ok({ store: { ...store, putObjects: full, putRelease: full, setNote: full }, recreated: false });
  world.hub = serving(second);
  const { content, reports } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(content.pending.value).toBe(false);
  expect(reports.recentReports.value.map((report) => report.detail)).toContain('seed storageFull');
});

test('a database that fails in the middle of reading shows the baseline', async () => {
  const world = createWorld(first);
  await world.start();
  const store = await world.store();
  world.openStore = async () => ok({ store: { ...store, objects: () => Promise.reject(new DOMException('gone', 'UnknownError')) }, recreated: false });
  expect(shownVersion((await world.start()).content)).toBe(100);
});

test('a damaged baseline is not shown either: the hub is the last resort', async () => {
  const bad = { ...first, packed: { ...first.packed, objects: { ...first.packed.objects, 'services/moi/birth.json': '{"price":1}' } } };
  const world = createWorld(bad);
  const dead = await world.start();
  expect(shownVersion(dead.content)).toBe('unavailable');
  world.hub = serving(second);
  await dead.content.checkForUpdate();
  expect(shownVersion(dead.content)).toBe(200);
});

test('a database held by another page in an older version is not waited for', async () => {
  const world = createWorld(first);
  const other = new Dexie(world.name);
  other.version(0.1).stores({ objects: 'sha256' });
  other.on('versionchange', () => false);
  await other.open();
  world.openStore = () => openContentStore(world.name, 50);
  const { content } = await world.start();
  other.close();
  expect(shownVersion(content)).toBe(100);
});

test('a database that something else has left under our name is made anew', async () => {
  const world = createWorld(first);
  const other = new Dexie(world.name);
  other.version(1).stores({ objects: '++id' });
  await other.open();
  other.close();
  const { content } = await world.start();
  expect(shownVersion(content)).toBe(100);
  world.baseline = undefined;
  expect(shownVersion((await world.start()).content)).toBe(100);
  expect((await attempt(async () => (await world.store()).pointer())).ok).toBe(true);
});

test('a newer version of the app in another page may upgrade the database; this page goes on showing its content and asking the hub', async () => {
  const world = createWorld(first);
  world.hub = serving(second);
  const { content } = await world.start();
  const other = new Dexie(world.name);
  other.version(2).stores({ objects: 'sha256', releases: 'id', pointer: 'key', meta: 'key', more: 'key' });
  await other.open();
  expect(await content.applyPending()).toBe(true);
  other.close();
  expect(shownVersion(content)).toBe(200);
  await content.checkForUpdate();
  // And the older app can still start on the upgraded database, should the newer one be taken back.
  world.baseline = undefined;
  world.hub = () => undefined;
  expect(shownVersion((await world.start()).content)).toBe(200);
});

test('whatever is lost or altered in the database, a whole release is shown and the database is whole after the start', async () => {
  const manifestLost = fc.constantFrom('keep', 'drop', 'alter', 'stage');
  const damage = fc.record({
    current: manifestLost,
    previous: manifestLost,
    pointer: fc.constantFrom('current', 'previous', 'unknown'),
    lost: fc.array(fc.nat({ max: 8 }), { maxLength: 4 }),
    altered: fc.array(fc.nat({ max: 8 }), { maxLength: 4 }),
    hub: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ current, previous, pointer, lost, altered, hub }) => {
      const world = await upToDate();
      const store = await world.store();
      const hashes = second.row.hashes;
      const pick = (list: readonly number[]): string[] => list.flatMap((i) => hashes[i] ?? []);
      await store.deleteObjects(pick(lost));
      await store.putObjects(new Map(pick(altered).map((hash) => [hash, new Uint8Array([123, 125])])));
      const db = await new Dexie(world.name).open();
      await db.table('pointer').put({ key: 'pointer', current: pointer === 'current' ? second.id : pointer === 'previous' ? first.id : 'gone' });
      db.close();
      for (const [how, release] of [[current, second], [previous, first]] as const) {
        if (how === 'drop') await store.dropRelease(release.id);
        if (how === 'alter') await store.putRelease({ ...release.row, manifest: release.manifest.slice(1) });
        if (how === 'stage') await store.putRelease({ ...release.row, state: 'staged' });
      }
      if (hub) world.hub = serving(second);
      const { content } = await world.start();
      expect([100, 200]).toContain(shownVersion(content));
      await content.applyPending();
      if (hub) expect(shownVersion(content)).toBe(200);
      const after = await world.store();
      const shown = shownVersion(content) === 200 ? second : first;
      expect((await after.pointer())?.current).toBe(shown.id);
      expect((await readObjects(after, signatureVerifier(utf8(shown.anchor)), shown.release)).bad).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
