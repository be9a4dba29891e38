import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReceipt } from '../../../src/kiosk/scan/receipt.ts';
import { foreignCodes } from '../../fixtures/foreign-codes.ts';

const receipt = 'OWSO1:990101KXTMNPRL61';

describe('a scanned text', () => {
  it('from a receipt gives its code', () => {
    expect(readReceipt(receipt)).toEqual({ ok: true, value: { canonical: '990101KXTMNPRL61', office: '990101' } });
  });

  it('from a scanner in capitals-lock or with a line end gives its code', () => {
    expect(readReceipt(`${receipt.toLowerCase()}\r\n`).ok).toBe(true);
  });

  it.each(Object.entries(foreignCodes))('that is %s is not a receipt', (_, text) => {
    expect(readReceipt(text)).toEqual({ ok: false, error: { code: 'notAReceipt' } });
  });

  it('with wrong check digits, or cut off in printing, says so', () => {
    expect(readReceipt('OWSO1:990101KXTMNPRL62')).toEqual({ ok: false, error: { code: 'checkDigits' } });
    expect(readReceipt('OWSO1:990101KXTM')).toEqual({ ok: false, error: { code: 'checkDigits' } });
  });

  it('cut off without our prefix could be anything', () => {
    expect(readReceipt('990101KXTM')).toEqual({ ok: false, error: { code: 'notAReceipt' } });
  });

  it('of an office that the hub does not serve names that office', () => {
    expect(readReceipt(receipt, undefined, new Set(['990101'])).ok).toBe(true);
    expect(readReceipt(receipt, undefined, new Set(['1201']))).toEqual({ ok: false, error: { code: 'wrongOffice', office: '990101' } });
  });

  it('never throws and never passes, whatever it is, up to 3 kB', () => {
    const bytes = fc.uint8Array({ maxLength: 3_072 }).map((data) => new TextDecoder('latin1').decode(data));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 3_072 }), fc.webUrl(), fc.string({ maxLength: 40 }).map((s) => `OWSO1:${s}`)), (text) => {
        expect(readReceipt(text).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
