import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { columnNames, readRow } from '../../src/cli/applications/row.ts';
import { main } from '../../src/cli/main.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';
import { makeRegistrationCode, parseRegistrationCode, printRegistrationCode, standardFormat, type RegistrationCode } from '../../src/model/registration-code.ts';
import type { Application } from '../../src/model/application.ts';

const heading = 'code,service,office,state,step,steps,missing,refusal,readyOn,counter,updatedAt';
const now = '2026-11-23T09:30:00+07:00';
const code = (number: number): RegistrationCode => makeRegistrationCode('990101', Array.from({ length: 8 }, (_, index) => ((number * 31 + index * 17) % 100) / 100));
const [one, two, three] = [code(1), code(2), code(3)];
const good = (which: RegistrationCode): string => `${printRegistrationCode(which, 'en')},birth-registration,990101,readyToCollect,,,,,2026-11-24,3,${now}`;

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  find(which: RegistrationCode): Promise<Application | null>;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'applications-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Imports a file with these lines, as typed on a command line. */
async function importLines(lines: readonly string[], flags: readonly string[] = [], folder?: string): Promise<Answer> {
  const cwd = folder ?? (await temporaryFolder());
  await writeFile(join(cwd, 'list.csv'), lines.join('\n'));
  return { ...(await run(['applications', 'import', 'list.csv', '--data-dir', 'data', ...flags], cwd)), find: async (which) => find(join(cwd, 'data'), which) };
}

async function run(args: readonly string[], cwd: string): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await main(args, { cwd, now: () => Date.parse(now), out: (line) => void out.push(line), err: (line) => void err.push(line), signal: new AbortController().signal });
  return { code: exit, out: out.join('\n'), err: err.join('\n') };
}

async function find(dataDir: string, which: RegistrationCode): Promise<Application | null> {
  const store = openFileStore(dataDir);
  try {
    return await store.applications.find(which);
  } finally {
    await store.close();
  }
}

/** Lines about the file, without the note on content that is not built. */
const faults = (answer: Answer): readonly string[] => answer.err.split('\n').filter((line) => line.startsWith('list.csv:') && line.includes('error'));

