import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { readableKeyId } from '../../src/repository/key-file.ts';
import { keyId, type PublicKey } from '../../src/trust/keys.ts';
import { now, readTree, run, temporaryFolder, type Answer } from './sources.ts';

const passphrase = 'five words for a test';
const holders = ['Sok Dara', 'Chan <b>Maly</b>', 'Keo & Sons'];

function ceremony(folder: string, ...more: readonly string[]): Promise<Answer> {
  const named = (role: string): string[] => holders.flatMap((holder) => [`--${role}-holder`, `${holder}, ${role}`]);
  return run(folder, ['keys', 'ceremony', '--out', 'house', ...named('root'), ...named('targets'), ...more]);
}

/** One ceremony for the tests that only read it; six keys at full cost take seconds. */
let shared: Readonly<Record<string, string>> = {};
let answer: Answer | undefined;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
  await writeFile(join(folder, 'words'), `${passphrase}\n`);
  answer = await ceremony(folder, '--passphrase-file', 'words');
  shared = await readTree(join(folder, 'house'));
  const modes = await Promise.all(['house/root-1/root-1.key.json', 'house/hub/snapshot.key.json', 'house/repository/metadata/1.root.json'].map(async (name) => (await stat(join(folder, name))).mode & 0o777));
  shared = { ...shared, modes: JSON.stringify(modes) };
  await rm(folder, { recursive: true });
}, 60_000);

/** A house with the shared ceremony's files, and clear keys made for it. */
async function house(...keys: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(shared)) {
    if (name === 'modes') continue;
    await mkdir(join(folder, 'house', name, '..'), { recursive: true });
    await writeFile(join(folder, 'house', name), text);
  }
  await writeFile(join(folder, 'words'), `${passphrase}\n`);
  for (const name of keys) await run(folder, ['keys', 'make', '--holder', name, '--online', '--out', name]);
  return folder;
}

const key = (role: string): string[] => ['--key', `house/${role}/${role}.key.json`];
const signed = ['--repository', 'house/repository', '--passphrase-file', 'words'];

