import fc from 'fast-check';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { holidaysFor, lastKnownYear } from '../../src/model/office-hours.ts';
import { planEvent, type EventPlan, type PlanContext } from '../../src/model/event-plan.ts';
import { isConditional } from '../../src/model/event-documents.ts';
import { eventSchema, type Event } from '../../src/model/event.ts';
import { publicServiceSchema, type PublicService } from '../../src/model/public-service.ts';
import type { Catalogue } from '../../src/kiosk/content/catalogue.ts';
import { serviceObject } from '../fixtures/content-release.ts';
import { shippedCatalogue } from '../fixtures/shipped-catalogue.ts';

const text = (en: string): { km: string; en: string } => ({ km: 'ក', en });
const context: PlanContext = { today: '2026-11-23', holidays: new Set(['2026-11-24']), lastKnownYear: 2026, level: 'commune' };

const source = { confidence: 'high' };
const cost = (identifier: string, amount: object, over: object = {}): object => ({ identifier, amount, reviewBy: '2027-12-31', source, ...over });
const riel = (amount: number): object => ({ kind: 'fixed', price: { currency: 'KHR', riel: amount } });
const need = (type: string, over: object = {}): object => ({ type, title: text(type), ...over });

function services(...made: readonly Record<string, unknown>[]): ReadonlyMap<string, PublicService> {
  return new Map(made.map((object) => v.parse(publicServiceSchema, object)).map((service) => [service.identifier, service]));
}

function event(...stations: readonly object[]): Event {
  return v.parse(eventSchema, { identifier: 'event', type: 'LifeEvent', title: text('Event'), description: text('…'), icon: 'house', stations: stations.map((station) => ({ evidence: [], ...station })) });
}

/** Documents to bring in words: `a (1, 2)`, alternatives joined by a bar. */
function brought(plan: EventPlan): string[] {
  return plan.documents.map((line) => `${line.anyOf.map((one) => one.type).join('|')} (${line.uses.map((use) => `${use.station}${isConditional(use) ? '?' : ''}`).join(', ')})`);
}

describe('the beginning', () => {
  const all = services(serviceObject('a', { processingTime: { unit: 'workingDay', atMost: 1 } }));
  const plan = (start?: string): EventPlan => planEvent(event({ identifier: 'x', service: 'a' }), all, { ...context, start });

  test('is today, or the day on which the office opens', () => {
    // 24 November is a holiday.
    expect(plan()).toMatchObject({ start: undefined, time: { readyBy: '2026-11-25' } });
    expect(plan('2026-11-23')).toMatchObject({ start: undefined, time: { readyBy: '2026-11-25' } });
    expect(plan('2026-11-25')).toMatchObject({ start: '2026-11-25', time: { readyBy: '2026-11-26' } });
  });

  test('that nobody can tell leads to no date', () => {
    const { time, stations, start } = plan('unknown');
    expect([start, time.readyBy, ...stations.map((station) => station.readyBy)]).toEqual([undefined, undefined, undefined]);
    expect(time.workingDays).toBe(1);
  });
});

