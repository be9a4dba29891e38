import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

/**
 * The staff's PIN: typed on the panel, kept only as a hash.
 *
 * Six digits are a million tries for whoever has read the hash, whatever it costs
 * to make one: what protects a PIN is that only root and the agent can read the
 * file, and that the agent lets a person wait between two tries. The cost below
 * makes a stolen hash a matter of days instead of seconds.
 */

/** Where the hash is kept: root:owso-kiosk-agent, 0640. */
export const pinFile = '/etc/owso-kiosk/pin';

/** Digits of a PIN, least and most. */
export const pinLength = { least: 6, most: 12 } as const;

/** OWASP's scrypt setting that needs the least memory at full cost: 32 MiB, about a third of a second on a kiosk. */
const cost = { N: 2 ** 15, r: 8, p: 3 } as const;
const saltBytes = 16;
const hashBytes = 32;

/** N a power of two, the salt of 16 and the hash of 32 bytes, and bounds on the memory and time that a file can ask of this machine. */
const powerOfTwo = v.check((n: number) => Number.isInteger(Math.log2(n)), 'N is a power of two');
const partsSchema = v.tuple([
  v.literal('scrypt'),
  v.pipe(v.string(), v.regex(/^\d{4,6}$/), v.transform(Number), powerOfTwo, v.maxValue(2 ** 18)),
  v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.transform(Number), v.minValue(1), v.maxValue(8)),
  v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.transform(Number), v.minValue(1), v.maxValue(16)),
  v.pipe(v.string(), v.regex(/^[\w-]{22}$/), v.transform((text) => Buffer.from(text, 'base64url'))),
  v.pipe(v.string(), v.regex(/^[\w-]{43}$/), v.transform((text) => Buffer.from(text, 'base64url'))),
]);

function derive(pin: string, salt: Buffer, { N, r, p }: { readonly N: number; readonly r: number; readonly p: number }): Promise<Buffer> {
  return new Promise((done, failed) => {
    scrypt(pin, salt, hashBytes, { N, r, p, maxmem: 128 * N * r + 1024 * 1024 * 32 }, (error, key) => (error === null ? done(key) : failed(error)));
  });
}

/** The line for {@link pinFile}: `scrypt$N$r$p$salt$hash`, the last two in base64url. Another one each time. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(pin, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether a PIN is the one whose hash was kept; takes as long for a wrong one.
 * `broken`: the line is no hash of ours, so no PIN can be right.
 */
export async function checkPin(pin: string, line: string): Promise<'right' | 'wrong' | 'broken'> {
  const parsed = v.safeParse(partsSchema, line.trim().split('$'));
  if (!parsed.success) return 'broken';
  const [, N, r, p, salt, hash] = parsed.output;
  return timingSafeEqual(await derive(pin, salt, { N, r, p }), hash) ? 'right' : 'wrong';
}

/** Why a PIN is not taken. */
export type PinFault = 'notDigits' | 'length' | 'fewDigits' | 'sequence' | 'repeated' | 'known';

/** Every step from a digit to the next is the same one: 123456, 987654, 890123, 246802. */
function isSequence(pin: string): boolean {
  const steps = new Set(Array.from(pin.slice(1), (digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  return steps.size === 1;
}

/** A short piece over and over: 123123, 454545. */
function isRepeated(pin: string): boolean {
  for (let length = 1; length <= pin.length / 2; length += 1) {
    if (pin.length % length === 0 && pin.slice(0, length).repeat(pin.length / length) === pin) return true;
  }
  return false;
}

/**
 * What speaks against a PIN that somebody chose; nothing if it may be used.
 * @param known numbers that stand on the terminal or its papers, such as the office's code
 */
export function pinFault(pin: string, known: readonly string[] = []): PinFault | undefined {
  if (!/^\d*$/.test(pin)) return 'notDigits';
  if (pin.length < pinLength.least || pin.length > pinLength.most) return 'length';
  if (isSequence(pin)) return 'sequence';
  if (isRepeated(pin)) return 'repeated';
  if (new Set(pin).size < 3) return 'fewDigits';
  if (known.some((number) => number.length >= 4 && pin.includes(number))) return 'known';
  return undefined;
}
