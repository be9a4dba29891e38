import { describe, expect, test } from 'vitest';
import { pathsOf, withDelegation } from '../../src/repository/authority.ts';
import { signRole } from '../../src/repository/sign.ts';
import { lifetime } from '../../src/repository/times.ts';
import { sha256Hex, utf8 } from '../../src/trust/bytes.ts';
import { composeTargets, signMetadata } from '../../src/trust/compose.ts';
import { objectUrlPath } from '../../src/trust/release.ts';
import { statementIn } from '../../src/trust/statement.ts';
import { birth, code, compiled, contents, copyOf, day, expectRefusal, makeSigner, ministry, service, start, TestKiosk, value } from './ministry.ts';

describe('signing the content of a role', () => {
  test('takes what the role speaks for and nothing else', async () => {
    const house = await ministry();
    expect(value(await house.sign('moi', compiled()))).toMatchObject({ outcome: 'signed', version: 1, objects: 2, changed: [birth, 'services/moi/marriage.json'] });
    const names = [...(await contents(house.folder)).keys()].filter((name) => name.startsWith('targets/'));
    expect(names).toHaveLength(2);
    expect(names.every((name) => name.startsWith('targets/services/moi/'))).toBe(true);
  });

  test('signing twice gives identical bytes, whoever signs first', async () => {
    const house = await ministry();
    const other = { ...house, folder: await copyOf(house.folder) };
    const [first, second] = house.keys.get('moi') ?? [];
    value(await house.sign('moi', compiled()));
    value(await signRole({ folder: other.folder, role: 'moi', objects: compiled(), signers: [second!, first!], now: start }));
    expect(await contents(other.folder)).toEqual(await contents(house.folder));
    const before = await contents(house.folder);
    expect(value(await house.sign('moi', compiled()))).toMatchObject({ outcome: 'unchanged', version: 1 });
    expect(await contents(house.folder)).toEqual(before);
  });

  test('one changed price is one changed object; every other keeps its bytes', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const before = await contents(house.folder);
    expect(value(await house.sign('moi', compiled(600)))).toMatchObject({ outcome: 'signed', version: 2, changed: [birth] });
    const added = [...(await contents(house.folder)).keys()].filter((name) => !before.has(name));
    expect(added.filter((name) => name.startsWith('targets/'))).toHaveLength(1);
  });

  test('unchanged content is signed anew once half of its life is over', async () => {
    const house = await ministry();
    await house.release(compiled());
    const half = start + lifetime.delegated / 2;
    expect(value(await house.sign('moi', compiled(), { now: half - day }))).toMatchObject({ outcome: 'unchanged' });
    expect(value(await house.sign('moi', compiled(), { now: half }))).toMatchObject({ outcome: 'signed', version: 2, changed: [] });
  });

  test('content that is gone is gone for kiosks too', async () => {
    const house = await ministry();
    await house.release(compiled());
    const fewer = compiled();
    fewer.delete(birth);
    await house.release(fewer);
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start))).toBe('accepted');
    expect(kiosk.paths()).not.toContain(birth);
  });

  test.each([
    ['a role that nobody delegated', 'mlvt', 'notDelegated'],
    ['a role of another', 'mpwt', 'wrongKey'],
  ])('%s is refused', async (_what, role, expected) => {
    const house = await ministry();
    expectRefusal(await house.sign(role, compiled(), { by: house.keys.get('moi') ?? [] }), expected);
  });

  test('a role for which nothing was compiled is refused, unless it had something before', async () => {
    const house = await ministry();
    expectRefusal(await house.sign('moi', new Map()), 'absentContent');
    value(await house.sign('moi', compiled()));
    expect(value(await house.sign('moi', new Map()))).toMatchObject({ outcome: 'signed', objects: 0 });
  });
});

