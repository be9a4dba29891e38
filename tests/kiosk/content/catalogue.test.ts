import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holidaysFor, lastKnownYear } from '../../../src/model/office-hours.ts';
import { buildCatalogue, priceRows, servicesByLevel, servicesByTopic, servicesInOrder, type Catalogue } from '../../../src/kiosk/content/catalogue.ts';
import { addWorkingDays } from '../../../src/model/day.ts';
import { catalogueObjects, serviceObject } from '../../fixtures/content-release.ts';

const encode = (objects: Record<string, unknown>): Map<string, Uint8Array> =>
  new Map(Object.entries(objects).map(([path, object]) => [path, new TextEncoder().encode(JSON.stringify(object))]));

async function build(objects: Record<string, unknown>): Promise<Catalogue> {
  const built = await buildCatalogue(encode(objects));
  if (!built.ok) throw new Error(built.error.path);
  return built.value;
}

const text = (en: string): { km: string; en: string } => ({ km: 'ក', en });
const cost = (identifier: string): Record<string, unknown> => ({ identifier, amount: { kind: 'free' }, reviewBy: '2027-12-31', source: { confidence: 'high' } });

test('the price list has one row for each cost, sectors in official order, services alphabetically in the reader’s language', async () => {
  const objects = catalogueObjects(['birth', 'marriage', 'motorbike']);
  objects['services/moi/marriage.json'] = serviceObject('marriage', { costs: [cost('late'), cost('on-time')] });
  objects['services/moi/motorbike.json'] = serviceObject('motorbike', { sector: 'transport' });
  const pack = objects['catalogue/pack.json'] as Record<string, unknown>;
  pack['sectors'] = [
    { identifier: 'transport', title: text('Transport') },
    { identifier: 'civil-registration', title: text('Civil registration') },
  ];
  pack['order'] = { km: ['marriage', 'birth', 'motorbike'], en: ['birth', 'marriage', 'motorbike'] };
  const catalogue = await build(objects);
  const rows = (language: 'km' | 'en'): readonly string[] => priceRows(catalogue, language).map((row) => `${row.sector.identifier} ${row.service.identifier} ${row.cost.identifier}`);
  expect(rows('km')).toEqual(['transport motorbike standard', 'civil-registration marriage late', 'civil-registration marriage on-time', 'civil-registration birth standard']);
  expect(rows('en')[1]).toBe('civil-registration birth standard');
});

test('services are found by topic and by each level that gives them', async () => {
  const objects = catalogueObjects(['birth', 'land']);
  objects['services/moi/land.json'] = serviceObject('land', { channels: [{ level: 'district' }, { level: 'commune' }, { level: 'commune', online: 'example.gov.kh' }] });
  const catalogue = await build(objects);
  expect(servicesByTopic(catalogue).get('family')?.map((service) => service.identifier)).toEqual(['birth', 'land']);
  const byLevel = servicesByLevel(catalogue);
  expect([...byLevel.keys()]).toEqual(['commune', 'district']);
  expect(byLevel.get('commune')?.map((service) => service.identifier)).toEqual(['birth', 'land']);
});

test('working days skip public holidays and the office’s own closures', async () => {
  const objects = catalogueObjects(['birth']);
  objects['offices/990101/office.json'] = { ...(objects['offices/990101/office.json'] as object), closures: [{ date: '2026-01-05', reason: text('Stock-taking') }] };
  const catalogue = await build(objects);
  const holidays = holidaysFor(catalogue.offices.get('990101'), catalogue.calendar);
  expect(addWorkingDays('2025-12-31', 2, holidays, lastKnownYear(catalogue.calendar))).toBe('2026-01-06');
  expect(addWorkingDays('2025-12-31', 2, holidaysFor(undefined, catalogue.calendar), lastKnownYear(catalogue.calendar))).toBe('2026-01-05');
});

test.each([
  ['a pack that is missing', 'catalogue/pack.json', undefined, 'missing'],
  ['a calendar that is missing', 'catalogue/calendar.json', undefined, 'missing'],
  ['a service with an unknown field', 'services/moi/birth.json', serviceObject('birth', { invented: 1 }), 'unreadable'],
  ['an event of another shape', 'catalogue/event-marriage.json', { identifier: 'marriage' }, 'unreadable'],
])('%s is named, nothing is thrown', async (_, path, object, code) => {
  const objects = catalogueObjects(['birth']);
  if (object === undefined) delete objects[path];
  else objects[path] = object;
  expect(await buildCatalogue(encode(objects))).toEqual({ ok: false, error: { code, path } });
});

test('an office of another shape is left out and named; all else stays', async () => {
  const built = await buildCatalogue(encode({ ...catalogueObjects(['birth']), 'offices/990101/office.json': [] }));
  expect(built.ok && { leftOut: built.value.leftOut, offices: built.value.offices.size, services: built.value.services.size }).toEqual({
    leftOut: [{ code: 'unreadable', path: 'offices/990101/office.json' }],
    offices: 0,
    services: 1,
  });
});

test.each([
  ['the one that the pack names answers for it', { birth: 'moi' }, ['moi']],
  ['and where it names neither, nobody does', {}, []],
])('two authorities claim one service: %s', async (_, authorities, owners) => {
  const objects = catalogueObjects(['birth']);
  objects['catalogue/pack.json'] = { ...(objects['catalogue/pack.json'] as object), authorities };
  for (const path of ['services/a/birth.json', 'services/mpwt/birth.json']) objects[path] = serviceObject('birth', { competentAuthority: path.split('/')[1] });
  const built = await buildCatalogue(encode(objects));
  expect(built.ok && [...built.value.services.values()].map((service) => service.competentAuthority)).toEqual(owners);
  expect(built.ok && built.value.leftOut.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([...(owners.length === 0 ? ['notDelegated services/moi/birth.json'] : []), 'notDelegated services/a/birth.json', 'notDelegated services/mpwt/birth.json'].sort());
});

test('bytes of any kind are an error, never an exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const objects = encode(catalogueObjects(['birth']));
      objects.set('services/moi/birth.json', bytes);
      expect(await buildCatalogue(objects)).toMatchObject({ ok: false, error: { code: 'unreadable' } });
    }),
  );
});

test('no service is lost, whatever the pack’s order names', async () => {
  const names = ['a', 'b', 'c', 'd'];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names, 'gone')), async (order) => {
      const objects = catalogueObjects(names);
      (objects['catalogue/pack.json'] as Record<string, unknown>)['order'] = { km: order, en: order };
      const catalogue = await build(objects);
      expect(servicesInOrder(catalogue, 'en').map((service) => service.identifier).sort()).toEqual(names);
    }),
  );
});

test('events come in the order of the pack, and none that it does not name is lost', async () => {
  const objects = catalogueObjects(['birth']);
  const marriage = objects['catalogue/event-marriage.json'] as Record<string, unknown>;
  for (const identifier of ['death', 'zoo']) objects[`catalogue/event-${identifier}.json`] = { ...marriage, identifier };
  (objects['catalogue/pack.json'] as Record<string, unknown>)['events'] = ['zoo', 'gone', 'marriage'];
  const catalogue = await build(objects);
  expect([...catalogue.events.keys()]).toEqual(['zoo', 'marriage', 'death']);
});
