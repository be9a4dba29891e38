import fc from 'fast-check';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { base64Url, fromBase64 } from '../../src/trust/bytes.ts';
import { canonicalBytes } from '../../src/trust/canonical-json.ts';
import { composeTargets, stableJson } from '../../src/trust/compose.ts';
import { limits } from '../../src/trust/limits.ts';
import { targetsSchema, type Targets } from '../../src/trust/metadata.ts';
import type { Signer } from '../../src/trust/signer.ts';
import { decodeStatement, encodeStatement, feeBytes, type Fee, type FeeStatement } from '../../src/trust/statement-code.ts';
import { addStatementSignatures, sameFee, signedBytesOf, signStatement, statementIn, unsignedStatements, verifyStatement, withStatements, type StatementSigning } from '../../src/trust/statement.ts';
import { publicServiceSchema } from '../../src/model/public-service.ts';
import { drawQr } from '../../src/ui/qr.ts';
import { makeSigner } from '../fixtures/repository.ts';

const fee: Fee = {
  authority: 'mpwt',
  service: 'driving-licence',
  cost: 'type-b',
  amount: { kind: 'fixed', price: { currency: 'KHR', riel: 50_000 } },
  unit: { km: 'ក្នុងមួយពាក្យស្នើសុំ', en: 'per application' },
  counted: false,
  validFrom: '2026-03-01',
  edition: 17,
};

let mpwt: readonly Signer[];
let moi: readonly Signer[];
let office: Signer;
let targets: Targets;

async function delegating(keys: Readonly<Record<string, { readonly signers: readonly Signer[]; readonly threshold: number; readonly paths: readonly string[] }>>): Promise<Targets> {
  const delegations = Object.entries(keys).map(([name, { signers, threshold, paths }]) => ({ name, paths, threshold, keys: signers.map((signer) => signer.key) }));
  return v.parse(targetsSchema, await composeTargets({ version: 1, expires: Date.UTC(2030, 0), targets: {}, delegations }));
}

const ministries = (): Parameters<typeof delegating>[0] => ({
  moi: { signers: moi, threshold: 2, paths: ['services/moi/*'] },
  mpwt: { signers: mpwt, threshold: 2, paths: ['services/mpwt/*'] },
  '9901': { signers: [office], threshold: 1, paths: ['offices/9901/*'] },
});

beforeAll(async () => {
  [mpwt, moi, office] = await Promise.all([Promise.all([makeSigner(), makeSigner(), makeSigner()]), Promise.all([makeSigner(), makeSigner()]), makeSigner()]);
  targets = await delegating(ministries());
});

const signed = async (of: Fee, signers: readonly Signer[]): Promise<FeeStatement> => ({ fee: of, signatures: await Promise.all(signers.map((signer) => signStatement(of, signer))) });
const codeOf = async (statement: FeeStatement, by: Targets = targets): Promise<string> => {
  const result = await verifyStatement(statement, by);
  return result.ok ? 'confirmed' : result.error.code;
};

const identifiers = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,4}$/);
const moneys = fc.oneof(fc.record({ currency: fc.constant('KHR' as const), riel: fc.integer({ min: 1, max: 10_000_000_000 }) }), fc.record({ currency: fc.constant('USD' as const), cents: fc.integer({ min: 1, max: 10_000_000_000 }) }));
const amounts = fc.oneof(
  moneys.map((price) => ({ kind: 'fixed' as const, price })),
  moneys.map((max) => ({ kind: 'ceiling' as const, max })),
  moneys.map((max) => ({ kind: 'ceiling' as const, max, concession: max })),
  fc.constant({ kind: 'free' as const }),
  fc.constant({ kind: 'notPosted' as const }),
);
const khmer = fc.string({ unit: fc.integer({ min: 0x1780, max: 0x17dd }).map((code) => String.fromCodePoint(code)), minLength: 1, maxLength: 30 });
const units = fc.oneof(khmer, fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }), fc.constant('ក្នុង\u200b១សន្លឹក «ក»'));
const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const fees: fc.Arbitrary<Fee> = fc.record(
  { authority: identifiers, service: identifiers, cost: identifiers, amount: amounts, unit: fc.record({ km: units, en: units }), counted: fc.boolean(), validFrom: days, validTo: days, edition: fc.integer({ min: 1, max: 2 ** 40 }) },
  { requiredKeys: ['authority', 'service', 'cost', 'amount', 'counted', 'edition'] },
);
const signatures = fc.array(
  fc.record({ keyid: fc.stringMatching(/^[0-9a-f]{8}$/), sig: fc.uint8Array({ minLength: 1, maxLength: 80 }).map(base64Url) }),
  { maxLength: 4 },
);

