/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Text that has no canonical form: a number that is no safe integer, a lone
 * surrogate, or something that JSON cannot hold.
 */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

const byCodePoint = (a: string, b: string): number => {
  // UTF-16 order differs from code-point order only above U+FFFF.
  const x = Array.from(a);
  const y = Array.from(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
};

const ascii = /^[\x20-\x7e]*$/;

/** Text that is its own canonical form: ASCII without control characters, quote and backslash. */
const plain = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new NotCanonical('a string with half a character');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * The bytes over which metadata is signed: Canonical JSON as TUF uses it (the
 * OLPC definition). Keys in the order of their code points, no white space,
 * integers only, and in strings nothing escaped but quote and backslash, control
 * characters included: the result need not be JSON.
 * @throws NotCanonical
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new NotCanonical('a number that is no safe integer');
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new NotCanonical(`a value of type ${typeof value}`);
  const table = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(table);
  const order = keys.every((key) => ascii.test(key)) ? (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) : byCodePoint;
  // Our own files are in order already: thousands of small tables are then only looked over.
  if (keys.some((key, i) => i > 0 && order(keys[i - 1] ?? '', key) > 0)) keys.sort(order);
  let text = '';
  for (const key of keys) {
    const item = table[key];
    if (item !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

const encoder = new TextEncoder();

/** {@link canonicalJson} as UTF-8. @throws NotCanonical */
export function canonicalBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(canonicalJson(value));
}
