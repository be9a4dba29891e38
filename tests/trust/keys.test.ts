import { createSign, generateKeyPairSync, sign, constants, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/trust/bytes.ts';
import { keyId, signingKey, type PublicKey } from '../../src/trust/keys.ts';
import { makeSigner } from '../fixtures/repository.ts';

const message = utf8('{"riel":400}');
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = (keytype: string, scheme: string, value: string): PublicKey => ({ keytype, scheme, keyval: { public: value } });
const p256Key = key('ecdsa', 'ecdsa-sha2-nistp256', pem(p256.publicKey));
const ecSign = (bytes = message): string => createSign('SHA256').update(bytes).sign(p256.privateKey, 'hex');
const pssSign = (hash: string, saltLength: number): string => sign(hash, message, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }).toString('hex');
const fits = async (by: PublicKey, signature: string, bytes = message): Promise<boolean> => (await signingKey(by, signature, bytes)) !== undefined;

describe('a signature is accepted', () => {
  test('of Ed25519', async () => {
    const signer = await makeSigner();
    expect(await fits(signer.key, await signer.sign(message))).toBe(true);
    expect(await fits(signer.key, (await signer.sign(message)).toUpperCase())).toBe(true);
  });

  test.each(['ecdsa', 'ecdsa-sha2-nistp256'])('of P-256 named %s', async (keytype) => expect(await fits({ ...p256Key, keytype }, ecSign())).toBe(true));

  test('of P-384', async () => {
    const signature = createSign('SHA384').update(message).sign(p384.privateKey, 'hex');
    expect(await fits(key('ecdsa', 'ecdsa-sha2-nistp384', pem(p384.publicKey)), signature)).toBe(true);
  });

  test.each([256, 384, 512])('of RSA-PSS and PKCS #1 with SHA-%i', async (bits) => {
    expect(await fits(key('rsa', `rsassa-pss-sha${bits}`, pem(rsa.publicKey)), pssSign(`sha${bits}`, bits / 8))).toBe(true);
    expect(await fits(key('rsa', `rsa-pkcs1v15-sha${bits}`, pem(rsa.publicKey)), createSign(`SHA${bits}`).update(message).sign(rsa.privateKey, 'hex'))).toBe(true);
  });

  test('of P-256 whatever the length of its numbers', async () => {
    const lengths = new Set<number>();
    // A number is a byte longer every other time, and a byte shorter once in 256 times.
    for (let i = 0; i < 1000; i++) {
      const bytes = utf8(`${i}`);
      const signature = ecSign(bytes);
      lengths.add(signature.length / 2);
      expect(await fits(p256Key, signature, bytes)).toBe(true);
    }
    expect(lengths.size).toBeGreaterThanOrEqual(3);
  });
});

