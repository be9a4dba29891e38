import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeKey, openKeyFile, parseKeyFile, readableKeyId, type MadeKey } from '../../src/repository/key-file.ts';
import { readOnlineKeys } from '../../src/repository/online-keys.ts';
import { memoryFolder } from '../../src/repository/folder.ts';
import { signingKey } from '../../src/trust/keys.ts';
import { expectRefusal, value } from './ministry.ts';

const passphrase = 'fünf Wörter ohne Sinn';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A demonstration's cost of scrypt makes the same file quickly. */
async function made(): Promise<MadeKey> {
  return value(await makeKey({ holder: 'Sok Dara, Ministry of Interior', passphrase, demonstration: true }));
}

async function open(bytes: Uint8Array, typed: string) {
  const file = parseKeyFile(bytes, 'moi-1.key.json');
  return file.ok ? openKeyFile(file.value, 'moi-1.key.json', async () => typed) : file;
}

describe('a key file', () => {
  test('opens with its passphrase and signs what its public half verifies', async () => {
    const key = await made();
    const signer = value(await open(key.privateFile, passphrase));
    expect(signer.keyid).toBe(key.keyid);
    const bytes = encode('text') as Uint8Array<ArrayBuffer>;
    expect(await signingKey(key.key, await signer.sign(bytes), bytes)).toBeDefined();
  });

  test('the same passphrase typed on another machine, in another composition, opens it', async () => {
    const key = await made();
    expect(value(await open(key.privateFile, passphrase.normalize('NFD'))).keyid).toBe(key.keyid);
  });

  test('shows whose it is and which, and no secret', async () => {
    const key = await made();
    const shown = JSON.parse(decode(key.privateFile)) as { holder: string; key: { keyval: { public: string } }; kdf: object };
    expect(shown).toMatchObject({ kind: 'encrypted key', holder: 'Sok Dara, Ministry of Interior', kdf: { name: 'scrypt', r: 8, p: 1 }, cipher: { name: 'aes-256-gcm' } });
    expect(decode(key.publicFile)).not.toMatch(/"private"|"kdf"/);
    expect(decode(key.privateFile)).not.toContain(passphrase);
  });

  test('costs a guesser 128 MiB a guess, unless it is for demonstration', async () => {
    const key = value(await makeKey({ holder: 'A', passphrase, demonstration: false }));
    expect(JSON.parse(decode(key.privateFile))).toMatchObject({ demonstration: false, kdf: { n: 2 ** 17, r: 8, p: 1 } });
    value(await open(key.privateFile, passphrase));
  });

  test.each(['wrong passphrase', '', `${passphrase} `])('the passphrase %j is refused with the mend', async (typed) => {
    expectRefusal(await open((await made()).privateFile, typed), 'wrongPassphrase');
  });

  test('nothing in clear can be changed: another holder or another key is noticed', async () => {
    const [key, other] = [await made(), await made()];
    expectRefusal(await open(encode(decode(key.privateFile).replace('Sok Dara', 'Sok Dora')), passphrase), 'wrongPassphrase');
    expectRefusal(await open(encode(decode(key.privateFile).replaceAll(key.key.keyval.public, other.key.keyval.public)), passphrase), 'wrongPassphrase');
  });

  test('a public file signs nothing', async () => {
    expectRefusal(await open((await made()).publicFile, passphrase), 'badKeyFile');
  });

  test('a damaged file never opens and never throws', async () => {
    const key = await made();
    await fc.assert(
      fc.asyncProperty(fc.nat(key.privateFile.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = key.privateFile.slice();
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const opened = await open(bytes, passphrase);
        // White space between the fields may change; the key then still is the key.
        if (opened.ok) expect(opened.value.keyid).toBe(key.keyid);
        else expect(['badKeyFile', 'wrongPassphrase']).toContain(opened.error.code);
      }),
      { numRuns: 150 },
    );
  });

  test.each(['', 'nothing', '[]', '{"kind":"encrypted key"}', '{"format":1}', 'null'])('%j is no key file', async (text) => {
    expectRefusal(await open(encode(text), passphrase), 'badKeyFile');
  });

  test('a file that asks for gigabytes of memory is refused unopened', async () => {
    const file = JSON.parse(decode((await made()).privateFile)) as { kdf: { n: number } };
    file.kdf.n = 2 ** 30;
    expectRefusal(await open(encode(JSON.stringify(file)), passphrase), 'badKeyFile');
  });

  test('a short passphrase is refused, an absent holder too', async () => {
    expectRefusal(await makeKey({ holder: 'A', passphrase: 'elevenchars', demonstration: false }), 'weakPassphrase');
    expectRefusal(await makeKey({ holder: ' ', passphrase, demonstration: false }), 'badCall');
    expectRefusal(await makeKey({ holder: 'A\nB', passphrase, demonstration: false }), 'badCall');
  });

  test('its name is read out in groups of four', () => {
    expect(readableKeyId('0123456789abcdef'.repeat(4))).toBe('0123 4567 89ab cdef 0123 4567 89ab cdef');
  });
});

describe('the keys of a hub', () => {
  const online = async (): Promise<Uint8Array> => value(await makeKey({ holder: 'Hub', passphrase: undefined, demonstration: false })).privateFile;

  test('are its snapshot and its timestamp key', async () => {
    const folder = memoryFolder(new Map([['snapshot.key.json', await online()], ['timestamp.key.json', await online()], ['note.txt', encode('x')], ['moi-1.public.json', (await made()).publicFile]]));
    const keys = value(await readOnlineKeys(folder));
    expect([keys.snapshot.length, keys.timestamp.length]).toEqual([1, 1]);
  });

  test('any other private key among them is refused, encrypted or not', async () => {
    const base = new Map([['snapshot.key.json', await online()], ['timestamp.key.json', await online()]]);
    expectRefusal(await readOnlineKeys(memoryFolder(new Map([...base, ['moi-1.key.json', (await made()).privateFile]]))), 'wrongKey');
    expectRefusal(await readOnlineKeys(memoryFolder(new Map([...base, ['targets-1.key.json', await online()]]))), 'wrongKey');
    expectRefusal(await readOnlineKeys(memoryFolder(new Map([['snapshot.key.json', await online()]]))), 'noRepository');
  });
});