describe('signing one after the other', () => {
  test('a half-signed file waits where no kiosk looks, and the second signature completes it', async () => {
    const house = await ministry();
    const [editor, official] = house.keys.get('catalogue') ?? [];
    expect(value(await house.sign('catalogue', compiled(), { by: [editor!] }))).toMatchObject({ outcome: 'waiting', missing: 1, open: [official!.keyid], turn: { number: 1, of: 2 } });
    const names = [...(await contents(house.folder)).keys()];
    expect(names).toContain('metadata/pending/1.catalogue.json');
    expect(names).not.toContain('metadata/1.catalogue.json');
    // A day later, on another machine.
    expect(value(await house.sign('catalogue', compiled(), { by: [official!], now: start + day }))).toMatchObject({ outcome: 'signed', version: 1, turn: { number: 2, of: 2 } });
    expect([...(await contents(house.folder)).keys()]).not.toContain('metadata/pending/1.catalogue.json');
    for (const role of ['moi', 'mpwt']) value(await house.sign(role, compiled()));
    expect(code(await house.publish(start + day))).toBe('accepted');
  });

  test('one key twice is one signature', async () => {
    const house = await ministry();
    const [editor] = house.keys.get('catalogue') ?? [];
    await house.sign('catalogue', compiled(), { by: [editor!] });
    expect(value(await house.sign('catalogue', compiled(), { by: [editor!] }))).toMatchObject({ outcome: 'waiting', missing: 1 });
  });

  test('with new prices each carries both signatures: the first signer signs once more at the end', async () => {
    const house = await ministry();
    const [editor, official] = house.keys.get('moi') ?? [];
    expect(value(await house.sign('moi', compiled(), { by: [editor!] }))).toMatchObject({ outcome: 'waiting', turn: { number: 1, of: 3 } });
    expect(value(await house.sign('moi', compiled(), { by: [official!] }))).toMatchObject({ outcome: 'waiting', open: [editor!.keyid], turn: { number: 2, of: 3 } });
    expect(value(await house.sign('moi', compiled(), { by: [editor!] }))).toMatchObject({ outcome: 'signed', version: 1, turn: { number: 3, of: 3 } });
    await house.release(compiled());
    const kiosk = await TestKiosk.fresh(house.folder);
    await kiosk.sync(house.folder, start);
    expect(statementIn(JSON.parse(kiosk.text(birth) ?? '{}'), 'service')?.signatures).toHaveLength(2);
  });

  test('the second signer who means another price is told, and nothing is signed', async () => {
    const house = await ministry();
    const [editor, official] = house.keys.get('moi') ?? [];
    await house.sign('moi', compiled(900), { by: [editor!] });
    const before = await contents(house.folder);
    expectRefusal(await house.sign('moi', compiled(400), { by: [official!] }), 'differs');
    expect(await contents(house.folder)).toEqual(before);
    expect(value(await house.sign('moi', compiled(400), { by: [official!], anew: true }))).toMatchObject({ outcome: 'waiting' });
  });

  test('the first signer may think again', async () => {
    const house = await ministry();
    const [editor] = house.keys.get('moi') ?? [];
    await house.sign('moi', compiled(900), { by: [editor!] });
    expect(value(await house.sign('moi', compiled(400), { by: [editor!] }))).toMatchObject({ outcome: 'waiting', version: 1 });
  });

  test('a price keeps the edition in which it was first stated', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    await house.release(compiled(600));
    const licence = new Map([...compiled(600), ['services/mpwt/licence.json', service('mpwt', 'licence', 60_000)]]);
    await house.release(licence);
    const kiosk = await TestKiosk.fresh(house.folder);
    await kiosk.sync(house.folder, start);
    const edition = (path: string): number | undefined => statementIn(JSON.parse(kiosk.text(path) ?? '{}'), 'service')?.fee.edition;
    expect([edition('services/moi/marriage.json'), edition(birth), edition('services/mpwt/licence.json')]).toEqual([1, 2, 3]);
  });
});

describe('an office key', () => {
  test('an office key cannot sign a cost, a service, or another office', async () => {
    const house = await ministry();
    await house.release(compiled(400));
    const office = house.keys.get('9901') ?? [];
    expectRefusal(await house.sign('moi', compiled(900), { by: office }), 'wrongKey');
    expectRefusal(await house.sign('990101', compiled(), { by: office }), 'wrongKey');
    // Signed as its own, only what lies below its own folder is taken.
    const foreign = new Map([...compiled(900), ['offices/990101/office.json', utf8('{"identifier":"990101","opens":"never"}')]]);
    expect(value(await house.sign('9901', foreign, { by: office }))).toMatchObject({ outcome: 'unchanged', objects: 1 });

    // And by hand, past our own tools: the file says what it likes, and nobody listens.
    const forged = service('moi', 'birth', 900);
    const entry = { length: forged.length, sha256: await sha256Hex(forged) };
    const own = compiled().get('offices/9901/office.json')!;
    const signed = await composeTargets({ version: 2, expires: start + 100 * day, targets: { [birth]: entry, 'offices/990101/office.json': entry, 'offices/9901/office.json': { length: own.length, sha256: await sha256Hex(own) } } });
    await house.folder.write('metadata/2.9901.json', await signMetadata(signed, office));
    for (const path of [birth, 'offices/990101/office.json']) await house.folder.write(`targets/${objectUrlPath(path, entry)}`, forged);
    expect(value(await house.publish(start + 1000)).roles).toEqual(['9901']);
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start + 1000))).toBe('accepted');
    expect(kiosk.price()).toBe(400);
    expect(kiosk.text('offices/990101/office.json')).toContain('08:00');
  });

  test('an office that was delegated to and has not signed yet holds nobody up', async () => {
    const house = await ministry();
    await house.release(compiled());
    const fresh = await makeSigner();
    const next = withDelegation(await house.authority(), { name: '9902', paths: pathsOf('9902'), threshold: 1, keys: [fresh.key] });
    value(await house.change(next, house.keys.get('targets')!.slice(0, 2)));
    await house.release(compiled(600));
    const kiosk = await TestKiosk.fresh(house.folder);
    expect(code(await kiosk.sync(house.folder, start))).toBe('accepted');
    expect(kiosk.price()).toBe(600);
  });
});