async function keysOf(folder: string, role: string): Promise<string[]> {
  const { out } = await run(folder, ['keys', 'list', '--repository', 'house/repository']);
  return (new RegExp(`^${role}: .*\\n((?: {2}.*\\n?)+)`, 'm').exec(out)?.[1] ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

describe('keys ceremony', () => {
  test('leaves one folder a holder, the hub’s keys apart, the first metadata, the anchor and a record', () => {
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(Object.keys(shared).filter((name) => name !== 'modes')).toEqual([
      'hub/snapshot.key.json',
      'hub/timestamp.key.json',
      'record.html',
      'repository/metadata/1.root.json',
      'repository/metadata/1.targets.json',
      'root-1/root-1.key.json',
      'root-2/root-2.key.json',
      'root-3/root-3.key.json',
      'root.json',
      'targets-1/targets-1.key.json',
      'targets-2/targets-2.key.json',
      'targets-3/targets-3.key.json',
    ]);
    expect(shared['root.json']).toBe(shared['repository/metadata/1.root.json']);
    expect(JSON.parse(shared['modes'] ?? '')).toEqual([0o600, 0o600, 0o644]);
    const root = JSON.parse(shared['root.json'] ?? '') as { signed: Record<string, unknown> & { roles: Record<string, { keyids: string[]; threshold: number }> } };
    expect(Object.fromEntries(Object.entries(root.signed.roles).map(([name, { keyids, threshold }]) => [name, [keyids.length, threshold]]))).toEqual({ root: [3, 2], targets: [3, 2], snapshot: [1, 1], timestamp: [1, 1] });
    expect(root.signed['x-owso-demonstration']).toBeUndefined();
  });

  test('the record names every key and holder, and no secret', () => {
    const record = shared['record.html'] ?? '';
    for (const name of ['root-1', 'targets-3']) {
      const file = JSON.parse(shared[`${name}/${name}.key.json`] ?? '') as { key: { keyval: { public: string } }; private: string; kdf: { salt: string } };
      expect(record).not.toContain(file.private);
      expect(record).not.toContain(file.kdf.salt);
    }
    for (const name of ['snapshot', 'timestamp']) expect(record).not.toContain((JSON.parse(shared[`hub/${name}.key.json`] ?? '') as { private: string }).private);
    expect(record).not.toContain(passphrase);
    expect(record).toContain('Chan &#60;b&#62;Maly&#60;/b&#62;, root');
    expect(record).toContain('Keo &#38; Sons, targets');
    expect(record).toMatch(/2 of 3 must sign; good until 2029-11-22/);
    for (const keyid of Object.keys((JSON.parse(shared['root.json'] ?? '') as { signed: { keys: object } }).signed.keys)) expect(record).toContain(keyid.slice(0, 4));
    expect(record.length).toBeLessThan(6_000);
  });

  test.each([
    ['a passphrase that is too short', 'short', 'fewer than 12 characters', []],
    ['too few passphrases', `${passphrase}\n${passphrase} 2\n`, 'no line left', []],
    ['a holder who is named twice', passphrase, 'named twice', ['--root-holder', 'twice']],
  ])('refuses %s, and leaves nothing', async (_what, words, message, more) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'words'), words);
    const args = more.length === 0 ? ceremony(folder, '--passphrase-file', 'words') : run(folder, ['keys', 'ceremony', '--out', 'house', '--root-holder', 'twice', '--root-holder', 'twice', ...more, '--passphrase-file', 'words', ...holders.flatMap((holder) => ['--targets-holder', holder])]);
    const refused = await args;
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(message);
    expect(Object.keys(await readTree(folder))).toEqual(['words']);
  }, 60_000);

  test('never writes into a folder that is there', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'house'));
    await writeFile(join(folder, 'words'), passphrase);
    expect(await ceremony(folder, '--passphrase-file', 'words')).toMatchObject({ code: 1, err: expect.stringContaining('[alreadyThere]') });
  });

  test('asks every holder twice, hidden, and again where the two differ or are weak', async () => {
    const folder = await temporaryFolder();
    const asked: { question: string; hidden: boolean }[] = [];
    const said: string[] = [];
    const answers = ['weak', passphrase, `${passphrase} mistyped`];
    const code = await main(['keys', 'make', '--holder', 'Sok Dara', '--out', 'dara'], {
      cwd: folder,
      now: () => now,
      out: (line) => said.push(line),
      err: (line) => said.push(line),
      signal: new AbortController().signal,
      ask: async (question, hidden) => {
        asked.push({ question, hidden });
        return answers.shift() ?? passphrase;
      },
    });
    expect(code).toBe(0);
    expect(asked).toHaveLength(5);
    expect(asked.every(({ hidden }) => hidden)).toBe(true);
    expect(asked.map(({ question }) => question).slice(1, 3)).toEqual(['New passphrase of Sok Dara', 'New passphrase of Sok Dara, again']);
    expect(said.join('\n')).toMatch(/fewer than 12[\s\S]*not the same/);
    expect(said.join('\n')).not.toContain(passphrase);
  });
});

