import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { beforeAll, expect, test } from 'vitest';
import { openContentStore } from '../../../src/kiosk/content/db.ts';
import type { Content } from '../../../src/kiosk/content/content.ts';
import type { ContentStore } from '../../../src/kiosk/content/store.ts';
import { err, ok } from '../../../src/model/result.ts';
import { buildRelease, catalogueObjects, type BuiltRelease } from '../../fixtures/content-release.ts';
import { codes, createWorld, serving, shownVersion, type World } from './world.ts';

let first: BuiltRelease;
let second: BuiltRelease;
beforeAll(async () => {
  first = await buildRelease(100, catalogueObjects(['birth', 'marriage']));
  second = await buildRelease(200, catalogueObjects(['birth', 'death', 'marriage']));
});

/** A running kiosk whose app carries `first` and which shows `second`. */
async function running(open?: (world: World) => World['openStore']): Promise<{ readonly world: World; readonly content: Content; readonly said: () => readonly string[] }> {
  const world = createWorld(first);
  world.hub = serving(second);
  if (open !== undefined) world.openStore = open(world);
  const { content, reports } = await world.start();
  await content.applyPending();
  expect(shownVersion(content)).toBe(200);
  const before = codes(reports).length;
  return { world, content, said: () => codes(reports).slice(0, codes(reports).length - before) };
}

/** What a start without hub and baseline would show: what the database holds. */
async function afterPowerCut(world: World): Promise<number | string> {
  world.hub = () => undefined;
  world.baseline = undefined;
  return shownVersion((await world.start()).content);
}

test('a database that is whole is left alone', async () => {
  const { world, content, said } = await running();
  world.asked.length = 0;
  await content.lookAfterStore();
  expect(said()).toEqual([]);
  expect(world.asked).toEqual([]);
});

test('a database that the browser deleted under the running page is filled again, and a power cut then costs nothing', async () => {
  const { world, content, said } = await running();
  await Dexie.delete(world.name);
  await content.lookAfterStore();
  expect(said()).toEqual(['contentHealed', 'contentDamaged']);
  expect(shownVersion(content)).toBe(200);
  expect(await afterPowerCut(world)).toBe(200);
});

test('objects that are gone come back one by one', async () => {
  const { world, content, said } = await running();
  const hash = second.release.objects['services/moi/death.json']?.sha256 ?? '';
  await (await world.store()).deleteObjects([hash]);
  world.asked.length = 0;
  await content.lookAfterStore();
  expect(said()).toEqual(['contentHealed', 'contentDamaged']);
  expect(world.asked).toHaveLength(1);
  expect(await afterPowerCut(world)).toBe(200);
});

test('what neither baseline nor hub can bring back is told, stays on screen, and is tried again', async () => {
  const { world, content, said } = await running();
  await Dexie.delete(world.name);
  world.hub = () => undefined;
  await content.lookAfterStore();
  expect(said()).not.toContain('contentHealed');
  expect(said()).toContain('contentDamaged');
  expect(shownVersion(content)).toBe(200);
  world.hub = serving(second);
  await content.lookAfterStore();
  expect(said()).toContain('contentHealed');
  expect(await afterPowerCut(world)).toBe(200);
});

test('a database that could not be opened at the start is taken into use as soon as it can', async () => {
  let usable = false;
  const { world, content, said } = await running((of) => async () => (usable ? openContentStore(of.name) : err({ code: 'storageBroken', detail: 'TimeoutError' })));
  await content.lookAfterStore();
  expect(said()).toEqual([]);
  usable = true;
  await content.lookAfterStore();
  expect(said()).toEqual(['contentHealed']);
  expect(await afterPowerCut(world)).toBe(200);
});

test('a full disk is told as such and takes nothing off the screen', async () => {
  let full = false;
  const refuse = async (): Promise<never> => { throw new DOMException('no room', 'QuotaExceededError'); };
  const { content, said } = await running((of) => async () => {
    const opened = await openContentStore(of.name);
    if (!opened.ok) return opened;
    const { store } = opened.value;
    const tight: ContentStore = { ...store, putObjects: (objects) => (full ? refuse() : store.putObjects(objects)), pointer: async () => (full ? undefined : store.pointer()), releases: async () => (full ? [] : store.releases()), objects: async (hashes) => (full ? hashes.map(() => undefined) : store.objects(hashes)) };
    return ok({ store: tight, recreated: false });
  });
  full = true;
  await content.lookAfterStore();
  expect(said()).toContain('contentDamaged');
  expect(said()).not.toContain('contentHealed');
  expect(shownVersion(content)).toBe(200);
});

test('a release that comes on screen meanwhile is not taken back', async () => {
  const { world, content, said } = await running();
  const third = await buildRelease(300, catalogueObjects(['birth']));
  world.hub = serving(third);
  await content.checkForUpdate();
  await Promise.all([content.lookAfterStore(), content.applyPending(), content.lookAfterStore()]);
  expect(shownVersion(content)).toBe(300);
  expect(said()).toEqual([]);
  expect(await afterPowerCut(world)).toBe(300);
});
