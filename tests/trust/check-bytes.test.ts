import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/trust/bytes.ts';
import { checkBytes } from '../../src/trust/trusted-metadata.ts';

describe('bytes against what is signed of them', () => {
  test.each([
    ['nothing said', {}, 'ok'],
    ['the right length', { length: 3 }, 'ok'],
    ['another length', { length: 4 }, 'wrongLength'],
    ['both hashes right', { hashes: { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', sha512: 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f' } }, 'ok'],
    ['one of two hashes wrong', { hashes: { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', sha512: '00' } }, 'wrongHash'],
    ['a hash in capitals', { hashes: { sha256: 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD' } }, 'ok'],
    ['a known hash beside an unknown one', { hashes: { blake9: '00', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' } }, 'ok'],
    ['only a hash that we do not know', { hashes: { blake9: '00' } }, 'wrongHash'],
    ['half of the hash', { hashes: { sha256: 'ba7816bf8f01cfea414140de5dae2223' } }, 'wrongHash'],
  ])('%s', async (_, signed, code) => {
    const checked = await checkBytes(utf8('abc'), signed, 'x');
    expect(checked.ok ? 'ok' : checked.error.code).toBe(code);
  });
});