describe('fees', () => {
  test('each kind is summed on its own, and riel apart from dollars', () => {
    const all = services(
      serviceObject('a', { costs: [cost('c', riel(40_000))] }),
      serviceObject('b', { costs: [cost('c', { kind: 'fixed', price: { currency: 'USD', cents: 2500 } })] }),
      serviceObject('c', { costs: [cost('c', { kind: 'ceiling', max: { currency: 'KHR', riel: 10_000 }, concession: { currency: 'KHR', riel: 5_000 } })] }),
      serviceObject('d', { costs: [cost('c', { kind: 'free' })] }),
      serviceObject('e', { costs: [cost('c', { kind: 'notPosted' })] }),
    );
    const plan = planEvent(event(...['a', 'b', 'c', 'd', 'e'].map((id) => ({ identifier: id, service: id }))), all, context);
    expect(plan.fees).toEqual({ fixed: { riel: 40_000, cents: 2500 }, fixedCount: 2, atMost: { riel: 10_000, cents: 0 }, ceilingCount: 1, free: 1, notPosted: 1, depends: 0 });
  });

  const size = { kind: 'choice', identifier: 'size', text: text('Which size?'), options: [{ identifier: 'small', label: text('Small') }, { identifier: 'large', label: text('Large') }] };

  test('a price that depends on the case enters no sum, until the event’s own answer decides it', () => {
    const all = services(serviceObject('a', { questions: [size], costs: [cost('s', riel(100), { appliesTo: { size: ['small'] } }), cost('l', riel(900), { appliesTo: { size: ['large'] } })] }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }), all, context).fees).toMatchObject({ fixed: { riel: 0 }, depends: 1, fixedCount: 0 });
    expect(planEvent(event({ identifier: 'x', service: 'a', answers: { size: 'large' } }), all, context).fees).toMatchObject({ fixed: { riel: 900 }, depends: 0, fixedCount: 1 });
  });

  test('a price that depends on the case enters the sum once the citizen chose theirs, but never against the event', () => {
    const all = services(serviceObject('a', { questions: [size], costs: [cost('s', riel(100), { appliesTo: { size: ['small'] } }), cost('l', riel(900), { appliesTo: { size: ['large'] } })] }));
    const cases = new Map([['x', { size: 'small' }]]);
    const open = planEvent(event({ identifier: 'x', service: 'a' }, { identifier: 'y', service: 'a' }), all, context, new Set(), cases);
    expect(open.fees).toMatchObject({ fixed: { riel: 100 }, depends: 1, fixedCount: 1 });
    expect(open.stations.map((station) => station.answers)).toEqual([{ size: 'small' }, {}]);
    expect(planEvent(event({ identifier: 'x', service: 'a', answers: { size: 'large' } }), all, context, new Set(), cases).fees).toMatchObject({ fixed: { riel: 900 }, depends: 0 });
  });

  test('a posted price keeps what it is for and what is to be said of it', () => {
    const note = text('The duty itself must be paid.');
    const all = services(serviceObject('a', { costs: [cost('c', { kind: 'free' }, { note })] }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }), all, context).stations[0]?.fee).toMatchObject({ kind: 'posted', costs: [{ note }] });
  });

  test('cases that all cost the same are no open question', () => {
    const all = services(serviceObject('a', { questions: [size], costs: [cost('s', { kind: 'free' }, { appliesTo: { size: ['small'] } }), cost('l', { kind: 'free' }, { appliesTo: { size: ['large'] } })] }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }), all, context).fees).toMatchObject({ free: 1, depends: 0 });
  });

  test('a price per sheet is no sum before the sheets are counted', () => {
    const sheets = { kind: 'count', identifier: 'sheets', text: text('How many?'), unit: text('sheet'), max: 50 };
    const all = services(serviceObject('a', { questions: [sheets], costs: [cost('s', riel(400), { quantity: 'sheets' })] }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }), all, context).fees).toMatchObject({ fixed: { riel: 0 }, depends: 1 });
    expect(planEvent(event({ identifier: 'x', service: 'a', answers: { sheets: '3' } }), all, context).fees).toMatchObject({ fixed: { riel: 1200 }, depends: 0 });
  });

  test('a price that is no longer in force is not posted', () => {
    const all = services(serviceObject('a', { costs: [cost('c', riel(400), { validTo: '2026-11-22' })] }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }), all, context).fees).toMatchObject({ fixed: { riel: 0 }, notPosted: 1 });
  });
});

