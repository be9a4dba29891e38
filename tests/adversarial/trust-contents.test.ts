import { beforeEach, describe, expect, test } from 'vitest';
import { buildCatalogue, priceRows, type Catalogue } from '../../src/kiosk/content/catalogue.ts';
import { postedRows } from '../../src/kiosk/screens/price-filter.ts';
import { candidateCosts } from '../../src/model/cost.ts';
import { utf8 } from '../../src/trust/bytes.ts';
import { catalogueObjects, serviceObject } from '../fixtures/content-release.ts';
import { TestRepository, type Content } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { TestTerminal } from '../fixtures/terminal.ts';

/** Rightly signed, and yet not what may be shown: what the kiosk's own parser makes of it. */

const own = 'offices/990101/office.json';
const birth = 'services/moi/birth.json';
const office = (identifier: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({ identifier, level: 'commune', title: { km: 'សាលា', en: `Office ${identifier}` }, place: { km: 'កន្លែង', en: 'Place' }, ...more });
const cost = (riel: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({ identifier: 'standard', amount: { kind: 'fixed', price: { currency: 'KHR', riel } }, reviewBy: '2099-12-31', source: { confidence: 'high' }, ...more });

let repository: TestRepository;
let terminal: TestTerminal;
beforeEach(async () => {
  const objects = Object.entries(catalogueObjects(['birth', 'marriage'])).filter(([path]) => !path.startsWith('offices/'));
  repository = await TestRepository.build({ objects: { ...(Object.fromEntries(objects) as Record<string, Content>), [own]: office('990101'), 'offices/990102/office.json': office('990102', { notices: [] }) } });
  terminal = new TestTerminal(repository.anchor, '990101');
  await catalogue();
});

/** What the screens are drawn from after a sync. */
async function catalogue(files: ReadonlyMap<string, Uint8Array> = repository.files): Promise<Catalogue> {
  await terminal.sync(serveFiles(files), repository.now);
  const built = await buildCatalogue(new Map(Object.entries(terminal.shown).map(([path, text]) => [path, utf8(text)])));
  if (!built.ok) throw new Error(`${built.error.code} ${built.error.path}`);
  return built.value;
}
/** Riel on the price list, by service, on a day. */
const board = (from: Catalogue, day: string): Record<string, readonly number[]> =>
  Object.fromEntries(Map.groupBy(postedRows(priceRows(from), day), (row) => row.service.identifier).entries().map(([service, rows]) => [service, rows.map(({ cost: { amount } }) => (amount.kind === 'fixed' && amount.price.currency === 'KHR' ? amount.price.riel : 0))]));
const today = '2026-11-25';

describe('an office’s signed file', () => {
  test.each([
    ['costs', { costs: [cost(900)] }],
    ['a service', { services: { birth: serviceObject('birth', { costs: [cost(900)] }) } }],
    ['a notice with a price of its own', { notices: [{ identifier: 'n', title: { km: 'ក', en: 'n' }, text: { km: 'ក', en: 'n' }, validFrom: today, validTo: today, amount: { kind: 'fixed', price: { currency: 'KHR', riel: 900 } } }] }],
  ])('that tries to carry %s is left out, and every price stays', async (_, more) => {
    repository.put(own, office('990101', more));
    await repository.publish();
    const shown = await catalogue();
    expect(board(shown, today)).toEqual({ birth: [400], marriage: [400] });
    expect(shown.offices.has('990101')).toBe(false);
    expect(shown.leftOut).toEqual([{ code: 'unreadable', path: own }]);
  });

  test('that is a service in its very words is left out', async () => {
    repository.put(own, serviceObject('birth', { costs: [cost(900)] }));
    await repository.publish();
    expect(board(await catalogue(), today)).toEqual({ birth: [400], marriage: [400] });
  });

  test('that is valid for another office does not speak for this one', async () => {
    repository.put(own, office('990102', { address: { km: 'ក', en: 'elsewhere' } }));
    await repository.publish();
    const shown = await catalogue();
    expect([...shown.offices.keys()]).toEqual([]);
    expect(shown.leftOut).toEqual([{ code: 'notDelegated', path: own }]);
  });

  test.each([
    ['a name that is none of ours', { 'offices/990101/Office.JSON': '{}' }],
    ['a file that is too long for anybody', { [own]: ' '.repeat(1_000_001) }],
    ['nothing', { [own]: '' }],
  ])('with %s costs nobody else’s words', async (_, objects) => {
    for (const [path, content] of Object.entries(objects)) repository.put(path, content, '990101');
    repository.put(birth, serviceObject('birth', { costs: [cost(450)] }));
    await repository.publish();
    expect(board(await catalogue(), today)).toEqual({ birth: [450], marriage: [400] });
  });

  test('of another office, put in place of this one’s, is refused', async () => {
    repository.put(own, office('990101', { address: { km: 'ក', en: 'the new house' } }));
    await repository.publish();
    const files = new Map([...repository.files].filter(([name]) => !name.startsWith('changes/')));
    files.set('metadata/2.990101.json', repository.bytes('metadata/1.990102.json'));
    const shown = await catalogue(files);
    expect(shown.offices.get('990101')).toMatchObject({ title: { en: 'Office 990101' } });
    expect(shown.offices.get('990101')?.address).toBeUndefined();
  });
});

describe('an authority’s signed file', () => {
  test('that speaks in the name of another authority or service is left out', async () => {
    for (const more of [{ competentAuthority: 'mpwt' }, { identifier: 'marriage' }]) {
      repository.put('services/moi/extra.json', { ...serviceObject('extra', { costs: [cost(900)] }), ...more });
      await repository.publish();
      const shown = await catalogue();
      expect(board(shown, today)).toEqual({ birth: [400], marriage: [400] });
      expect(shown.leftOut).toEqual([{ code: 'notDelegated', path: 'services/moi/extra.json' }]);
    }
  });
});

describe('a price that is valid only in future', () => {
  const first = '2027-01-01';
  test('is signed today and shown from its day on, the old one until the day before', async () => {
    repository.put(birth, serviceObject('birth', { costs: [cost(400, { validTo: '2026-12-31' }), cost(500, { identifier: 'next', validFrom: first })] }));
    await repository.publish();
    const shown = await catalogue();
    expect(board(shown, today)['birth']).toEqual([400]);
    expect(board(shown, '2026-12-31')['birth']).toEqual([400]);
    expect(board(shown, first)['birth']).toEqual([500]);
    expect(candidateCosts(shown.services.get('birth')?.costs ?? [], {}, today).map(({ identifier }) => identifier)).toEqual(['standard']);
  });

  test('and the only one is not shown before its day', async () => {
    repository.put(birth, serviceObject('birth', { costs: [cost(500, { validFrom: first })] }));
    await repository.publish();
    const shown = await catalogue();
    expect(board(shown, today)).toEqual({ marriage: [400] });
    expect(board(shown, first)).toEqual({ birth: [500], marriage: [400] });
  });
});

describe('a stick with an older release', () => {
  test('changes nothing, neither at once nor after a new start', async () => {
    const stick = new Map(repository.files);
    repository.put(birth, serviceObject('birth', { costs: [cost(450)] }));
    await repository.publish();
    expect(board(await catalogue(), today)['birth']).toEqual([450]);
    for (const restart of [false, true]) {
      if (restart) await terminal.restart();
      const done = await terminal.sync(serveFiles(stick), repository.now);
      expect(done).toMatchObject({ ok: false, error: { code: 'rolledBack' } });
      expect(board(await catalogue(), today)['birth']).toEqual([450]);
    }
  });

  test('that was written over the terminal’s own state is mended by the next sync', async () => {
    const old = { manifest: terminal.manifest, texts: terminal.shown };
    repository.put(birth, serviceObject('birth', { costs: [cost(450)] }));
    await repository.publish();
    await catalogue();
    await terminal.restart(old.manifest, old.texts);
    expect(board(await catalogue(), today)['birth']).toEqual([450]);
  });
});
