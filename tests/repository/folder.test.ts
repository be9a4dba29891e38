import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryFolder, openFolder, type RepositoryFolder } from '../../src/repository/folder.ts';
import { temporaryFolder } from '../cli/sources.ts';

const text = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe.each<readonly [string, () => Promise<RepositoryFolder>]>([
  ['on the disk', async () => openFolder(join(await temporaryFolder(), 'not/yet/there'))],
  ['in memory', async () => memoryFolder()],
])('a folder %s', (_where, open) => {
  test('gives back what was written, lists it by prefix, and forgets what was removed', async () => {
    const folder = await open();
    expect(await folder.list('')).toEqual([]);
    expect(await folder.read('a/b.json')).toBeUndefined();
    await folder.write('a/b.json', bytes('1'));
    await folder.write('a/c/d.json', bytes('2'));
    await folder.write('e.json', bytes('3'));
    await folder.write('a/b.json', bytes('4'));
    expect(text(await folder.read('a/b.json'))).toBe('4');
    expect(await folder.list('')).toEqual(['a/b.json', 'a/c/d.json', 'e.json']);
    expect(await folder.list('a/')).toEqual(['a/b.json', 'a/c/d.json']);
    expect(await folder.list('a/c')).toEqual(['a/c/d.json']);
    await folder.remove('a/b.json');
    await folder.remove('a/b.json');
    expect(await folder.list('a/')).toEqual(['a/c/d.json']);
    // A folder is no file.
    expect(await folder.read('a/b.json/c')).toBeUndefined();
  });

  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '', '.hidden', 'a/.hidden', 'a\\b'])('%j is no name in it', async (name) => {
    const folder = await open();
    await expect(folder.read(name)).rejects.toThrow('below the folder');
    await expect(folder.write(name, bytes('x'))).rejects.toThrow('below the folder');
    await expect(folder.remove(name)).rejects.toThrow('below the folder');
  });
});

describe('a folder on the disk', () => {
  test('half-written files of a cut are neither listed nor in the way', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'metadata'));
    await writeFile(join(dir, 'metadata/.timestamp.json.1234'), 'hal');
    const folder = openFolder(dir);
    await folder.write('metadata/timestamp.json', bytes('whole'));
    expect(await folder.list('')).toEqual(['metadata/timestamp.json']);
  });

  test('a write that fails leaves the old file and nothing beside it', async () => {
    const dir = await temporaryFolder();
    const folder = openFolder(dir);
    await mkdir(join(dir, 'a'));
    // A folder stands where the file should go.
    await mkdir(join(dir, 'a/b.json/c'), { recursive: true });
    await expect(folder.write('a/b.json', bytes('x'))).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(await readdir(join(dir, 'a'))).toEqual(['b.json']);
  });

  test('keys are for the account alone, whatever the umask', async () => {
    const dir = join(await temporaryFolder(), 'keys');
    await openFolder(dir, true).write('root-1/root.key.json', bytes('secret'));
    const modes = await Promise.all(['.', 'root-1', 'root-1/root.key.json'].map(async (name) => (await stat(join(dir, name))).mode & 0o777));
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    await chmod(dir, 0o700);
  });
});