describe('time', () => {
  const days = (unit: string, atMost: number): object => ({ unit, atMost });

  test('stations follow each other; the date skips weekends and holidays', () => {
    const all = services(serviceObject('a', { processingTime: days('workingDay', 2) }), serviceObject('b', { processingTime: days('workingDay', 1) }), serviceObject('c', { processingTime: { unit: 'atOnce' } }));
    const plan = planEvent(event({ identifier: 'x', service: 'a' }, { identifier: 'y', service: 'b' }, { identifier: 'z', service: 'c' }), all, context);
    // Monday; Tuesday is a holiday.
    expect(plan.stations.map((station) => station.readyBy)).toEqual(['2026-11-26', '2026-11-27', '2026-11-27']);
    expect(plan.time).toMatchObject({ workingDays: 3, atOnce: 1, unknown: 0, readyBy: '2026-11-27' });
  });

  test('no date is promised after a station without a posted time, after a wedding, or from days of an unstated kind', () => {
    const all = services(serviceObject('a', { processingTime: days('workingDay', 2) }), serviceObject('b'), serviceObject('c', { processingTime: days('dayUnstated', 10) }));
    const first = { identifier: 'x', service: 'a' };
    for (const then of [{ identifier: 'y', service: 'b' }, { identifier: 'y', title: text('The wedding') }, { identifier: 'y', service: 'c' }]) {
      const plan = planEvent(event(first, then, { ...first, identifier: 'z' }), all, context);
      expect(plan.time.readyBy).toBeUndefined();
      expect(plan.stations.map((station) => station.readyBy)).toEqual(['2026-11-26', undefined, undefined]);
    }
  });

  test('no date is promised in a year whose holidays are not known', () => {
    const all = services(serviceObject('a', { processingTime: days('workingDay', 60) }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }), all, context).time).toMatchObject({ workingDays: 60, readyBy: undefined });
  });

  test('working days, calendar days, months and unstated days are never converted into each other', () => {
    const all = services(...['workingDay', 'calendarDay', 'month', 'dayUnstated'].map((unit, index) => serviceObject(`s${index}`, { processingTime: days(unit, index + 1) })), serviceObject('s4'));
    const plan = planEvent(event(...[0, 1, 2, 3, 4].map((index) => ({ identifier: `x${index}`, service: `s${index}` })), { identifier: 'own', title: text('own') }), all, context);
    expect(plan.time).toEqual({ workingDays: 1, calendarDays: 2, months: 3, daysUnstated: 4, atOnce: 0, unknown: 1, own: 1, readyBy: undefined });
  });
});

