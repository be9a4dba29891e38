import { describe, expect, test } from 'vitest';
import { filesNeeded, pathsOf, readAuthority, signChange, withDelegation, withoutKey, type Authority } from '../../src/repository/authority.ts';
import { planOf } from '../../src/repository/plan.ts';
import { signRole } from '../../src/repository/sign.ts';
import { lifetime } from '../../src/repository/times.ts';
import type { TopLevelRole } from '../../src/trust/metadata.ts';
import type { Signer } from '../../src/trust/signer.ts';
import { code, compiled, contents, copyOf, day, expectRefusal, makeSigner, ministry, start, TestKiosk, value, type Ministry } from './ministry.ts';

const of = (house: Ministry, role: string): readonly Signer[] => house.keys.get(role) ?? [];

function replaced(authority: Authority, role: TopLevelRole, old: Signer, fresh: Signer): Authority {
  return { ...authority, roles: { ...authority.roles, [role]: withoutKey(authority.roles[role], old.key, fresh.key) } };
}

function delegatedAnew(authority: Authority, role: string, old: Signer, fresh: Signer | undefined): Authority {
  return { ...authority, delegations: authority.delegations.map((one) => (one.name === role ? withoutKey(one, old.key, fresh?.key) : one)) };
}

describe('a new root', () => {
  test('is signed by two of the old keys and two of the new, and kiosks follow', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const kiosk = await TestKiosk.fresh(house.folder);
    await kiosk.sync(house.folder, start);
    const [a, b, c] = of(house, 'root');
    const fresh = await makeSigner();
    value(await house.change(replaced(await house.authority(), 'root', a!, fresh), [b!, c!]));
    // Threshold 2 of the three that are new: the two that stayed are enough.
    expect([...(await contents(house.folder)).keys()]).toContain('metadata/2.root.json');
    await house.release(compiled(600));
    expect(code(await kiosk.sync(house.folder, start))).toBe('accepted');
    expect(kiosk.price()).toBe(600);
  });

  test('that only new keys signed waits for the old ones', async () => {
    const house = await ministry();
    const [a, b] = of(house, 'root');
    const fresh = await makeSigner();
    const next = replaced(await house.authority(), 'root', a!, fresh);
    const report = value(await house.change(next, [fresh, b!]));
    expect(report.files).toMatchObject([{ role: 'root', version: 2, signing: { done: false, missing: 1 } }]);
    expect([...(await contents(house.folder)).keys()]).not.toContain('metadata/2.root.json');
    // The holder of an old key does the same on another day.
    expect(value(await house.change(next, [a!], start + day)).files).toMatchObject([{ signing: { done: true } }]);
  });

  test('with other targets keys brings targets signed by those, or kiosks would refuse them', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const [a, b, c] = of(house, 'targets');
    const [x, y] = [await makeSigner(), await makeSigner()];
    let next = replaced(await house.authority(), 'targets', a!, x);
    next = replaced(next, 'targets', b!, y);
    // The holders of root keys alone cannot finish it.
    expect(value(await house.change(next, of(house, 'root').slice(0, 2))).files.map(({ role, signing }) => [role, signing.done])).toEqual([['targets', false], ['root', true]]);
    expect([...(await contents(house.folder)).keys()].filter((name) => /^metadata\/2\.(root|targets)/.test(name))).toEqual([]);
    value(await house.change(next, [x, c!]));
    expect([...(await contents(house.folder)).keys()].filter((name) => /^metadata\/2\.(root|targets)/.test(name))).toEqual(['metadata/2.root.json', 'metadata/2.targets.json']);
    const kiosk = await TestKiosk.fresh(house.folder);
    value(await house.publish(start + 1));
    expect(code(await kiosk.sync(house.folder, start + 1))).toBe('accepted');
  });

  test('where the same signatures still stand, targets are not signed again', async () => {
    const house = await ministry();
    const [, , c] = of(house, 'targets');
    const report = value(await house.change(replaced(await house.authority(), 'targets', c!, await makeSigner()), of(house, 'root').slice(0, 2)));
    expect(report.files.map(({ role }) => role)).toEqual(['root']);
  });

  test('a key that has no say is refused', async () => {
    const house = await ministry();
    const [, , c] = of(house, 'targets');
    expectRefusal(await house.change(replaced(await house.authority(), 'targets', c!, await makeSigner()), [...of(house, 'root'), ...of(house, 'moi')]), 'wrongKey');
  });

  test('root and targets are renewed once half of their life is over, and not before', async () => {
    const house = await ministry();
    const signers = [...of(house, 'root'), ...of(house, 'targets')];
    const renew = async (now: number) => {
      const { top, authority } = value(await readAuthority(house.folder));
      return value(await signChange({ folder: house.folder, top, next: authority, signers, now })).files.map(({ role, version }) => [role, version]);
    };
    expect(await renew(start + lifetime.targets / 2 - day)).toEqual([]);
    expect(await renew(start + lifetime.root / 2)).toEqual([['targets', 2], ['root', 2]]);
  });
});

