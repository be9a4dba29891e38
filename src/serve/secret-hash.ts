import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

/**
 * Hashes of what people type to be let in: staff's passwords on a hub, the PIN of
 * a terminal. One line each, `scrypt$N$r$p$salt$hash`, the last two in base64url.
 */

/** What a hash costs: scrypt's parameters. */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's scrypt setting of least memory at full cost: 32 MiB, about a third of a second. */
export const fullCost: Cost = { N: 2 ** 15, r: 8, p: 3 };
/** For stores that hold nothing anybody would want: tests. */
export const tokenCost: Cost = { N: 2 ** 10, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;

const bytesOf = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[\\w-]{${length}}$`)), v.transform((text) => Buffer.from(text, 'base64url')));
const upTo = (digits: number, most: number) => v.pipe(v.string(), v.regex(new RegExp(`^\\d{1,${digits}}$`)), v.transform(Number), v.minValue(1), v.maxValue(most));

/** With bounds on the memory and time that a file or a row can ask of this machine. */
const lineSchema = v.pipe(
  v.string(),
  v.transform((line) => line.trim().split('$')),
  v.tuple([
    v.literal('scrypt'),
    v.pipe(v.string(), v.regex(/^\d{4,6}$/), v.transform(Number), v.check((n) => Number.isInteger(Math.log2(n)), 'N is a power of two'), v.maxValue(2 ** 18)),
    upTo(1, 8),
    upTo(2, 16),
    bytesOf(22),
    bytesOf(43),
  ]),
);

function derive(secret: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((done, failed) => {
    scrypt(secret, salt, hashBytes, { N, r, p, maxmem: 128 * N * r + 32 * 1024 * 1024 }, (error, key) => (error === null ? done(key) : failed(error)));
  });
}

function line({ N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** The line of a secret; another one each time. */
export async function hashSecret(secret: string, cost: Cost): Promise<string> {
  const salt = randomBytes(saltBytes);
  return line(cost, salt, await derive(secret, salt, cost));
}

/** A line that belongs to no secret: to compare with where there is none, so that the answer takes as long. */
export function noSecret(cost: Cost): string {
  return line(cost, randomBytes(saltBytes), randomBytes(hashBytes));
}

/**
 * Whether a secret is the one whose line was kept; takes as long for a wrong one.
 * `broken`: the line is no hash of ours, so no secret can be right.
 */
export async function checkSecret(secret: string, kept: string): Promise<'right' | 'wrong' | 'broken'> {
  const parsed = v.safeParse(lineSchema, kept);
  if (!parsed.success) return 'broken';
  const [, N, r, p, salt, hash] = parsed.output;
  return timingSafeEqual(await derive(secret, salt, { N, r, p }), hash) ? 'right' : 'wrong';
}
