import * as v from 'valibot';
import { expect, test } from 'vitest';
import { checkLink } from '../../../src/kiosk/take/statement.ts';
import { publicServiceSchema, type PublicService } from '../../../src/model/public-service.ts';
import { withStatements } from '../../../src/trust/statement.ts';
import { decodeStatement } from '../../../src/trust/statement-code.ts';
import { serviceObject } from '../../fixtures/content-release.ts';
import { makeSigner } from '../../fixtures/repository.ts';

const cost = (identifier: string, riel: number): object => ({ identifier, title: { km: 'ក', en: identifier }, amount: { kind: 'fixed', price: { currency: 'KHR', riel } }, reviewBy: '2027-12-31', source: { confidence: 'high' } });

async function stated(): Promise<PublicService> {
  const service = JSON.parse(JSON.stringify(serviceObject('licence', { costs: [cost('one', 4_000), cost('two', 8_000)] }))) as Record<string, unknown>;
  const signers = [await makeSigner(), await makeSigner()];
  const authority = String(service['competentAuthority']);
  const object = await withStatements(service, undefined, 7, { authority, role: { keys: signers.map(({ key }) => key), threshold: 2 }, signers });
  if (!object.ok) throw new Error(object.error.code);
  return v.parse(publicServiceSchema, object.value);
}

test('the address carries the fee of that very case, and only behind the #', async () => {
  const service = await stated();
  for (const [id, riel] of [['one', 4_000], ['two', 8_000]] as const) {
    const link = new URL(checkLink('https://owso.example.gov.kh/', service, id) ?? '');
    expect([link.origin, link.pathname, link.search]).toEqual(['https://owso.example.gov.kh', '/check/', '']);
    expect(decodeStatement(link.hash.slice(1))).toMatchObject({ ok: true, value: { fee: { service: 'licence', cost: id, edition: 7, amount: { kind: 'fixed', price: { riel } } } } });
  }
});

test('there is none for a case that does not exist, or that nobody has signed', async () => {
  const { statements: _, ...unsigned } = await stated();
  expect(checkLink('https://owso.example.gov.kh', await stated(), 'three')).toBeUndefined();
  expect(checkLink('https://owso.example.gov.kh', unsigned, 'one')).toBeUndefined();
});