describe('keys make', () => {
  test('writes a private and a public file, and overwrites neither', async () => {
    const folder = await house('editor');
    const before = await readFile(join(folder, 'editor.key.json'), 'utf8');
    expect(await run(folder, ['keys', 'make', '--holder', 'x', '--online', '--out', 'editor'])).toMatchObject({ code: 1, err: expect.stringContaining('[alreadyThere]') });
    expect(await readFile(join(folder, 'editor.key.json'), 'utf8')).toBe(before);
    expect((await stat(join(folder, 'editor.key.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'editor.public.json'), 'utf8')).not.toContain('private');
  });

  test('without a terminal and without a file nobody is asked', async () => {
    expect(await run(await temporaryFolder(), ['keys', 'make', '--holder', 'x', '--out', 'x'])).toMatchObject({ code: 1, err: expect.stringContaining('--passphrase-file') });
  });
});

describe('keys delegate', () => {
  test('gives an authority its paths, with two keys of which both must sign', async () => {
    const folder = await house('editor', 'official');
    const done = await run(folder, ['keys', 'delegate', '--role', 'moi', '--public', 'editor.public.json', '--public', 'official.public.json', ...signed, ...key('targets-1'), ...key('targets-2')]);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toMatch(/moi may speak for services\/moi\/\*[\s\S]*Wrote metadata\/2\.targets\.json/);
    expect(await keysOf(folder, 'moi')).toHaveLength(2);
  });

  test.each([
    ['one key for an authority', 'moi', ['editor'], 'fewSignatures'],
    ['the same key twice', 'moi', ['editor', 'editor'], 'fewSignatures'],
    ['a top-level role', 'targets', ['editor', 'official'], 'badCall'],
    ['a path for a role', '../moi', ['editor', 'official'], 'badCall'],
    ['a code of three digits', '990', ['editor'], 'badCall'],
  ])('refuses %s', async (_what, role, names, expected) => {
    const folder = await house('editor', 'official');
    const refused = await run(folder, ['keys', 'delegate', '--role', role, ...names.flatMap((name) => ['--public', `${name}.public.json`]), ...signed, ...key('targets-1')]);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`[${expected}]`) });
  });

  test('a dry run says what would change, needs no key, and writes nothing', async () => {
    const folder = await house('office');
    const before = await readTree(folder);
    const dry = await run(folder, ['keys', 'delegate', '--role', '9901', '--public', 'office.public.json', '--repository', 'house/repository', '--dry-run']);
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toMatch(/targets version 2: 9901 may speak for offices\/9901\/\*[\s\S]*kiosks of office 9901[\s\S]*nothing was written/);
    expect(await readTree(folder)).toEqual(before);
  });

  test('with a wrong passphrase nothing is signed, and there is no stack trace', async () => {
    const folder = await house('office');
    await writeFile(join(folder, 'words'), 'not the passphrase');
    const refused = await run(folder, ['keys', 'delegate', '--role', '9901', '--public', 'office.public.json', ...signed, ...key('targets-1'), ...key('targets-2')]);
    expect(refused.code).toBe(1);
    expect(refused.err).toBe('house/targets-1/targets-1.key.json does not open with this passphrase. Type it again. If you are sure of it, the file is damaged: take its copy. [wrongPassphrase]');
  });

  test('two holders in different places sign one after the other', async () => {
    const folder = await house('office');
    const delegate = ['keys', 'delegate', '--role', '9901', '--public', 'office.public.json', ...signed];
    expect((await run(folder, [...delegate, ...key('targets-1')])).out).toMatch(/pending\/2\.targets\.json waits for 1 more[\s\S]*Nothing has changed yet/);
    expect((await run(folder, [...delegate, ...key('targets-3')], { now: now + 3 * 86_400_000 })).out).toContain('Wrote metadata/2.targets.json');
  });
});

describe('keys revoke and rotate', () => {
  test('a stolen root key goes with a replacement; without one the two that are left are too few in the end', async () => {
    const folder = await house('fresh');
    const [stolen] = await keysOf(folder, 'root');
    const dry = await run(folder, ['keys', 'revoke', '--key-id', stolen ?? '', '--new', 'fresh.public.json', '--repository', 'house/repository', '--dry-run']);
    expect(dry.out).toMatch(new RegExp(`root version 2: root loses the key ${stolen}, gets the key .*, needs 2 of 3 signatures\\.[\\s\\S]*Every kiosk and mirror follows[\\s\\S]*Nobody has to sign their content again[\\s\\S]*dry run`));
    const done = await run(folder, ['keys', 'revoke', '--key-id', (stolen ?? '').replaceAll(' ', '').slice(0, 8), '--new', 'fresh.public.json', ...signed, ...key('root-2'), ...key('root-3')]);
    expect(done.out).toContain('Wrote metadata/2.root.json');
    expect(await keysOf(folder, 'root')).not.toContain(stolen);
    // Two more without replacements: the second leaves one key for a threshold of two.
    const [second, third] = await keysOf(folder, 'root');
    expect((await run(folder, ['keys', 'revoke', '--key-id', second ?? '', '--repository', 'house/repository', '--dry-run'])).code).toBe(0);
    await run(folder, ['keys', 'revoke', '--key-id', second ?? '', ...signed, ...key('root-2'), ...key('root-3'), '--key', 'fresh.key.json']);
    expect(await run(folder, ['keys', 'revoke', '--key-id', third ?? '', '--repository', 'house/repository', '--dry-run'])).toMatchObject({ code: 1, err: expect.stringContaining('[fewSignatures]') });
  });

  test('rotating the hub’s key says that the hub must have the new one', async () => {
    const folder = await house('timestamp');
    const [old] = await keysOf(folder, 'timestamp');
    const dry = await run(folder, ['keys', 'rotate', '--role', 'timestamp', '--old', old ?? '', '--new', 'timestamp.public.json', '--repository', 'house/repository', '--dry-run']);
    expect(dry.out).toContain('The hub must have the new timestamp key before it publishes again');
  });

  test('both keys of the hub are replaced in one root, each by its own', async () => {
    const folder = await house('snapshot', 'timestamp');
    const old = { snapshot: (await keysOf(folder, 'snapshot'))[0] ?? '', timestamp: (await keysOf(folder, 'timestamp'))[0] ?? '' };
    const done = await run(folder, ['keys', 'revoke', '--key-id', old.snapshot, '--new', 'snapshot.public.json', '--key-id', old.timestamp, '--new', 'timestamp.public.json', ...signed, ...key('root-1'), ...key('root-2')]);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out.match(/Wrote/g)).toEqual(['Wrote']);
    for (const role of ['snapshot', 'timestamp'] as const) {
      const { key: fresh } = JSON.parse(await readFile(join(folder, `${role}.public.json`), 'utf8')) as { key: PublicKey };
      expect(await keysOf(folder, role)).toEqual([readableKeyId(await keyId(fresh))]);
    }
  });

  test.each<[string, (ids: readonly string[]) => string[], RegExp]>([
    ['a new key that has the role already', ([first = '']) => ['--key-id', first, '--new', 'house/root-2/root-2.key.json'], /is one of root already\. Make a new one .*\[badCall\]$/],
    ['the stolen key in its own place', ([first = '']) => ['--key-id', first, '--new', 'house/root-1/root-1.key.json'], /is one of root already\. .*\[badCall\]$/],
    ['one new key for two', ([first = '', second = '']) => ['--key-id', first, '--key-id', second, '--new', 'fresh.public.json'], /2 stolen keys are named, and 1 new ones\. .*\[badCall\]$/],
    ['the same new key twice', ([first = '', second = '']) => ['--key-id', first, '--new', 'fresh.public.json', '--key-id', second, '--new', 'fresh.public.json'], /is one of root already\. .*\[badCall\]$/],
    ['one stolen key named twice', ([first = '']) => ['--key-id', first, '--key-id', first], /No role has a key .*\[badCall\]$/],
  ])('revoke refuses %s, and writes nothing', async (_what, args, message) => {
    const folder = await house('fresh');
    const before = await readTree(folder);
    const ids = await keysOf(folder, 'root');
    expect(await run(folder, ['keys', 'revoke', ...args(ids), ...signed, ...key('root-2'), ...key('root-3')])).toMatchObject({ code: 1, err: expect.stringMatching(message) });
    expect(await readTree(folder)).toEqual(before);
  });

  test('an option that counts once is not dropped when it is given twice', async () => {
    const folder = await house('fresh');
    const [first = '', second = ''] = await keysOf(folder, 'root');
    expect(await run(folder, ['keys', 'rotate', '--role', 'root', '--old', first, '--old', second, '--new', 'fresh.public.json', '--repository', 'house/repository', '--dry-run'])).toMatchObject({ code: 2, err: expect.stringMatching(/^--old can be given only once\./) });
  });

  test.each([
    ['a key that nobody has', ['--role', 'root', '--old', '00000000'], 'badCall'],
    ['too few digits', ['--role', 'root', '--old', 'ab'], 'badCall'],
    ['a role that is not there', ['--role', 'mlvt', '--old', 'ROOT'], 'notDelegated'],
    ['a key of another role', ['--role', 'targets', '--old', 'ROOT'], 'wrongKey'],
  ])('%s is refused', async (_what, args, expected) => {
    const folder = await house('fresh');
    const [root] = await keysOf(folder, 'root');
    const refused = await run(folder, ['keys', 'rotate', ...args.map((arg) => (arg === 'ROOT' ? (root ?? '') : arg)), '--new', 'fresh.public.json', '--repository', 'house/repository', '--dry-run']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`[${expected}]`) });
  });

  test('nothing is due for renewal on the day of the ceremony', async () => {
    const folder = await house();
    expect(await run(folder, ['keys', 'renew', ...signed, ...key('root-1')])).toMatchObject({ code: 0, out: 'Nothing is due yet.' });
  });
});
