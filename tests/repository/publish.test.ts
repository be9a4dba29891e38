import { describe, expect, test } from 'vitest';
import { pathsOf, withDelegation } from '../../src/repository/authority.ts';
import { publish } from '../../src/repository/publish.ts';
import { keptSnapshots, lifetime, longestChanges } from '../../src/repository/times.ts';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { ChangesFetcher, changesName } from '../../src/trust/changes.ts';
import { refuse, trusted, type TrustResult } from '../../src/trust/result.ts';
import { birth, code, compiled, contents, copyOf, day, expectRefusal, hour, makeSigner, ministry, service, start, TestKiosk, value } from './ministry.ts';

const year = 365 * day;

describe('publishing', () => {
  test('puts the newest signed files together as an edition that kiosks accept', async () => {
    const house = await ministry();
    expect(await house.release(compiled())).toMatchObject({ root: 1, edition: 1, isNew: true, confirmed: true, roles: ['targets', '9901', '990101', 'catalogue', 'moi', 'mpwt'], refused: [], held: undefined, due: [] });
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start))).toBe('accepted');
    expect(kiosk.paths()).toEqual([...compiled().keys()].sort());
    expect(kiosk.price()).toBe(400);
  });

  test('writes nothing while nothing is new, and a new timestamp alone once a day', async () => {
    const house = await ministry();
    await house.release(compiled());
    const before = await contents(house.folder);
    expect(value(await house.publish(start + 23 * hour))).toMatchObject({ edition: 1, isNew: false, confirmed: false });
    expect(await contents(house.folder)).toEqual(before);
    expect(value(await house.publish(start + 24 * hour))).toMatchObject({ edition: 1, isNew: false, confirmed: true });
    const after = await contents(house.folder);
    const changed = [...after].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
    expect(changed).toEqual(['metadata/timestamp.json']);
    expect((after.get('metadata/timestamp.json') ?? '').length).toBeLessThan(600);
  });

  test('a clock that was set back does not keep the hub from confirming', async () => {
    const house = await ministry();
    await house.release(compiled(), start + 10 * day);
    expect(value(await house.publish(start))).toMatchObject({ isNew: false, confirmed: true });
  });

  test('the snapshot is signed anew once half of its life is over', async () => {
    const house = await ministry();
    await house.release(compiled());
    expect(value(await house.publish(start + lifetime.snapshot / 2 - day))).toMatchObject({ isNew: false });
    expect(value(await house.publish(start + lifetime.snapshot / 2))).toMatchObject({ isNew: true, edition: 2, roles: [] });
  });

  test('a kiosk that was off for four weeks accepts what it finds in between', async () => {
    const house = await ministry();
    await house.release(compiled());
    const kiosk = await TestKiosk.fresh(house.folder);
    for (let at = 0; at <= 28; at++) value(await house.publish(start + at * day));
    expect(code(await kiosk.sync(house.folder, start + 28 * day))).toBe('accepted');
  });

  test('tells which offline files are past half of their life', async () => {
    const house = await ministry();
    await house.release(compiled());
    const { due } = value(await house.publish(start + 0.6 * year));
    expect(due.map(({ role }) => role)).toEqual(['9901', '990101', 'catalogue', 'moi', 'mpwt']);
    expect(due[0]?.expires).toBe('2027-11-23T05:00:00Z');
  });

  test('an expired root publishes nothing, and says to hold a ceremony’s renewal', async () => {
    const house = await ministry();
    await house.release(compiled());
    expectRefusal(await house.publish(start + 3 * year), 'expired');
  });

  test.each(['snapshot', 'timestamp'] as const)('a %s key that the root does not name is refused before anything is written', async (role) => {
    const house = await ministry();
    await house.release(compiled());
    await house.sign('moi', compiled(600));
    const before = await contents(house.folder);
    expectRefusal(await publish(house.folder, { ...house.online, [role]: [await makeSigner()] }, start), 'wrongKey');
    expectRefusal(await publish(house.folder, { ...house.online, [role]: [] }, start), 'fewSignatures');
    expect(await contents(house.folder)).toEqual(before);
  });

  test('a folder without a repository is told apart from a broken one', async () => {
    const house = await ministry();
    const empty = await copyOf(house.folder);
    for (const name of await empty.list('')) await empty.remove(name);
    expectRefusal(await publish(empty, house.online, start), 'noRepository');
    await empty.write('metadata/1.root.json', new TextEncoder().encode('{}'));
    expectRefusal(await publish(empty, house.online, start), 'corrupt');
  });
});

