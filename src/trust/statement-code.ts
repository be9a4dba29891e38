import * as v from 'valibot';
import { base64Url, fromBase64, fromHex, hex, utf8, utf8Text } from './bytes.ts';
import { limits } from './limits.ts';
import { refuse, trusted, type TrustResult } from './result.ts';

/**
 * One fee as a competent authority states it, and its shortest form: what a QR
 * code carries to a phone, and what is signed.
 *
 * The form is binary, each number as long as it has to be, one byte for each
 * Khmer or ASCII character of a unit. There is exactly one form of each fee, so
 * that equal fees have equal bytes and no bit of a code can be changed unseen.
 */

const identifierSchema = v.pipe(v.string(), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), v.maxLength(80));
const wholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const moneySchema = v.variant('currency', [v.strictObject({ currency: v.literal('KHR'), riel: wholeSchema }), v.strictObject({ currency: v.literal('USD'), cents: wholeSchema })]);
type Money = v.InferOutput<typeof moneySchema>;

/** The four kinds of price: specific, at most (with an optional concession price in the same currency), free, not posted. */
export const feeAmountSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('fixed'), price: moneySchema }),
  v.pipe(
    v.strictObject({ kind: v.literal('ceiling'), max: moneySchema, concession: v.optional(moneySchema) }),
    v.check(({ max, concession }) => concession === undefined || concession.currency === max.currency, 'two currencies'),
  ),
  v.strictObject({ kind: v.literal('free') }),
  v.strictObject({ kind: v.literal('notPosted') }),
]);
export type FeeAmount = v.InferOutput<typeof feeAmountSchema>;

/** Days are written as their distance from this one, so that those of our time take two bytes. */
const dayZero = Date.parse('2026-01-01T00:00:00Z');
const dayLength = 86_400_000;

const daySchema = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/), v.check((day) => dayText(dayNumber(day)) === day, 'no such day'));
const unitTextSchema = v.pipe(v.string(), v.minLength(1), v.check((text) => text.isWellFormed() && textBytes(text).length <= limits.statementUnit, 'too long'));

/** What is stated: one fee of one service in one case. */
export const feeSchema = v.strictObject({
  /** Identifier of the competent authority: the name of the delegated role that signs. */
  authority: identifierSchema,
  /** Identifier of the service. */
  service: identifierSchema,
  /** Identifier of the cost: which case of the service. */
  cost: identifierSchema,
  amount: feeAmountSchema,
  /** What the amount is for: "per sheet". */
  unit: v.optional(v.strictObject({ km: unitTextSchema, en: unitTextSchema })),
  /** The amount is for one of something of which a citizen may need several. */
  counted: v.boolean(),
  /** First day, `YYYY-MM-DD`. */
  validFrom: v.optional(daySchema),
  /** Last day, `YYYY-MM-DD`. */
  validTo: v.optional(daySchema),
  /** The release in which this fee was first stated so. */
  edition: wholeSchema,
});
export type Fee = v.InferOutput<typeof feeSchema>;

/** One key's signature under a fee. */
export const statementSignatureSchema = v.strictObject({
  /** The first eight hexadecimal digits of the key's name. */
  keyid: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  /** Base64url, no padding. */
  sig: v.pipe(v.string(), v.check((text) => isSignature(text), 'no signature')),
});
export type StatementSignature = v.InferOutput<typeof statementSignatureSchema>;

function isSignature(text: string): boolean {
  const bytes = fromBase64(text);
  return bytes !== undefined && bytes.length > 0 && bytes.length <= limits.statementSignature && base64Url(bytes) === text;
}

/** A fee and who signed it. Nothing is believed of it before `verifyStatement`. */
export interface FeeStatement {
  readonly fee: Fee;
  readonly signatures: readonly StatementSignature[];
}

function dayNumber(day: string): number {
  return (Date.parse(`${day}T00:00:00Z`) - dayZero) / dayLength;
}

function dayText(number: number): string {
  const at = dayZero + number * dayLength;
  return Number.isNaN(at) || Math.abs(at) > 8.64e15 ? '' : new Date(at).toISOString().slice(0, 10);
}

/** One byte a character where all are ASCII or of the Khmer block; `undefined` elsewhere. */
function narrow(text: string): number[] | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x20 && code < 0x7f) bytes.push(code);
    else if (code >= 0x1780 && code <= 0x17ff) bytes.push(code - 0x1780 + 0x80);
    else return undefined;
  }
  return bytes;
}

function textBytes(text: string): readonly number[] {
  return narrow(text) ?? [...utf8(text)];
}

/** Bits of the byte that says what follows. The two lowest are the kind of price. */
const kinds = ['fixed', 'ceiling', 'free', 'notPosted'] as const;
const flags = { dollars: 4, concession: 8, from: 16, to: 32, unit: 64, counted: 128 } as const;
const format = 1;

class Writer {
  readonly bytes: number[] = [];

