import { symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { check, edited, run, soundSources, temporaryFolder, writeFiles } from './sources.ts';

const service = 'services/moi/birth.yaml';

describe('content check', () => {
  test('sound content has no fault and no warning', async () => {
    const answer = await check(soundSources());
    expect(answer).toEqual({ code: 0, err: '', out: 'The content is sound: 1 services, 1 events, 1 offices.' });
  });

  test('one run lists an unknown field, a missing language, a float price and a dangling reference of several files, each with file:line', async () => {
    let sources = edited(soundSources(), service, 'sector: civil', 'sector: civil\nsektor: civil');
    sources = edited(sources, service, 'riel: 2500', 'riel: 2500.5');
    sources = edited(sources, service, 'type: photo', 'type: foto');
    sources = edited(sources, 'topics.yaml', ', en: Family', '');
    sources = edited(sources, 'events/child.yaml', 'service: birth', 'service: birht');
    const answer = await check(sources);
    expect(answer.code).toBe(1);
    expect(answer.err.split('\n').filter((line) => line.startsWith('content/'))).toEqual([
      'content/events/child.yaml:7:38  stations[0].service: there is no service "birht"; did you mean "birth"?',
      'content/services/moi/birth.yaml:6:1  sektor: unknown field "sektor"; did you mean "sector"?',
      'content/services/moi/birth.yaml:32:58  costs[1].amount.price.riel: riel are whole numbers, found 2500.5; write it without a decimal point',
      'content/services/moi/birth.yaml:41:21  evidence[0].anyOf[0].type: there is no evidence type "foto"; did you mean "photo"?',
      'content/topics.yaml:1:32  [0].title.en: the English text is missing; add "en: …"',
    ]);
    expect(answer.err).toMatch(/5 faults in 3 files\.$/);
  });

  test('every unknown field of a block is named, not only the first', async () => {
    const { err } = await check(edited(soundSources(), service, 'sector: civil', 'sector: civil\nfee: 5\nhours: 8'));
    expect(err).toContain('birth.yaml:6:1  fee: unknown field');
    expect(err).toContain('birth.yaml:7:1  hours: unknown field');
  });

  test('a comma that cuts a text in { … } is explained', async () => {
    const { err } = await check(edited(soundSources(), service, 'en: Birth registration', 'en: Birth, registration of one'));
    expect(err).toContain('put the whole text in quotes');
  });

  test('YAML that cannot be read is named with its line, and other files are still checked', async () => {
    let sources: Record<string, string> = { ...soundSources(), 'evidence/other.yaml': '- identifier: a\n  title: { km: ក\n- b: [\n' };
    sources = edited(sources, 'sectors.yaml', ', en: Civil registration', '');
    const { err, code } = await check(sources);
    expect(code).toBe(1);
    expect(err).toMatch(/evidence\/other\.yaml:[23]:\d+ {2}YAML: /);
    expect(err).toContain('sectors.yaml:1:31  [0].title.en: the English text is missing');
  });

  test('what a file with broken YAML defines is not called missing as well', async () => {
    const sources = edited(soundSources(), 'evidence/common.yaml', 'title: { km: រូបថត, en: Photo }', 'title: { km: រូបថត, en: [Photo }');
    const { err } = await check(sources);
    expect(err).toContain('evidence/common.yaml');
    expect(err).not.toContain('there is no evidence type "photo"');
  });

  test.each<[string, string, string, string, string]>([
    ['a key twice', service, 'sector: civil', 'sector: civil\nsector: civil', 'birth.yaml:6:1  this key stands twice'],
    ['a code that is a number', 'offices/990101.yaml', "identifier: '990101'", 'identifier: 990101', "990101.yaml:1:13  identifier: expected text, found a number; put it in quotes: '990101'"],
    ['a price written with a decimal point all the same', service, 'riel: 2500', 'riel: 2500.0', 'birth.yaml:31:58  costs[1].amount.price.riel: a price is written in plain digits, found 2500.0; write 2500'],
    ['a price written as text', service, 'riel: 2500', "riel: '2 500'", 'without quotes, spaces or separators'],
    ['a price without its currency', service, 'price: { currency: KHR, riel: 2500 }', 'price: 2500', 'expected a block with "currency: …" (one of: KHR, USD), found a number'],
    ['an unknown kind of price', service, 'kind: free', 'kind: fre', 'costs[0].amount.kind: "fre" is not one of: fixed, ceiling, free, notPosted; did you mean "free"?'],
    ['a price of nothing', service, 'riel: 2500', 'riel: 0', 'use kind: free'],
    ['a text in one language only', service, 'title: { km: ចុះបញ្ជីកំណើត, en: Birth registration }', 'title: Birth registration', 'expected a text in both languages, found text; write { km: …, en: … }'],
    ['a field that is missing', service, 'sector: civil\n', '', 'the field "sector" is missing; add it'],
    ['an office with a price', 'offices/990101.yaml', 'sample: true', 'sample: true\ncosts: []', '990101.yaml:6:1  costs: unknown field "costs"'],
    ['a file named differently', service, 'identifier: birth\n', 'identifier: birth-new\n', 'birth.yaml:1:13  identifier: the identifier "birth-new" is not the file\'s name "birth"'],
    ['a folder of another authority', service, 'competentAuthority: moi', 'competentAuthority: moj', 'the authority "moj" is not the folder "moi"'],
    ['an unknown topic', service, 'thematicArea: family', 'thematicArea: familly', 'there is no topic "familly"; did you mean "family"?'],
    ['a law the service does not name', service, 'legalResources: [prakas-1]', 'legalResources: []', '"prakas-1" is not among the service\'s legalResources; add it there'],
    ['a condition on no question', service, '{ when: [late] }', '{ wen: [late] }', 'this service has no question "wen"; did you mean "when"?'],
    ['a condition on no option', service, '[late]', '[lates]', 'costs[1].appliesTo.when[0]: the question "when" has no option "lates"; did you mean "late"?'],
    ['a condition on a count', service, '{ when: [late] }', "{ when: [late], sheets: ['2'] }", '"sheets" counts something'],
    ['a quantity that is a choice', service, 'quantity: sheets', 'quantity: when', 'no count question "when"; it is a choice'],
    ['a service related to nothing', service, 'legalResources:', 'relatedServices: [death]\nlegalResources:', 'relatedServices[0]: there is no service "death"'],
    ['a case without a price', service, '    appliesTo: { when: [late] }\n', '    appliesTo: { when: [in-time] }\n', 'birth.yaml:21:3  costs: no cost applies to: when = late; add one, of kind notPosted'],
    ['a case with two prices', service, '    appliesTo: { when: [late] }\n', '', 'costs[1]: the costs "in-time" and "late" all apply to: when = in-time'],
    ['a price that begins too late', service, '    quantity: sheets', '    quantity: sheets\n    validFrom: 2027-01-01', 'no cost applies to: when = late'],
    ['a span that ends before it begins', service, '    quantity: sheets', '    quantity: sheets\n    validFrom: 2026-01-01\n    validTo: 2025-01-01', 'costs[1].validTo: validTo 2025-01-01 lies before validFrom 2026-01-01'],
    ['a concession above the ceiling', service, 'amount: { kind: fixed, price: { currency: KHR, riel: 2500 } }', 'amount: { kind: ceiling, max: { currency: KHR, riel: 2500 }, concession: { currency: KHR, riel: 2500 } }', 'the concession 2500 is not below the ceiling 2500'],
    ['a multiplied price that is not posted', service, 'amount: { kind: fixed, price: { currency: KHR, riel: 2500 } }', 'amount: { kind: notPosted }', 'costs[1].quantity: a price that is not posted cannot be multiplied'],
    ['an unsure price without a near review', service, 'reviewBy: 2027-06-30\n    legalResource: prakas-1\n    source: { confidence: high }', 'reviewBy: 2028-06-30\n    legalResource: prakas-1\n    source: { confidence: low }', 'costs[0].reviewBy: a price of low confidence is reviewed within a year'],
    ['a price without any ground', service, '    legalResource: prakas-1\n', '', 'costs[0].source: a posted price says where it was read'],
    ['a day that does not exist', service, 'reviewBy: 2027-06-30', 'reviewBy: 2027-06-31', 'costs[0].reviewBy: this day does not exist'],
    ['an edit in the future', 'pack.yaml', '2026-11-20', '2026-11-24', 'pack.yaml:5:11  editedOn: 2026-11-24 lies in the future (today is 2026-11-23)'],
    ['an event offered that is not there', 'pack.yaml', 'events: [child]', 'events: [chid]', 'pack.yaml:7:10  events[0]: there is no event "chid"; did you mean "child"?'],
    ['an event offered twice', 'pack.yaml', 'events: [child]', 'events: [child, child]', 'events[1]: "child" stands here twice; delete one'],
    ['English under km', service, 'km: ចុះបញ្ជីកំណើត', 'km: Birth', 'title.km: the Khmer text has no Khmer letters'],
    ['Khmer under en', service, 'en: Birth registration', 'en: កំណើត', 'title.en: the English text has Khmer letters'],
    ['a coeng without its letter', service, 'km: ចុះបញ្ជីកំណើត', "km: 'ចុះបញ្ជ្ កំណើត'", 'a coeng (U+17D2) has no letter after it'],
    ['an event answering no option', 'events/child.yaml', 'when: in-time', 'when: on-time', 'stations[0].answers.when: the question "when" of "birth" has no option "on-time"; did you mean "in-time"?'],
    ['an event counting too many', 'events/child.yaml', "sheets: '2'", "sheets: '21'", 'answer with a whole number from 1 to 20'],
    ['a station that is nothing', 'events/child.yaml', 'service: birth, answers: { when: in-time, sheets: \'2\' }, ', '', 'a station without a service needs a title'],
    ['a document of no service', 'evidence/common.yaml', 'outputOf: birth', 'outputOf: berth', 'there is no service "berth"; did you mean "birth"?'],
    ['a document defined twice', 'evidence/common.yaml', '- identifier: photo', '- identifier: photo\n  title: { km: រូបថត, en: Photo }\n- identifier: photo', 'common.yaml:6:15  [2].identifier: the evidence type "photo" is already defined in content/evidence/common.yaml (photo)'],
    ['a code of another level', 'offices/990101.yaml', 'level: commune', 'level: district', 'the code 990101 has 6 digits, a district has 4'],
    ['a sample that passes for a real office', 'offices/990101.yaml', 'sample: true\n', '', 'codes that start with 99 are for samples; add sample: true'],
    ['an office that closes first', 'offices/990101.yaml', "closes: '11:30'", "closes: '07:00'", 'closes 07:00 is not after opens 07:30'],
    ['a holiday of another year', 'calendar.yaml', '2026-11-09', '2027-11-09', '2027-11-09 is not in the year 2026'],
    ['an empty file', 'synonyms.yaml', '- [កំណើត, birth, komnert]\n', '# nothing\n', 'synonyms.yaml:1:1  the file is empty'],
  ])('names %s', async (_name, path, from, to, expected) => {
    const answer = await check(edited(soundSources(), path, from, to));
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(expected);
  });

  test('one service is found under one identifier, and one output under one title', async () => {
    const birth = soundSources()[service] ?? '';
    const sources = {
      ...edited(soundSources(), 'organisations.yaml', '- {', '- { identifier: moj, title: { km: ក្រសួងយុត្តិធម៌, en: Ministry of Justice } }\n- {'),
      'services/moj/birth.yaml': birth.replace('competentAuthority: moi', 'competentAuthority: moj').replace('km: សំបុត្រកំណើត, en: Birth certificate', 'km: សំបុត្រ, en: Certificate'),
    };
    const { err } = await check(sources);
    expect(err).toContain('services/moj/birth.yaml:1:13  identifier: the service "birth" is already defined in content/services/moi/birth.yaml');
    expect(err).toContain('outputs[0].identifier: the output "birth-certificate" has another title in content/services/moi/birth.yaml');
  });

  test('a price that will end leaves a warning, not a fault', async () => {
    const answer = await check(edited(soundSources(), service, '    quantity: sheets', '    quantity: sheets\n    validTo: 2026-12-31'));
    expect(answer.code).toBe(0);
    expect(answer.err).toContain('Warnings:\ncontent/services/moi/birth.yaml:21:3  costs: no cost applies from 2027-01-01 on to: when = late');
  });

  test('a document that nothing asks for leaves a warning', async () => {
    const answer = await check(edited(soundSources(), 'evidence/common.yaml', '- identifier: photo', '- identifier: form\n  title: { km: ពាក្យ, en: Form }\n- identifier: photo'));
    expect(answer.code).toBe(0);
    expect(answer.err).toContain('nothing refers to the evidence type "form"');
    expect(answer.err).toMatch(/No fault, 1 warning\.$/);
  });

  test('a file in no known place, a link and a file that is no UTF-8 are named', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, Object.fromEntries(Object.entries(soundSources()).map(([path, text]) => [`content/${path}`, text])));
    await writeFiles(folder, { 'content/services/lost.yaml': 'identifier: lost\n', 'content/pack.yml': 'a: 1\n' });
    await symlink('/etc/hostname', `${folder}/content/offices/99.yaml`);
    await writeFile(`${folder}/content/synonyms.yaml`, Uint8Array.of(0x2d, 0x20, 0xff, 0xfe));
    const { err, code } = await run(folder, ['content', 'check', '--content', 'content']);
    expect(code).toBe(1);
    expect(err).toContain('content/services/lost.yaml:1:1  no place for this file');
    expect(err).toContain('content/offices/99.yaml:1:1  links are not followed');
    expect(err).toContain('content/pack.yml:1:1  no place for this file');
    expect(err).toContain('content/synonyms.yaml:1:1  the file is not UTF-8 text');
  });

  test('a missing file is asked for', async () => {
    const sources = soundSources();
    delete sources['calendar.yaml'];
    expect((await check(sources)).err).toContain('content/calendar.yaml:1:1  the file is missing; write calendar.yaml');
  });
});

describe('calling the commands', () => {
  test.each([
    [['--help'], 0],
    [['content', 'check', '--help'], 0],
    [['content', 'build', '--help'], 0],
    [['gazetteer', 'import', '--help'], 0],
    [[], 2],
    [['content', 'chekc'], 2],
    [['content', 'check', '--contnet', 'x'], 2],
    [['content', 'check', 'extra'], 2],
    [['content', 'check', '--content', 'not-there'], 2],
    [['gazetteer', 'import'], 2],
  ])('%j ends with exit code %i and tells how it is called', async (args, expected) => {
    const answer = await run(await temporaryFolder(), args);
    expect(answer.code).toBe(expected);
    expect(answer.out + answer.err).toMatch(/Usage: |name the content folder/);
  });
});
