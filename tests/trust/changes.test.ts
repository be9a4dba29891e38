import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { applyChange, applyObjectChange, ChangesFetcher, changesName, describeChange, describeObject, type Changes } from '../../src/trust/changes.ts';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { TrustClient } from '../../src/trust/client.ts';
import { metadataBytes, stableJson } from '../../src/trust/compose.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { memoryStore, serveFiles, type MemoryStore } from '../fixtures/served-files.ts';

const text = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : utf8Text(bytes));

describe('a change', () => {
  const table = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd.json', '__proto__x'), fc.record({ version: fc.nat(3), hashes: fc.dictionary(fc.constantFrom('sha256'), fc.constantFrom('00', '11')) }), { noNullPrototype: true });
  const file = fc.record({ table, kind: fc.constantFrom('meta', 'targets', 'other'), version: fc.nat(5), more: fc.dictionary(fc.constantFrom('expires', 'x', 'delegations'), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true }), signatures: fc.uniqueArray(fc.record({ keyid: fc.constantFrom('k1', 'k2', 'k3'), sig: fc.constantFrom('aa', 'bb') }), { selector: ({ keyid }) => keyid }) });
  const ours = file.map(({ table: entries, kind, version, more, signatures }) => utf8Text(metadataBytes({ ...more, version, [kind]: entries }, signatures)) ?? '');
  /** Files as others may write them: spaced, in another order, with more beside the signed part, or no metadata at all. */
  const others = fc.oneof(ours.map((one) => JSON.stringify(JSON.parse(one), undefined, 1)), ours.map((one) => JSON.stringify({ more: 1, ...(JSON.parse(one) as object) })), fc.json(), fc.string());

  test('applied to the version before gives the version after, byte for byte', () => {
    fc.assert(fc.property(fc.oneof({ arbitrary: ours, weight: 4 }, others), fc.oneof({ arbitrary: ours, weight: 4 }, others), (before, after) => void expect(text(applyChange(describeChange(before, after), before))).toBe(after)), { numRuns: 1500 });
  });

  test('without a version before is the whole file', () => {
    fc.assert(fc.property(ours, (after) => void expect(describeChange(undefined, after)).toEqual({ kind: 'whole', text: after })));
  });

  test('is not applied to another version', () => {
    const entries = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}.json`, { version: 1 }]));
    const at = (version: number): string => utf8Text(metadataBytes({ version, meta: { ...entries, 'x.json': { version } } }, [])) ?? '';
    const change = describeChange(at(1), at(2));
    expect(change.kind).toBe('difference');
    expect(text(applyChange(change, at(1)))).toBe(at(2));
    const fewer = utf8Text(metadataBytes({ version: 2, meta: entries }, [])) ?? '';
    expect(describeChange(at(1), fewer)).toMatchObject({ kind: 'difference', set: {}, remove: ['x.json'] });
    for (const before of [at(3), undefined, '', '{}', 'null']) expect(applyChange(change, before)).toBeUndefined();
  });

  test('of one price among 500 is small', async () => {
    const repository = await TestRepository.build({ objects: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`services/moi/service-${i}.json`, { riel: i }])) });
    repository.put('services/moi/service-7.json', { riel: 700 });
    await repository.publish();
    expect(repository.bytes('metadata/2.moi.json').length).toBeGreaterThan(50_000);
    expect(repository.bytes(changesName(1, 2)).length).toBeLessThan(3000);
  });
});

describe('a change of an object', () => {
  const value = fc.jsonValue({ maxDepth: 4 });

  test('put onto the object before gives the object after, byte for byte', () => {
    fc.assert(fc.property(value, value, fc.boolean(), (before, after, akin) => {
      const [was, is] = [stableJson(akin ? { shared: after, old: before } : before), stableJson(akin ? { shared: after, new: before } : after)];
      expect(text(applyObjectChange(describeObject(was, is), was))).toBe(is);
    }), { numRuns: 1500 });
  });

  test('of one price is small, whatever else the object says', () => {
    const service = (riel: number): string => stableJson({ identifier: 'x', costs: Array.from({ length: 9 }, (_, i) => ({ identifier: `case-${i}`, riel: i === 4 ? riel : 1000 })), steps: ['a'.repeat(2000)] });
    expect(stableJson(describeObject(service(5), service(6))).length).toBeLessThan(100);
  });

  test('that is none, or belongs to another object, never throws', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), fc.oneof(value.map(stableJson), fc.string(), fc.constant(undefined)), (difference, before) => void applyObjectChange({ difference }, before)), { numRuns: 500 });
  });
});

describe('a refresh with files of changes', () => {
  let repository: TestRepository;
  let store: MemoryStore;
  beforeEach(async () => {
    repository = await TestRepository.build();
    store = memoryStore({ 'root.json': repository.anchor });
    await refresh();
    repository.put('services/moi/birth.json', { identifier: 'birth', riel: 500 });
    repository.put('offices/9901/office.json', { identifier: '9901', opens: '09:00' });
    await repository.publish();
  });

  /** What a refresh comes to: the roles' versions and targets, and what was asked for. */
  async function refresh(files: ReadonlyMap<string, Uint8Array> = repository.files) {
    const server = serveFiles(files);
    const fetcher = new ChangesFetcher(server.fetcher, store, server.get);
    const client = await TrustClient.open({ store, fetcher, now: repository.now });
    if (!client.ok) return { code: client.error.code, asked: server.requests, fetcher };
    const refreshed = await client.value.refresh();
    const targets = refreshed.ok ? await client.value.allTargets() : refreshed;
    return { code: targets.ok ? 'ok' : targets.error.code, targets: targets.ok ? [...targets.value.values()] : [], asked: server.requests, fetcher };
  }

  test('asks for the timestamp and one file', async () => {
    const { code, asked, fetcher } = await refresh();
    expect(code).toBe('ok');
    expect(asked).toEqual(['metadata/2.root.json', 'metadata/timestamp.json', 'changes/1-2.json']);
    expect(text(fetcher.object('services/moi/birth.json', utf8(JSON.stringify({ identifier: 'birth', riel: 400 }))))).toBe(repository.texts['services/moi/birth.json']);
    expect(fetcher.object('services/moi/marriage.json', undefined)).toBeUndefined();
    expect(text(store.files.get('moi.json'))).toBe(text(repository.bytes('metadata/2.moi.json')));
  });

  test('comes to the same without them', async () => {
    repository.files.delete(changesName(1, 2));
    const { code, asked } = await refresh();
    expect(code).toBe('ok');
    expect(asked.slice(2)).toEqual(['changes/1-2.json', 'metadata/2.snapshot.json', 'metadata/2.moi.json', 'metadata/2.9901.json']);
  });

  test('comes to the same with any garbage in their place', async () => {
    const sound = utf8Text(repository.bytes(changesName(1, 2))) ?? '';
    const expected = (await refresh()).targets;
    const before = new Map(store.files);
    const changes = JSON.parse(sound) as Changes;
    const edited = fc.tuple(fc.nat(sound.length), fc.nat(8), fc.constantFrom('', '"', '0', 'ff', '}', '{', 'null')).map(([at, cut, put]) => utf8(sound.slice(0, at) + put + sound.slice(at + cut)));
    const garbage = fc.oneof(
      { arbitrary: edited, weight: 5 },
      fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 127 })).map(([at, by]) => utf8(sound).map((byte, i) => (i === at ? byte ^ by : byte))),
      fc.subarray(Object.keys(changes.metadata)).map((names) => utf8(JSON.stringify({ ...changes, metadata: Object.fromEntries(names.map((name) => [name, { kind: 'whole', text: utf8Text(repository.bytes('metadata/2.moi.json')) }])) }))),
      fc.subarray(Object.keys(changes.metadata)).map((names) => utf8(JSON.stringify({ ...changes, metadata: Object.fromEntries(names.map((name) => [name, { kind: 'difference', base: 1, table: 'targets', set: { x: 1 }, remove: [], signed: { version: 2 }, signatures: [] }])) }))),
      fc.constantFrom('<html>', '', 'null', '[]', `{"format":1,"from":1,"to":2,"objects":{},"metadata":{"moi.json":{"kind":"difference","base":1,"table":"targets","set":{"x":${'['.repeat(20_000)}${']'.repeat(20_000)}},"remove":[],"signed":{"version":2},"signatures":[]}}}`).map(utf8),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        store.files.clear();
        // As before the second edition came.
        for (const [name, kept] of [...before, ...first()]) store.files.set(name, kept);
        const { code, targets } = await refresh(new Map([...repository.files, [changesName(1, 2), bytes]]));
        expect(code).toBe('ok');
        expect(targets).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  /** The first edition's files as a client keeps them. */
  function first(): [string, Uint8Array][] {
    return ['snapshot', 'targets', ...repository.roles].map((role) => [`${role}.json`, repository.bytes(`metadata/1.${role}.json`)]);
  }
});
