import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { canonicalJson } from '../../src/trust/canonical-json.ts';
import { limits } from '../../src/trust/limits.ts';
import { parseMetadata, topLevelRoles, type TopLevelRole } from '../../src/trust/metadata.ts';
import { TrustedMetadata } from '../../src/trust/trusted-metadata.ts';
import { TestRepository } from '../fixtures/repository.ts';

let repository: TestRepository;
const files = {} as Record<TopLevelRole, string>;
beforeAll(async () => {
  repository = await TestRepository.build();
  for (const role of topLevelRoles) files[role] = utf8Text(repository.bytes(repository.fileOf(role))) ?? '';
});

type Loose = Record<string, unknown> & { signed: Record<string, unknown>; signatures: unknown[] };
/** Parses a sound file of a role after a change to it. */
function parseChanged(role: TopLevelRole, change: (file: Loose) => unknown): ReturnType<typeof parseMetadata> {
  const file = JSON.parse(files[role]) as Loose;
  change(file);
  return parseMetadata(role, utf8(JSON.stringify(file)), role);
}
const codeOf = (result: ReturnType<typeof parseMetadata>): string => (result.ok ? 'ok' : result.error.code);

describe('a metadata file', () => {
  test.each(topLevelRoles)('of %s is read as what it is, and as nothing else', (role) => {
    for (const as of topLevelRoles) expect(codeOf(parseMetadata(as, utf8(files[role]), role)), as).toBe(as === role ? 'ok' : 'corrupt');
  });

  test.each(topLevelRoles)('of %s may hold fields that we do not know, at any depth, and they belong to what is signed', (role) => {
    const more = (given: unknown): unknown =>
      Array.isArray(given) ? given.map(more) : given !== null && typeof given === 'object' ? Object.fromEntries([...Object.entries(given).map(([key, item]) => [key, more(item)]), ...('_type' in given || 'keytype' in given || 'threshold' in given || 'length' in given ? [['x-more', { deep: [1, 'two', null] }]] : [])]) : given;
    const parsed = parseChanged(role, (file) => (file.signed = more(file.signed) as Record<string, unknown>));
    expect(parsed.ok && utf8Text(parsed.value.signedBytes)).toContain('"x-more"');
  });

  test.each<[string, TopLevelRole, (file: Loose) => unknown]>([
    ['without signatures', 'root', (file) => delete (file as Partial<Loose>).signatures],
    ['that one key signed twice', 'root', (file) => file.signatures.push(file.signatures[0])],
    ['with a signature that is no text', 'root', (file) => file.signatures.push({ keyid: 'a', sig: 1 })],
    ['with more signatures than anybody needs', 'root', (file) => file.signatures.push(...Array.from({ length: limits.signatures }, (_, i) => ({ keyid: `${i}`, sig: '' })))],
    ['without a version', 'timestamp', (file) => delete file.signed['version']],
    ['of version 0', 'timestamp', (file) => (file.signed['version'] = 0)],
    ['of version 1.5', 'timestamp', (file) => (file.signed['version'] = 1.5)],
    ['of a version as text', 'timestamp', (file) => (file.signed['version'] = '1')],
    ['of a version beyond exact numbers', 'timestamp', (file) => (file.signed['version'] = 2 ** 53)],
    ['of another major specification', 'timestamp', (file) => (file.signed['spec_version'] = '2.0.0')],
    ['that never expires', 'timestamp', (file) => delete file.signed['expires']],
    ['that expires on 30 February', 'timestamp', (file) => (file.signed['expires'] = '2030-02-30T00:00:00Z')],
    ['that expires at an hour of another zone', 'timestamp', (file) => (file.signed['expires'] = '2030-01-01T00:00:00+07:00')],
    ['that expires in year 275761', 'timestamp', (file) => (file.signed['expires'] = '+275761-01-01T00:00:00Z')],
    ['that names no snapshot', 'timestamp', (file) => (file.signed['meta'] = {})],
    ['that names a hash of no digits', 'timestamp', (file) => (file.signed['meta'] = { 'snapshot.json': { version: 1, hashes: { sha256: '../x' } } })],
    ['that names a length below nothing', 'timestamp', (file) => (file.signed['meta'] = { 'snapshot.json': { version: 1, length: -1 } })],
    ['with a role that needs nobody', 'root', (file) => ((file.signed['roles'] as Record<string, { threshold: number }>)['root'] = { threshold: 0 })],
    ['with a role missing', 'root', (file) => delete (file.signed['roles'] as Record<string, unknown>)['targets']],
    ['with a key named twice in a role', 'root', (file) => { const root = (file.signed['roles'] as Record<string, { keyids: string[] }>)['root']; root?.keyids.push(root.keyids[0] ?? ''); }],
    ['with a delegation by paths and hashes', 'targets', (file) => (delegations(file)[0] = { ...delegations(file)[0], path_hash_prefixes: ['00'] })],
    ['with a delegation of nothing', 'targets', (file) => delete delegations(file)[0]?.['paths']],
    ['with a delegation to a top-level role', 'targets', (file) => (delegations(file)[0] = { ...delegations(file)[0], name: 'snapshot' })],
    ['with a delegation without a name', 'targets', (file) => (delegations(file)[0] = { ...delegations(file)[0], name: '' })],
    ['with one name delegated to twice', 'targets', (file) => delegations(file).push(delegations(file)[0] ?? {})],
    ['with a target without hashes', 'targets', (file) => (file.signed['targets'] = { a: { length: 1, hashes: {} } })],
    ['with more targets than a release', 'targets', (file) => (file.signed['targets'] = Object.fromEntries(Array.from({ length: limits.entries + 1 }, (_, i) => [i, { length: 1, hashes: { sha256: '00' } }])))],
    ['with half a character in it', 'targets', (file) => (file.signed['x'] = '\ud83d')],
    ['with a fraction in it', 'targets', (file) => (file.signed['x'] = 0.5)],
  ])('%s is corrupt', (_, role, change) => expect(codeOf(parseChanged(role, change))).toBe('corrupt'));

  test.each<[string, string]>([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a page', '<!doctype html><title>Log in</title>'],
    ['half a file', '{"signatures":[],"signed":{'],
    ['two files', '{}{}'],
    ['a byte-order mark before it', '\ufeff{}'],
  ])('that is %s is corrupt', (_, text) => expect(codeOf(parseMetadata('root', utf8(text), 'x'))).toBe('corrupt'));

  test('that is no UTF-8 is corrupt', () => expect(codeOf(parseMetadata('root', new Uint8Array([0x7b, 0xff, 0x7d]), 'x'))).toBe('corrupt'));

  test('nested without end is refused without a fault', () => {
    for (const open of ['[', '{"a":', '{"signed":[']) expect(codeOf(parseMetadata('root', utf8(open.repeat(100_000)), 'x'))).toBe('tooBig');
    expect(codeOf(parseChanged('timestamp', (file) => (file.signed['x'] = '[{'.repeat(1000))))).toBe('ok');
    expect(codeOf(parseChanged('timestamp', (file) => (file.signed['x'] = '"[{\\'.repeat(1000))))).toBe('ok');
  });
});

