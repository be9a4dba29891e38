import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { changesName } from '../../src/trust/changes.ts';
import { limits } from '../../src/trust/limits.ts';
import { objectUrlPath } from '../../src/trust/release.ts';
import { refuse, trusted, type TrustResult } from '../../src/trust/result.ts';
import { beginning, TestRepository } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { TestTerminal, type Carrier } from '../fixtures/terminal.ts';

/**
 * The attacks of the specification's section 1.5, each by what a terminal shows
 * afterwards. Keys that were stolen have a file of their own.
 */

const day = 24 * 3_600_000;
const birth = 'services/moi/birth.json';
const marriage = 'services/moi/marriage.json';
let repository: TestRepository;
let terminal: TestTerminal;
/** What the terminal showed before the attack. */
let before: Readonly<Record<string, string>>;

beforeEach(async () => {
  repository = await TestRepository.build();
  terminal = new TestTerminal(repository.anchor);
  await edition(450);
  await from(repository.files);
  before = terminal.shown;
});

/** Publishes a new price of birth certificates. */
async function edition(riel: number, of = repository): Promise<void> {
  of.now += day;
  of.put(birth, { identifier: 'birth', riel });
  await of.publish();
}
/** Lets the terminal sync, and says what came of it. */
async function from(source: Map<string, Uint8Array> | Carrier, now = repository.now): Promise<string> {
  const done = await terminal.sync(source instanceof Map ? serveFiles(source) : source, now);
  return done.ok ? 'ok' : done.error.code;
}
/** The repository's files with some of them put in place of others. */
const altered = (changes: Readonly<Record<string, Uint8Array | undefined>>, files: ReadonlyMap<string, Uint8Array> = repository.files): Map<string, Uint8Array> => {
  const copy = new Map(files);
  for (const [name, bytes] of Object.entries(changes)) {
    if (bytes === undefined) copy.delete(name);
    else copy.set(name, bytes);
  }
  return copy;
};
/** Where the newest bytes of a path lie. */
function objectName(path: string): string {
  const [name] = [...repository.files].filter(([key, bytes]) => key.startsWith(`targets/${path.slice(0, path.lastIndexOf('/'))}/`) && utf8Text(bytes) === repository.texts[path]).map(([key]) => key);
  if (name === undefined) throw new Error(`no object of ${path}`);
  return name;
}
/** After an attack, what is honest still arrives. */
async function expectRecovery(): Promise<void> {
  await edition(475);
  expect(await from(repository.files)).toBe('ok');
  expect(terminal.prices['moi/birth']).toBe(475);
}

describe('arbitrary installation', () => {
  test('of an object that nobody signed', async () => {
    await edition(460);
    const files = altered({ [objectName(birth)]: utf8('{"identifier":"birth","riel":900}'), [changesName(2, 3)]: undefined });
    expect(await from(files)).toBe('wrongHash');
    expect(terminal.shown).toEqual(before);
    await expectRecovery();
  });

  test('of a whole repository with keys of its own', async () => {
    const theirs = await TestRepository.build({ now: repository.now });
    await edition(900, theirs);
    await edition(901, theirs);
    expect(await from(theirs.files)).toBe('thresholdNotMet');
    expect(terminal.shown).toEqual(before);
    await expectRecovery();
  });

  test.each(['timestamp', 'snapshot', 'targets', 'moi'])('of a price written into the signed %s', async (role) => {
    await edition(460);
    await repository.replaceKeys('mpwt');
    await repository.publish();
    const attacker = repository.fork();
    await attacker.alter(attacker.fileOf(role), (signed) => void (signed['targets'] = { [birth]: { length: 9, hashes: { sha256: '00'.repeat(32) } } }));
    for (const name of [...attacker.files.keys()].filter((one) => one.startsWith('changes/'))) attacker.files.delete(name);
    expect(await from(attacker.files)).toBe('forged');
    expect(terminal.shown).toEqual(before);
    await expectRecovery();
  });

  test('of a price written into a file of changes, which is then no use', async () => {
    await edition(460);
    const changes = utf8Text(repository.bytes(changesName(2, 3))) ?? '';
    expect(await from(altered({ [changesName(2, 3)]: utf8(changes.replaceAll('460', '960')) }))).toBe('ok');
    expect(terminal.prices['moi/birth']).toBe(460);
  });
});

