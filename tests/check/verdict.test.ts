import { beforeAll, describe, expect, test } from 'vitest';
import type { CheckBaseline } from '../../src/check/baseline.ts';
import { believe, type KeptFiles, type Keeper } from '../../src/check/believe.ts';
import { judge, type Verdict } from '../../src/check/verdict.ts';
import { refuse, trusted } from '../../src/trust/result.ts';
import { signStatement, statementIn } from '../../src/trust/statement.ts';
import { encodeStatement, type Fee } from '../../src/trust/statement-code.ts';
import { beginning, type TestRepository } from '../fixtures/repository.ts';
import { licence, publishedService, publishService, statedRepository } from '../fixtures/stated-services.ts';

const day = 24 * 3_600_000;
const decoder = new TextDecoder();

/** A phone with the page: what was built into it, what it keeps, and whether it has a connection. */
class Phone {
  online = true;
  now = beginning + day;
  kept: { anchor: string; files: KeptFiles } | undefined;
  requests: string[] = [];
  readonly #baseline: CheckBaseline;

  constructor(repository: TestRepository) {
    const file = (role: string): string => decoder.decode(repository.bytes(repository.fileOf(role)));
    this.#baseline = { root: file('root'), timestamp: file('timestamp'), snapshot: file('snapshot'), targets: file('targets') };
  }

