import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../src/kiosk/content/catalogue.ts';
import type { LegalResource } from '../../src/model/legal-resource.ts';
import { asOfText, legalText, openCaseText, priceOldText, unitText } from '../../src/ui/words.ts';
import { shippedCatalogue } from '../fixtures/shipped-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await shippedCatalogue();
});

describe('a legal text', () => {
  const resource: LegalResource = { identifier: 'a', type: 'subDecree', number: '60', date: '2002-06-24', title: { km: 'អនុក្រឹត្យ ស្តីពីអត្រានុកូលដ្ឋាន', en: 'Sub-Decree on civil registration' } };

  test('is cited with its kind, number, day and subject', () => {
    expect(legalText(resource, 'en')).toBe('Sub-Decree No. 60 of 24 June 2002 on civil registration');
    expect(legalText(resource, 'km')).toBe('អនុក្រឹត្យលេខ ៦០ ចុះថ្ងៃទី២៤ ខែមិថុនា ឆ្នាំ២០០២ ស្តីពីអត្រានុកូលដ្ឋាន');
  });

  test('is cited with its year where no day is known, and by its title alone where nothing is', () => {
    const law: LegalResource = { identifier: 'a', type: 'law', year: 2023, title: { km: 'ច្បាប់ស្តីពីការងារ', en: 'Law on labour' } };
    expect(legalText(law, 'en')).toBe('Law of 2023 on labour');
    expect(legalText(law, 'km')).toBe('ច្បាប់ ឆ្នាំ២០២៣ ស្តីពីការងារ');
    const { year: _, ...undated } = law;
    expect(legalText(undated, 'en')).toBe('Law on labour');
    expect(legalText({ ...law, title: { km: 'ច្បាប់ ខែសីហា ឆ្នាំ២០២៣', en: 'Law of August 2023' } }, 'km')).toBe('ច្បាប់ ខែសីហា ឆ្នាំ២០២៣');
  });

  test('whose title does not begin with its kind has number and day after it', () => {
    expect(legalText({ ...resource, title: { km: 'ក្រម', en: 'Code' } }, 'en')).toBe('Code (No. 60 of 24 June 2002)');
  });

  test('of the shipped content shows the number and year it has, in the digits of the language, and no two of a service read alike', () => {
    const khmer = (text: string): string => text.replace(/\d/gu, (digit) => String.fromCodePoint(0x17e0 + Number(digit)));
    for (const service of catalogue.services.values()) {
      for (const language of ['km', 'en'] as const) {
        const cited = service.legalResources.map((one) => legalText(one, language));
        expect(new Set(cited).size, service.identifier).toBe(cited.length);
        for (const [index, one] of service.legalResources.entries()) {
          const told = [one.number, one.date?.slice(0, 4) ?? one.year?.toString()].filter((part) => part !== undefined);
          for (const part of told) expect(cited[index]).toContain(language === 'km' ? khmer(part) : part);
          expect(cited[index], 'in brackets: a kind of title that is not known').not.toMatch(/\((?:No\.|លេខ)/u);
        }
      }
    }
    expect(catalogue.services.get('birth-registration')?.legalResources.map((one) => legalText(one, 'en'))).toContain('Inter-ministerial Prakas No. 14342 of 29 December 2016 on the provision of administrative services at sub-national level');
  });
});

describe('the date of a source', () => {
  test.each([
    ['2026-10-08', 'ថ្ងៃទី៨ ខែតុលា ឆ្នាំ២០២៦', '8 October 2026'],
    ['2019-08', 'ខែសីហា ឆ្នាំ២០១៩', 'August 2019'],
    ['c. 2016-17', 'ប្រហែល ២០១៦–១៧', 'c. 2016–17'],
    ['updated 2017-03-21, read 2026-10-08', 'កែសម្រួល ថ្ងៃទី២១ ខែមីនា ឆ្នាំ២០១៧, អាន ថ្ងៃទី៨ ខែតុលា ឆ្នាំ២០២៦', 'updated 21 March 2017, read 8 October 2026'],
    ['printed 2018, seen 2019-08', '២០១៨ · ខែសីហា ឆ្នាំ២០១៩', 'printed 2018, seen August 2019'],
  ])('%s is written out in its own precision', (asOf, km, en) => {
    expect([asOfText(asOf, 'km'), asOfText(asOf, 'en')]).toEqual([km, en]);
  });

  test('of the shipped content is nowhere left in figures, and Khmer has a word for each of its words', () => {
    for (const service of catalogue.services.values()) {
      for (const { asOf } of [...service.certification.sources, ...service.costs.map((cost) => cost.source)]) {
        if (asOf === undefined) continue;
        expect(asOfText(asOf, 'en')).not.toMatch(/\d{4}-\d/);
        expect(asOfText(asOf, 'km')).not.toMatch(/[0-9a-z·]/i);
      }
    }
  });

  test('stands alone where a price is said to be from it', () => {
    const cost = catalogue.services.get('birth-registration')?.costs[0];
    if (cost === undefined) throw new Error('no birth registration');
    expect(priceOldText({ ...cost, source: { ...cost.source, asOf: 'updated 2017-03-21, read 2026-10-08' } }, '2030-01-01', 'en')).toBe('This price is from 21 March 2017 and may be out of date: ask at the counter.');
  });
});

test('a case that is still open is a condition, not a question with its answer behind it', () => {
  const open = { question: { km: 'ទំហំប៉ុន្មាន?', en: 'Which size?' }, options: [{ km: 'តូច', en: 'Small' }, { km: 'ធំ', en: 'Large' }] };
  expect(openCaseText(open, 'en')).toBe('If your answer to “Which size?” is “Small” or “Large”');
  expect(openCaseText(open, 'km')).toBe('បើចម្លើយចំពោះ «ទំហំប៉ុន្មាន?» គឺ «តូច» ឬ «ធំ»');
});

test('a price has its unit only where there is something to multiply', () => {
  const unit = { km: 'ក្នុងមួយបន្ទប់', en: 'per room' };
  expect(unitText({ amount: { kind: 'fixed', price: { currency: 'KHR', riel: 5000 } }, unit }, 'en')).toBe('per room');
  expect(unitText({ amount: { kind: 'free' }, unit }, 'en')).toBeUndefined();
});