describe('what is not signed rightly', () => {
  test.each([
    ['a file with an altered price list', (text: string) => text.replace('"length":', '"x":1,"length":'), 'forged'],
    ['a file with one signature of two', (text: string) => JSON.stringify({ ...JSON.parse(text), signatures: JSON.parse(text).signatures.slice(0, 1) }), 'thresholdNotMet'],
    ['half a file', (text: string) => text.slice(0, 100), 'corrupt'],
  ])('%s is left out and told, and the version before stays', async (_what, alter, expected) => {
    const house = await ministry();
    await house.release(compiled(400));
    value(await house.sign('moi', compiled(600)));
    const text = utf8Text((await house.folder.read('metadata/2.moi.json')) ?? new Uint8Array()) ?? '';
    await house.folder.write('metadata/2.moi.json', new TextEncoder().encode(alter(text)));
    const report = value(await house.publish(start + 25 * hour));
    expect(report).toMatchObject({ isNew: false, confirmed: true });
    expect(report.refused.map(({ name, error }) => [name, error.code])).toEqual([['metadata/2.moi.json', expected]]);
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start + 25 * hour))).toBe('accepted');
    expect(kiosk.price()).toBe(400);
    // Signed again, above the bad one.
    await house.release(compiled(600), start + 26 * hour);
    await kiosk.sync(house.folder, start + 26 * hour);
    expect(kiosk.price()).toBe(600);
  });

  test('a file of which an object is missing or altered is left out', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const before = new Set((await contents(house.folder)).keys());
    value(await house.sign('moi', compiled(600)));
    const object = [...(await contents(house.folder)).keys()].find((name) => name.startsWith('targets/') && !before.has(name)) ?? '';
    const bytes = (await house.folder.read(object)) ?? new Uint8Array();
    await house.folder.write(object, bytes.slice(1));
    expect(value(await house.publish(start + 1)).refused.map(({ error }) => error.code)).toEqual(['wrongLength']);
    await house.folder.remove(object);
    expect(value(await house.publish(start + 2)).refused.map(({ error }) => error.code)).toEqual(['absent']);
    await house.folder.write(object, bytes);
    expect(value(await house.publish(start + 3))).toMatchObject({ isNew: true, roles: ['moi'], refused: [] });
  });

  test('a new authority holds its delegation back until it has signed, and nobody else', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const keys = [await makeSigner(), await makeSigner()];
    value(await house.change(withDelegation(await house.authority(), { name: 'mlvt', paths: pathsOf('mlvt'), threshold: 2, keys: keys.map(({ key }) => key) }), house.keys.get('targets')!.slice(0, 2)));
    value(await house.sign('moi', compiled(600)));
    expect(value(await house.publish(start + hour))).toMatchObject({ isNew: true, roles: ['moi'], held: { version: 2, roles: ['mlvt'] } });
    const more = new Map([...compiled(600), ['services/mlvt/permit.json', service('mlvt', 'permit', 1_000)]]);
    value(await house.sign('mlvt', more, { by: keys }));
    expect(value(await house.publish(start + 2 * hour))).toMatchObject({ isNew: true, roles: ['targets', 'mlvt'], held: undefined });
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start + 2 * hour))).toBe('accepted');
    expect(kiosk.paths()).toContain('services/mlvt/permit.json');
  });

  test('before the first edition, an authority without a file is named', async () => {
    const house = await ministry();
    value(await house.sign('moi', compiled()));
    const refused = await house.publish();
    expectRefusal(refused, 'needsSignatures');
    expect(refused.ok ? '' : refused.error.message).toContain('catalogue, mpwt');
  });

  test('a damaged timestamp is replaced by one that no kiosk takes for a rollback', async () => {
    const house = await ministry();
    await house.release(compiled());
    const kiosk = await TestKiosk.fresh(house.folder);
    for (let at = 1; at < 5; at++) value(await house.publish(start + at * day));
    await kiosk.sync(house.folder, start + 4 * day);
    await house.folder.write('metadata/timestamp.json', new Uint8Array(40));
    expect(value(await house.publish(start + 5 * day))).toMatchObject({ confirmed: true });
    expect(code(await kiosk.sync(house.folder, start + 5 * day))).toBe('accepted');
  });
});

