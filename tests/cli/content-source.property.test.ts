import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, test, vi } from 'vitest';
import { formatFault } from '../../src/cli/content/fault.ts';
import { normalizeText } from '../../src/cli/content/normalize.ts';
import { parsePart } from '../../src/cli/content/schema.ts';
import { locate, parseSource } from '../../src/cli/content/source-file.ts';
import { compileContent } from '../../src/cli/content/compile.ts';
import { officeSchema } from '../../src/model/office.ts';
import { publicServiceSourceSchema } from '../../src/model/public-service.ts';
import { now, soundSources, temporaryFolder, writeFiles } from './sources.ts';

// Many runs each, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const yamlPieces = fc.array(fc.constantFrom('a', 'km', 'en', 'costs', ': ', '- ', '\n', '  ', '{', '}', '[', ']', ',', '&x', '*x', '!t', '"', "'", '#', '|', '>', '---', '?', '\t', '1', '2.5', 'null', 'ក', '្', '<<', '__proto__', '\ufeff', '\0'), { maxLength: 40 }).map((pieces) => pieces.join(''));
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), yamlPieces);
/** Syllables whose marks are typed in any order: what people do and cannot see. */
const syllable = fc
  .tuple(
    fc.constantFrom(...'កខគងចញដតថនបផពមរលវសហអ'),
    fc.shuffledSubarray(['\u17d2ម', '\u17d2រ', '\u17c1', '\u17c6', '\u17cb', '\u17bb', '\u200b🙂', ' A4 '], { maxLength: 3 }),
  )
  .map(([base, marks]) => base + marks.join(''));
const khmerText = fc.array(syllable, { maxLength: 8 }).map((syllables) => syllables.join(''));

function mutated(text: string): fc.Arbitrary<string> {
  return fc.tuple(fc.nat(text.length), fc.nat(30), yamlPieces).map(([at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut));
}

test('any text is read as YAML or named as faulty, and nothing is thrown', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { file, faults } = parseSource('x.yaml', 'x.yaml', text);
      const parsed = parsePart(file, [], publicServiceSourceSchema, file.data);
      expect(file.broken ? faults.length : parsed.faults.length + faults.length).toBeGreaterThan(0);
      const lineCount = text.split(/\r\n|\r|\n/).length;
      for (const fault of [...faults, ...parsed.faults]) {
        expect(fault.line).toBeGreaterThanOrEqual(1);
        expect(fault.line).toBeLessThanOrEqual(lineCount + 1);
        expect(formatFault(fault)).not.toContain('\n');
      }
    }),
    { numRuns: 500 },
  );
});

test('any data under an office’s file is refused with a place for every fault', () => {
  fc.assert(
    fc.property(fc.object({ key: fc.oneof(fc.constantFrom('identifier', 'title', 'hours', 'km', 'en', 'constructor'), fc.string({ maxLength: 8 })) }), (data) => {
      const { file } = parseSource('x.yaml', 'x.yaml', stringify(JSON.parse(JSON.stringify(data))));
      const { value, faults } = parsePart(file, [], officeSchema, file.data);
      expect(value === undefined).toBe(faults.length > 0);
    }),
    { numRuns: 200 },
  );
});

test('nesting, aliases that multiply and endless lists do not stop the compiler', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index] ?? ''},`.repeat(9)}]`).join('\n')}\n`;
  for (const text of ['['.repeat(20_000), '{a: '.repeat(10_000), '- '.repeat(10_000), bomb, 'a: &x [*x]\n']) {
    const { file, faults } = parseSource('x.yaml', 'x.yaml', text);
    expect(file.broken).toBe(true);
    expect(faults.length).toBeGreaterThan(0);
  }
});

test('a field is found at the line where it is written', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), (before, inside) => {
      const text = `${'# note\n'.repeat(before)}a:\n${Array.from({ length: inside + 1 }, (_, i) => `  - b: ${i}\n`).join('')}`;
      const { file } = parseSource('x.yaml', 'x.yaml', text);
      expect(locate(file, ['a', inside, 'b'])).toEqual({ line: before + 2 + inside, column: 8 });
    }),
  );
});

test('a normalized text stays as it is when normalized again, and keeps what is not Khmer', () => {
  fc.assert(
    fc.property(khmerText, (text) => {
      const once = normalizeText(text);
      expect(normalizeText(once)).toBe(once);
      const others = (value: string): string => value.replace(/[\u1780-\u17ff]/gu, '');
      expect(others(once)).toBe(others(text));
    }),
    { numRuns: 500 },
  );
});

test('sources with any damage compile or are refused with faults, and nothing is thrown', async () => {
  const folder = await temporaryFolder();
  const sources = soundSources();
  await writeFiles(folder, sources);
  const damage = fc.constantFrom(...Object.keys(sources)).chain((path) => mutated(sources[path] ?? '').map((text) => [path, text] as const));
  await fc.assert(
    fc.asyncProperty(damage, async ([path, text]) => {
      await writeFile(join(folder, path), text);
      try {
        const result = await compileContent({ root: folder, cwd: folder, now });
        expect(result.compiled === undefined).toBe(result.faults.some((fault) => fault.severity === 'error'));
      } finally {
        await writeFile(join(folder, path), sources[path] ?? '');
      }
    }),
    { numRuns: 150 },
  );
});

test('a file of any bytes is refused or read', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, soundSources());
  await mkdir(join(folder, 'offices'), { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      await writeFile(join(folder, 'offices/99.yaml'), bytes);
      const result = await compileContent({ root: folder, cwd: folder, now });
      expect(result.compiled).toBeUndefined();
      expect(result.faults.some((fault) => fault.file === 'offices/99.yaml')).toBe(true);
    }),
    { numRuns: 60 },
  );
});
