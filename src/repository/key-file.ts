import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import * as v from 'valibot';
import { ok, type Result } from '../model/result.ts';
import { fromBase64, utf8, utf8Text } from '../trust/bytes.ts';
import { canonicalBytes } from '../trust/canonical-json.ts';
import { stableJson } from '../trust/compose.ts';
import { keyId, publicKeySchema, type PublicKey } from '../trust/keys.ts';
import { generateKeyPair, keyPairOf, pkcs8Of, signerOf, type Signer } from '../trust/signer.ts';
import { failure, type RepositoryError } from './error.ts';

/**
 * Files that hold a key. The public half and the holder's name are in clear, so
 * that a stick can be told from another; the private half is PKCS #8 of Ed25519,
 * encrypted by AES-256-GCM under a key that scrypt makes of the passphrase. What
 * is in clear is authenticated with it.
 *
 * A hub that starts by itself at night has nobody to type a passphrase: its
 * snapshot and timestamp keys may lie in clear, readable by the hub's account
 * alone. They can change no text and no price.
 */

/** Shortest passphrase that may protect a key, in characters. */
export const shortestPassphrase = 12;

/** Cost of scrypt: 128 MiB and about half a second. */
const cost = { n: 2 ** 17, r: 8, p: 1 } as const;
/** For demonstration keys, whose passphrase everybody knows. */
const demonstrationCost = { n: 2 ** 10, r: 8, p: 1 } as const;

const base64Schema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+={0,2}$/), v.maxLength(4_000));
const holderSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120), v.check((text) => !/\p{Cc}/u.test(text), 'one line'));

const headSchema = {
  format: v.literal(1),
  /** Who holds it, as the ceremony's record names them. */
  holder: holderSchema,
  /** Made for demonstration: whatever it signs is a sample. */
  demonstration: v.optional(v.boolean(), false),
  key: publicKeySchema,
};

/** The public half alone, to be handed to whoever delegates. */
export const publicKeyFileSchema = v.strictObject({ kind: v.literal('public key'), ...headSchema });
const encryptedSchema = v.strictObject({
  kind: v.literal('encrypted key'),
  ...headSchema,
  kdf: v.strictObject({ name: v.literal('scrypt'), n: v.picklist([demonstrationCost.n, cost.n, 2 ** 18, 2 ** 19]), r: v.literal(8), p: v.literal(1), salt: base64Schema }),
  cipher: v.strictObject({ name: v.literal('aes-256-gcm'), iv: base64Schema, tag: base64Schema }),
  private: base64Schema,
});
const clearSchema = v.strictObject({ kind: v.literal('online key'), ...headSchema, private: base64Schema });
const keyFileSchema = v.variant('kind', [publicKeyFileSchema, encryptedSchema, clearSchema]);

/** A key file as it was read; nothing is decrypted by reading. */
export type KeyFile = v.InferOutput<typeof keyFileSchema>;
/** Whose key, and which. */
export interface KeyHolder {
  readonly holder: string;
  readonly key: PublicKey;
}

/** What a key is made for. */
export interface NewKey {
  readonly holder: string;
  /** Absent for an online key, which lies in clear. */
  readonly passphrase: string | undefined;
  readonly demonstration: boolean;
}

/** A key that was just made, in its two files. */
export interface MadeKey extends KeyHolder {
  readonly keyid: string;
  readonly signer: Signer;
  /** To be kept by its holder. */
  readonly privateFile: Uint8Array;
  /** To be handed on. */
  readonly publicFile: Uint8Array;
}