describe('a revoked key', () => {
  test('of an authority makes its file fall: it is named, and the old edition stays until two have signed', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const [thief, official] = of(house, 'moi');
    const fresh = await makeSigner();
    const next = delegatedAnew(await house.authority(), 'moi', thief!, fresh);
    const { top } = value(await readAuthority(house.folder));
    const plan = await planOf(house.folder, top, next);
    expect(plan.changes).toHaveLength(1);
    expect(plan.changes[0]).toMatch(/^targets version 2: moi loses the key .*, gets the key .*, needs 2 of 2 signatures\.$/);
    expect(plan.mustSign).toMatchObject([{ role: 'moi', threshold: 2 }]);
    expect(plan.affected.join(' ')).toContain('services of moi');
    value(await house.change(next, of(house, 'targets').slice(0, 2)));

    expect(value(await house.publish(start + 2 * day))).toMatchObject({ isNew: false, confirmed: true, held: { version: 2, roles: ['moi'] } });
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start + 2 * day))).toBe('accepted');
    expect(kiosk.price()).toBe(400);
    expectRefusal(await house.sign('moi', compiled(900), { by: [thief!, official!] }), 'wrongKey');
    // A file that the thief and a careless official signed past our tools, while the new keys' first one is awaited.
    const old = await copyOf(house.folder);
    await old.remove('metadata/2.targets.json');
    value(await signRole({ folder: old, role: 'moi', objects: compiled(900), signers: [thief!, official!], now: start + 2 * day }));
    for (const name of await old.list('')) if (/2\.moi\.json|targets\/services/.test(name)) await house.folder.write(name, (await old.read(name)) ?? new Uint8Array());
    expect(value(await house.publish(start + 2 * day))).toMatchObject({ isNew: false, refused: [{ name: 'metadata/2.moi.json' }] });
    value(await house.sign('moi', compiled(400), { by: [fresh, official!], now: start + 2 * day }));
    expect(value(await house.publish(start + 3 * day))).toMatchObject({ isNew: true, roles: ['targets', 'moi'] });
    expect(code(await kiosk.sync(house.folder, start + 3 * day))).toBe('accepted');
    expect(kiosk.price()).toBe(400);
  });

  test('of an office touches that office alone', async () => {
    const house = await ministry();
    await house.release(compiled());
    const [office] = of(house, '9901');
    const next = delegatedAnew(await house.authority(), '9901', office!, await makeSigner());
    const plan = await planOf(house.folder, value(await readAuthority(house.folder)).top, next);
    expect(plan.mustSign.map(({ role }) => role)).toEqual(['9901']);
    expect(plan.affected).toEqual(['The kiosks of office 9901, and those of the offices above and below it; no other.']);
  });

  test('a plan writes nothing, and no change is no plan', async () => {
    const house = await ministry();
    await house.release(compiled());
    const before = await contents(house.folder);
    const { top, authority } = value(await readAuthority(house.folder));
    expect(await planOf(house.folder, top, authority)).toEqual({ changes: [], affected: [], mustSign: [] });
    expect(filesNeeded(authority, authority)).toEqual({ root: false, delegations: false });
    await planOf(house.folder, top, withDelegation(authority, { name: 'mlvt', paths: pathsOf('mlvt'), threshold: 2, keys: [(await makeSigner()).key, (await makeSigner()).key] }));
    expect(await contents(house.folder)).toEqual(before);
  });
});

describe('a repository', () => {
  test('is never founded over another', async () => {
    const house = await ministry();
    await expect(ministry(await copyOf(house.folder))).rejects.toThrow('alreadyThere');
  });

  test('lists delegations in the order in which official tools give them back', async () => {
    const house = await ministry();
    let authority = await house.authority();
    for (const name of ['12', '01', '0102', '99']) authority = withDelegation(authority, { name, paths: pathsOf(name), threshold: 1, keys: [(await makeSigner()).key] });
    const names = authority.delegations.map(({ name }) => name);
    expect(names).toEqual(Object.keys(Object.fromEntries(names.map((name) => [name, 1]))));
  });
});