function delegations(file: Loose): Record<string, unknown>[] {
  return (file.signed['delegations'] as { roles: Record<string, unknown>[] }).roles;
}

describe('a fuzzer', () => {
  const json = fc.json({ maxDepth: 5 });
  const pieces = fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '0', '9', 'e1', '.5', '-', 'null', '"signed"', '"version"', '"__proto__"', '\ud83d', 'ក', '\0', ' ');
  /** A sound file in which some stretches were cut out, doubled or overwritten. */
  const mutated = (text: string): fc.Arbitrary<string> =>
    fc.array(fc.tuple(fc.nat(text.length), fc.nat(12), fc.array(pieces, { maxLength: 3 })), { minLength: 1, maxLength: 4 }).map((edits) => edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put.join('') + now.slice(at + cut), text));
  const bytesFor = (role: TopLevelRole): fc.Arbitrary<Uint8Array> =>
    fc.oneof(
      { arbitrary: mutated(files[role]).map(utf8), weight: 6 },
      { arbitrary: fc.tuple(fc.nat(files[role].length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => utf8(files[role]).map((byte, i) => (i === at ? byte ^ by : byte))), weight: 3 },
      json.map(utf8),
      json.map((text) => utf8(`{"signatures":[],"signed":${text}}`)),
      fc.uint8Array({ maxLength: 200 }),
    );

  test.each(topLevelRoles)('finds nothing that makes the reading of %s throw, or that is accepted with other words', async (role) => {
    const signedBefore = canonicalJson((JSON.parse(files[role]) as Loose).signed);
    await fc.assert(
      fc.asyncProperty(bytesFor(role), async (bytes) => {
        const accepted = await accept(role, bytes);
        // What is accepted may be spaced or signed otherwise, but it says the same.
        if (accepted) expect(canonicalJson((JSON.parse(utf8Text(bytes) ?? '') as Loose).signed)).toBe(signedBefore);
      }),
      { numRuns: 700 },
    );
  });

  /** Takes bytes as one role's file in an otherwise sound repository. */
  async function accept(role: TopLevelRole, bytes: Uint8Array): Promise<boolean> {
    const begun = await TrustedMetadata.begin(role === 'root' ? bytes : repository.anchor, repository.now);
    if (!begun.ok) return false;
    const set = begun.value;
    const file = (name: TopLevelRole): Uint8Array => (name === role ? bytes : utf8(files[name]));
    for (const step of [() => set.updateTimestamp(file('timestamp')), () => set.updateSnapshot(file('snapshot')), () => set.updateTargets(file('targets'))]) {
      if (!(await step()).ok) return false;
    }
    return true;
  }
});