describe('documents', () => {
  test('a document of several stations is asked for once, with the highest count of each form', () => {
    const all = services(
      serviceObject('a', { evidence: [{ anyOf: [need('id-card', { copies: 2 })] }] }),
      serviceObject('b', { evidence: [{ anyOf: [need('id-card', { copies: 1, originals: 1, note: text('of the buyer') })] }, { anyOf: [need('photo', { form: 'photo', originals: 2 })] }] }),
      serviceObject('c', { evidence: [{ anyOf: [need('photo', { form: 'photo', originals: 4 })] }, { anyOf: [need('id-card', { form: 'copy' })] }] }),
    );
    const plan = planEvent(event(...['a', 'b', 'c'].map((id) => ({ identifier: id, service: id }))), all, context);
    expect(brought(plan)).toEqual(['id-card (1, 2, 3)', 'photo (2, 3)']);
    expect(plan.documents[0]?.anyOf[0]?.forms).toEqual([{ type: 'id-card', title: text('id-card'), originals: 1, copies: 2 }]);
    expect(plan.documents[0]?.uses[1]?.notes).toEqual([text('of the buyer')]);
    expect(plan.documents[1]?.anyOf[0]?.forms).toMatchObject([{ form: 'photo', originals: 4 }]);
  });

  test('what an earlier station gives is not to be brought; what a later one gives is', () => {
    const all = services(
      serviceObject('a', { evidence: [{ anyOf: [need('certificate', { outputOf: 'b' })] }] }),
      serviceObject('b'),
      serviceObject('c', { evidence: [{ anyOf: [need('certificate', { outputOf: 'b', copies: 3 })] }] }),
    );
    const plan = planEvent(event(...['a', 'b', 'c'].map((id) => ({ identifier: id, service: id }))), all, context);
    expect(brought(plan)).toEqual(['certificate (1)']);
    expect(plan.obtained).toMatchObject([{ type: 'certificate', from: 2, uses: [3] }]);
  });

  test('a certified copy made on the way saves the certified copy, not the original', () => {
    const all = services(serviceObject('a'), serviceObject('b', { evidence: [{ anyOf: [need('id-card', { originals: 1, certifiedCopies: 2 })] }] }));
    const plan = planEvent(event({ identifier: 'x', service: 'a', outputs: [{ type: 'id-card', form: 'certifiedCopy' }] }, { identifier: 'y', service: 'b' }), all, context);
    expect(plan.obtained).toMatchObject([{ type: 'id-card', certifiedCopy: true, from: 1, uses: [2] }]);
    expect(plan.documents[0]?.anyOf[0]?.forms).toEqual([{ type: 'id-card', title: text('id-card'), originals: 1 }]);
  });

  test('alternatives stay one line, and give way to one of them that is asked for anyway', () => {
    const either = { anyOf: [need('family-book'), need('residence-book')] };
    const all = services(serviceObject('a', { evidence: [either] }), serviceObject('b', { evidence: [{ anyOf: [...either.anyOf].reverse() }] }), serviceObject('c', { evidence: [{ anyOf: [need('residence-book')] }] }));
    const two = event({ identifier: 'x', service: 'a' }, { identifier: 'y', service: 'b' });
    expect(brought(planEvent(two, all, context))).toEqual(['family-book|residence-book (1, 2)']);
    const three = event({ identifier: 'x', service: 'a' }, { identifier: 'y', service: 'b' }, { identifier: 'z', service: 'c' });
    expect(brought(planEvent(three, all, context))).toEqual(['residence-book (1, 2, 3)']);
  });

  test.each([
    ['a form that is not brought anyway', need('id-card', { copies: 3 }), {}],
    ['somebody else’s document', need('id-card', { note: text('of the deceased') }), {}],
    ['a document that is asked for only sometimes', need('id-card'), { condition: text('if married') }],
  ])('alternatives stay when they ask for %s', (_, other, line) => {
    const all = services(serviceObject('a', { evidence: [{ anyOf: [need('id-card')], ...line }] }), serviceObject('b', { evidence: [{ anyOf: [other, need('passport')] }] }));
    expect(planEvent(event({ identifier: 'x', service: 'a' }, { identifier: 'y', service: 'b' }), all, context).documents).toHaveLength(2);
  });

  test('conditions are kept, in the author’s words or in those of the open question', () => {
    const late = { kind: 'choice', identifier: 'late', text: text('Is it late?'), options: [{ identifier: 'yes', label: text('Yes') }, { identifier: 'no', label: text('No') }] };
    const all = services(serviceObject('a', { questions: [late], evidence: [{ anyOf: [need('petition')], appliesTo: { late: ['yes'] } }, { anyOf: [need('consent')], condition: text('If under 18') }] }));
    const plan = planEvent(event({ identifier: 'x', service: 'a' }), all, context);
    expect(brought(plan)).toEqual(['petition (1?)', 'consent (1?)']);
    expect(plan.documents[0]?.uses[0]?.open).toEqual([{ question: text('Is it late?'), options: [text('Yes')] }]);
    expect(plan.documents[1]?.uses[0]?.condition).toEqual(text('If under 18'));
    expect(brought(planEvent(event({ identifier: 'x', service: 'a', answers: { late: 'no' } }), all, context))).toEqual(['consent (1?)']);
  });

  test('a service that lists no documents is named as unsure', () => {
    const plan = planEvent(event({ identifier: 'own', title: text('own') }, { identifier: 'x', service: 'a' }), services(serviceObject('a')), context);
    expect(plan.documentsUnsure).toEqual([2]);
  });
});

describe('what only some people need', () => {
  const all = services(serviceObject('a'), serviceObject('b'));
  const made = event(
    { identifier: 'always', service: 'a' },
    { identifier: 'first', service: 'b', condition: text('If large') },
    { identifier: 'second', service: 'a', condition: text('If large') },
  );

  test('is asked as one choice for each condition and counted only when chosen', () => {
    const plan = planEvent(made, all, context);
    expect(plan.choices).toMatchObject([{ identifier: 'first', chosen: false, titles: [{ en: 'b' }, { en: 'a' }] }]);
    expect(plan.stations.map((station) => station.number)).toEqual([1, undefined, undefined]);
    expect(plan.fees.fixed.riel).toBe(400);
    const chosen = planEvent(made, all, context, new Set(['first']));
    expect(chosen.stations.map((station) => station.number)).toEqual([1, 2, 3]);
    expect(chosen.fees.fixed.riel).toBe(1200);
  });

  test('a station whose service left the catalogue is passed over, unless it has a name of its own', () => {
    const plan = planEvent(event({ identifier: 'x', service: 'gone' }, { identifier: 'y', service: 'gone', title: text('Still named') }), all, context);
    expect(plan.stations.map((station) => station.title.en)).toEqual(['Still named']);
    expect(plan.stations[0]?.fee).toEqual({ kind: 'none' });
  });
});

