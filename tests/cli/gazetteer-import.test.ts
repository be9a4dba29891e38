import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRow } from '../../src/cli/gazetteer/row.ts';
import { officeSchema, type Office } from '../../src/model/office.ts';
import { readTree, run, soundSources, temporaryFolder, writeFiles, type Answer } from './sources.ts';

const heading = 'level,code,parent_code,name_km,name_latin,unit_km,unit_en';
const rows = [
  'province,12,,ភ្នំពេញ,Phnom Penh,រាជធានី,Capital',
  'province,18,,ព្រះសីហនុ,Preah Sihanouk,ខេត្ត,Province',
  'district,1201,12,ចំការមន,Chamkar Mon,ខណ្ឌ,Section',
  'district,1801,18,ព្រះសីហនុ,Preah Sihanouk,ក្រុង,Municipality',
  'district,1802,18,ព្រៃនប់,Prey Nob,ស្រុក,District',
  'commune,120101,1201,ទន្លេបាសាក់,Tonle Basak,សង្កាត់,Quarter',
  'commune,180102,1801,២,Pir,សង្កាត់,Quarter',
  'commune,180201,1802,អណ្ដូងថ្ម,Andoung Thma,ឃុំ,Commune',
];

async function folderWith(lines: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'gazetteer.csv'), `${[heading, ...lines].join('\n')}\n`);
  return folder;
}

function importInto(folder: string, ...more: string[]): Promise<Answer> {
  return run(folder, ['gazetteer', 'import', 'gazetteer.csv', '--out', 'offices', ...more]);
}

async function office(folder: string, code: string): Promise<Office> {
  return v.parse(officeSchema, parse(await readFile(join(folder, `offices/${code}.yaml`), 'utf8')));
}

