import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, canonicalJson, NotCanonical, type Json } from '../../src/trust/canonical-json.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const integer = fc.maxSafeInteger();
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    integer,
    text,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

/** The same definition said another way: UTF-8 bytes all along, keys in the order of their bytes, which is that of their code points. */
function reference(of: Json): Buffer {
  const string = (given: string): Buffer => Buffer.from(`"${given.split('\\').join('\\\\').split('"').join('\\"')}"`);
  const list = (open: string, items: readonly Buffer[], close: string): Buffer => Buffer.concat([Buffer.from(open), ...items.flatMap((item, i) => (i === 0 ? [item] : [Buffer.from(','), item])), Buffer.from(close)]);
  if (typeof of === 'string') return string(of);
  if (Array.isArray(of)) return list('[', of.map((item: Json) => reference(item)), ']');
  if (of === null || typeof of !== 'object') return Buffer.from(of === null ? 'null' : typeof of === 'number' ? BigInt(of).toString() : of ? 'true' : 'false');
  const pairs = Object.entries(of).map(([key, item]) => ({ key: Buffer.from(key), pair: Buffer.concat([string(key), Buffer.from(':'), reference(item as Json)]) }));
  return list('{', pairs.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ pair }) => pair), '}');
}

const isPlain = (given: string): boolean => [...given].every((char) => char >= ' ');

describe('canonical JSON', () => {
  test('is what its definition says, byte by byte', () => {
    fc.assert(fc.property(value, (given) => void expect(Buffer.from(canonicalBytes(given))).toEqual(reference(given))), { numRuns: 500 });
  });

  test('does not depend on the order in which fields were written', () => {
    const shuffled = fc.uniqueArray(fc.tuple(text, value), { maxLength: 8, selector: ([key]) => key }).chain((pairs) => fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })));
    fc.assert(fc.property(shuffled, ([pairs, other]) => void expect(canonicalJson(Object.fromEntries(other))).toBe(canonicalJson(Object.fromEntries(pairs)))));
  });

  test('reads back as the same data where no control characters are in it', () => {
    fc.assert(
      fc.property(value, (given) => {
        const canonical = canonicalJson(given);
        fc.pre(isPlain(canonical));
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  test('tells any two different data apart', () => {
    fc.assert(fc.property(value, value, (a, b) => void expect(canonicalJson(a) === canonicalJson(b)).toBe(reference(a).equals(reference(b)))));
    expect(canonicalJson({ a: '1' })).not.toBe(canonicalJson({ a: 1 }));
    expect(canonicalJson(['a","b'])).not.toBe(canonicalJson(['a', 'b']));
    expect(canonicalJson(null)).not.toBe(canonicalJson('null'));
  });

  test.each<[string, Json, string]>([
    ['nothing', '', '""'],
    ['an empty list and an empty object', [[], {}], '[[],{}]'],
    ['fields in order, whatever they look like', { b: 1, a: 2, 10: 3, 9: 4, A: 5 }, '{"10":3,"9":4,"A":5,"a":2,"b":1}'],
    ['quote and backslash escaped, nothing else', 'a"b\\c/d\n\u0000\u2028é', '"a\\"b\\\\c/d\n\u0000\u2028é"'],
    ['Khmer as it is', { 'ថ្លៃ': 'សេវា' }, '{"ថ្លៃ":"សេវា"}'],
    ['keys beyond the basic plane after all others', { '\u{1f600}': 1, '\uffff': 2, '\ue000': 3 }, '{"\ue000":3,"\uffff":2,"\u{1f600}":1}'],
    ['a key that begins another one first', { ab: 1, a: 2, 'កខ': 3, 'ក': 4 }, '{"a":2,"ab":1,"ក":4,"កខ":3}'],
    ['zero without a sign', [-0, 0], '[0,0]'],
    ['the largest numbers', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], '[9007199254740991,-9007199254740991]'],
    ['no exponent', 1e15, '1000000000000000'],
  ])('writes %s', (_, given, canonical) => expect(canonicalJson(given)).toBe(canonical));

  test('takes a key named __proto__ for a key', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}');
  });

  test.each<[string, unknown]>([
    ['a fraction', 0.5],
    ['a number that may have lost digits', 2 ** 53],
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['half a character', '\ud83d'],
    ['the other half', '\ude00'],
    ['two halves in the wrong order', '\ude00\ud83d'],
    ['half a character in a key', { '\ud83d': 1 }],
    ['a function', () => 1],
    ['a big integer', 1n],
    ['nothing in a list', [undefined]],
  ])('does not exist for %s', (_, given) => {
    expect(() => canonicalJson({ deep: [given] })).toThrow(NotCanonical);
  });
});
