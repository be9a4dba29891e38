import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderOf, pathMatches } from '../../src/trust/path-pattern.ts';

/** A matcher that tries every way: slow, and easy to believe. */
function reference(path: string, pattern: string): boolean {
  const [char, rest] = [Array.from(path)[0], Array.from(path).slice(1).join('')];
  if (pattern === '') return path === '';
  const head = pattern[0] ?? '';
  if (head === '*') return reference(path, pattern.slice(1)) || (char !== undefined && char !== '/' && reference(rest, pattern));
  if (char === undefined) return false;
  const bracket = /^\[(!?)([^\]/][^\]/]*)\]/s.exec(pattern);
  if (bracket !== null) {
    const [whole, none, members = ''] = bracket;
    return char !== '/' && members.includes(char) !== (none === '!') && reference(rest, pattern.slice(whole.length));
  }
  const literal = Array.from(pattern)[0] ?? '';
  return (literal === '?' ? char !== '/' : char === literal) && reference(rest, pattern.slice(literal.length));
}

const letters = fc.constantFrom('a', 'b', '.', '/', 'ក');
const path = fc.array(letters, { maxLength: 8 }).map((chars) => chars.join(''));
const pattern = fc.array(fc.oneof(letters, fc.constantFrom('*', '?', '[ab]', '[!a]', '**')), { maxLength: 6 }).map((parts) => parts.join(''));

describe('a path pattern', () => {
  test('covers what a matcher that tries every way says', () => {
    fc.assert(fc.property(path, pattern, (one, by) => void expect(pathMatches(one, by), `${one} by ${by}`).toBe(reference(one, by))), { numRuns: 3000 });
  });

  test('made from a path by wildcards covers that path', () => {
    const made = path.chain((one) => fc.tuple(fc.constant(one), fc.array(fc.constantFrom('same', '?', '*'), { minLength: one.length, maxLength: one.length })));
    fc.assert(
      fc.property(made, ([one, how]) => {
        const by = Array.from(one, (char, i) => (char === '/' || how[i] === 'same' || how[i] === undefined ? char : how[i])).join('');
        expect(pathMatches(one, by)).toBe(true);
      }),
    );
  });

  test('without a wildcard covers itself and nothing else', () => {
    const plain = fc.string({ unit: 'binary', maxLength: 8 }).filter((one) => !/[*?[]/.test(one));
    fc.assert(fc.property(plain, plain, (one, other) => void expect(pathMatches(one, other)).toBe(one === other)));
  });

  test('covers nothing outside its folder', () => {
    fc.assert(fc.property(path, pattern, (one, by) => void expect(!pathMatches(one, by) || one.startsWith(folderOf(by))).toBe(true)), { numRuns: 1000 });
  });

  test.each<[string, string, boolean]>([
    ['services/moi/birth.json', 'services/moi/*', true],
    ['services/moi/', 'services/moi/*', true],
    ['services/moi/deep/birth.json', 'services/moi/*', false],
    ['services/moi', 'services/moi/*', false],
    ['services/moi2/birth.json', 'services/moi/*', false],
    ['services/mpwt/birth.json', 'services/moi/*', false],
    ['offices/990101/office.json', 'offices/9901/*', false],
    ['services/moi/birth.json', '*', false],
    ['services/moi/birth.json', '*/*/*', true],
    ['Services/moi/birth.json', 'services/moi/*', false],
    ['/services/moi/birth.json', 'services/moi/*', false],
    ['services//birth.json', 'services/*/birth.json', true],
    ['services/../catalogue/pack.json', 'services/*/*', false],
    ['foo-1.tgz', 'foo-?.tgz', true],
    ['foo-alpha.tgz', 'foo-?.tgz', false],
    ['foo-.tgz', 'foo-?.tgz', false],
    ['foo-🙂.tgz', 'foo-?.tgz', true],
    ['README.MD', '*.md', false],
    ['a+b', 'a+b', true],
    ['aab', 'a+b', false],
    ['axb', 'a.b', false],
    ['b', '[a-c]', true],
    ['d', '[a-c]', false],
    ['b', '[!a-c]', false],
    ['^', '[^a]', true],
    ['b', '[^a]', false],
    [']', '[]]', true],
    ['-', '[a-]', true],
    ['-', '[-a]', true],
    ['b', '[c-a]', false],
    ['b', '[!c-a]', true],
    ['\u{10400}', '[\u{103ff}-\u{10401}]', true],
    ['[ab', '[ab', true],
    ['[]', '[]', true],
    ['\\', '[\\]', true],
    ['a\nb', 'a*b', true],
    ['/', '[/]', false],
    ['', '*', true],
    ['', '', true],
  ])('%j by %j: %s', (one, by, covered) => expect(pathMatches(one, by)).toBe(covered));

  test('made to be slow is as quick as any other', () => {
    const slow = `${'*a'.repeat(40)}*b`;
    const started = performance.now();
    for (let i = 0; i < 20; i++) expect(pathMatches('a'.repeat(2000), slow)).toBe(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
