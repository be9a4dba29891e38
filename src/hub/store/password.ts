import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

/** Passwords of staff, kept as scrypt hashes: `scrypt$N$r$p$salt$hash`, the last two in base64url. */

/** What a hash costs: scrypt's parameters. */
export interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's scrypt setting of least memory: 32 MiB, about a third of a second. */
export const fullCost: Cost = { N: 2 ** 15, r: 8, p: 3 };
/** For stores that hold nothing anybody would want: tests. */
export const tokenCost: Cost = { N: 2 ** 10, r: 8, p: 1 };
const saltBytes = 16;
const hashBytes = 32;

/** With bounds on what a row of the database can ask of this machine. */
const lineSchema = v.pipe(
  v.string(),
  v.transform((line) => line.split('$')),
  v.tuple([
    v.literal('scrypt'),
    v.pipe(v.string(), v.regex(/^\d{4,6}$/), v.transform(Number), v.check((n) => Number.isInteger(Math.log2(n))), v.maxValue(2 ** 18)),
    v.pipe(v.string(), v.regex(/^\d$/), v.transform(Number), v.minValue(1), v.maxValue(8)),
    v.pipe(v.string(), v.regex(/^\d{1,2}$/), v.transform(Number), v.minValue(1), v.maxValue(16)),
    v.pipe(v.string(), v.regex(/^[\w-]{22}$/), v.transform((text) => Buffer.from(text, 'base64url'))),
    v.pipe(v.string(), v.regex(/^[\w-]{43}$/), v.transform((text) => Buffer.from(text, 'base64url'))),
  ]),
);

/** Two ways to type the same letters are one password. */
function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((done, failed) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, { N, r, p, maxmem: 128 * N * r + 32 * 1024 * 1024 }, (error, key) => (error === null ? done(key) : failed(error)));
  });
}

function line({ N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** The hash of a password; another one each time. */
export async function hashPassword(password: string, cost: Cost): Promise<string> {
  const salt = randomBytes(saltBytes);
  return line(cost, salt, await derive(password, salt, cost));
}

/**
 * Whether a password is the one whose hash was kept. `undefined`: there is none;
 * a hash that belongs to no password is then compared with, so that the answer
 * takes as long.
 */
export async function checkPassword(password: string, kept: string | undefined, cost: Cost): Promise<boolean> {
  const [, N, r, p, salt, hash] = v.parse(lineSchema, kept ?? line(cost, randomBytes(saltBytes), randomBytes(hashBytes)));
  const same = timingSafeEqual(await derive(password, salt, { N, r, p }), hash);
  return same && kept !== undefined;
}

/** Characters of a password, at least. */
export const passwordLength = 12;

/** Words that passwords of people are made of; with digits and signs around them they are guessed first. */
const common = [
  'password', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'qwerty', 'qwertyuiop', 'asdfgh', 'asdfghjkl', 'zxcvbn', 'zxcvbnm', 'letmein', 'welcome', 'admin', 'administrator',
  'iloveyou', 'abcdef', 'abcdefgh', 'abcdefghijkl', 'monkey', 'dragon', 'sunshine', 'princess', 'football', 'master', 'superman', 'changeme', 'secret', 'login', 'default', 'operator', 'service',
  'cambodia', 'kampuchea', 'phnompenh', 'siemreap', 'battambang', 'angkor', 'angkorwat', 'khmer', 'owso', 'kiosk', 'owsokiosk', 'onewindow', 'citizen', 'office', 'ministry', 'interior', 'province', 'district',
];

/** Why a password is not taken. */
export type PasswordFault = 'short' | 'common' | 'repeated' | 'sequence' | 'name';

/** Nothing is left but a few different characters once the words everybody uses are gone. */
function isCommon(folded: string): boolean {
  let rest = folded;
  for (const word of [...common].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '');
  const letters = rest.replace(/[^\p{L}]/gu, '');
  return rest !== folded && letters.length < 5;
}

/** A short piece over and over. */
function isRepeated(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.slice(0, length).repeat(Math.ceil(text.length / length)).startsWith(text)) return true;
  }
  return false;
}

/** Nearly every character is the neighbour of the one before: 123456789012, abcdefghijkl. */
function isSequence(text: string): boolean {
  let steps = 0;
  for (let i = 1; i < text.length; i += 1) if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) <= 1 || /^(?:90|09)$/.test(text.slice(i - 1, i + 1))) steps += 1;
  return steps >= text.length - 3;
}

/** What speaks against a password that somebody chose; nothing if it may be used. */
export function passwordFault(password: string, name: string): PasswordFault | undefined {
  const folded = password.normalize('NFKC').toLowerCase();
  if ([...folded].length < passwordLength) return 'short';
  if (isRepeated(folded)) return 'repeated';
  if (isSequence(folded)) return 'sequence';
  if (folded.replaceAll(name.toLowerCase(), '').replace(/[^\p{L}]/gu, '').length < 5 && folded.includes(name.toLowerCase())) return 'name';
  if (isCommon(folded)) return 'common';
  return undefined;
}

/** Letters and digits that are not mistaken for each other. */
const clear = '23456789abcdefghjkmnpqrstvwxyz';

/** A password that nobody chose: 16 letters and digits, 78 bits. */
export function drawPassword(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => clear[randomInt(clear.length)]).join('')).join('-');
}
