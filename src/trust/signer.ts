import { hex } from './bytes.ts';
import { keyId, type PublicKey } from './keys.ts';

/**
 * Whatever can sign in the name of one key: an encrypted file today, a
 * non-extractable key of a browser or a token tomorrow. Who signs never sees how.
 */
export interface Signer {
  readonly key: PublicKey;
  readonly keyid: string;
  /** Signature over these bytes, in hexadecimal. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}

const ed25519 = { name: 'Ed25519' } as const;

/** A signer of a WebCrypto key pair (Ed25519). */
export async function signerOf(pair: CryptoKeyPair): Promise<Signer> {
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const key: PublicKey = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: hex(raw) } };
  return {
    key,
    keyid: await keyId(key),
    sign: async (bytes) => hex(new Uint8Array(await crypto.subtle.sign(ed25519, pair.privateKey, bytes))),
  };
}

/** Makes a new Ed25519 key pair. Extractable only where it has to be written to an (encrypted) file. */
export async function generateKeyPair(extractable: boolean): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ed25519, extractable, ['sign', 'verify'])) as CryptoKeyPair;
}

/** The key pair of a PKCS #8 private key. @throws if the bytes are no Ed25519 key: what was read from a key file is checked before */
export async function keyPairOf(pkcs8: Uint8Array<ArrayBuffer>): Promise<CryptoKeyPair> {
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, ed25519, true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', privateKey);
  const publicKey = await crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: x ?? '' }, ed25519, true, ['verify']);
  return { privateKey, publicKey };
}

/** PKCS #8 of an extractable private key. */
export async function pkcs8Of(pair: CryptoKeyPair): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
}
