import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../src/kiosk/content/catalogue.ts';
import { eventLines } from '../../../src/kiosk/take/event-text.ts';
import { guideLines, type GuideFacts } from '../../../src/kiosk/take/guide-text.ts';
import { bytesOf, fitLanguages, maxBytes } from '../../../src/kiosk/take/lines.ts';
import type { CaseAnswers } from '../../../src/model/case.ts';
import { planEvent } from '../../../src/model/event-plan.ts';
import { publicServiceSchema } from '../../../src/model/public-service.ts';
import type { Language } from '../../../src/model/text.ts';
import { drawQr, qrSide } from '../../../src/ui/qr.ts';
import { serviceObject } from '../../fixtures/content-release.ts';
import { shippedCatalogue } from '../../fixtures/shipped-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await shippedCatalogue();
});

const release = { versionCode: 'K7M2-Q9F4', editedOn: '2026-11-23', demonstration: false };
const today = '2026-11-23';
const text = (en: string): { km: string; en: string } => ({ km: `ក ${en}`, en });

function facts(over: Record<string, unknown>, answers: CaseAnswers = {}): GuideFacts {
  return { service: v.parse(publicServiceSchema, serviceObject('a', over)), answers, today, pack: catalogue.pack, release, office: catalogue.offices.get('990101') };
}
const shipped = (id: string, answers: CaseAnswers = {}): GuideFacts => {
  const service = catalogue.services.get(id);
  if (service === undefined) throw new Error(`no service ${id}`);
  return { ...facts({}), service, answers };
};
/** The text with plain spaces in its prices. */
const say = (given: GuideFacts, language: Language): string => guideLines(given, language).map((line) => line.text).join('\n').replaceAll('\u00a0', ' ');
const cost = (identifier: string, amount: object, over: object = {}): object => ({ identifier, title: text(identifier), amount, reviewBy: '2027-12-31', source: { confidence: 'high' }, ...over });
const fixed = (riel: number): object => ({ kind: 'fixed', price: { currency: 'KHR', riel } });

describe('the text of a guide', () => {
  test('is whole: title, fee, time, place, documents with counts, list version and what it is worth', () => {
    const given = facts({
      title: text('Register a motorbike'),
      costs: [cost('moto', fixed(40_000), { unit: text('per vehicle') })],
      processingTime: { unit: 'workingDay', atMost: 5 },
      evidence: [{ anyOf: [{ type: 'id', title: text('Identity card'), copies: 2, note: text('of the buyer') }] }, { anyOf: [{ type: 'x', title: text('Letter'), originals: 1 }], condition: text('If second-hand') }],
      requirements: [{ identifier: 'soon', description: text('Register soon.'), deadline: { days: 30, after: text('the purchase') } }],
    });
    expect(say(given, 'en').split('\n')).toEqual([
      'Register a motorbike',
      'Fee: moto – 40,000 ៛ per vehicle',
      'Time: 5 working days',
      'Where: One Window Service, Sample Commune',
      'Register soon. Within 30 days after the purchase',
      'Documents:',
      '1. Identity card (Copy × 2, of the buyer)',
      '2. Letter (Original × 1) – If second-hand',
      'Price list K7M2-Q9F4 · 23 November 2026',
      'Sample – not certified by the ministry',
    ]);
  });

  test.each([
    [true, false, true],
    [false, true, true],
    [false, false, false],
  ])('is called a sample where the content (%s) or its keys (%s) say so', (sample, demonstration, called) => {
    const given = facts({});
    const text = say({ ...given, pack: { ...given.pack, sample }, release: { ...release, demonstration } }, 'en');
    expect(text.includes('Sample – not certified')).toBe(called);
  });

  test('writes Khmer with Khmer digits', () => {
    const given = facts({ costs: [cost('a', fixed(40_000))], processingTime: { unit: 'workingDay', atMost: 15 } });
    const khmer = say(given, 'km');
    expect(khmer).toContain('៤០ ០០០ ៛');
    expect(khmer).toContain('១៥ ថ្ងៃធ្វើការ');
    expect(khmer.replace('K7M2-Q9F4', '')).not.toMatch(/[0-9]/);
  });

  const size = { kind: 'choice', identifier: 'size', text: text('Which size?'), options: [{ identifier: 'small', label: text('Small') }, { identifier: 'large', label: text('Large') }] };
  const sized = { questions: [size], costs: [cost('small', fixed(100), { appliesTo: { size: ['small'] } }), cost('large', fixed(900), { appliesTo: { size: ['large'] }, processingTime: { unit: 'workingDay', atMost: 9 } })] };

  test('never carries a price or a time of another case', () => {
    const small = say(facts(sized, { size: 'small' }), 'en');
    expect(small).toContain('100 ៛');
    expect(small).not.toContain('900 ៛');
    expect(small).not.toContain('9 working days');
    expect(say(facts(sized, { size: 'large' }), 'en')).toContain('Time: 9 working days');
  });

  test('names all cases while none is chosen, and no time that holds for one of them only', () => {
    const open = say(facts(sized), 'en');
    expect(open).toContain('small – 100 ៛');
    expect(open).toContain('large – 900 ៛');
    expect(open).toContain('Time: Depends on your case');
  });

  test('says that it depends where the cases are too many for a list', () => {
    const options = Array.from({ length: 9 }, (_, index) => ({ identifier: `o${index}`, label: text(`o${index}`) }));
    const many = { questions: [{ ...size, options }], costs: options.map(({ identifier }, index) => cost(identifier, fixed(100 + index), { appliesTo: { size: [identifier] } })) };
    const open = say(facts(many), 'en');
    expect(open).toContain('Fee: Depends on your case');
    expect(open).not.toContain('៛');
  });

  test('keeps the four kinds of price apart, counts sheets, and marks a price past its review', () => {
    const one = (amount: object, over: object = {}, answers: CaseAnswers = {}): string => say(facts({ costs: [cost('c', amount, over)], questions: [{ kind: 'count', identifier: 'sheets', text: text('?'), unit: text('sheet'), max: 9 }] }, answers), 'en');
    expect(one({ kind: 'ceiling', max: { currency: 'KHR', riel: 1000 }, concession: { currency: 'KHR', riel: 500 } })).toContain('Maximum price 1,000 ៛ – Concession price 500 ៛');
    expect(one({ kind: 'free' })).toContain('Free of charge');
    expect(one({ kind: 'notPosted' })).toContain('Fee: c – Not posted');
    expect(one(fixed(400), { quantity: 'sheets', unit: text('per sheet') }, { sheets: 3 })).toContain('1,200 ៛ (400 ៛ × 3)');
    expect(one(fixed(400), { reviewBy: '2026-01-01' })).toContain('may be out of date');
  });

  test('of every shipped service fits into a code that a phone reads, in either language', () => {
    for (const service of catalogue.services.values()) {
      const given = { ...facts({}), service };
      for (const [first, second] of [['km', 'en'], ['en', 'km']] as const) {
        const fitted = fitLanguages(guideLines(given, first), guideLines(given, second));
        expect(bytesOf(fitted.text), service.identifier).toBeLessThanOrEqual(maxBytes);
        expect(fitted.text).toContain(service.title[first]);
        expect(fitted.text).toContain(release.versionCode);
        expect(drawQr(fitted.text).version).toBeLessThanOrEqual(25);
      }
    }
  });

  test('carries both languages where they fit, else the other language’s title', () => {
    const both = fitLanguages(guideLines(shipped('single-status-certificate'), 'km'), guideLines(shipped('single-status-certificate'), 'en'));
    expect(both.both).toBe(true);
    const long = fitLanguages(guideLines(shipped('marriage-registration'), 'km'), guideLines(shipped('marriage-registration'), 'en'));
    expect(long.both).toBe(false);
    expect(long.text).toContain('Marriage registration and certificate');
  });
});

