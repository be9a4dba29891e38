import * as v from 'valibot';
import { assert, err, ok, type Result } from './result.ts';

/**
 * The registration code on an application receipt.
 *
 * The offices' real format is not public, so this is ours until an office
 * configures its own pattern: `990101-KXTM-NPRL-61`
 *
 * - the gazetteer code of the office, 2, 4 or 6 digits;
 * - eight letters drawn at random (31 bits: neighbours cannot be guessed) from
 *   fifteen that cannot be taken for a digit or for each other, each with a
 *   Khmer twin, so that the code reads and types the same in both scripts:
 *   `៩៩០១០១-កខតម-នពរល-៦១`;
 * - two check digits, ISO 7064 MOD 97-10 as in an IBAN (02 to 98): every single
 *   wrong character and every swap of two neighbours is noticed before the hub
 *   is asked.
 *
 * The letters O and I are in no code, so typed for 0 and 1 they are understood.
 */
export interface RegistrationCode {
  /** Canonical form: Latin, upper case, no separators. A secret of its holder: never log it. */
  readonly canonical: string;
  /** Gazetteer code of the office, where the pattern has one. */
  readonly office: string | undefined;
}

/**
 * Why a text is no registration code.
 * - `incomplete`: so far so good, a code may begin like this (while typing);
 * - `checkDigits`: it looks like one and is mistyped;
 * - `notACode`: whatever is added, it will never be one.
 */
export type RegistrationCodeError = { readonly code: 'notACode' } | { readonly code: 'checkDigits' } | { readonly code: 'incomplete' };

/** The letters of a code and their Khmer twins. */
export const codeLetters: Readonly<Record<string, string>> = {
  A: 'អ', C: 'ច', D: 'ដ', H: 'ហ', J: 'ជ', K: 'ក', L: 'ល', M: 'ម', N: 'ន', P: 'ព', R: 'រ', T: 'ត', V: 'វ', X: 'ខ', Y: 'យ',
};
const khmerToLatin = new Map(Object.entries(codeLetters).map(([latin, khmer]) => [khmer, latin]));

/**
 * How an office writes its codes. `pattern` matches the canonical form as a
 * whole; a group named `office` gives the office code. `check` names the
 * check-digit rule over the whole canonical form.
 */
export const registrationCodeFormatSchema = v.strictObject({
  pattern: v.pipe(
    v.string(),
    v.maxLength(200),
    v.check((s) => {
      try {
        return new RegExp(s, 'u').source.length > 0;
      } catch {
        return false;
      }
    }, 'not a regular expression'),
  ),
  check: v.picklist(['mod97-10', 'none']),
  /** Lengths of the groups in which the code is printed; empty prints it whole. */
  groups: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), []),
});
export type RegistrationCodeFormat = v.InferOutput<typeof registrationCodeFormatSchema>;

/** Our own format; an office without one of its own uses it. */
export const standardFormat: RegistrationCodeFormat = {
  pattern: '^(?<office>\\d{6}|\\d{4}|\\d{2})[ACDHJKLMNPRTVXY]{8}\\d{2}$',
  check: 'mod97-10',
  groups: [],
};

/** Prefix of the text in a receipt's QR; the code in canonical form follows. */
export const receiptPrefix = 'OWSO1:';

/** Longest text that is looked at; a receipt is far shorter. */
const maxInput = 64;

/**
 * Reads a code from what was typed or scanned: either script, any case, with or
 * without separators, with or without the receipt's prefix. Never throws.
 */
export function parseRegistrationCode(input: string, format: RegistrationCodeFormat = standardFormat): Result<RegistrationCode, RegistrationCodeError> {
  if (input.length > maxInput) return err({ code: 'notACode' });
  const text = input.trim();
  const folded = canonicalize(text.toUpperCase().startsWith(receiptPrefix) ? text.slice(receiptPrefix.length) : text);
  const canonical = isStandardFormat(format) ? folded.replaceAll('O', '0').replaceAll('I', '1') : folded;
  const match = new RegExp(format.pattern, 'u').exec(canonical);
  if (match === null || match[0] !== canonical) return err({ code: mayBegin(canonical, format) ? 'incomplete' : 'notACode' });
  if (format.check === 'mod97-10' && !checkDigitsHold(canonical)) return err({ code: 'checkDigits' });
  return ok({ canonical, office: match.groups?.['office'] });
}

