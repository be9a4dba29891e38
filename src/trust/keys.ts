import * as v from 'valibot';
import { fromBase64, fromHex, hex, sha256Hex } from './bytes.ts';
import { canonicalBytes } from './canonical-json.ts';

/**
 * Public keys of metadata (specification 4.2) and the check of one signature,
 * by WebCrypto. Known schemes: Ed25519, ECDSA on P-256 and P-384, RSA with PSS
 * and PKCS #1 v1.5. A key of another kind, whatever its value is made of, is carried
 * along and verifies nothing.
 */
export const publicKeySchema = v.looseObject({ keytype: v.string(), scheme: v.string(), keyval: v.looseObject({ public: v.optional(v.string(), '') }) });
export type PublicKey = v.InferOutput<typeof publicKeySchema>;

/** The name of a key: SHA-256 over its canonical form, all its fields included. */
export function keyId(key: PublicKey): Promise<string> {
  return sha256Hex(canonicalBytes(key));
}

interface Verification {
  readonly format: 'raw' | 'spki';
  readonly key: EcKeyImportParams | RsaHashedImportParams | Algorithm;
  readonly signature: EcdsaParams | RsaPssParams | Algorithm;
  /** Bytes of each number of an ECDSA signature. */
  readonly order?: number;
}

const ecdsa = (curve: 'P-256' | 'P-384', hash: string, order: number): Verification => ({ format: 'spki', key: { name: 'ECDSA', namedCurve: curve }, signature: { name: 'ECDSA', hash }, order });
const pss = (hash: string, saltLength: number): Verification => ({ format: 'spki', key: { name: 'RSA-PSS', hash }, signature: { name: 'RSA-PSS', saltLength } });
const pkcs1 = (hash: string): Verification => ({ format: 'spki', key: { name: 'RSASSA-PKCS1-v1_5', hash }, signature: { name: 'RSASSA-PKCS1-v1_5' } });

const schemes: ReadonlyMap<string, Verification> = new Map([
  ['ed25519/ed25519', { format: 'raw', key: { name: 'Ed25519' }, signature: { name: 'Ed25519' } }],
  ['ecdsa/ecdsa-sha2-nistp256', ecdsa('P-256', 'SHA-256', 32)],
  ['ecdsa-sha2-nistp256/ecdsa-sha2-nistp256', ecdsa('P-256', 'SHA-256', 32)],
  ['ecdsa/ecdsa-sha2-nistp384', ecdsa('P-384', 'SHA-384', 48)],
  ['ecdsa-sha2-nistp384/ecdsa-sha2-nistp384', ecdsa('P-384', 'SHA-384', 48)],
  ['rsa/rsassa-pss-sha256', pss('SHA-256', 32)],
  ['rsa/rsassa-pss-sha384', pss('SHA-384', 48)],
  ['rsa/rsassa-pss-sha512', pss('SHA-512', 64)],
  ['rsa/rsa-pkcs1v15-sha256', pkcs1('SHA-256')],
  ['rsa/rsa-pkcs1v15-sha384', pkcs1('SHA-384')],
  ['rsa/rsa-pkcs1v15-sha512', pkcs1('SHA-512')],
]);

/** DER of the first PEM block. */
function pemBytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  const body = /-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----/.exec(text)?.[1];
  return body === undefined ? undefined : fromBase64(body.replace(/\s+/g, ''));
}

/** An ECDSA signature as WebCrypto wants it, two numbers side by side, from the ASN.1 that metadata carries. */
function ecdsaNumbers(der: Uint8Array, order: number): Uint8Array<ArrayBuffer> | undefined {
  const numbers = new Uint8Array(2 * order);
  // SEQUENCE, its length in one byte (P-384 needs no more), two INTEGERs.
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  let at = 2;
  for (const end of [order, 2 * order]) {
    const length = der[at + 1] ?? 0;
    if (der[at] !== 0x02 || length === 0 || at + 2 + length > der.length) return undefined;
    let number = der.subarray(at + 2, at + 2 + length);
    while (number.length > 1 && number[0] === 0) number = number.subarray(1);
    if (number.length > order) return undefined;
    numbers.set(number, end - number.length);
    at += 2 + length;
  }
  return at === der.length ? numbers : undefined;
}

interface ImportedKey {
  readonly key: CryptoKey;
  /** The key itself, however it was written. */
  readonly identity: string;
}

const imported = new Map<string, Promise<ImportedKey | undefined>>();

async function importKey(key: PublicKey, how: Verification): Promise<ImportedKey | undefined> {
  const bytes = how.format === 'raw' ? fromHex(key.keyval.public) : pemBytes(key.keyval.public);
  if (bytes === undefined) return undefined;
  try {
    const publicKey = await crypto.subtle.importKey(how.format, bytes, how.key, true, ['verify']);
    return { key: publicKey, identity: hex(new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))) };
  } catch {
    return undefined;
  }
}

function importedKey(key: PublicKey, how: Verification): Promise<ImportedKey | undefined> {
  const name = `${key.scheme} ${key.keyval.public}`;
  let known = imported.get(name);
  if (known === undefined) {
    known = importKey(key, how);
    if (imported.size > 500) imported.clear();
    imported.set(name, known);
  }
  return known;
}

/**
 * The key that made a signature (hexadecimal) over these bytes: the same text for
 * one key however often, and in however many spellings, it was named.
 * `undefined` if the signature does not fit, also for a key or a signature that
 * cannot be read: nothing an attacker writes there throws.
 */
export async function signingKey(key: PublicKey, signature: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const how = schemes.get(`${key.keytype}/${key.scheme}`);
  const given = fromHex(signature);
  if (how === undefined || given === undefined || given.length === 0) return undefined;
  const numbers = how.order === undefined ? given : ecdsaNumbers(given, how.order);
  if (numbers === undefined) return undefined;
  const publicKey = await importedKey(key, how);
  if (publicKey === undefined) return undefined;
  try {
    return (await crypto.subtle.verify(how.signature, publicKey.key, numbers, bytes)) ? publicKey.identity : undefined;
  } catch {
    return undefined;
  }
}