function derive(passphrase: string, salt: Uint8Array, n: number): Promise<Buffer> {
  return new Promise((done, fail) => {
    // Composed form: the same passphrase typed on another machine is the same.
    scrypt(passphrase.normalize('NFKC'), salt, 32, { N: n, r: cost.r, p: cost.p, maxmem: 129 * n * cost.r }, (error, key) => (error === null ? done(key) : fail(error)));
  });
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const clearPart = (file: { readonly holder: string; readonly demonstration: boolean; readonly key: PublicKey }): Uint8Array => canonicalBytes({ holder: file.holder, demonstration: file.demonstration, key: file.key });

/** Whether a passphrase may protect a key. */
export function checkPassphrase(passphrase: string): Result<void, RepositoryError> {
  if ([...passphrase].length >= shortestPassphrase) return ok(undefined);
  return failure('weakPassphrase', `The passphrase has fewer than ${shortestPassphrase} characters, so whoever finds the stick can guess it.`, 'Choose a longer one, for example five words that do not belong together.');
}

/** Makes a key and its files. */
export async function makeKey({ holder, passphrase, demonstration }: NewKey): Promise<Result<MadeKey, RepositoryError>> {
  if (!v.is(holderSchema, holder)) return failure('badCall', 'The holder’s name is empty, too long or more than one line.', 'Write the name and office of the person as it shall stand in the record.');
  const strong = passphrase === undefined ? ok(undefined) : checkPassphrase(passphrase);
  if (!strong.ok) return strong;
  const pair = await generateKeyPair(true);
  const signer = await signerOf(pair);
  const head = { format: 1 as const, holder: holder.trim(), demonstration, key: signer.key };
  const plain = await pkcs8Of(pair);
  let file: KeyFile;
  if (passphrase === undefined) file = { kind: 'online key', ...head, private: base64(plain) };
  else {
    const { n, r, p } = demonstration ? demonstrationCost : cost;
    const [salt, iv] = [randomBytes(16), randomBytes(12)];
    const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, n), iv).setAAD(clearPart(head));
    const data = Buffer.concat([cipher.update(plain), cipher.final()]);
    file = { kind: 'encrypted key', ...head, kdf: { name: 'scrypt', n, r, p, salt: base64(salt) }, cipher: { name: 'aes-256-gcm', iv: base64(iv), tag: base64(cipher.getAuthTag()) }, private: base64(data) };
  }
  const bytes = (value: KeyFile): Uint8Array => utf8(`${JSON.stringify(JSON.parse(stableJson(value)), null, 2)}\n`);
  return ok({ holder: head.holder, key: signer.key, keyid: signer.keyid, signer, privateFile: bytes(file), publicFile: bytes({ kind: 'public key', ...head }) });
}

/** Reads a key file. @param name what the file is called in an error */
export function parseKeyFile(bytes: Uint8Array, name: string): Result<KeyFile, RepositoryError> {
  const bad = (what: string): Result<never, RepositoryError> => failure('badKeyFile', `${name} ${what}.`, 'Name a file that keys ceremony or keys make wrote, or take the copy of it.');
  let json: unknown;
  try {
    json = JSON.parse(utf8Text(bytes) ?? '');
  } catch {
    return bad('is no key file');
  }
  const parsed = v.safeParse(keyFileSchema, json);
  return parsed.success ? ok(parsed.output) : bad('is no key file, or a damaged one');
}

/**
 * Opens a key file for signing. `wrongPassphrase` also where the file was
 * changed: the cipher does not tell which.
 * @param passphrase asked for only where the file is encrypted
 */
export async function openKeyFile(file: KeyFile, name: string, passphrase: () => Promise<string>): Promise<Result<Signer, RepositoryError>> {
  if (file.kind === 'public key') return failure('badKeyFile', `${name} holds only the public half of a key, which signs nothing.`, 'Name the key file of its holder.');
  let plain: Uint8Array<ArrayBuffer> | undefined;
  if (file.kind === 'online key') plain = fromBase64(file.private);
  else {
    const key = await derive(await passphrase(), Buffer.from(file.kdf.salt, 'base64'), file.kdf.n);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file.cipher.iv, 'base64'), { authTagLength: 16 }).setAAD(clearPart(file)).setAuthTag(Buffer.from(file.cipher.tag, 'base64'));
      plain = Uint8Array.from(Buffer.concat([decipher.update(Buffer.from(file.private, 'base64')), decipher.final()]));
    } catch {
      return failure('wrongPassphrase', `${name} does not open with this passphrase.`, 'Type it again. If you are sure of it, the file is damaged: take its copy.');
    }
  }
  const damaged = failure('badKeyFile', `${name} is damaged: its two halves do not belong together.`, 'Take the copy of it.');
  if (plain === undefined) return damaged;
  try {
    const signer = await signerOf(await keyPairOf(plain));
    return signer.keyid === (await keyId(file.key)) ? ok(signer) : damaged;
  } catch {
    return damaged;
  }
}

/** A key's name as people compare it by eye and by telephone: its first 32 digits in groups of four. */
export function readableKeyId(keyid: string): string {
  return (keyid.slice(0, 32).match(/.{1,4}/g) ?? []).join(' ');
}