describe('any event', () => {
  const types = ['a', 'b', 'c', 'd'] as const;
  const needOf = fc.record({ type: fc.constantFrom(...types), copies: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }), originals: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }), outputOf: fc.option(fc.constantFrom('s0', 's1', 's2', 's3'), { nil: undefined }) });
  const amount = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }).map(riel), fc.constant({ kind: 'free' }), fc.constant({ kind: 'notPosted' }), fc.integer({ min: 1, max: 1_000_000 }).map((max) => ({ kind: 'ceiling', max: { currency: 'KHR', riel: max } })));
  const clean = (object: object): object => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
  const serviceOf = fc.record({ amounts: fc.array(amount, { minLength: 1, maxLength: 2 }), evidence: fc.array(fc.uniqueArray(needOf, { minLength: 1, maxLength: 3, selector: (one) => one.type }), { maxLength: 4 }), days: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }) });
  const eventOf = fc.tuple(fc.array(serviceOf, { minLength: 4, maxLength: 4 }), fc.array(fc.record({ service: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), conditional: fc.boolean() }), { minLength: 1, maxLength: 8 }), fc.boolean());

  const make = ([made, stations, chooseAll]: typeof eventOf extends fc.Arbitrary<infer T> ? T : never): { plan: EventPlan; all: ReadonlyMap<string, PublicService> } => {
    const all = services(
      ...made.map(({ amounts, evidence, days }, index) =>
        serviceObject(`s${index}`, {
          costs: amounts.map((one, at) => cost(`c${at}`, one)),
          evidence: evidence.map((needs) => ({ anyOf: needs.map((one) => clean(need(one.type, one))) })),
          ...(days !== undefined && { processingTime: { unit: 'workingDay', atMost: days } }),
        }),
      ),
    );
    const whole = event(...stations.map(({ service, conditional }, index) => ({ identifier: `x${index}`, ...(service === undefined ? { title: text(`own ${index}`) } : { service: `s${service}` }), ...(conditional && { condition: text(`if ${index}`) }) })));
    const chosen = chooseAll ? stations.map((_, index) => `x${index}`) : [];
    return { plan: planEvent(whole, all, { ...context, lastKnownYear: 2100 }, new Set(chosen)), all };
  };

  test('counts every service once and sums only what is posted', () => {
    fc.assert(fc.property(eventOf, (given) => {
      const { plan } = make(given);
      const priced = plan.stations.filter((station) => station.number !== undefined && station.service !== undefined);
      const { fees, time } = plan;
      expect(fees.fixedCount + fees.ceilingCount + fees.free + fees.notPosted + fees.depends).toBe(priced.length);
      let riels = 0;
      for (const { fee } of priced) if (fee.kind === 'posted' && fee.amount.kind === 'fixed' && fee.amount.price.currency === 'KHR') riels += fee.amount.price.riel;
      expect(fees.fixed.riel).toBe(riels);
      expect(time.readyBy !== undefined).toBe(plan.count > 0 && time.unknown + time.own === 0);
    }));
  });

  test('asks for no document twice, and answers every line of every station', () => {
    fc.assert(fc.property(eventOf, (given) => {
      const { plan } = make(given);
      const keys = plan.documents.map((line) => line.anyOf.map((one) => one.type).sort().join('|'));
      expect(new Set(keys).size).toBe(keys.length);
      for (const station of plan.stations) {
        const { number, service } = station;
        if (number === undefined || service === undefined) continue;
        for (const line of service.evidence) {
          const lineTypes = line.anyOf.map((one) => one.type);
          const found =
            plan.documents.some((document) => document.uses.some((use) => use.station === number) && document.anyOf.every((one) => lineTypes.includes(one.type))) ||
            plan.obtained.some((document) => document.from < number && document.uses.includes(number) && lineTypes.includes(document.type));
          expect(found).toBe(true);
        }
      }
    }));
  });

  test('never counts less than a station asks for, of what it asks plainly', () => {
    fc.assert(fc.property(eventOf, (given) => {
      const { plan } = make(given);
      for (const line of plan.documents) {
        if (line.anyOf.length > 1) continue;
        for (const use of line.uses) {
          for (const asked of use.needs) for (const form of ['originals', 'copies'] as const) expect(Math.max(...(line.anyOf[0]?.forms ?? []).map((one) => one[form] ?? 0))).toBeGreaterThanOrEqual(asked[form] ?? 0);
        }
      }
    }));
  });
});