describe('a statement in a code', () => {
  test('reads as it was written, whatever the fee', () => {
    fc.assert(
      fc.property(fees, signatures, (of, by) => {
        const statement = { fee: of, signatures: by };
        expect(decodeStatement(encodeStatement(statement))).toEqual({ ok: true, value: statement });
      }),
      { numRuns: 500 },
    );
  });

  test('never throws, whatever the camera read', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 300 }).map(base64Url), fc.uint8Array({ maxLength: 300 }).map((tail) => base64Url(Uint8Array.from([1, ...tail])))), (text) => {
      const read = decodeStatement(text);
      // The rare text that is a statement is the one form of it.
      if (read.ok) expect(encodeStatement(read.value)).toBe(text);
    }), { numRuns: 2_000 });
    expect(decodeStatement('A'.repeat(limits.statement + 1))).toMatchObject({ error: { code: 'tooBig' } });
    expect(decodeStatement('')).toMatchObject({ error: { code: 'corrupt' } });
  });

  test('is refused with every single bit of it altered', async () => {
    const bytes = fromBase64(encodeStatement(await signed(fee, mpwt.slice(0, 2)))) ?? new Uint8Array();
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Uint8Array.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const read = decodeStatement(base64Url(altered));
      if (!read.ok || (await codeOf(read.value)) !== 'confirmed') refused++;
    }
    expect(refused).toBe(bytes.length * 8);
  });

  test('fits a code that a cheap phone reads: at most 350 characters for the longest of our fees', async () => {
    const { validFrom: _, ...always } = fee;
    const longest: Fee = { ...always, authority: 'mlmupc', service: 'construction-permit-villa', cost: 'outside-town-over-200-to-300', unit: { km: 'ក្នុងមួយលិខិតអនុញ្ញាត', en: 'per permit' } };
    const usual = `https://owso.gov.kh/check/#${encodeStatement(await signed(fee, mpwt.slice(0, 2)))}`;
    const long = `https://owso.gov.kh/check/#${encodeStatement(await signed(longest, mpwt.slice(0, 2)))}`;
    expect(usual.length).toBeLessThanOrEqual(320);
    expect(long.length).toBeLessThanOrEqual(350);
    expect(drawQr(long).version).toBeLessThanOrEqual(14);
  });
});