/** Whether codes are written as in the standard format, however they are grouped. One read from a file is equal to it, not identical with it. */
export function isStandardFormat(format: RegistrationCodeFormat): boolean {
  return format.pattern === standardFormat.pattern;
}

/**
 * May a code begin like this? Exact for the standard format. For an office's
 * own pattern as far as its printed groups tell: a shorter text of digits and
 * capitals may; without groups its length is unknown and any such text may.
 */
function mayBegin(canonical: string, format: RegistrationCodeFormat): boolean {
  if (isStandardFormat(format)) return /^(?:\d{0,6}|(?:\d{6}|\d{4}|\d{2})(?:[ACDHJKLMNPRTVXY]{1,8}|[ACDHJKLMNPRTVXY]{8}\d))$/.test(canonical);
  const length = format.groups.reduce((total, size) => total + size, 0);
  return /^[0-9A-Z]*$/.test(canonical) && (length === 0 || canonical.length < length);
}

/** Latin upper case, Khmer digits and letters folded, separators and invisible characters gone. */
function canonicalize(text: string): string {
  let out = '';
  for (const char of text.normalize('NFKC').toUpperCase()) {
    const point = char.codePointAt(0) ?? 0;
    if (point >= 0x17e0 && point <= 0x17e9) out += String(point - 0x17e0);
    else if (/[\s\u200b-\u200d\u2060\ufeff\-–—.·/]/u.test(char)) continue;
    else out += khmerToLatin.get(char) ?? char;
  }
  return out;
}

/** Remainder 1, and the one spelling of the two digits that ISO 7064 allows: 02 to 98. */
function checkDigitsHold(canonical: string): boolean {
  const digits = Number(canonical.slice(-2));
  return digits >= 2 && digits <= 98 && mod97(canonical) === 1;
}

/** Remainder modulo 97 with letters as 10…35 (ISO 7064). */
function mod97(canonical: string): number {
  let remainder = 0;
  for (const char of canonical) {
    const value = /[0-9]/.test(char) ? Number(char) : char.charCodeAt(0) - 55;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}

/**
 * Makes a code of the standard format for an office.
 * @param office gazetteer code, 2, 4 or 6 digits
 * @param random eight numbers in [0, 1), from a source that cannot be guessed
 */
export function makeRegistrationCode(office: string, random: readonly number[]): RegistrationCode {
  assert(random.length === 8 && random.every((n) => n >= 0 && n < 1), 'a code needs eight random numbers in [0, 1)');
  const letters = Object.keys(codeLetters);
  const body = office + random.map((n) => letters[Math.floor(n * letters.length)]).join('');
  const code = { canonical: body + String(98 - mod97(`${body}00`)).padStart(2, '0'), office };
  assert(parseRegistrationCode(code.canonical).ok, 'an office code has 2, 4 or 6 digits');
  return code;
}

/** The code in printed groups: `990101-KXTM-NPRL-61`, or in Khmer script. */
export function printRegistrationCode(code: RegistrationCode, language: 'km' | 'en', format: RegistrationCodeFormat = standardFormat): string {
  const sizes = format.groups.length > 0 ? format.groups : isStandardFormat(format) ? [code.canonical.length - 10, 4, 4, 2] : [code.canonical.length];
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= code.canonical.length) break;
    parts.push(code.canonical.slice(at, at + size));
    at += size;
  }
  if (at < code.canonical.length) parts.push(code.canonical.slice(at));
  const text = parts.join('-');
  return language === 'en' ? text : [...text].map((char) => (/\d/.test(char) ? String.fromCodePoint(0x17e0 + Number(char)) : (codeLetters[char] ?? char))).join('');
}

/** The text in a receipt's QR. */
export function receiptPayload(code: RegistrationCode): string {
  return receiptPrefix + code.canonical;
}