describe('endless data', () => {
  test.each([
    ['timestamp.json', limits.timestamp],
    ['2.root.json', limits.root],
    ['3.snapshot.json', limits.snapshot],
    ['3.moi.json', limits.targets],
    ['changes/2-3.json', limits.changes],
    ['targets/', limits.object],
  ])('in the place of %s is read up to its limit and no further', async (name, limit) => {
    await edition(460);
    const server = serveFiles(altered(name.startsWith('changes') ? {} : { [changesName(2, 3)]: undefined }));
    let most = 0;
    const code = await from({
      get: async (asked, allowed) => {
        if (!asked.includes(name)) return server.get(asked, allowed);
        most = Math.max(most, allowed);
        return refuse('tooBig', asked);
      },
    });
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(limit);
    // A file of changes is a convenience: without it the files themselves come.
    if (name.startsWith('changes')) expect([code, terminal.prices['moi/birth']]).toEqual(['ok', 460]);
    else expect([code, terminal.shown]).toEqual(['tooBig', before]);
    await expectRecovery();
  });

  test('of an object: no more is read than its signed length', async () => {
    await edition(460);
    const server = serveFiles(altered({ [changesName(2, 3)]: undefined }));
    const asked = new Map<string, number>();
    await from({ get: async (name, allowed) => (asked.set(name, allowed), server.get(name, allowed)) });
    expect(asked.get(objectName(birth))).toBe(repository.texts[birth]?.length);
  });
});

describe('extraneous dependencies', () => {
  test('added beside a release are neither asked for nor shown', async () => {
    await edition(460);
    const extra = utf8('{"identifier":"extra","riel":1}');
    const files = altered({ 'targets/services/moi/extra.json': extra, 'metadata/1.evil.json': extra });
    const server = serveFiles(files);
    expect(await from(server)).toBe('ok');
    expect(server.requests.filter((name) => /extra|evil/.test(name))).toEqual([]);
    expect(Object.keys(terminal.shown)).toEqual(Object.keys(before));
  });

  test('named by a role without a right to their path are not shown', async () => {
    for (const path of [marriage, 'services/tax/new.json', 'catalogue/pack.json', 'offices/990101/office.json']) repository.put(path, { identifier: 'extra', riel: 1 }, 'mpwt');
    await edition(460);
    expect(await from(repository.files)).toBe('ok');
    expect({ ...terminal.shown, [birth]: before[birth] }).toEqual(before);
  });
});

describe('indefinite freeze', () => {
  test('shows what was true, and the terminal knows how old that is', async () => {
    const frozen = new Map(repository.files);
    const signed = repository.now;
    await edition(500);
    expect(await from(frozen, signed + 29 * day)).toBe('ok');
    expect(terminal.shown).toEqual(before);
    expect(terminal.release?.confirmed).toBe(signed);
    expect(await from(frozen, signed + 30 * day)).toBe('expired');
    expect(terminal.shown).toEqual(before);
    expect(terminal.release?.confirmed).toBe(signed);
    await expectRecovery();
  });
});

describe('malicious mirrors', () => {
  const malice: Readonly<Record<string, (name: string, bytes: Uint8Array | undefined) => TrustResult<Uint8Array>>> = {
    'that have nothing': (name) => refuse('absent', name),
    'that never answer': (name) => refuse('unreachable', name),
    'that answer with a page': () => trusted(utf8('<!doctype html><title>Log in</title>')),
    'that answer with nothing': () => trusted(new Uint8Array()),
    'that cut everything in half': (name, bytes) => (bytes === undefined ? refuse('absent', name) : trusted(bytes.slice(0, bytes.length / 2))),
    'that turn a bit in everything': (name, bytes) => (bytes === undefined ? refuse('absent', name) : trusted(bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte)))),
    'that answer everything with the timestamp': () => trusted(repository.bytes('metadata/timestamp.json')),
    'that keep the objects back': (name, bytes) => (bytes === undefined || name.startsWith('targets/') || name.startsWith('changes/') ? refuse('absent', name) : trusted(bytes)),
    'that keep one role back': (name, bytes) => (bytes === undefined || name.includes('moi') || name.startsWith('changes/') ? refuse('absent', name) : trusted(bytes)),
  };
  test.each(Object.keys(malice))('%s change nothing, and keep no good mirror from serving', async (kind) => {
    await edition(460);
    const code = await from({ get: async (name: string) => malice[kind]?.(name, repository.files.get(name)) ?? refuse('absent', name) });
    expect(code).not.toBe('ok');
    expect(terminal.shown).toEqual(before);
    expect(await from(repository.files)).toBe('ok');
    expect(terminal.prices['moi/birth']).toBe(460);
  });
});

