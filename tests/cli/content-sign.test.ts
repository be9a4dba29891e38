import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { edited, now, readTree, run, soundSources, temporaryFolder, writeFiles, type Answer, type Sources } from './sources.ts';

const service = 'services/moi/birth.yaml';
const dearer = (): Record<string, string> => edited(edited(soundSources(), service, 'riel: 2500', 'riel: 9000'), service, '    quantity: sheets\n', '    quantity: sheets\n    validFrom: 2026-11-20\n');

/** A repository with published content, and a change that was compiled beside it. */
async function changed(sources: Sources): Promise<string> {
  const folder = await temporaryFolder();
  const compile = async (files: Sources): Promise<void> => {
    await rm(join(folder, 'source'), { recursive: true, force: true });
    await writeFiles(join(folder, 'source'), files);
    const built = await run(folder, ['content', 'build', '--content', 'source', '--out', 'compiled']);
    if (built.code !== 0) throw new Error(built.err);
  };
  await compile(soundSources());
  await run(folder, ['content', 'demonstrate', '--content', 'compiled', '--repository', 'repository', '--keys', 'keys']);
  await compile(sources);
  await writeFile(join(folder, 'words'), 'demonstration only\n');
  return folder;
}

const args = (as: string, keys: readonly number[], ...more: readonly string[]): string[] => ['content', 'sign', '--as', as, ...keys.flatMap((key) => ['--key', `keys/${as}-${key}.key.json`]), '--content', 'compiled', '--repository', 'repository', ...more];
const sign = (folder: string, as: string, keys: readonly number[], ...more: readonly string[]): Promise<Answer> => run(folder, args(as, keys, '--passphrase-file', 'words', ...more));
const publish = (folder: string): Promise<Answer> => run(folder, ['content', 'publish', '--repository', 'repository', '--keys', 'keys/online']);

describe('content sign shows before it signs', () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['a price and the day from which it holds', dearer(), ['Birth registration (services/moi/birth.json): changed', '  Birth registration, Late: 2,500 ៛ per sheet → 9,000 ៛ per sheet from 2026-11-20', 'That is all.']],
    ['a price that was free', edited(soundSources(), service, 'amount: { kind: free }', 'amount: { kind: ceiling, max: { currency: USD, cents: 1050 }, concession: { currency: USD, cents: 500 } }'), ['  Birth registration, In time: free → at most US$10.50, reduced US$5']],
    ['everything else by name, of a price and of its service', edited(edited(soundSources(), service, 'reviewBy: 2027-06-30\n    legalResource: prakas-1\n    source: { confidence: high }\n  - identifier: late', 'reviewBy: 2027-07-30\n    legalResource: prakas-1\n    source: { confidence: high }\n  - identifier: late'), service, 'copies: 2', 'copies: 3'), ['  Birth registration, In time: also changed: reviewBy', '  also changed: evidence']],
    ['a text in Khmer alone', edited(soundSources(), service, 'km: យឺត, en: Late }\n    appliesTo', 'km: យឺតពេល, en: Late }\n    appliesTo'), ['  Birth registration, Late: also changed: title']],
    ['a new service with all its prices', { ...soundSources(), 'services/moi/death.yaml': (soundSources()[service] ?? '').replace('identifier: birth\n', 'identifier: death\n').replace('en: Birth registration', 'en: Death registration') }, ['Death registration (services/moi/death.json): new', '  Death registration, In time: free (new price)', '  Death registration, Late: 2,500 ៛ per sheet (new price)', '1 other text of moi stays as it is.']],
  ])('%s', async (_what, sources, lines) => {
    const folder = await changed(sources);
    const before = await readTree(folder);
    const dry = await run(folder, args('moi', [], '--dry-run'));
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out.split('\n')[0]).toBe('What you sign, compared with moi version 1, the newest that is signed:');
    for (const line of lines) expect(dry.out.split('\n')).toContain(line);
    expect(dry.out).toMatch(/This was a dry run: nothing was signed\.$/);
    expect(await readTree(folder)).toEqual(before);
  });

  test('a price that goes, and a service that goes', async () => {
    const late = /  - identifier: late\n    title[\s\S]*?source: \{ confidence: high \}\n/;
    const one = await changed({ ...soundSources(), [service]: (soundSources()[service] ?? '').replace(late, '').replace('when: [in-time]', 'when: [in-time, late]') });
    expect((await run(one, args('moi', [], '--dry-run'))).out).toContain('  Birth registration, Late: 2,500 ៛ per sheet → no price any more');
    const renamed = (soundSources()[service] ?? '').replace('identifier: birth\n', 'identifier: born\n');
    const { [service]: _gone, ...others } = soundSources();
    const two = await changed({ ...others, 'services/moi/born.yaml': renamed, 'events/child.yaml': (others['events/child.yaml'] ?? '').replace('service: birth', 'service: born'), 'evidence/common.yaml': (others['evidence/common.yaml'] ?? '').replace('outputOf: birth', 'outputOf: born') });
    expect((await run(two, args('moi', [], '--dry-run'))).out).toContain('Birth registration (services/moi/birth.json): no longer there');
  });

  test('and asks, before any passphrase: only a yes signs', async () => {
    const folder = await changed(dearer());
    const before = await readTree(folder);
    const said: string[] = [];
    const ask = (answers: string[]) => ({
      cwd: folder,
      now: () => now,
      out: (line: string) => void said.push(line),
      err: (line: string) => void said.push(line),
      signal: new AbortController().signal,
      ask: async (question: string, hidden: boolean) => {
        said.push(`${question}${hidden ? ' [hidden]' : ''}`);
        return answers.shift() ?? '';
      },
    });
    expect(await main(args('moi', [1]), ask(['']))).toBe(1);
    expect(said.slice(-2)).toEqual(['Sign this as moi? (y/N)', 'Nothing was signed.']);
    expect(said.some((line) => line.includes('2,500 ៛ per sheet → 9,000'))).toBe(true);
    expect(await readTree(folder)).toEqual(before);
    said.length = 0;
    expect(await main(args('moi', [1]), ask(['y', 'demonstration only']))).toBe(0);
    expect(said.findIndex((line) => line.includes('→ 9,000'))).toBeLessThan(said.findIndex((line) => line.startsWith('Passphrase of')));
  });

  test('nothing where nothing changed', async () => {
    const folder = await changed(soundSources());
    expect((await sign(folder, 'moi', [1])).out).toMatch(/^Nothing differs from moi version 1, which is signed\.\n.*nothing was signed\.$/);
  });
});