describe('who may state a fee', () => {
  test('two of the authority’s keys, any two', async () => {
    expect(await codeOf(await signed(fee, mpwt.slice(0, 2)))).toBe('confirmed');
    expect(await codeOf(await signed(fee, mpwt.slice(1)))).toBe('confirmed');
    expect(await codeOf(await signed(fee, mpwt))).toBe('confirmed');
  });

  test('not one person alone, even twice', async () => {
    const [editor] = mpwt;
    if (editor === undefined) throw new Error('no key');
    expect(await codeOf(await signed(fee, [editor]))).toBe('thresholdNotMet');
    expect(await codeOf(await signed(fee, [editor, editor]))).toBe('thresholdNotMet');
    expect(await codeOf({ fee, signatures: [] })).toBe('thresholdNotMet');
  });

  test('not another authority, nor an office, nor the hub', async () => {
    expect(await codeOf(await signed(fee, moi))).toBe('thresholdNotMet');
    expect(await codeOf(await signed(fee, [office, await makeSigner()]))).toBe('thresholdNotMet');
    expect(await codeOf(await signed({ ...fee, authority: 'moi' }, mpwt))).toBe('thresholdNotMet');
    expect(await codeOf(await signed({ ...fee, authority: '9901' }, [office]))).toBe('notDelegated');
    expect(await codeOf(await signed({ ...fee, authority: 'nobody' }, mpwt))).toBe('notDelegated');
  });

  test('not a role for a path that another one speaks for before it', async () => {
    const shadowed = await delegating({ moi: { signers: moi, threshold: 2, paths: ['services/*/*'] }, mpwt: { signers: mpwt, threshold: 2, paths: ['services/mpwt/*'] } });
    expect(await codeOf(await signed(fee, mpwt), shadowed)).toBe('notDelegated');
  });

  test('not a revoked key', async () => {
    const statement = await signed(fee, mpwt.slice(0, 2));
    const later = await delegating({ ...ministries(), mpwt: { signers: [...mpwt.slice(1), await makeSigner()], threshold: 2, paths: ['services/mpwt/*'] } });
    expect(await codeOf(statement, later)).toBe('thresholdNotMet');
    expect(await codeOf(await signed(fee, mpwt.slice(1)), later)).toBe('confirmed');
  });

  test.each<[string, Partial<Fee>]>([
    ['a higher amount', { amount: { kind: 'fixed', price: { currency: 'KHR', riel: 500_000 } } }],
    ['another currency', { amount: { kind: 'fixed', price: { currency: 'USD', cents: 50_000 } } }],
    ['another kind of price', { amount: { kind: 'ceiling', max: { currency: 'KHR', riel: 50_000 } } }],
    ['another unit', { unit: { km: 'ក្នុងមួយសន្លឹក', en: 'per sheet' } }],
    ['another day', { validFrom: '2026-03-02' }],
    ['another edition', { edition: 18 }],
    ['another case', { cost: 'type-c' }],
    ['another service', { service: 'plate-exchange' }],
  ])('a signature does not move to %s', async (_name, other) => {
    const { signatures: by } = await signed(fee, mpwt.slice(0, 2));
    expect(await codeOf({ fee: { ...fee, ...other }, signatures: by })).toBe('forged');
  });

  test('a signature under metadata is none under a fee, and the other way round', async () => {
    const bytes = signedBytesOf(fee);
    expect(bytes[0]).not.toBe(canonicalBytes({})[0]);
    const raw = await Promise.all(mpwt.slice(0, 2).map(async (signer) => ({ keyid: signer.keyid.slice(0, 8), sig: base64Url(Uint8Array.from(Buffer.from(await signer.sign(feeBytes(fee)), 'hex'))) })));
    expect(await codeOf({ fee, signatures: raw })).toBe('forged');
  });
});

