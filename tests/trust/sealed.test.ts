import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { limits } from '../../src/trust/limits.ts';
import { releaseVersion } from '../../src/trust/release.ts';
import type { TrustResult } from '../../src/trust/result.ts';
import { openSealed, parseSealed, rootFrom, signatureVerifier, type Sealed } from '../../src/trust/sealed.ts';
import { beginning, TestRepository } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { TestTerminal } from '../fixtures/terminal.ts';

let repository: TestRepository;
let terminal: TestTerminal;
beforeEach(async () => {
  repository = await TestRepository.build();
  terminal = new TestTerminal(repository.anchor);
  await sync();
});

const sync = (): Promise<TrustResult<void>> => terminal.sync(serveFiles(repository.files), repository.now);
const codeOf = (result: TrustResult<unknown>): string => (result.ok ? 'ok' : result.error.code);
const parsed = (): Sealed => {
  const sealed = parseSealed(terminal.manifest);
  if (!sealed.ok) throw new Error(sealed.error.code);
  return sealed.value;
};

describe('a sealed release', () => {
  test('is proven at every start, without a network and however old', async () => {
    const { texts } = repository;
    expect(codeOf(await terminal.restart())).toBe('ok');
    // No clock is handed in: nothing can make it expire.
    expect(terminal.shown).toEqual(Object.fromEntries(Object.entries(texts).filter(([path]) => !path.startsWith('offices/') || path.startsWith('offices/9901'))));
    expect(terminal.release).toMatchObject({ edition: 1, version: releaseVersion(1, 1), confirmed: beginning, demonstration: false });
  });

  test('says that its keys are for demonstration', async () => {
    const sample = await TestRepository.build({ demonstration: true });
    const other = new TestTerminal(sample.anchor);
    await other.sync(serveFiles(sample.files), sample.now);
    expect(other.release?.demonstration).toBe(true);
  });

  test('holds the offices that this terminal has use for, and nothing of the others', async () => {
    repository = await TestRepository.build({ objects: { 'services/moi/birth.json': { riel: 1 }, 'offices/9901/office.json': { a: 1 }, 'offices/9902/office.json': { b: 1 } } });
    terminal = new TestTerminal(repository.anchor);
    await sync();
    expect(Object.keys(parsed().roles).sort()).toEqual(['9901', 'moi']);
    expect(Object.keys(terminal.shown)).toEqual(['services/moi/birth.json', 'offices/9901/office.json']);
  });

  test('with any character of it altered shows the same or nothing', async () => {
    const text = utf8Text(terminal.manifest) ?? '';
    const before = terminal.shown;
    const { release } = terminal;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), async (at, by) => {
        const altered = utf8(text).map((byte, i) => (i === at ? byte ^ by : byte));
        const opened = await signatureVerifier(repository.anchor).acceptRelease(altered);
        if (opened.ok) expect(opened.value).toEqual(release);
        await terminal.restart(altered, before);
        expect([before, {}]).toContainEqual(terminal.shown);
      }),
      { numRuns: 400 },
    );
  });

  test('with an object altered, absent or in place of another is not shown', async () => {
    const before = terminal.shown;
    const [manifest, birth, marriage] = [terminal.manifest, 'services/moi/birth.json', 'services/moi/marriage.json'];
    for (const [code, texts] of [
      ['wrongHash', { ...before, [birth]: '{"identifier":"birth","riel":401}' }],
      ['wrongLength', { ...before, [birth]: '' }],
      ['wrongLength', { ...before, [birth]: before[marriage] ?? '' }],
    ] as const) {
      expect(codeOf(await terminal.restart(manifest, texts))).toBe(code);
      expect(terminal.shown).toEqual({});
    }
  });

  test('does not grow by an object that nobody signed', async () => {
    await terminal.restart(terminal.manifest, { ...terminal.shown, 'services/moi/extra.json': '{"riel":1}' });
    expect(terminal.prices).not.toHaveProperty('moi/extra');
  });

  test('is not proven with an authority left out, under another name or in place of another', async () => {
    const sealed = parsed();
    const { moi = '', ...roles } = sealed.roles;
    for (const [code, changed] of [
      ['absent', roles],
      ['absent', { ...roles, mol: moi }],
      ['notDelegated', { ...sealed.roles, mol: moi }],
      ['thresholdNotMet', { ...sealed.roles, moi: sealed.roles['mpwt'] ?? '' }],
    ] as const) {
      expect(codeOf(await openSealed(repository.anchor, { ...sealed, roles: changed }))).toBe(code);
    }
  });

  test('may do without an office, whose objects are then nobody’s', async () => {
    const sealed = parsed();
    const { '9901': _, ...roles } = sealed.roles;
    const opened = await openSealed(repository.anchor, { ...sealed, roles });
    expect(opened.ok && Object.keys(opened.value.objects).filter((path) => path.startsWith('offices/'))).toEqual(['offices/990101/office.json']);
  });

  test.each([
    ['a page', '<html>'],
    ['half a character', '\ud800'],
    ['another format', '{"format":1}'],
    ['nested without end', '['.repeat(50_000)],
  ])('that is %s is refused without a fault', async (_, text) => {
    expect(codeOf(await signatureVerifier(repository.anchor).acceptRelease(utf8(text)))).toBe('corrupt');
  });

  test('beyond its limit is not read', () => {
    expect(codeOf(parseSealed(new Uint8Array(limits.sealed + 1)))).toBe('tooBig');
  });
});

describe('the chain of roots', () => {
  beforeEach(async () => {
    for (const role of ['root', 'targets', 'timestamp']) {
      await repository.replaceKeys(role);
      await repository.publish();
    }
    await sync();
  });

  test('is followed from the anchor', async () => {
    expect(parsed().roots).toHaveLength(3);
    expect(codeOf(await terminal.restart())).toBe('ok');
    expect(terminal.release?.version).toBe(releaseVersion(4, repository.edition));
  });

  test('with a link missing, doubled, in another order or altered leads nowhere it should not', async () => {
    const { roots } = parsed();
    const [a = '', b = '', c = ''] = roots;
    const end = async (chain: readonly string[]): Promise<number | string> => {
      const set = await rootFrom(repository.anchor, chain);
      return set.ok ? set.value.root.version : set.error.code;
    };
    expect(await end([a, b, c])).toBe(4);
    expect(await end([a, a, b, b, c])).toBe(4);
    expect(await end([b, c])).not.toBe(4);
    expect(await end([a, c])).toBe('corrupt');
    expect(await end([c, b, a])).not.toBe(4);
    expect(await end([a, b.replace('"threshold":2', '"threshold":1'), c])).toBe('forged');
    expect(await end(['{}', 'null', '[]'])).not.toBe(4);
  });

  test('may begin before a newer anchor, which came with a newer app', async () => {
    const anchor = repository.bytes('metadata/3.root.json');
    const opened = await openSealed(anchor, parsed());
    expect(codeOf(opened)).toBe('ok');
    expect(codeOf(await openSealed(repository.bytes('metadata/4.root.json'), parsed()))).toBe('ok');
  });

  test('ends at an anchor that is newer than all of it: what the old keys signed is not proven any more', async () => {
    const sealed = parsed();
    await repository.replaceKeys('timestamp');
    await repository.publish();
    expect(codeOf(await openSealed(repository.bytes('metadata/5.root.json'), sealed))).toBe('thresholdNotMet');
  });

  test('of another house leads nowhere', async () => {
    const other = await TestRepository.build();
    expect(codeOf(await openSealed(other.anchor, parsed()))).not.toBe('ok');
  });
});