describe('the text of an event', () => {
  test('of every shipped event fits, with its fees by kind and its deadlines', () => {
    for (const event of catalogue.events.values()) {
      for (const chosen of [[], event.stations.map((station) => station.identifier)]) {
        const plan = planEvent(event, catalogue.services, { today, holidays: new Set(), lastKnownYear: 2027, level: 'commune' }, new Set(chosen));
        if (plan.count === 0) continue;
        const fitted = fitLanguages(eventLines(event.title, plan, catalogue.pack, release, 'km'), eventLines(event.title, plan, catalogue.pack, release, 'en'));
        expect(bytesOf(fitted.text), event.identifier).toBeLessThanOrEqual(maxBytes);
        expect(fitted.text).toContain(release.versionCode);
      }
    }
  });

  test('says of a marriage when the notice is posted, what is only for some, and that a price is not posted', () => {
    const event = catalogue.events.get('marriage');
    if (event === undefined) throw new Error('no marriage');
    const plan = planEvent(event, catalogue.services, { today, holidays: new Set(), lastKnownYear: 2027, level: 'commune' });
    const whole = eventLines(event.title, plan, catalogue.pack, release, 'en').map((line) => line.text).join('\n');
    expect(whole).toContain('Fee: Free of charge (1 step) + Not posted (1 step)');
    expect(whole).toContain('The notice is posted 10 days before the wedding.');
    expect(whole).toMatch(/Consent of parents or guardian .*16 or 17/);
    expect(whole).not.toMatch(/^- Certificate of single/m);
  });
});

describe('the code', () => {
  test('has modules of whole pixels', () => {
    for (const size of [29, 77, 125]) {
      const side = qrSide(571, size, 1);
      expect(side).toBeLessThanOrEqual(571);
      expect(Number.isInteger(side / size)).toBe(true);
    }
    expect(qrSide(300, 125, 1.5)).toBe((3 * 125) / 1.5);
    expect(qrSide(10, 125, 1)).toBe(125);
  });

  test('the largest has modules of at least 0.9 mm on a 21.5-inch panel, upright and lying', () => {
    const largest = drawQr('ក'.repeat(424));
    expect(largest.version).toBe(25);
    const millimetres = (21.5 * 25.4) / Math.hypot(1080, 1920);
    const rem = 10.41 / millimetres;
    for (const boxRem of [15.5, 13.6]) expect((qrSide((boxRem - 0.28) * rem, largest.size, 1) / largest.size) * millimetres).toBeGreaterThanOrEqual(0.9);
  });
});