  check(repository: TestRepository, fragment: string): Promise<Verdict> {
    const file = async (name: string) => {
      this.requests.push(name);
      const bytes = this.online ? repository.files.get(name) : undefined;
      return bytes === undefined ? refuse(this.online ? 'absent' : 'unreachable', name) : trusted(bytes);
    };
    const keeper: Keeper = {
      read: async (anchor) => (this.kept?.anchor === anchor ? this.kept.files : undefined),
      write: async (anchor, files) => {
        this.kept = { anchor, files };
      },
    };
    return judge(fragment, {
      believe: () => believe({ keeper, fetcher: { metadata: (name) => file(`metadata/${name}`) }, baseline: this.#baseline, now: this.now }),
      objects: (path) => file(`targets/${path}`),
      now: this.now,
    });
  }
}

let repository: TestRepository;
beforeAll(async () => {
  repository = await statedRepository();
});

function codeOf(from: TestRepository, cost = 'type-b', change?: (fee: Fee) => Fee): string {
  const statement = statementIn(publishedService(from), cost);
  if (statement === undefined) throw new Error(`no statement of ${cost}`);
  return encodeStatement(change === undefined ? statement : { ...statement, fee: change(statement.fee) });
}

describe('a code of the newest list', () => {
  test.each(['type-b', 'type-c', 'disabled'])('%s is confirmed, with names, edition and the day of the list', async (cost) => {
    const verdict = await new Phone(repository).check(repository, codeOf(repository, cost));
    expect(verdict).toMatchObject({
      kind: 'confirmed',
      standing: 'current',
      fee: { cost, edition: 2 },
      names: { authority: { en: 'Ministry of Public Works and Transport' }, service: { km: 'ប័ណ្ណបើកបរ' } },
      basis: { stale: undefined, asOf: beginning, demonstration: false },
    });
  });

  test('of demonstration keys is called so', async () => {
    const sample = await statedRepository({ demonstration: true });
    expect(await new Phone(sample).check(sample, codeOf(sample))).toMatchObject({ kind: 'confirmed', basis: { demonstration: true } });
  });

  test('is confirmed without a connection, by the keys built into the page', async () => {
    const phone = new Phone(repository);
    phone.online = false;
    expect(await phone.check(repository, codeOf(repository))).toMatchObject({ kind: 'confirmed', standing: 'unknown', names: {}, basis: { stale: 'unreachable', asOf: beginning } });
  });

  test('is confirmed long after the last connection, and the day of the list is told', async () => {
    const phone = new Phone(repository);
    phone.online = false;
    phone.now = beginning + 1_000 * day;
    expect(await phone.check(repository, codeOf(repository))).toMatchObject({ kind: 'confirmed', basis: { stale: 'unreachable', asOf: beginning } });
  });

  test('costs little to check again: one answer that there is no newer root, and the timestamp', async () => {
    const phone = new Phone(repository);
    await phone.check(repository, codeOf(repository));
    phone.requests = [];
    await phone.check(repository, codeOf(repository));
    expect(phone.requests.filter((name) => name.startsWith('metadata/'))).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
  });
});

describe('what is not a price of the ministry is refused', () => {
  test('an altered amount, online and offline', async () => {
    const dearer = codeOf(repository, 'type-b', (fee) => ({ ...fee, amount: { kind: 'fixed', price: { currency: 'KHR', riel: 500_000 } } }));
    const phone = new Phone(repository);
    expect(await phone.check(repository, dearer)).toMatchObject({ kind: 'refused', why: 'forged' });
    phone.online = false;
    expect(await phone.check(repository, dearer)).toMatchObject({ kind: 'refused', why: 'forged' });
  });

  test('a fee stated by an office', async () => {
    const statement = statementIn(publishedService(repository), 'type-b');
    if (statement === undefined) throw new Error('no statement');
    const [office] = repository.signersOf('9901');
    if (office === undefined) throw new Error('no office');
    const fee: Fee = { ...statement.fee, amount: { kind: 'fixed', price: { currency: 'KHR', riel: 90_000 } } };
    expect(await new Phone(repository).check(repository, encodeStatement({ fee, signatures: [await signStatement(fee, office)] }))).toMatchObject({ kind: 'refused', why: 'thresholdNotMet' });
  });

  test.each(['hello', '%E1%9E%80', 'AAAA', '='])('%s', async (fragment) => {
    const phone = new Phone(repository);
    expect(await phone.check(repository, fragment)).toEqual({ kind: 'refused', why: 'corrupt' });
    expect(phone.requests).toEqual([]);
  });

  test('no code at all is no refusal', async () => {
    expect(await new Phone(repository).check(repository, '')).toEqual({ kind: 'nothing' });
  });

  test('a code of a key that was revoked, as soon as the phone hears of it, and from then on offline', async () => {
    const later = repository.fork();
    const phone = new Phone(repository);
    const code = codeOf(repository);
    await later.replaceKeys('mpwt');
    await publishService(later, licence(50_000));
    phone.online = false;
    expect(await phone.check(later, code)).toMatchObject({ kind: 'confirmed' });
    phone.online = true;
    expect(await phone.check(later, code)).toMatchObject({ kind: 'refused', why: 'thresholdNotMet' });
    expect(await phone.check(later, codeOf(later))).toMatchObject({ kind: 'confirmed', standing: 'current' });
    phone.online = false;
    expect(await phone.check(later, code)).toMatchObject({ kind: 'refused', why: 'thresholdNotMet' });
  });
});

describe('a price that does not apply is not confirmed as one that does', () => {
  test('one that was changed since: the price now is told', async () => {
    const later = repository.fork();
    await publishService(later, licence(60_000), undefined, publishedService(repository));
    const verdict = await new Phone(repository).check(later, codeOf(repository));
    expect(verdict).toMatchObject({ kind: 'confirmed', standing: 'replaced', instead: { amount: { price: { riel: 60_000 } } } });
    // The other fees of the service are the same as before, and so are their codes.
    expect(await new Phone(repository).check(later, codeOf(repository, 'disabled'))).toMatchObject({ standing: 'current', fee: { edition: 2 } });
  });

  test('one that is gone, with its case or its whole service', async () => {
    const without = repository.fork();
    const service = licence(50_000);
    await publishService(without, { ...service, costs: (service['costs'] as unknown[]).slice(1) });
    expect(await new Phone(repository).check(without, codeOf(repository))).toMatchObject({ standing: 'gone' });
    const nothing = repository.fork();
    nothing.remove('services/mpwt/driving-licence.json');
    await nothing.publish();
    expect(await new Phone(repository).check(nothing, codeOf(repository))).toMatchObject({ standing: 'gone' });
  });

  test.each([[{ validFrom: '2027-03-01' }, 'notYet'], [{ validTo: '2026-11-01' }, 'ended'], [{ validFrom: '2026-11-01', validTo: '2027-03-01' }, 'current']] as const)('by its own days: %o is %s', async (days, standing) => {
    const dated = repository.fork();
    await publishService(dated, licence(50_000, days));
    expect(await new Phone(repository).check(dated, codeOf(dated))).toMatchObject({ kind: 'confirmed', standing });
  });
});

describe('whatever the hub does', () => {
  test('an answer cut off in the middle leaves what the phone had', async () => {
    const later = repository.fork();
    await publishService(later, licence(60_000), undefined, publishedService(repository));
    const phone = new Phone(repository);
    await phone.check(repository, codeOf(repository));
    later.files.delete(later.fileOf('snapshot'));
    expect(await phone.check(later, codeOf(repository))).toMatchObject({ kind: 'confirmed', standing: 'current', basis: { stale: 'absent' } });
    phone.online = false;
    expect(await phone.check(later, codeOf(repository))).toMatchObject({ kind: 'confirmed', basis: { stale: 'unreachable' } });
  });

  test('a list whose confirmation has expired is not taken, and the page is told that this was not for want of a connection', async () => {
    const lapsed = repository.fork();
    await lapsed.publish();
    const phone = new Phone(repository);
    phone.now = lapsed.now + 31 * day;
    expect(await phone.check(lapsed, codeOf(repository))).toMatchObject({ kind: 'confirmed', standing: 'unknown', basis: { stale: 'expired', asOf: beginning } });
    expect(await phone.check(lapsed, codeOf(repository, 'type-b', (fee) => ({ ...fee, edition: 9 })))).toMatchObject({ kind: 'refused', basis: { stale: 'expired' } });
  });

  test('damaged objects are not shown: the price is, without their words', async () => {
    const damaged = repository.fork();
    for (const name of damaged.files.keys()) if (name.startsWith('targets/services/')) damaged.files.set(name, new TextEncoder().encode('{}'));
    expect(await new Phone(repository).check(damaged, codeOf(repository))).toMatchObject({ kind: 'confirmed', standing: 'unknown', names: { authority: { en: 'Ministry of Public Works and Transport' } } });
  });

  test('a list that is dated a year ahead gives no date to go by, and makes no price of next year one of today', async () => {
    const ahead = repository.fork();
    await publishService(ahead, licence(50_000, { validFrom: '2027-03-01' }));
    ahead.now += 365 * day;
    await ahead.publish();
    const verdict = await new Phone(repository).check(ahead, codeOf(ahead));
    expect(verdict).toMatchObject({ kind: 'confirmed', standing: 'notYet' });
    expect(verdict.kind === 'confirmed' && verdict.basis.asOf).toBeUndefined();
  });

  test('a forged list is not believed', async () => {
    const forged = await statedRepository();
    expect(await new Phone(repository).check(forged, codeOf(repository))).toMatchObject({ kind: 'confirmed', basis: { stale: 'thresholdNotMet' } });
    expect(await new Phone(repository).check(forged, codeOf(forged))).toMatchObject({ kind: 'refused', why: 'thresholdNotMet' });
  });
});