describe('gazetteer import', () => {
  test('writes one office for each row, with its Khmer and English names and nothing else', async () => {
    const folder = await folderWith(rows);
    expect(await importInto(folder)).toEqual({ code: 0, err: '', out: 'offices: 8 written, 0 updated, 0 already there.' });
    const text = await readFile(join(folder, 'offices/1201.yaml'), 'utf8');
    expect(parse(text)).toEqual({
      identifier: '1201',
      level: 'district',
      title: { km: 'ការិយាល័យច្រកចេញចូលតែមួយ ខណ្ឌចំការមន', en: 'One Window Service Office, Khan Chamkar Mon' },
      place: { km: 'ចំការមន', en: 'Chamkar Mon' },
    });
  });

  test.each([
    ['12', 'អង្គភាពច្រកចេញចូលតែមួយ រាជធានីភ្នំពេញ', 'One Window Service Unit, Phnom Penh Capital'],
    ['18', 'អង្គភាពច្រកចេញចូលតែមួយ ខេត្តព្រះសីហនុ', 'One Window Service Unit, Preah Sihanouk Province'],
    ['1801', 'ការិយាល័យច្រកចេញចូលតែមួយ ក្រុងព្រះសីហនុ', 'One Window Service Office, Preah Sihanouk Municipality'],
    ['1802', 'ការិយាល័យច្រកចេញចូលតែមួយ ស្រុកព្រៃនប់', 'One Window Service Office, Prey Nob District'],
    ['120101', 'សង្កាត់ទន្លេបាសាក់', 'Sangkat Tonle Basak'],
    ['180102', 'សង្កាត់២', 'Sangkat Pir'],
    // The row writes the second letter as a stacked ដ; below ណ it looks like a stacked ត, which is its normal form.
    ['180201', 'ឃុំអណ្\u178fូងថ្ម', 'Andoung Thma Commune'],
  ])('the office %s is called by the words of its unit, never "Section" or "Quarter"', async (code, km, en) => {
    const folder = await folderWith(rows);
    await importInto(folder);
    expect((await office(folder, code)).title).toEqual({ km, en });
  });

  test('imported offices compile', async () => {
    const folder = await folderWith(rows);
    await writeFiles(join(folder, 'content'), soundSources());
    await run(folder, ['gazetteer', 'import', 'gazetteer.csv', '--out', 'content/offices']);
    expect(await run(folder, ['content', 'check', '--content', 'content'])).toEqual({ code: 0, err: '', out: 'The content is sound: 1 services, 1 events, 9 offices.' });
  });

  test('--only imports one province', async () => {
    const folder = await folderWith(rows);
    expect((await importInto(folder, '--only', '18')).out).toContain('5 written');
    expect(Object.keys(await readTree(join(folder, 'offices')))).toEqual(['18.yaml', '1801.yaml', '180102.yaml', '1802.yaml', '180201.yaml']);
  });

  test('a code that no row has and a code that is none are told apart', async () => {
    const folder = await folderWith(rows);
    expect(await importInto(folder, '--only', '77')).toMatchObject({ code: 1, err: 'No code starts with "77".' });
    expect(await importInto(folder, '--only', 'PP')).toMatchObject({ code: 2, err: expect.stringContaining('write 1 to 6 digits') });
  });

  test('bad rows are each named with line, fault and mend, and the good ones are imported', async () => {
    const folder = await folderWith([
      'province,12,,ភ្នំពេញ,Phnom Penh,រាជធានី,Capital',
      'village,12010101,120101,ភូមិ,Phum,ភូមិ,Village',
      'district,121,12,ចំការមន,Chamkar Mon,ខណ្ឌ,Section',
      'district,1202,11,ដូនពេញ,Doun Penh,ខណ្ឌ,Section',
      'district,1203,12,Prampir,Prampir,ខណ្ឌ,Section',
      'district,1204,12,ទួលគោក,ទួលគោក,ខណ្ឌ,Section',
      'district,1205,12,ដង្កោ,Dangkao,ឃុំ,Section',
      'district,1206,12,មានជ័យ,Mean Chey,ខណ្ឌ,Quarter',
      'district,1207,12,ឫស្សីកែវ,Russey, Keo,ខណ្ឌ,Section',
      'province,12,,ភ្នំពេញ,Phnom Penh,រាជធានី,Capital',
      'district,1208,12,សែនសុខ,Sen Sok,ខណ្ឌ,Section',
    ]);
    const answer = await importInto(folder);
    expect(answer.code).toBe(1);
    expect(answer.err.split('\n')).toEqual([
      'gazetteer.csv:3  the level "village" is not known; write province, district, commune',
      'gazetteer.csv:4  the code "121" is not one of a district; write 4 digits with leading zeros',
      'gazetteer.csv:5  the parent code "11" does not fit 1202; write "12"',
      'gazetteer.csv:6  the Khmer name "Prampir" is not in Khmer; write it in name_km',
      'gazetteer.csv:7  the Latin name "ទួលគោក" is not in Latin letters; write it in name_latin',
      'gazetteer.csv:8  the unit "ឃុំ" is not one of a district; write ក្រុង or ស្រុក or ខណ្ឌ',
      'gazetteer.csv:9  the English unit "Quarter" does not fit ខណ្ឌ; write Section or Khan',
      'gazetteer.csv:10  the row has 8 columns, not 7; put a text that holds a comma in double quotes',
      'gazetteer.csv:11  the code 12 already stands in line 2; delete one',
    ]);
    expect(answer.out).toBe('offices: 2 written, 0 updated, 0 already there; 9 rows not imported.');
    expect(Object.keys(await readTree(join(folder, 'offices')))).toEqual(['12.yaml', '1208.yaml']);
  });

  test('an office that is already there is not overwritten', async () => {
    const folder = await folderWith(rows);
    const own = "identifier: '1201'\nlevel: district\ntitle: { km: ការិយាល័យរបស់យើង, en: Our Office }\nplace: { km: ចំការមន, en: Chamkar Mon }\n";
    await writeFiles(folder, { 'offices/1201.yaml': own });
    const answer = await importInto(folder);
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/^gazetteer\.csv:4 {2}.*1201\.yaml is there with other names; add --update/);
    expect(await readFile(join(folder, 'offices/1201.yaml'), 'utf8')).toBe(own);
  });

  test('a second run has nothing to do and is no error', async () => {
    const folder = await folderWith(rows);
    await importInto(folder);
    const before = await readTree(folder);
    expect(await importInto(folder)).toEqual({ code: 0, err: '', out: 'offices: 0 written, 0 updated, 8 already there.' });
    expect(await readTree(folder)).toEqual(before);
  });

  test('--update changes the names and leaves hours, counters and comments to the office', async () => {
    const folder = await folderWith(rows);
    await writeFiles(folder, {
      'offices/180201.yaml': `# Ask Sokha before editing.
identifier: '180201'
level: commune
title: { km: ឃុំអណ្តូង, en: Andong Commune } # old spelling
place: { km: អណ្តូង, en: Andong }
hours:
  - { days: [monday, friday], opens: '07:30', closes: '11:30' }
counters:
  - { number: '1', title: { km: ព័ត៌មាន, en: Information }, roles: [information] }
`,
    });
    expect((await importInto(folder, '--update')).out).toBe('offices: 7 written, 1 updated, 0 already there.');
    const updated = await office(folder, '180201');
    expect(updated).toMatchObject({ title: { km: 'ឃុំអណ្\u178fូងថ្ម', en: 'Andoung Thma Commune' }, place: { en: 'Andoung Thma' } });
    expect(updated.hours).toEqual([{ days: ['monday', 'friday'], opens: '07:30', closes: '11:30' }]);
    expect(updated.counters).toHaveLength(1);
    const text = await readFile(join(folder, 'offices/180201.yaml'), 'utf8');
    expect(text).toContain('# Ask Sokha before editing.');
    expect(text).toContain('# old spelling');
  });

  test('an office file that is damaged is named and not touched', async () => {
    const folder = await folderWith(rows);
    await writeFiles(folder, { 'offices/12.yaml': 'identifier: [' });
    const answer = await importInto(folder, '--update');
    expect(answer.err).toMatch(/^gazetteer\.csv:2 {2}.*12\.yaml is there but is no sound office file/);
    expect(await readFile(join(folder, 'offices/12.yaml'), 'utf8')).toBe('identifier: [');
  });

  test.each([
    ['another heading', 'a,b,c\n1,2,3\n', 'gazetteer.csv:1  the first line is not the heading'],
    ['nothing in it', '', 'gazetteer.csv:1  the file is empty'],
    ['a name of two lines', `${heading}\nprovince,12,,"Phnom\n\u001b[31mPenh",Phnom Penh,រាជធានី,Capital\n`, 'gazetteer.csv:3  the Khmer name "Phnom [31mPenh" is not in Khmer'],
    ['an unclosed quote', `${heading}\n${rows[0] ?? ''}\nprovince,"18,,x\n`, 'the rest cannot be read as CSV'],
    ['a table of 20,000 letters in one cell', `${heading}\n"${'x'.repeat(20_000)}`, 'the rest cannot be read as CSV'],
  ])('a file with %s is refused in words', async (_name, text, expected) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'gazetteer.csv'), text);
    const answer = await importInto(folder);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(expected);
  });

  test('a file saved by a spreadsheet, with a byte-order mark and CRLF, is read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'gazetteer.csv'), `\ufeff${[heading, ...rows].join('\r\n')}\r\n`);
    expect((await importInto(folder)).out).toContain('8 written');
  });

  test('any row is either an office that the schema accepts or a fault in words', () => {
    const cell = fc.oneof(fc.constantFrom('province', 'district', 'commune', '12', '1201', '120101', '', 'ភ្នំពេញ', 'Phnom Penh', 'រាជធានី', 'ខណ្ឌ', 'សង្កាត់', 'Capital', 'Section', 'Quarter'), fc.string());
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 9 }), fc.constantFrom(...rows), fc.nat(6), (cells, row, at) => {
        for (const candidate of [cells, row.split(',').with(at, cells[0] ?? '')]) {
          const result = readRow(candidate);
          if (result.ok) expect(v.is(officeSchema, result.value)).toBe(true);
          else expect(result.error).toMatch(/^the .+; (?:put|save|write|shorten) /su);
        }
      }),
      { numRuns: 300 },
    );
  });
});
