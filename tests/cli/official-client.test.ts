import { createServer } from 'node:http';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run, soundSources, edited, temporaryFolder, writeFiles, type Answer } from './sources.ts';

/** Serves a folder as plain static files on the loopback. */
async function serve(dir: string): Promise<string> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    readFile(join(dir, name)).then(
      (bytes) => response.end(bytes),
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise((done) => server.close(() => done(undefined))));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

/** A publishing house made by our commands alone. */
class House {
  readonly dir: string;
  now = Date.now();

  constructor(dir: string) {
    this.dir = dir;
  }

  async run(...args: string[]): Promise<Answer> {
    const answer = await run(this.dir, args, { now: this.now });
    if (answer.code !== 0) throw new Error(`${args.join(' ')}: ${answer.err}`);
    return answer;
  }

  keys(...args: string[]): Promise<Answer> {
    return this.run('keys', ...args, '--passphrase-file', 'passphrase');
  }

  change(...args: string[]): Promise<Answer> {
    return this.keys(...args, '--repository', 'house/repository');
  }

  async release(sources: Readonly<Record<string, string>>): Promise<Answer> {
    await writeFiles(join(this.dir, 'content'), sources);
    await this.run('content', 'build', '--content', 'content', '--out', 'compiled');
    const sign = (role: string, ...keys: string[]): Promise<Answer> =>
      this.run('content', 'sign', '--as', role, ...keys.flatMap((key) => ['--key', `${key}.key.json`]), '--content', 'compiled', '--repository', 'house/repository', '--passphrase-file', 'passphrase');
    await sign('moi', 'editor', 'official');
    await sign('catalogue', 'editor', 'official');
    await sign('990101', 'office');
    return this.run('content', 'publish', '--repository', 'house/repository', '--keys', 'house/hub');
  }
}

async function found(): Promise<House> {
  const house = new House(await temporaryFolder());
  await writeFile(join(house.dir, 'passphrase'), 'five words for a test\n');
  const holders = (role: string): string[] => ['1', '2', '3'].flatMap((number) => [`--${role}-holder`, `${role} ${number}`]);
  await house.keys('ceremony', '--out', 'house', ...holders('root'), ...holders('targets'));
  // In clear, since opening an encrypted key takes half a second by design.
  for (const name of ['editor', 'official', 'office']) await house.run('keys', 'make', '--holder', name, '--online', '--out', name);
  const targets = ['--key', 'house/targets-1/targets-1.key.json', '--key', 'house/targets-3/targets-3.key.json'];
  for (const role of ['moi', 'catalogue']) await house.change('delegate', '--role', role, '--public', 'editor.public.json', '--public', 'official.public.json', ...targets);
  await house.change('delegate', '--role', '990101', '--public', 'office.public.json', ...targets);
  return house;
}

describe('an official client of The Update Framework (tuf-js)', () => {
  test('reads what our commands publish, edition after edition, through a rotation of root, targets, hub and authority keys', async () => {
    const house = await found();
    await house.release(soundSources());
    const url = await serve(join(house.dir, 'house/repository'));
    const metadataDir = join(house.dir, 'client/metadata');
    const targetDir = join(house.dir, 'client/targets');
    await mkdir(metadataDir, { recursive: true });
    await mkdir(targetDir, { recursive: true });
    await writeFile(join(metadataDir, 'root.json'), await readFile(join(house.dir, 'house/root.json')));
    const birth = async (): Promise<string> => {
      const updater = new Updater({ metadataDir, metadataBaseUrl: `${url}/metadata`, targetDir, targetBaseUrl: `${url}/targets` });
      await updater.refresh();
      const target = await updater.getTargetInfo('services/moi/birth.json');
      if (target === undefined) throw new Error('no such target');
      return readFile(await updater.downloadTarget(target), 'utf8');
    };
    expect(await birth()).toContain('"riel":2500');

    await house.release(edited(soundSources(), 'services/moi/birth.yaml', 'riel: 2500', 'riel: 3000'));
    expect(await birth()).toContain('"riel":3000');

    // One root key, one targets key, both of the hub's keys and the official's key are replaced.
    for (const name of ['new-root', 'new-targets', 'new-official']) await house.run('keys', 'make', '--holder', name, '--online', '--out', name);
    const list = (await house.run('keys', 'list', '--repository', 'house/repository')).out;
    const keysOf = (role: string): string[] => (new RegExp(`^${role}: .*\\n((?: {2}.*\\n?)+)`, 'm').exec(list)?.[1] ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
    const rootKeys = ['2', '3'].flatMap((number) => ['--key', `house/root-${number}/root-${number}.key.json`]);
    await house.change('rotate', '--role', 'root', '--old', keysOf('root')[0] ?? '', '--new', 'new-root.public.json', ...rootKeys, '--key', 'new-root.key.json');
    const rooted = ['--key', 'house/root-2/root-2.key.json', '--key', 'new-root.key.json'];
    await house.change('rotate', '--role', 'targets', '--old', keysOf('targets')[0] ?? '', '--new', 'new-targets.public.json', ...rooted, '--key', 'house/targets-2/targets-2.key.json', '--key', 'new-targets.key.json');
    for (const role of ['snapshot', 'timestamp']) {
      await house.run('keys', 'make', '--holder', 'Hub', '--online', '--out', `next/${role}`);
      await house.change('rotate', '--role', role, '--old', keysOf(role)[0] ?? '', '--new', `next/${role}.public.json`, ...rooted);
      await writeFile(join(house.dir, `house/hub/${role}.key.json`), await readFile(join(house.dir, `next/${role}.key.json`)));
    }
    await house.change('rotate', '--role', 'moi', '--old', keysOf('moi')[1] ?? '', '--new', 'new-official.public.json', '--key', 'house/targets-2/targets-2.key.json', '--key', 'new-targets.key.json');
    await house.run('content', 'sign', '--as', 'moi', '--key', 'editor.key.json', '--key', 'new-official.key.json', '--content', 'compiled', '--repository', 'house/repository', '--passphrase-file', 'passphrase');
    await house.run('content', 'publish', '--repository', 'house/repository', '--keys', 'house/hub');
    expect(await birth()).toContain('"riel":3000');
    const { signed } = JSON.parse(await readFile(join(metadataDir, 'root.json'), 'utf8')) as { signed: { version: number } };
    expect(signed.version).toBe(5);
  }, 60_000);
});
