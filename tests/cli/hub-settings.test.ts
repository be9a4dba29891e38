import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { programName } from '../../src/cli/program.ts';
import { readTree, run, soundSources, temporaryFolder, writeFiles } from './sources.ts';

afterEach(() => void vi.unstubAllEnvs());

/** A hub that publishes, with its settings in the environment: content and the keys with which it was signed. */
async function hub(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(join(folder, 'source'), soundSources());
  await run(folder, ['content', 'build', '--content', 'source', '--out', 'compiled']);
  await run(folder, ['content', 'demonstrate', '--content', 'compiled', '--repository', 'served', '--keys', 'keys']);
  await writeFiles(folder, { 'root.json': await readFile(join(folder, 'served/metadata/1.root.json'), 'utf8'), 'words': 'demonstration only\n' });
  vi.stubEnv('CONTENT_DIR', join(folder, 'served'));
  vi.stubEnv('TRUST_ROOT', join(folder, 'root.json'));
  vi.stubEnv('ONLINE_KEYS', join(folder, 'keys/online'));
  return folder;
}

describe('the content commands work on the hub’s own content, root and keys where no option names others:', () => {
  test.each([
    [['content', 'publish'], /^Nothing is new; edition 1/],
    [['content', 'publish', '--repository', 'served', '--keys', 'keys/online'], /^Nothing is new; edition 1/],
    [['content', 'pack', '--out', 'baseline'], /^Packed edition 1 /],
    [['content', 'sign', '--as', 'moi', '--content', 'compiled', '--key', 'keys/moi-1.key.json', '--passphrase-file', 'words'], /nothing was signed/],
    [['content', 'export', '.'], /^The stick has edition 1\b/],
    [['keys', 'list'], /^root version 1,[^]*moi: 2 of 2/],
    [['keys', 'renew', '--key', 'keys/root-1.key.json', '--passphrase-file', 'words'], /^Nothing is due yet/],
  ])('%j', async (args, said) => {
    const folder = await hub();
    expect(await run(folder, args, { now: Date.parse('2026-11-25T03:00:00Z') })).toMatchObject({ code: 0, out: expect.stringMatching(said) });
  });

  test('a stick of one office fills that of another', async () => {
    const folder = await hub();
    await run(folder, ['content', 'export', '.']);
    vi.stubEnv('CONTENT_DIR', join(folder, 'office'));
    expect(await run(folder, ['content', 'import', '.'])).toMatchObject({ code: 0, out: expect.stringMatching(/^Took over edition 1\b/) });
    expect(Object.keys(await readTree(join(folder, 'office')))).toContain('metadata/timestamp.json');
  });

  test('a demonstration alone never goes there by itself', async () => {
    const folder = await hub();
    vi.stubEnv('CONTENT_DIR', join(folder, 'earnest'));
    await run(folder, ['content', 'demonstrate', '--content', 'compiled']);
    expect(await readTree(folder)).not.toHaveProperty('earnest/metadata/timestamp.json');
    expect(await readTree(folder)).toHaveProperty('.build/repository/metadata/timestamp.json');
  });

  test('what is not there is named, with the settings that may say otherwise', async () => {
    const folder = await hub();
    vi.stubEnv('CONTENT_DIR', join(folder, 'nothing'));
    vi.stubEnv('ONLINE_KEYS', '');
    expect((await run(folder, ['content', 'export', '.'])).err).toMatch(/^There is no published content in \/.*\/nothing\. .*content import.*UPSTREAM_URL.*--repository/);
    expect((await run(folder, ['content', 'publish'])).err).toMatch(/--keys, or set ONLINE_KEYS/);
    vi.stubEnv('TRUST_ROOT', join(folder, 'other.json'));
    expect((await run(folder, ['content', 'export', '.'])).err).toMatch(/^There is no root metadata at \/.*\/other\.json.*--root.*TRUST_ROOT/);
    vi.stubEnv('PORT', 'http');
    expect(await run(folder, ['content', 'export', '.'])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^Set PORT otherwise: /) });
  });
});

describe('what one has to type to call the commands', () => {
  test.each([
    [{ CALLED_AS: 'owso-kiosk-hub', npm_lifecycle_event: 'cli' }, 'owso-kiosk-hub'],
    [{ npm_lifecycle_event: 'cli' }, 'npm run cli --'],
    [{ npm_lifecycle_event: 'test' }, 'node src/cli/main.ts'],
    [{}, 'node src/cli/main.ts'],
  ])('under %j is %s', (environment, name) => expect(programName(environment)).toBe(name));
});
