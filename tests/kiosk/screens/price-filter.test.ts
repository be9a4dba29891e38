import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { officeSchema } from '../../../src/model/office.ts';
import { publicServiceSchema, type PublicService } from '../../../src/model/public-service.ts';
import type { PriceRow } from '../../../src/kiosk/content/catalogue.ts';
import { answersOf, countBySector, filterRows, inHitOrder, isOfferedAt, postedRows, pricesFirst, validityOf } from '../../../src/kiosk/screens/price-filter.ts';

const text = (en: string): { km: string; en: string } => ({ km: en, en });
const source = { url: 'https://example.org/', confidence: 'high' };
const cost = (identifier: string, amount: object, more: object = {}): object => ({ identifier, amount, reviewBy: '2030-01-01', source, ...more });
const fixed = { kind: 'fixed', price: { currency: 'KHR', riel: 20000 } };

function service(identifier: string, sector: string, costs: readonly object[], more: object = {}): PublicService {
  return v.parse(publicServiceSchema, {
    identifier,
    title: text(identifier),
    competentAuthority: 'moi',
    thematicArea: 'papers',
    sector,
    channels: [{ level: 'commune' }],
    costs,
    outputs: [{ identifier: 'paper', title: text('paper'), validity: { kind: 'permanent' } }],
    certification: { sources: [source], khmerWording: 'official' },
    evidence: [],
    legalResources: [],
    ...more,
  });
}

function rowsOf(...services: readonly PublicService[]): readonly PriceRow[] {
  return services.flatMap((one) => one.costs.map((each) => ({ sector: { identifier: one.sector, title: text(one.sector) }, service: one, cost: each })));
}

const commune = v.parse(officeSchema, { identifier: '990101', level: 'commune', title: text('office'), place: text('place') });
const villa = service('villa', 'construction', [cost('small', fixed, { appliesTo: { size: ['small'] } }), cost('large', { kind: 'ceiling', max: { currency: 'KHR', riel: 90000 } }, { appliesTo: { size: ['large', 'huge'] } })], {
  questions: [{ kind: 'choice', identifier: 'size', text: text('size?'), options: ['small', 'large', 'huge'].map((option) => ({ identifier: option, label: text(option) })) }],
  channels: [
    { level: 'district', appliesTo: { size: ['small'] } },
    { level: 'province', appliesTo: { size: ['large', 'huge'] } },
  ],
});
const birth = service('birth', 'civil', [cost('only', { kind: 'free' })]);
const police = service('police-letter', 'civil', [cost('only', { kind: 'notPosted' })], { channels: [{ level: 'commune', place: text('police post') }] });
const rows = rowsOf(villa, birth, police);

describe('filtering the price list', () => {
  test('without a filter every row is shown, in its order', () => {
    expect(filterRows(rows, {}, commune)).toEqual(rows);
  });

  test('filters join: a sector, a kind of price', () => {
    expect(filterRows(rows, { sector: 'construction', kind: 'ceiling' }, commune).map((row) => row.cost.identifier)).toEqual(['large']);
    expect(filterRows(rows, { sector: 'civil', kind: 'ceiling' }, commune)).toEqual([]);
  });

  test('a level shows only the cases that are handled there', () => {
    expect(filterRows(rows, { level: 'district' }, commune).map((row) => row.cost.identifier)).toEqual(['small']);
    expect(filterRows(rows, { level: 'province' }, commune).map((row) => row.cost.identifier)).toEqual(['large']);
  });

  test('this office is not another body of the same level', () => {
    expect(filterRows(rows, { level: 'here' }, commune).map((row) => row.service.identifier)).toEqual(['birth']);
    expect(filterRows(rows, { level: 'commune' }, commune).map((row) => row.service.identifier)).toEqual(['birth', 'police-letter']);
  });

  test('a machine that does not know its office offers nothing "here" rather than everything', () => {
    expect(isOfferedAt(birth, birth.costs[0]!, 'here', undefined)).toBe(false);
  });

  test('sectors are counted by rows', () => {
    expect([...countBySector(rows)]).toEqual([['construction', 2], ['civil', 2]]);
  });

  test('a price that is past or not yet in force is not posted', () => {
    const changing = service('changing', 'civil', [cost('old', fixed, { validTo: '2026-06-30' }), cost('now', fixed, { validFrom: '2026-07-01', validTo: '2026-12-31' }), cost('next', fixed, { validFrom: '2027-01-01' })]);
    expect(postedRows(rowsOf(changing), '2026-12-31').map((row) => row.cost.identifier)).toEqual(['now']);
    expect(postedRows(rowsOf(changing), '2027-01-01').map((row) => row.cost.identifier)).toEqual(['next']);
  });
});

describe('from a row to its guide', () => {
  test('a row of a single case answers the question of its guide', () => {
    expect(answersOf(villa.costs[0]!)).toEqual({ size: 'small' });
  });

  test('a row of several cases leaves the question to the citizen', () => {
    expect(answersOf(villa.costs[1]!)).toEqual({});
  });
});

describe('searching the price list', () => {
  test('rows come in the order of the hits, those of one service together', () => {
    expect(inHitOrder(rows, ['birth', 'villa', 'unknown']).map((row) => row.cost.identifier)).toEqual(['only', 'small', 'large']);
  });
});

describe('validity in the price list', () => {
  test('the price says it, else the only output', () => {
    const year = { kind: 'limited' as const, unit: 'year' as const, count: 1 };
    const yearly = service('yearly', 'civil', [cost('a', fixed, { validity: year }), cost('b', fixed)]);
    expect(rowsOf(yearly).map(validityOf)).toEqual([year, { kind: 'permanent' }]);
  });

  test('of several outputs none is guessed', () => {
    const both = service('both', 'civil', [cost('a', fixed)], { outputs: ['one', 'two'].map((identifier) => ({ identifier, title: text(identifier), validity: { kind: 'permanent' } })) });
    expect(rowsOf(both).map(validityOf)).toEqual([undefined]);
  });
});

test('inside a sector what has a posted price comes before what has none; services stay whole and in order', () => {
  const none = { kind: 'notPosted' };
  const list = rowsOf(service('a', 'land', [cost('only', none)]), service('b', 'land', [cost('none', none), cost('fee', fixed)]), service('c', 'land', [cost('fee', fixed)]), service('d', 'tax', [cost('only', none)]), service('e', 'tax', [cost('fee', fixed)]));
  expect(pricesFirst(list).map((row) => `${row.service.identifier} ${row.cost.identifier}`)).toEqual(['b fee', 'b none', 'c fee', 'a only', 'e fee', 'd only']);
});