describe('applications import', () => {
  test('puts every row into the store, codes in either script', async () => {
    const answer = await importLines([heading, good(one), `${printRegistrationCode(two, 'km')},id-card,9901,documentsMissing,,,birth-certificate; khmer-id-card,,,1,${now}`, `${three.canonical},family-book,99,inProgress,2,4,,,,,${now}`]);
    expect(answer.code).toBe(0);
    expect(answer.out).toBe('Imported: 3 new, 0 replaced, 0 bad.');
    expect(await answer.find(one)).toEqual({ service: 'birth-registration', office: '990101', state: 'readyToCollect', missing: [], readyOn: '2026-11-24', counter: '3', updatedAt: now });
    expect((await answer.find(two))?.missing).toEqual(['birth-certificate', 'khmer-id-card']);
    expect((await answer.find(three))?.step).toEqual({ number: 2, of: 4 });
  });

  test('columns may come in any order, with a byte order mark and Windows line ends', async () => {
    const answer = await importLines([`\ufeffupdatedAt,state,office,service,code\r`, `${now},received,99,id-card,${one.canonical}\r`, '']);
    expect(answer.out).toBe('Imported: 1 new, 0 replaced, 0 bad.');
  });

  test('a second import replaces what is there', async () => {
    const folder = await temporaryFolder();
    await importLines([heading, good(one)], [], folder);
    const answer = await importLines([heading, good(one).replace('readyToCollect', 'collected'), good(two)], [], folder);
    expect(answer.out).toBe('Imported: 1 new, 1 replaced, 0 bad.');
    expect((await answer.find(one))?.state).toBe('collected');
  });

  test.each([
    ['code', good(one).replace(/-\d\d,/, '-00,'), 'has check digits that do not fit'],
    ['code', good(one).replace(/^[^,]+/, 'Sok Dara'), 'is no registration code'],
    ['code', good(one).replace(/^[^,]+/, ''), 'is empty'],
    ['service', good(one).replace('birth-registration', 'Birth Registration'), 'is not of the documented form'],
    ['office', good(one).replace(',990101,', ',12345,'), 'is not of the documented form'],
    ['state', good(one).replace('readyToCollect', 'ready'), 'is not of the documented form'],
    ['readyOn', good(one).replace('2026-11-24', '2026-02-30'), 'is not of the documented form'],
    ['counter', good(one).replace(',3,', ',counter 3,'), 'is not of the documented form'],
    ['updatedAt', good(one).replace(now, 'yesterday'), 'is not of the documented form'],
    ['steps', good(one).replace('readyToCollect,,', 'inProgress,2,'), 'is empty while its partner is not'],
    ['step', good(one).replace('readyToCollect,,', 'inProgress,5,4'), 'is beyond the last step'],
    ['refusal', good(one).replace('readyToCollect,,,,', 'readyToCollect,,,,other'), 'is filled though the state is not refused'],
    ['missing', good(one).replace('readyToCollect,,,', 'readyToCollect,,,id-card'), 'is filled though the state is not documentsMissing'],
  ])('a bad %s is told by line and column with the mend, and nothing is written (%#)', async (column, line, what) => {
    const answer = await importLines([heading, good(two), line]);
    expect(answer.code).toBe(1);
    expect(faults(answer)).toEqual([expect.stringMatching(new RegExp(`^list\\.csv:3  ${column}  error: ${what}.*; .+`))]);
    expect(answer.out).toMatch(/^Nothing was written: 1 new, 0 replaced, 1 bad\./);
    expect(await answer.find(two)).toBeNull();
  });

  test('one run tells every fault of every row', async () => {
    const answer = await importLines([heading, `x,Y,1,z,,,,,,,w`, good(one), 'too,few']);
    expect(faults(answer).map((line) => line.split('  ').slice(0, 2).join(' '))).toEqual(['list.csv:2 service', 'list.csv:2 office', 'list.csv:2 state', 'list.csv:2 updatedAt', 'list.csv:2 code', 'list.csv:4 error: the row has 2 cells and the heading 11; put a text that holds a comma in double quotes']);
  });

  test('the same code twice is an error of the later row', async () => {
    const answer = await importLines([heading, good(one), good(one)]);
    expect(faults(answer)).toEqual(['list.csv:3  code  error: is the same as in line 2; keep the row that is right']);
  });

  test('--good-rows writes the good rows and still fails', async () => {
    const answer = await importLines([heading, good(one), 'bad', good(two)], ['--good-rows']);
    expect(answer.code).toBe(1);
    expect(answer.out).toBe('Imported: 2 new, 0 replaced, 1 bad.');
    expect(await answer.find(two)).not.toBeNull();
  });

  test('--dry-run says what would happen and writes nothing', async () => {
    const answer = await importLines([heading, good(one)], ['--dry-run']);
    expect(answer).toMatchObject({ code: 0, out: 'Nothing was written (dry run). It would be: 1 new, 0 replaced, 0 bad.' });
    expect(await answer.find(one)).toBeNull();
  });

  test('an application that no answer could carry is a bad row', async () => {
    const documents = Array.from({ length: 60 }, (_, index) => `a-document-with-a-long-name-${index}`).join(';');
    const answer = await importLines([heading, `${one.canonical},id-card,99,documentsMissing,,,${documents},,,1,${now}`]);
    expect(faults(answer)).toEqual([expect.stringMatching(/^list\.csv:2 {2}missing {2}error: makes the application \d+ bytes long/)]);
    expect(await answer.find(one)).toBeNull();
  });

  test('a column for a name is refused before any row is read', async () => {
    const answer = await importLines([`${heading},fullName`, `${good(one)},Sok Dara`]);
    expect(faults(answer)).toEqual([expect.stringContaining('names, phone and identity numbers have no place here')]);
    expect(answer.out).toMatch(/^Nothing was written/);
  });

  test.each([
    ['an empty file', [''], 'the file is empty'],
    ['no heading', [good(one)], 'are not known'],
    ['an open quote', [heading, good(one), `"${good(two)}`], 'cannot be read as CSV'],
  ])('%s is told', async (_name, lines, what) => {
    const answer = await importLines(lines);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(what);
    expect(await answer.find(one)).toBeNull();
  });

  test('no message repeats a code, a name or any other cell', async () => {
    const secret = printRegistrationCode(one, 'en');
    const answer = await importLines([heading, good(one), good(one), `Sok Dara,${secret},${secret},${secret},${secret},,,,,,${secret}`, `"${secret}`]);
    expect(answer.err + answer.out).not.toMatch(/Sok Dara/);
    expect(answer.err + answer.out).not.toContain(secret.slice(7, 11));
    expect(faults(answer).length).toBeGreaterThan(4);
  });

  test('the help documents every column', async () => {
    const { out } = await run(['applications', 'import', '--help'], '/');
    for (const name of columnNames) expect(out).toMatch(new RegExp(`^ {2}${name} +(required|optional) {2}\\w`, 'm'));
    expect(out).toContain('All or nothing');
  });

  test('a row of anything is read or refused, never thrown', () => {
    const known = { format: standardFormat, services: new Set<string>(), offices: undefined };
    const cell = fc.oneof(fc.string(), fc.constantFrom(one.canonical, 'id-card', '99', 'received', '3', now, '2026-11-24', ''));
    fc.assert(
      fc.property(fc.array(cell, { minLength: columnNames.length, maxLength: columnNames.length }), (cells) => {
        const { row, findings } = readRow(cells, 2, columnNames, known);
        expect(row === undefined).toBe(findings.some((finding) => finding.severity === 'error'));
      }),
    );
  });
});

describe('registration-codes make', () => {
  test('draws different good codes of the office, in both scripts and as the text of a QR', async () => {
    const { code: exit, out } = await run(['registration-codes', 'make', '--office', '990101', '--count', '10'], '/');
    const [first, ...rows] = out.split('\n').map((line) => line.split(','));
    expect(exit).toBe(0);
    expect(first).toEqual(['code', 'khmer', 'qr']);
    expect(rows).toHaveLength(10);
    const canonical = rows.map((row) => {
      const read = row.map((text) => parseRegistrationCode(text));
      expect(read).toEqual(Array.from({ length: 3 }, () => ({ ok: true, value: { canonical: row[2]?.slice(6), office: '990101' } })));
      return row[2];
    });
    expect(new Set(canonical).size).toBe(10);
  });

  test.each([[['--office', '12345']], [['--office', '99', '--count', '0']], [['--office', '99', '--count', 'x']], [[]]])('%j is called wrongly', async (args) => {
    expect((await run(['registration-codes', 'make', ...args], '/')).code).toBe(2);
  });
});