describe('mix and match', () => {
  test('of three editions shows one of them whole, and none older than before', async () => {
    const editions = [{ files: new Map(repository.files), shown: before }];
    for (const riel of [500, 600]) {
      repository.put(marriage, { identifier: 'marriage', riel });
      repository.put('services/mpwt/licence.json', { identifier: 'licence', riel });
      await edition(riel);
      const whole = new TestTerminal(repository.anchor);
      await whole.sync(serveFiles(repository.files), repository.now);
      editions.push({ files: new Map(repository.files), shown: whole.shown });
    }
    const unversioned = (name: string): string => name.replace(/\/\d+\.(?=\D)/, '/').replace(/[0-9a-f]{64}\./, '');
    const names = [...repository.files.keys()];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(99), { minLength: 12, maxLength: 12 }), async (draws) => {
        const subject = new TestTerminal(repository.anchor);
        await subject.sync(serveFiles(editions[0]?.files ?? new Map()), beginning + 2 * day);
        // Each kind of file is answered with one of its own kind, from any edition.
        const answer = (name: string): string => {
          const kin = names.filter((one) => unversioned(one) === unversioned(name));
          const draw = draws[[...unversioned(name)].reduce((sum, char) => sum + char.charCodeAt(0), 0) % draws.length] ?? 0;
          return draw < 60 ? name : (kin[draw % kin.length] ?? name);
        };
        await subject.sync({ get: async (name) => { const bytes = repository.files.get(answer(name)); return bytes === undefined ? refuse('absent', name) : trusted(bytes); } }, repository.now);
        expect(editions.map(({ shown }) => shown)).toContainEqual(subject.shown);
      }),
      { numRuns: 250 },
    );
  });

  test('of an old role in a new snapshot is refused', async () => {
    const old = repository.bytes(repository.fileOf('moi'));
    await edition(460);
    expect(await from(altered({ [repository.fileOf('moi')]: old, [changesName(2, 3)]: undefined }))).toBe('rolledBack');
    expect(terminal.shown).toEqual(before);
    await expectRecovery();
  });
});

describe('rollback', () => {
  test('to an edition that was once true, as from an older stick', async () => {
    const stick = new Map(repository.files);
    await edition(460);
    await from(repository.files);
    const now = terminal.shown;
    expect(await from(stick)).toBe('rolledBack');
    expect(terminal.shown).toEqual(now);
    await terminal.restart();
    expect(await from(stick)).toBe('rolledBack');
    expect(terminal.shown).toEqual(now);
    await expectRecovery();
  });

  test('to an older root', async () => {
    const stick = new Map(repository.files);
    await repository.replaceKeys('root');
    await edition(460);
    await from(repository.files);
    const now = terminal.shown;
    expect(await from(altered({ 'metadata/2.root.json': stick.get('metadata/1.root.json') }, stick))).toBe('rolledBack');
    expect(terminal.shown).toEqual(now);
  });
});

describe('wrong software', () => {
  test('in the form of another service’s signed text is refused', async () => {
    await edition(460);
    repository.put(marriage, { identifier: 'marriage', riel: 470 });
    await edition(465);
    for (const [wanted, given] of [[birth, marriage], [marriage, birth], [birth, 'services/mpwt/licence.json']] as const) {
      const files = altered({ [objectName(wanted)]: repository.bytes(objectName(given)), [changesName(2, 4)]: undefined });
      expect(['wrongHash', 'wrongLength', 'tooBig']).toContain(await from(files));
      expect(terminal.shown).toEqual(before);
    }
    await expectRecovery();
  });

  test('in the form of another authority’s signed metadata is refused', async () => {
    await edition(460);
    expect(await from(altered({ [repository.fileOf('moi')]: repository.bytes(repository.fileOf('mpwt')), [changesName(2, 3)]: undefined }))).toBe('thresholdNotMet');
    expect(terminal.shown).toEqual(before);
    await expectRecovery();
  });

  test('in the form of the version before, under the new address, is refused', async () => {
    const old = repository.bytes(objectName(birth));
    await edition(460);
    expect(objectUrlPath(birth, { sha256: 'x' })).toBe('services/moi/x.birth.json');
    expect(await from(altered({ [objectName(birth)]: old, [changesName(2, 3)]: undefined }))).toBe('wrongHash');
    expect(terminal.shown).toEqual(before);
    await expectRecovery();
  });
});