describe('files of changes', () => {
  /** Counts what a kiosk asks for beside the files of changes. */
  async function asked(house: Awaited<ReturnType<typeof ministry>>, from: number, to: number): Promise<number> {
    let whole = 0;
    const get = async (name: string): Promise<TrustResult<Uint8Array>> => {
      const bytes = await house.folder.read(name);
      return bytes === undefined ? refuse('absent', name) : trusted(bytes);
    };
    const inner = {
      metadata: async (name: string) => {
        whole++;
        return get(`metadata/${name}`);
      },
    };
    const had = new Map<string, Uint8Array>();
    const snapshot = JSON.parse((await contents(house.folder)).get(`metadata/${from}.snapshot.json`) ?? '') as { signed: { meta: Record<string, { version: number }> } };
    for (const [name, { version }] of Object.entries(snapshot.signed.meta)) had.set(name, (await house.folder.read(`metadata/${version}.${name}`)) ?? new Uint8Array());
    had.set('snapshot.json', (await house.folder.read(`metadata/${from}.snapshot.json`)) ?? new Uint8Array());
    const fetcher = new ChangesFetcher(inner, { read: async (name) => had.get(name) }, get);
    await fetcher.prepare(from, to);
    const files = await contents(house.folder);
    const next = JSON.parse(files.get(`metadata/${to}.snapshot.json`) ?? '') as typeof snapshot;
    for (const [name, { version }] of [...Object.entries(next.signed.meta), ['snapshot.json', { version: to }] as const]) {
      if (snapshot.signed.meta[name]?.version === version) continue;
      const brought = await fetcher.metadata(`${version}.${name}`, 1_000_000);
      expect(brought.ok && utf8Text(brought.value)).toBe(files.get(`metadata/${version}.${name}`));
    }
    expect(fetcher.object(birth, undefined) ?? fetcher.object(birth, utf8('{}'))).toBeDefined();
    return whole;
  }

  test('carry all that is new from each of the last editions to the newest, byte for byte', async () => {
    const house = await ministry();
    for (let price = 1; price <= 4; price++) await house.release(compiled(100 * price));
    for (const from of [1, 2, 3]) expect(await asked(house, from, 4)).toBe(0);
    const one = (await contents(house.folder)).get(changesName(3, 4)) ?? '';
    expect(one.length).toBeLessThan(3_000);
  });

  test('older ones go, and what none of the last editions names goes with them; roots and waiting files stay', async () => {
    const house = await ministry();
    const [editor] = house.keys.get('catalogue') ?? [];
    await house.release(compiled(1));
    await house.folder.write('notes.txt', new Uint8Array(3));
    await house.sign('catalogue', new Map([...compiled(), ['catalogue/calendar.json', new TextEncoder().encode('{}')]]), { by: [editor!] });
    const editions = keptSnapshots + 5;
    for (let price = 2; price <= editions; price++) {
      value(await house.sign('moi', compiled(price)));
      value(await house.publish(start + price));
    }
    const names = [...(await contents(house.folder)).keys()];
    expect(names.filter((name) => /^metadata\/\d+\.snapshot/.test(name))).toHaveLength(keptSnapshots);
    expect(names).not.toContain('metadata/1.moi.json');
    expect(names).toContain('metadata/1.root.json');
    expect(names).toContain('metadata/pending/2.catalogue.json');
    expect(names.some((name) => name.endsWith('.calendar.json'))).toBe(true);
    expect(names).toContain('notes.txt');
    const targets = new Set(names.filter((name) => name.endsWith('.birth.json')));
    expect(targets.size).toBe(keptSnapshots);
    const to = names.flatMap((name) => /^changes\/\d+-(\d+)/.exec(name)?.[1] ?? []).map(Number);
    expect(new Set(to)).toEqual(new Set([editions - 2, editions - 1, editions]));
    expect(to.filter((edition) => edition === editions)).toHaveLength(keptSnapshots);
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start + 100))).toBe('accepted');
    expect(kiosk.price()).toBe(editions);
  });

  test('a file of changes as large as fetching everything is left out', async () => {
    const house = await ministry();
    await house.release(compiled());
    const many = new Map(compiled(600));
    for (let index = 0; index < 300; index++) many.set(`services/moi/service-${index}.json`, service('moi', `service-${index}`, 100 + index));
    await house.release(many);
    const sizes = [...(await contents(house.folder))].filter(([name]) => name.startsWith('changes/')).map(([, text]) => text.length);
    expect(sizes.every((size) => size <= longestChanges)).toBe(true);
    expect(sizes).toHaveLength(0);
  });
});