describe('the shipped events', () => {
  let catalogue: Catalogue;
  beforeAll(async () => {
    catalogue = await shippedCatalogue();
  });
  const planOf = (identifier: string, chosen: readonly string[] = []): EventPlan => {
    const found = catalogue.events.get(identifier);
    if (found === undefined) throw new Error(`no event ${identifier}`);
    return planEvent(found, catalogue.services, { today: '2026-11-23', holidays: holidaysFor(undefined, catalogue.calendar), lastKnownYear: lastKnownYear(catalogue.calendar), level: 'commune' }, new Set(chosen));
  };
  /** Documents that stations of a phase ask for, brought or obtained. */
  const askedIn = (plan: EventPlan, phase: string): Set<string> => {
    const numbers = plan.stations.filter((station) => station.phase?.en === phase).map((station) => station.number);
    return new Set([
      ...plan.documents.filter((line) => line.uses.some((use) => numbers.includes(use.station))).flatMap((line) => line.anyOf.map((one) => one.type)),
      ...plan.obtained.filter((document) => document.uses.some((use) => numbers.includes(use))).map((document) => document.type),
    ]);
  };

  test('marriage goes as the official presentation says', () => {
    const plan = planOf('marriage');
    const before = askedIn(plan, 'Before the wedding');
    for (const type of ['residence-book', 'single-status-certificate', 'birth-certificate']) expect(before).toContain(type);
    const after = askedIn(plan, 'After the wedding');
    for (const type of ['birth-certificate', 'khmer-id-card', 'family-book', 'marriage-permit']) expect(after).toContain(type);

    const titles = plan.stations.filter((station) => station.number !== undefined).map((station) => station.identifier);
    expect(titles).toEqual(['single-status', 'request-signature', 'public-notice', 'wedding', 'registration']);
    expect(plan.stations.find((station) => station.identifier === 'public-notice')?.note?.en).toContain('10 days before the wedding');
    expect(plan.stations.find((station) => station.identifier === 'registration')?.note?.en).toContain("bride's commune");
  });

  test('in a marriage the single certificate and the permit come from the way itself', () => {
    const plan = planOf('marriage');
    expect(plan.obtained.map(({ type, from, uses }) => [type, from, uses])).toEqual([
      ['single-status-certificate', 1, [2, 5]],
      ['marriage-permit', 2, [5]],
    ]);
    expect(brought(plan)).not.toContain('single-status-certificate (2)');
    expect(brought(plan).filter((line) => line.startsWith('birth-certificate'))).toEqual(['birth-certificate (2, 5)']);
    expect(plan.fees).toMatchObject({ fixedCount: 0, free: 1, notPosted: 1 });
    expect(plan.time.readyBy).toBeUndefined();
  });

  test('a birth shows its 30 days and a death its 15', () => {
    expect(planOf('birth').stations.flatMap((station) => station.deadlines.map((requirement) => requirement.deadline?.days))).toContain(30);
    expect(planOf('death').stations.flatMap((station) => station.deadlines.map((requirement) => requirement.deadline?.days))).toContain(15);
  });

  test('a motorbike over 125 cc costs its registration and its licence, and the certified copy has no posted price', () => {
    expect(planOf('motorbike').fees).toMatchObject({ fixed: { riel: 40_000, cents: 0 }, notPosted: 0 });
    const plan = planOf('motorbike', ['certified-id']);
    expect(plan.fees).toMatchObject({ fixed: { riel: 70_000, cents: 0 }, fixedCount: 2, notPosted: 1, depends: 0 });
    expect(plan.obtained).toMatchObject([{ type: 'khmer-id-card', certifiedCopy: true, from: 2, uses: [3] }]);
  });

  test('every event has a way for somebody, and every station of it a name', () => {
    for (const [identifier] of catalogue.events) {
      const plan = planOf(identifier, planOf(identifier).choices.map((choice) => choice.identifier));
      expect(plan.count).toBeGreaterThan(0);
      expect(plan.count).toBe(plan.stations.length);
    }
  });
});
