import { randomInt } from 'node:crypto';
import { assert } from '../../model/result.ts';
import { checkSecret, hashSecret, noSecret, type Cost } from '../../serve/secret-hash.ts';

/** Passwords of staff: what may be one, and how it is kept. */

/** Two ways to type the same letters are one password. */
const oneWay = (password: string): string => password.normalize('NFC');

/** The hash of a password; another one each time. */
export function hashPassword(password: string, cost: Cost): Promise<string> {
  return hashSecret(oneWay(password), cost);
}

/** Whether a password is the one whose hash was kept. `undefined`: there is none, and the answer takes as long. */
export async function checkPassword(password: string, kept: string | undefined, cost: Cost): Promise<boolean> {
  const verdict = await checkSecret(oneWay(password), kept ?? noSecret(cost));
  assert(verdict !== 'broken', 'an account holds a hash of ours');
  return verdict === 'right' && kept !== undefined;
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
