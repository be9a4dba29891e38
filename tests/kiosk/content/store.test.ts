import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { openContentStore } from '../../../src/kiosk/content/db.ts';
import { stageRelease } from '../../../src/kiosk/content/stage.ts';
import { attempt, memoryStore, readObjects, type ContentStore } from '../../../src/kiosk/content/store.ts';
import { ok } from '../../../src/model/result.ts';
import { utf8 } from '../../../src/trust/bytes.ts';
import { releaseVersion } from '../../../src/trust/release.ts';
import { signatureVerifier } from '../../../src/trust/sealed.ts';
import { buildRelease, catalogueObjects, type BuiltRelease } from '../../fixtures/content-release.ts';

let first: BuiltRelease;
let second: BuiltRelease;
let third: BuiltRelease;
beforeAll(async () => {
  first = await buildRelease(100, catalogueObjects(['birth', 'marriage']));
  second = await buildRelease(200, catalogueObjects(['birth', 'death']));
  third = await buildRelease(300, catalogueObjects(['birth', 'land']));
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
let count = 0;

async function openNew(name = `store-${++count}`): Promise<ContentStore> {
  const opened = await openContentStore(name);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value.store;
}

/** Stages a release and counts what had to be fetched. */
async function stage(store: ContentStore, release: BuiltRelease): Promise<{ readonly fetched: readonly string[]; readonly ok: boolean }> {
  const fetched: string[] = [];
  const staged = await stageRelease<never>(store, signatureVerifier(utf8(release.anchor)), release, async (path) => {
    fetched.push(path);
    return ok(encode(release.texts[path] ?? ''));
  });
  return { fetched, ok: staged.ok };
}

async function isWhole(store: ContentStore, release: BuiltRelease): Promise<boolean> {
  return (await readObjects(store, signatureVerifier(utf8(release.anchor)), release.release)).bad.length === 0;
}

describe.each([
  ['in the browser’s database', () => openNew()],
  ['in memory', async () => memoryStore()],
])('content kept %s', (_, open) => {
  test('a release cannot be shown before all its objects are there', async () => {
    const store = await open();
    await store.putRelease({ ...first.row, state: 'staged' });
    expect(await store.complete(first.id)).toBe(false);
    expect(await store.switchTo(first.id)).toBe(false);
    expect(await store.pointer()).toBeUndefined();
  });

  test('only changed objects are asked for', async () => {
    const store = await open();
    await stage(store, first);
    expect((await stage(store, second)).fetched).toEqual(['catalogue/pack.json', 'services/moi/death.json']);
  });

  test('a release interrupted half-way is taken up where it stopped', async () => {
    const store = await open();
    await store.putRelease({ ...first.row, state: 'staged' });
    const path = 'services/moi/birth.json';
    await store.putObjects(new Map([[first.release.objects[path]?.sha256 ?? '', encode(first.texts[path] ?? '')]]));
    const { fetched, ok: staged } = await stage(store, first);
    expect(staged).toBe(true);
    expect(fetched).not.toContain(path);
  });

  test('the release before the shown one stays, older ones and their objects go', async () => {
    const store = await open();
    for (const release of [first, second, third]) {
      await stage(store, release);
      expect(await store.switchTo(release.id)).toBe(true);
      await store.prune();
    }
    expect(await store.pointer()).toMatchObject({ current: third.id, previous: second.id });
    expect((await store.releases()).map((release) => release.version).sort()).toEqual([releaseVersion(1, 200), releaseVersion(1, 300)]);
    expect(await isWhole(store, third)).toBe(true);
    expect(await isWhole(store, second)).toBe(true);
    expect(await store.objects([first.release.objects['services/moi/marriage.json']?.sha256 ?? ''])).toEqual([undefined]);
  });

  test('cleaning up does not take from a release that is still coming in', async () => {
    const store = await open();
    await stage(store, first);
    await store.switchTo(first.id);
    await stage(store, second);
    await store.prune();
    expect(await isWhole(store, second)).toBe(true);
  });

  test('an object with a wrong hash is never kept', async () => {
    const store = await open();
    const staged = await stageRelease<never>(store, signatureVerifier(utf8(first.anchor)), first, async (path) => ok(encode((first.texts[path] ?? '').replace('400', '900'))));
    expect(staged).toMatchObject({ ok: false, error: { code: 'wrongHash', path: 'services/moi/birth.json' } });
    expect(await store.objects([first.release.objects['services/moi/birth.json']?.sha256 ?? ''])).toEqual([undefined]);
    expect(await store.switchTo(first.id)).toBe(false);
  });
});

/** Makes every request to the database fail from the n-th on, as a power cut does. Returns how to end it. */
function cutPowerAfter(requests: number): () => { readonly reached: boolean } {
  let left = requests;
  const restores: (() => void)[] = [];
  const prototype = IDBObjectStore.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const method of ['get', 'getAll', 'getAllKeys', 'getAllRecords', 'put', 'add', 'delete', 'openCursor', 'openKeyCursor', 'count']) {
    const original = prototype[method];
    if (original === undefined) continue;
    prototype[method] = function (this: unknown, ...args: unknown[]) {
      left -= 1;
      if (left < 0) throw new DOMException('power cut', 'UnknownError');
      return original.apply(this, args);
    };
    restores.push(() => {
      prototype[method] = original;
    });
  }
  return () => {
    for (const restore of restores) restore();
    return { reached: left < 0 };
  };
}

test('whenever the power fails while a new release comes in, the old or the new one is there whole, and the next attempt succeeds', async () => {
  const seen = new Set<string>();
  let cuts = 0;
  for (let requests = 0; ; requests++) {
    const name = `cut-${requests}`;
    const before = await openNew(name);
    await stage(before, first);
    await before.switchTo(first.id);

    const restore = cutPowerAfter(requests);
    await attempt(async () => {
      if ((await stage(before, second)).ok && (await before.switchTo(second.id))) await before.prune();
    });
    const { reached } = restore();

    const after = await openNew(name);
    const current = (await after.pointer())?.current ?? '';
    const shown = [first, second].find((release) => release.id === current);
    expect(shown, `after ${requests} requests`).toBeDefined();
    if (shown !== undefined) expect(await isWhole(after, shown), `after ${requests} requests`).toBe(true);
    for (const release of await after.releases()) {
      const built = release.id === first.id ? first : second;
      if (release.state === 'complete') expect(await isWhole(after, built), `complete means whole, after ${requests} requests`).toBe(true);
    }
    seen.add(current);
    expect((await stage(after, second)).ok).toBe(true);
    expect(await after.switchTo(second.id)).toBe(true);
    expect(await isWhole(after, second)).toBe(true);
    if (!reached) break;
    cuts += 1;
  }
  expect(seen).toEqual(new Set([first.id, second.id]));
  expect(cuts).toBeGreaterThan(20);
});