  number(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.bytes.push((rest % 0x80) | 0x80);
    this.bytes.push(rest);
  }
  /** Small numbers of either sign. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }
  text(text: string): void {
    const bytes = textBytes(text);
    this.number(2 * bytes.length + (narrow(text) === undefined ? 0 : 1));
    this.bytes.push(...bytes);
  }
  raw(bytes: Uint8Array): void {
    this.bytes.push(...bytes);
  }
}

const units = (money: Money): number => (money.currency === 'KHR' ? money.riel : money.cents);

/** The one form of a fee: what is signed and what a code carries. */
export function feeBytes(fee: Fee): Uint8Array<ArrayBuffer> {
  const { amount } = fee;
  const money = amount.kind === 'fixed' ? [amount.price] : amount.kind === 'ceiling' ? [amount.max, ...(amount.concession === undefined ? [] : [amount.concession])] : [];
  const out = new Writer();
  out.number(format);
  out.number(
    kinds.indexOf(amount.kind) +
      (money[0]?.currency === 'USD' ? flags.dollars : 0) +
      (money.length > 1 ? flags.concession : 0) +
      (fee.validFrom === undefined ? 0 : flags.from) +
      (fee.validTo === undefined ? 0 : flags.to) +
      (fee.unit === undefined ? 0 : flags.unit) +
      (fee.counted ? flags.counted : 0),
  );
  for (const text of [fee.authority, fee.service, fee.cost]) out.text(text);
  for (const one of money) out.number(units(one));
  for (const day of [fee.validFrom, fee.validTo]) if (day !== undefined) out.signed(dayNumber(day));
  if (fee.unit !== undefined) for (const text of [fee.unit.km, fee.unit.en]) out.text(text);
  out.number(fee.edition);
  return Uint8Array.from(out.bytes);
}

/** A statement as the fragment of an address: base64url of {@link feeBytes} and the signatures. About 300 characters with two keys. */
export function encodeStatement({ fee, signatures }: FeeStatement): string {
  const out = new Writer();
  out.raw(feeBytes(fee));
  out.number(signatures.length);
  for (const { keyid, sig } of signatures) {
    const bytes = fromBase64(sig) ?? new Uint8Array();
    out.raw(fromHex(keyid) ?? new Uint8Array());
    out.number(bytes.length);
    out.raw(bytes);
  }
  return base64Url(Uint8Array.from(out.bytes));
}

/** The bytes ended, or a number is larger than any of ours. Never leaves this file. */
class Unreadable extends Error {}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  take(count: number): Uint8Array<ArrayBuffer> {
    if (this.#at + count > this.#bytes.length) throw new Unreadable();
    this.#at += count;
    return Uint8Array.from(this.#bytes.subarray(this.#at - count, this.#at));
  }
  number(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 0x80) {
      const byte = this.take(1)[0] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new Unreadable();
  }
  signed(): number {
    const value = this.number();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
  text(): string {
    const head = this.number();
    const bytes = this.take(Math.floor(head / 2));
    if (head % 2 === 1) return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : byte - 0x80 + 0x1780)).join('');
    const text = utf8Text(bytes);
    if (text === undefined) throw new Unreadable();
    return text;
  }
}

function readAmount(kind: (typeof kinds)[number], bits: number, input: Reader): unknown {
  const money = (): unknown => ((bits & flags.dollars) === 0 ? { currency: 'KHR', riel: input.number() } : { currency: 'USD', cents: input.number() });
  if (kind === 'fixed') return { kind, price: money() };
  if (kind === 'ceiling') return { kind, max: money(), ...((bits & flags.concession) !== 0 && { concession: money() }) };
  return { kind };
}

function readStatement(input: Reader): unknown {
  if (input.number() !== format) throw new Unreadable();
  const bits = input.number();
  const [authority, service, cost] = [input.text(), input.text(), input.text()];
  const fee = {
    authority,
    service,
    cost,
    amount: readAmount(kinds[bits & 3] ?? 'notPosted', bits, input),
    ...((bits & flags.from) !== 0 && { validFrom: dayText(input.signed()) }),
    ...((bits & flags.to) !== 0 && { validTo: dayText(input.signed()) }),
    ...((bits & flags.unit) !== 0 && { unit: { km: input.text(), en: input.text() } }),
    counted: (bits & flags.counted) !== 0,
    edition: input.number(),
  };
  const count = input.number();
  if (count > limits.statementSignatures) throw new Unreadable();
  const signatures = Array.from({ length: count }, () => ({ keyid: hex(input.take(4)), sig: base64Url(input.take(input.number())) }));
  return { fee, signatures };
}

const statementSchema = v.strictObject({ fee: feeSchema, signatures: v.pipe(v.array(statementSignatureSchema), v.maxLength(limits.statementSignatures)) });

/**
 * Reads the fragment of an address. `tooBig` beyond the limit, `corrupt` for
 * everything that is not exactly what {@link encodeStatement} writes. Never throws:
 * what a camera reads can be anything.
 */
export function decodeStatement(text: string): TrustResult<FeeStatement> {
  const path = 'statement';
  if (text.length > limits.statement) return refuse('tooBig', path, `${text.length} characters`);
  const bytes = fromBase64(text);
  if (bytes === undefined) return refuse('corrupt', path, 'not base64url');
  let read: unknown;
  try {
    read = readStatement(new Reader(bytes));
  } catch (error) {
    if (error instanceof Unreadable) return refuse('corrupt', path, 'not a statement of this format');
    throw error;
  }
  const statement = v.safeParse(statementSchema, read, { abortEarly: true });
  if (!statement.success) return refuse('corrupt', path, 'a value that no fee has');
  return encodeStatement(statement.output) === text ? trusted(statement.output) : refuse('corrupt', path, 'not the shortest form');
}
