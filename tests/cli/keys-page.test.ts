import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { productsFor } from '../../src/cli/bootstrap/build.mjs';
import { main } from '../../src/cli/main.ts';
import { edited, now, run, soundSources, temporaryFolder, writeFiles } from './sources.ts';

const passphrase = 'five words for a test';

/** The commands of the README's page for key holders, in its order, each on one line as it is typed. */
async function pageCommands(): Promise<readonly string[]> {
  const readme = await readFile(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const page = /\n## Keys: one page[\s\S]*?(?=\n## )/.exec(readme)?.[0] ?? '';
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n').filter((line) => line !== ''));
}

/** Words of a command line, quoted or not. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** A publishing house in one folder, where the page's commands are typed as they stand but for the places of stick and hub. */
async function publishingHouse() {
  const folder = await temporaryFolder();
  for (const place of ['media/stick', 'hub-data']) await mkdir(join(folder, place), { recursive: true });
  const commands = [...(await pageCommands())];
  const here = (text: string): string => text.replaceAll('/media/stick', join(folder, 'media/stick')).replaceAll('/var/lib/owso-kiosk-hub', join(folder, 'hub-data')).replace('owso-hub:', `${userInfo().username}:`);
  const used = new Set<string>();

  /** The page's only command that begins like this. */
  const onPage = (start: string | RegExp): string => {
    const found = commands.filter((line) => (typeof start === 'string' ? line.startsWith(start) : start.test(line)));
    expect(found, String(start)).toHaveLength(1);
    used.add(found[0] ?? '');
    return found[0] ?? '';
  };
  /** Types a line as the page has it, but for what `change` exchanges. */
  const type = async (start: string | RegExp, change: (line: string) => string = (line) => line): Promise<string> => {
    const said: string[] = [];
    let names = 0;
    const [npm, script, cli, dashes, ...args] = words(here(change(onPage(start))));
    expect([npm, script, cli, dashes]).toEqual(['npm', 'run', 'cli', '--']);
    const code = await main(args, {
      cwd: folder,
      now: () => now,
      out: (line) => void said.push(line),
      err: (line) => void said.push(line),
      signal: new AbortController().signal,
      ask: async (question) => (question.startsWith('Sign this') ? 'y' : question.startsWith('Name and office') ? `Holder ${++names}` : passphrase),
    });
    expect(code, `${args.join(' ')}\n${said.join('\n')}`).toBe(0);
    return said.join('\n');
  };
  const shell = (start: string): string => execFileSync('sh', ['-ec', here(onPage(start))], { cwd: folder, encoding: 'utf8' });
  const publish = async (): Promise<string> => {
    const { code, out, err } = await run(folder, ['content', 'publish', '--repository', 'hub-data/content', '--keys', 'hub-keys']);
    expect(code, err).toBe(0);
    return out;
  };
  const holders = async (role: string): Promise<readonly string[]> => {
    const { out } = await run(folder, ['keys', 'list', '--repository', 'media/stick/repository']);
    return (new RegExp(`^${role}: .*\\n((?: {2}.*\\n?)+)`, 'm').exec(out)?.[1] ?? '').trim().split(/\n\s*/).map((line) => line.replaceAll(' ', '').slice(0, 8));
  };
  return { folder, commands, used, type, packageLine: () => here(onPage(/npm run package$/)), publish, holders, fetch: () => shell('rm -rf /media/stick'), bring: () => shell('cp -rn /media/stick') };
}

test('every command on the page for key holders does what the page says, from the ceremony to a stolen hub', { timeout: 300_000 }, async () => {
  const { folder, commands, used, type, packageLine, publish, holders, fetch, bring } = await publishingHouse();
  const at = (...names: string[]): string => join(folder, ...names);
  const content = at('kiosk-config/content');
  await writeFiles(content, soundSources());

  await type('npm run cli -- keys ceremony');
  for (const name of ['root-1', 'root-2', 'targets-1', 'targets-2']) await cp(at('house', name), at(name), { recursive: true });
  await cp(at('house/repository'), at('media/stick/repository'), { recursive: true });
  await cp(at('house/root.json'), at('media/stick/root.json'));
  await cp(at('house/hub'), at('hub-keys'), { recursive: true });
  const record = await readFile(at('house/record.html'), 'utf8');
  await rm(at('house'), { recursive: true });

  const make = /^npm run cli -- keys make --holder/;
  const delegate = 'npm run cli -- keys delegate';
  await type(make);
  await type(make, (line) => line.replace('Sok Dara', 'Chan Maly').replace('--out dara', '--out maly'));
  for (const role of ['moi', 'catalogue']) await type(delegate, (line) => line.replace('--role moi', `--role ${role}`));
  await type(delegate, (line) => line.replace('--role moi', '--role 990101').replace(' --public maly.public.json', ''));

  const build = 'npm run cli -- content build';
  const sign = 'npm run cli -- content sign';
  const byMaly = (line: string): string => line.replace('dara.key.json', 'maly.key.json');
  await type(build);
  for (const role of ['catalogue', '990101']) {
    const as = (line: string): string => line.replace('--as moi', `--as ${role}`);
    await type(sign, as);
    if (role === 'catalogue') await type(sign, (line) => byMaly(as(line)));
  }
  /** The price as the page lets it be signed: by one, by the other, and by the first once more. */
  const signPrice = async (): Promise<void> => {
    expect(await type(sign)).toContain('Step 1 of 3');
    expect(await type(sign, byMaly)).toContain('Step 2 of 3');
    expect(await type(sign)).toContain('Step 3 of 3 is done, and it is complete.');
  };
  await signPrice();
  bring();
  expect(await publish()).toContain('Published edition 1');

  fetch();
  await writeFiles(content, edited(soundSources(), 'services/moi/birth.yaml', 'riel: 2500', 'riel: 9000'));
  await type(build);
  expect(await type(sign, (line) => `${line} --dry-run`)).toContain('2,500 ៛ per sheet → 9,000 ៛');
  await signPrice();
  bring();
  expect(await publish()).toBe('Published edition 2 with new files of moi.');

  fetch();
  const environment = Object.fromEntries(words(packageLine()).flatMap((word) => (/^[A-Z_]+=/.test(word) ? [word.split('=')] : []))) as Record<string, string>;
  const [, ...packing] = productsFor(environment).find(({ name }) => name === 'baseline')?.command ?? [];
  expect(await run(folder, packing)).toMatchObject({ code: 0, out: 'Packed edition 2 with 5 objects into .build/baseline.' });
  const root = await readFile(at('.build/baseline/root.json'), 'utf8');
  expect(root).toBe(await readFile(at('media/stick/root.json'), 'utf8'));
  expect(`${root}${await readFile(at('.build/baseline/packed.json'), 'utf8')}`).not.toContain('demonstration');
  expect(await readFile(at('.build/baseline/packed.json'), 'utf8')).toContain('9000');
  expect(existsSync(at('.build/published/metadata/timestamp.json'))).toBe(true);

  expect(await type('npm run cli -- keys list')).toContain('moi: 2 of 2');
  const [dara = '', maly = ''] = await holders('moi');
  /** A lost or stolen key's place is taken by another, and moi signs again. */
  const signBy = (name: string) => (line: string): string => line.replace('dara.key.json', `${name}.key.json`);
  const makeNew = (line: string): string => line.replace('--out dara', '--out new');
  await type(make, makeNew);
  expect(await type('npm run cli -- keys rotate', (line) => line.replace('KEY', dara))).toMatch(/Must be signed again[\s\S]*moi: by 2 of/);
  for (const kind of ['key', 'public']) await rename(at(`new.${kind}.json`), at(`successor.${kind}.json`));
  await type(make, makeNew);
  const revokeOne = /^npm run cli -- keys revoke --key-id KEY --new new\.public/;
  expect(await type(revokeOne, (line) => `${line.replace('KEY', maly)} --dry-run`)).toMatch(/Must be signed again[\s\S]*moi: by 2 of/);
  await type(revokeOne, (line) => line.replace('KEY', maly));
  expect(await holders('moi')).not.toEqual(expect.arrayContaining([dara]));
  expect(await holders('moi')).not.toEqual(expect.arrayContaining([maly]));
  await rm(content, { recursive: true });
  await writeFiles(content, edited(soundSources(), 'services/moi/birth.yaml', 'riel: 2500', 'riel: 9500'));
  await type(build);
  // Whoever comes after others is shown what those had signed.
  for (const name of ['successor', 'new', 'successor']) expect(await type(sign, signBy(name))).toContain('9,000 ៛ per sheet → 9,500 ៛');
  for (const name of ['dara', 'new', 'dara']) await type(sign, (line) => signBy(name)(line).replace('--as moi', '--as catalogue'));
  bring();
  expect(await publish()).toBe('Published edition 3 with new files of targets, catalogue, moi.');

  await type('npm run cli -- keys make --online --holder "Hub, snapshot"');
  await type('npm run cli -- keys make --online --holder "Hub, timestamp"');
  const [snapshot = ''] = await holders('snapshot');
  const [timestamp = ''] = await holders('timestamp');
  await type(/^npm run cli -- keys revoke --key-id KEY --new hub/, (line) => line.replace('KEY', snapshot).replace('KEY', timestamp));
  for (const gone of [snapshot, timestamp]) expect([...(await holders('snapshot')), ...(await holders('timestamp'))]).not.toContain(gone);
  bring();
  expect((await run(folder, ['content', 'publish', '--repository', 'hub-data/content', '--keys', 'hub-keys'])).err).toContain('[wrongKey]');
  await rm(at('hub-keys'), { recursive: true });
  await cp(at('hub'), at('hub-keys'), { recursive: true });
  expect(await publish()).toMatch(/^Published edition 4/);

  expect(await type('npm run cli -- keys renew')).toBe('Nothing is due yet.');
  expect([...used].toSorted()).toEqual([...commands].toSorted());
  // The page that is printed at the ceremony names the same options.
  for (const option of ['--repository', '--key ', '--new', '--dry-run']) expect(record).toContain(option);
});
