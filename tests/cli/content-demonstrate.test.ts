import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/trust/bytes.ts';
import { packedReleaseSchema } from '../../src/trust/release.ts';
import { signatureVerifier } from '../../src/trust/sealed.ts';
import { edited, now, readTree, run, soundSources, temporaryFolder, writeFiles, type Answer, type Sources } from './sources.ts';

const service = 'services/moi/birth.yaml';
const day = 86_400_000;

/** A project folder that was built once. */
async function built(sources: Sources = soundSources()): Promise<string> {
  const folder = await temporaryFolder();
  await compile(folder, sources);
  return folder;
}

async function compile(folder: string, sources: Sources): Promise<void> {
  await writeFiles(join(folder, 'source'), sources);
  await run(folder, ['content', 'build', '--content', 'source', '--out', 'compiled']);
}

const places = ['--content', 'compiled', '--repository', 'repository', '--keys', 'keys'];
const demonstrate = (folder: string, at = now): Promise<Answer> => run(folder, ['content', 'demonstrate', ...places], { now: at });
const metadata = async (folder: string): Promise<string[]> => Object.keys(await readTree(join(folder, 'repository/metadata')));

describe('content demonstrate', () => {
  test('makes keys once, signs every role, and publishes; the root says that it is a demonstration', async () => {
    const folder = await built();
    const answer = await demonstrate(folder);
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(answer.out).toContain('Published edition 1');
    expect(await metadata(folder)).toEqual(['1.990101.json', '1.catalogue.json', '1.moi.json', '1.root.json', '1.snapshot.json', '1.targets.json', 'timestamp.json']);
    const root = JSON.parse(await readFile(join(folder, 'repository/metadata/1.root.json'), 'utf8')) as { signed: Record<string, unknown> };
    expect(root.signed['x-owso-demonstration']).toBe(true);
    const keys = Object.keys(await readTree(join(folder, 'keys')));
    expect(keys).toEqual(['990101-1', 'catalogue-1', 'catalogue-2', 'moi-1', 'moi-2', 'online/snapshot', 'online/timestamp', 'root-1', 'root-2', 'root-3', 'targets-1', 'targets-2', 'targets-3'].map((name) => `${name}.key.json`));
    expect((await stat(join(folder, 'keys/root-1.key.json'))).mode & 0o777).toBe(0o600);
  });

  test('unchanged content gives nothing new, changed content the next edition of that role alone', async () => {
    const folder = await built();
    await demonstrate(folder);
    const before = await readTree(folder);
    expect((await demonstrate(folder, now + 1000)).out).toContain('Nothing is new');
    expect(await readTree(folder)).toEqual(before);
    await compile(folder, edited(soundSources(), service, 'riel: 2500', 'riel: 2600'));
    expect((await demonstrate(folder, now + 2000)).out).toBe('Published edition 2 with new files of moi.');
    expect(await metadata(folder)).toContain('2.moi.json');
    expect(Object.keys(await readTree(join(folder, 'repository/changes')))).toEqual(['1-2.json']);
  });

  test('a timestamp that is due is signed anew', async () => {
    const folder = await built();
    await demonstrate(folder);
    expect((await demonstrate(folder, now + 2 * day)).out).toBe('Nothing is new; edition 1 was confirmed.');
  });

  test('a new authority and a new office are delegated to', async () => {
    const folder = await built();
    await demonstrate(folder);
    const office = (soundSources()['offices/990101.yaml'] ?? '').replace("'990101'", "'9901'").replace('level: commune', 'level: district');
    await compile(folder, { ...soundSources(), 'offices/9901.yaml': office });
    expect((await demonstrate(folder)).out).toBe('Published edition 2 with new files of targets, 9901.');
  });

  test.each([['keys'], ['repository']])('where the %s are gone, keys and repository begin anew together, and nothing is thrown away', async (gone) => {
    const folder = await built();
    await demonstrate(folder);
    const root = await readFile(join(folder, 'repository/metadata/1.root.json'), 'utf8');
    await rm(join(folder, gone), { recursive: true });
    const answer = await demonstrate(folder, now + 1);
    expect(answer).toMatchObject({ code: 0, err: expect.stringContaining('set aside') });
    expect(await readFile(join(folder, 'repository/metadata/1.root.json'), 'utf8')).not.toBe(root);
    expect(Object.keys(await readTree(folder)).some((name) => /^(keys|repository)\.before-\d+\//.test(name))).toBe(true);
  });

  test('never signs with a key that somebody holds in earnest', async () => {
    const folder = await built();
    await demonstrate(folder);
    const file = join(folder, 'keys/moi-1.key.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"demonstration": true', '"demonstration": false'));
    await compile(folder, edited(soundSources(), service, 'riel: 2500', 'riel: 2600'));
    expect(await demonstrate(folder)).toMatchObject({ code: 1, err: expect.stringContaining('[wrongKey]') });
  });

  test('without compiled content it says what to do', async () => {
    expect(await demonstrate(await temporaryFolder())).toMatchObject({ code: 1, err: expect.stringContaining('content build') });
  });

  test('compiled content that was tampered with is not signed', async () => {
    const folder = await built();
    const name = Object.keys(await readTree(join(folder, 'compiled'))).find((path) => path.endsWith('.birth.json')) ?? '';
    const path = join(folder, 'compiled', name);
    await writeFile(path, (await readFile(path, 'utf8')).replace('2500', '9500'));
    expect(await demonstrate(folder)).toMatchObject({ code: 1, err: expect.stringContaining('[wrongHash]') });
  });
});

describe('content pack', () => {
  test('packs what is published, proven from the root that is packed with it, object by object', async () => {
    const folder = await built();
    await demonstrate(folder);
    expect(await run(folder, ['content', 'pack', '--repository', 'repository', '--out', 'baseline'])).toMatchObject({ code: 0, out: 'Packed edition 1 with 5 objects into baseline; kiosks call it a sample.' });
    const root = await readFile(join(folder, 'baseline/root.json'));
    const packed = v.parse(packedReleaseSchema, JSON.parse(await readFile(join(folder, 'baseline/packed.json'), 'utf8')));
    const verifier = signatureVerifier(root);
    const release = await verifier.acceptRelease(utf8(packed.manifest));
    if (!release.ok) throw new Error(JSON.stringify(release.error));
    expect(release.value).toMatchObject({ edition: 1, demonstration: true, confirmed: now });
    expect(Object.keys(packed.objects).sort()).toEqual(Object.keys(release.value.objects).sort());
    for (const [path, text] of Object.entries(packed.objects)) expect(await verifier.checkObject(release.value, path, utf8(text))).toEqual({ ok: true, value: undefined });
  });

  test('packs from a root that somebody names, and nothing that its keys did not sign', async () => {
    const [folder, other] = [await built(), await built()];
    for (const one of [folder, other]) await demonstrate(one);
    const pack = (root: string): Promise<Answer> => run(folder, ['content', 'pack', '--repository', 'repository', '--root', root, '--out', 'baseline', '--published', 'published']);
    await writeFile(join(folder, 'repository/metadata/2.moi.json'), 'not published');
    expect(await pack(join(other, 'repository/metadata/1.root.json'))).toMatchObject({ code: 1, err: expect.stringMatching(/^What lies in repository is not signed by the keys that .* leads to: .* of the same ceremony\..*\[thresholdNotMet\]$/) });
    expect(await pack('nowhere.json')).toMatchObject({ code: 1, err: expect.stringContaining('There is no root metadata at nowhere.json') });
    expect(Object.keys(await readTree(folder)).some((path) => /^(baseline|published)\//.test(path))).toBe(false);
    expect((await pack('repository/metadata/1.root.json')).code).toBe(0);
    const published = Object.keys(await readTree(join(folder, 'published')));
    expect(published).toContain('metadata/timestamp.json');
    expect(published).not.toContain('metadata/2.moi.json');
    expect((await run(folder, ['content', 'pack', '--repository', 'keys', '--root', 'repository/metadata/1.root.json', '--out', 'baseline'])).err).toContain('There is no published content in keys.');
  });

  test('packs no half of an edition', async () => {
    const folder = await built();
    await demonstrate(folder);
    const name = Object.keys(await readTree(join(folder, 'repository'))).find((path) => path.endsWith('.birth.json')) ?? '';
    await rm(join(folder, 'repository', name));
    expect(await run(folder, ['content', 'pack', '--repository', 'repository', '--out', 'baseline'])).toMatchObject({ code: 1, err: expect.stringContaining('[absent]') });
    expect(Object.keys(await readTree(folder)).some((path) => path.startsWith('baseline/'))).toBe(false);
  });
});

describe('content sign and content publish', () => {
  const words = async (folder: string): Promise<void> => writeFile(join(folder, 'words'), 'demonstration only\n');
  const sign = (folder: string, ...args: string[]): Promise<Answer> => run(folder, ['content', 'sign', '--content', 'compiled', '--repository', 'repository', '--passphrase-file', 'words', ...args]);

  test.each([
    ['an office key for a ministry', ['--as', 'moi', '--key', 'keys/990101-1.key.json'], 1, /may not sign for moi[\s\S]*\[wrongKey\]/],
    ['an unknown role', ['--as', 'mlvt', '--key', 'keys/moi-1.key.json'], 1, /\[notDelegated\]/],
    ['one key named twice', ['--as', 'moi', '--key', 'keys/moi-1.key.json', '--key', 'keys/moi-1.key.json'], 1, /two signatures need two keys/],
    ['no key', ['--as', 'moi'], 1, /No key is named/],
    ['no role', ['--key', 'keys/moi-1.key.json'], 2, /--as/],
    ['a file that is no key', ['--as', 'moi', '--key', 'compiled/release.json'], 1, /\[badKeyFile\]/],
    ['a file that is not there', ['--as', 'moi', '--key', 'keys/nobody.key.json'], 1, /it is not there/],
  ])('refuse %s in plain words', async (_what, args, code, message) => {
    const folder = await built();
    await demonstrate(folder);
    await words(folder);
    const before = await readTree(join(folder, 'repository'));
    const refused = await sign(folder, ...args);
    expect(refused.code).toBe(code);
    expect(refused.err).toMatch(message);
    expect(refused.err).not.toMatch(/\n\s+at /);
    expect(await readTree(join(folder, 'repository'))).toEqual(before);
  });

  test('a folder of the hub’s keys with any other key in it publishes nothing', async () => {
    const folder = await built();
    await demonstrate(folder);
    expect(await run(folder, ['content', 'publish', '--repository', 'repository', '--keys', 'keys'])).toMatchObject({ code: 1, err: expect.stringMatching(/does not belong among the hub’s keys[\s\S]*\[wrongKey\]/) });
  });
});