describe('a signature is refused, and nothing thrown', () => {
  const der = (r: string, s: string): string => {
    const part = (number: string): string => `02${(number.length / 2).toString(16).padStart(2, '0')}${number}`;
    const body = part(r) + part(s);
    return `30${(body.length / 2).toString(16).padStart(2, '0')}${body}`;
  };
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

  test.each([
    ['nothing', ''],
    ['an odd digit', 'abc'],
    ['no hexadecimal', 'zz'],
    ['zeroes', der('00', '00')],
    ['one zero', der('01', '00')],
    ['the order of the curve', der(`00${order}`, `00${order}`)],
    ['a number of no bytes', '30040200020101'],
    ['a number too long', der('01'.repeat(33), '01')],
    ['a number that ends beyond the end', '3006020101022001'],
    ['no sequence', '310602010102010100'],
    ['the two numbers side by side', '01'.repeat(64)],
    ['a length of many bytes', '3084ffffffff0201010201'],
  ])('of ECDSA: %s', async (_, signature) => expect(await fits(p256Key, signature)).toBe(false));

  test('of ECDSA with something behind it, or its length wrong', async () => {
    const good = ecSign();
    expect(await fits(p256Key, `${good}00`)).toBe(false);
    expect(await fits(p256Key, `30${(good.length / 2 - 1).toString(16)}${good.slice(4)}00`)).toBe(false);
    expect(await fits(p256Key, good.slice(0, -2))).toBe(false);
    expect(await fits(p256Key, `30${((good.length / 2 - 1) & 0xff).toString(16)}${good.slice(4)}`)).toBe(false);
  });

  test('of RSA-PSS with another hash or padding than the scheme says', async () => {
    const by = (scheme: string): PublicKey => key('rsa', scheme, pem(rsa.publicKey));
    expect(await fits(by('rsassa-pss-sha512'), pssSign('sha256', 32))).toBe(false);
    expect(await fits(by('rsa-pkcs1v15-sha256'), pssSign('sha256', 32))).toBe(false);
    expect(await fits(by('rsassa-pss-sha256'), createSign('SHA256').update(message).sign(rsa.privateKey, 'hex'))).toBe(false);
  });

  test.each([
    ['another type', { ...p256Key, keytype: 'rsa' }],
    ['another scheme', { ...p256Key, scheme: 'ed25519' }],
    ['an unknown scheme', { ...p256Key, scheme: 'sphincs' }],
    ['a key of another curve', { ...p256Key, keyval: { public: pem(p384.publicKey) } }],
    ['an RSA key', { ...p256Key, keyval: { public: pem(rsa.publicKey) } }],
    ['the private key', { ...p256Key, keyval: { public: p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() } }],
    ['no key', { ...p256Key, keyval: { public: '' } }],
    ['a torn key', { ...p256Key, keyval: { public: pem(p256.publicKey).slice(0, -40) } }],
    ['a name from the prototype', { ...p256Key, keytype: '__proto__', scheme: 'constructor' }],
  ])('by %s', async (_, by) => expect(await fits(by, ecSign())).toBe(false));

  test('of any text by any key', async () => {
    const garbage = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 160 }));
    const scheme = fc.constantFrom(['ed25519', 'ed25519'], ['ecdsa', 'ecdsa-sha2-nistp256'], ['rsa', 'rsassa-pss-sha256'], ['x', 'y']);
    const value = fc.oneof(garbage, fc.constant(pem(p256.publicKey)), fc.constant(pem(rsa.publicKey)), fc.base64String().map((text) => `-----BEGIN PUBLIC KEY-----${text}-----END PUBLIC KEY-----`));
    await fc.assert(
      fc.asyncProperty(scheme, value, garbage, async ([keytype = '', name = ''], text, signature) => {
        expect(await fits(key(keytype, name, text), signature)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('over another message, with every bit of it altered', async () => {
    const signer = await makeSigner();
    const signature = await signer.sign(message);
    for (let bit = 0; bit < message.length * 8; bit++) {
      const altered = Uint8Array.from(message, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(await fits(signer.key, signature, altered)).toBe(false);
    }
  });
});

describe('a key', () => {
  test('is the same however it is spelled', async () => {
    const signer = await makeSigner();
    const signature = await signer.sign(message);
    const upper = { ...signer.key, keyval: { public: signer.key.keyval.public.toUpperCase() } };
    expect(await signingKey(upper, signature, message)).toBe(await signingKey(signer.key, signature, message));
    const spaced = { ...p256Key, keytype: 'ecdsa-sha2-nistp256', keyval: { public: `\n${pem(p256.publicKey).replace(/\n(?=.)/g, '\r\n ').replace(/KEY-----\r\n /, 'KEY-----')}` } };
    expect(await signingKey(spaced, ecSign(), message)).toBe(await signingKey(p256Key, ecSign(), message));
    expect(await signingKey(p256Key, ecSign(), message)).not.toBe(await signingKey(signer.key, signature, message));
  });

  test('has a name that changes with anything in it', async () => {
    const { key: one } = await makeSigner();
    expect(await keyId(one)).toMatch(/^[0-9a-f]{64}$/);
    expect(await keyId({ ...one, 'x-more': 1 })).not.toBe(await keyId(one));
    expect(await keyId({ keyval: one.keyval, scheme: one.scheme, keytype: one.keytype })).toBe(await keyId(one));
  });

  test('is read from its PEM block whatever stands around it', async () => {
    const commented = { ...p256Key, keyval: { public: `a note\n${pem(p256.publicKey)}\nanother` } };
    expect(await fits(commented, ecSign())).toBe(true);
  });
});