describe('content sign says whose turn it is', () => {
  test('with a changed price in three steps, and only the third is published', async () => {
    const folder = await changed(dearer());
    const first = await sign(folder, 'moi', [1]);
    expect(first.out).toMatch(/\nStep 1 of 3 is done: half signed, and not published before step 3\.[\s\S]*\nStep 2 of 3, now: the next signer[\s\S]*\nStep 3 of 3, after that: you run this same command once more\./);
    expect(await publish(folder)).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is new'), err: expect.stringContaining('Not published: moi version 2 lacks a signature.') });
    expect((await sign(folder, 'moi', [1])).out).toContain('Step 1 of 3');
    const second = await sign(folder, 'moi', [2]);
    expect(second.out).toMatch(/\nStep 2 of 3 is done[\s\S]*\nStep 3 of 3, now: the next signer/);
    expect((await publish(folder)).err).toContain('Not published: moi version 2');
    expect((await sign(folder, 'moi', [1])).out).toMatch(/\nStep 3 of 3 is done, and it is complete\. Signed moi version 2: 1 objects, 1 of them/);
    expect(await publish(folder)).toEqual({ code: 0, out: 'Published edition 2 with new files of moi.', err: '' });
  });

  test('without one in two steps', async () => {
    const folder = await changed(edited(soundSources(), service, 'copies: 2', 'copies: 3'));
    expect((await sign(folder, 'moi', [1])).out).toMatch(/\nStep 1 of 2 is done(?![\s\S]*once more)/);
    expect((await sign(folder, 'moi', [2])).out).toContain('Step 2 of 2 is done, and it is complete.');
  });

  test('with both present after one of them signed alone, each price carries both names', async () => {
    for (const first of [1, 2]) {
      const folder = await changed(dearer());
      await sign(folder, 'moi', [first]);
      expect((await sign(folder, 'moi', [1, 2])).out).toContain('Step 3 of 3 is done, and it is complete.');
      const birth = Object.entries(await readTree(join(folder, 'repository/targets'))).flatMap(([name, text]) => (name.endsWith('.birth.json') && text.includes('"riel":9000') ? [text] : []));
      const complete = birth.filter((text) => (JSON.parse(text) as { statements: { signatures: { keyid: string }[] }[] }).statements.every(({ signatures }) => new Set(signatures.map(({ keyid }) => keyid)).size === 2));
      expect(complete).toHaveLength(1);
      expect(birth).toHaveLength(2);
    }
  });

  test('in one, where both are present', async () => {
    const folder = await changed(dearer());
    expect((await sign(folder, 'moi', [1, 2])).out).toMatch(/\nSigned moi version 2: /);
    expect((await publish(folder)).err).toBe('');
  });
});