describe('statements in a service object', () => {
  const service = {
    identifier: 'driving-licence',
    competentAuthority: 'mpwt',
    title: { km: 'ប័ណ្ណបើកបរ', en: 'Driving licence' },
    costs: [
      { identifier: 'type-a', amount: { kind: 'free' }, reviewBy: '2027-01-01' },
      { identifier: 'type-b', amount: { kind: 'ceiling', max: { currency: 'KHR', riel: 60_000 }, concession: { currency: 'KHR', riel: 40_000 } }, quantity: 'sheets', unit: { km: 'ក្នុងមួយសន្លឹក', en: 'per sheet' } },
    ],
  };
  const signing = (signers: readonly Signer[]): StatementSigning => ({ authority: 'mpwt', role: { keys: mpwt.map(({ key }) => key), threshold: 2 }, signers });
  const done = async (result: ReturnType<typeof withStatements>): Promise<Record<string, unknown>> => {
    const value = await result;
    if (!value.ok) throw new Error(value.error.code);
    return value.value;
  };

  test('each fee gets one, and each verifies', async () => {
    const object = await done(withStatements(service, undefined, 5, signing(mpwt)));
    for (const cost of ['type-a', 'type-b']) {
      const statement = statementIn(object, cost);
      expect(statement?.fee.edition).toBe(5);
      expect(statement?.signatures).toHaveLength(2);
      expect(statement && (await codeOf(statement))).toBe('confirmed');
    }
    expect(statementIn(object, 'type-x')).toBeUndefined();
    expect(v.safeParse(publicServiceSchema.entries.statements, object['statements']).success).toBe(true);
  });

  test('an unchanged object comes out with the same bytes; a changed fee alone is signed anew', async () => {
    const first = await done(withStatements(service, undefined, 5, signing(mpwt.slice(0, 2))));
    expect(stableJson(await done(withStatements(service, first, 6, signing(mpwt.slice(1)))))).toBe(stableJson(first));
    const [a, b] = service.costs;
    const dearer = await done(withStatements({ ...service, costs: [a, { ...b, amount: { kind: 'fixed', price: { currency: 'KHR', riel: 70_000 } } }] }, first, 6, signing(mpwt)));
    expect(statementIn(dearer, 'type-a')).toEqual(statementIn(first, 'type-a'));
    expect(statementIn(dearer, 'type-b')?.fee.edition).toBe(6);
  });

  test('words that are no part of a fee may change without a new signature', async () => {
    const first = await done(withStatements(service, undefined, 5, signing(mpwt)));
    const renamed = await done(withStatements({ ...service, title: { km: 'ថ្មី', en: 'New' } }, first, 6, signing(mpwt)));
    expect(renamed['statements']).toEqual(first['statements']);
  });

  test('two people sign one after the other', async () => {
    const role = signing([]).role;
    const proposed = await done(withStatements(service, undefined, 5, signing(mpwt.slice(0, 1))));
    expect(await unsignedStatements(proposed, role)).toEqual(['type-a', 'type-b']);
    const approved = await done(addStatementSignatures(proposed, signing(mpwt.slice(1, 2))));
    expect(await unsignedStatements(approved, role)).toEqual([]);
    expect(stableJson(approved)).toBe(stableJson(await done(withStatements(service, undefined, 5, signing(mpwt.slice(0, 2))))));
  });

  test('a replaced key’s signatures give way, and the edition stays', async () => {
    const first = await done(withStatements(service, undefined, 5, signing(mpwt.slice(0, 2))));
    const fresh = await makeSigner();
    const role = { keys: [...mpwt.slice(1), fresh].map(({ key }) => key), threshold: 2 };
    const again = await done(withStatements(service, first, 9, { authority: 'mpwt', role, signers: [fresh] }));
    expect(await unsignedStatements(again, role)).toEqual([]);
    expect(statementIn(again, 'type-a')?.fee.edition).toBe(5);
  });

  test('nobody but the role’s keys signs, and only its own services', async () => {
    expect(await withStatements(service, undefined, 5, signing(moi))).toMatchObject({ error: { code: 'notDelegated' } });
    expect(await withStatements({ ...service, competentAuthority: 'moi' }, undefined, 5, signing(mpwt))).toMatchObject({ error: { code: 'corrupt' } });
    expect(await withStatements({ opens: '07:30' }, undefined, 5, signing(mpwt))).toMatchObject({ error: { code: 'corrupt' } });
  });

  test('a fee whose unit is too long for a code is not stated rather than stated without it', async () => {
    const [a, b] = service.costs;
    const object = await done(withStatements({ ...service, costs: [a, { ...b, unit: { km: 'ក'.repeat(70), en: 'x' } }] }, undefined, 5, signing(mpwt)));
    expect(statementIn(object, 'type-b')).toBeUndefined();
    expect(statementIn(object, 'type-a')).toBeDefined();
  });

  test('the same fee of two editions is the same fee', () => {
    expect(sameFee(fee, { ...fee, edition: 99 })).toBe(true);
    expect(sameFee(fee, { ...fee, counted: true })).toBe(false);
  });
});
