import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { must } from './command.ts';

/** Images of USB sticks. */
export interface Sticks {
  /** One edition more than the terminal's package has. */
  readonly newer: string;
  /** The package's own edition. */
  readonly older: string;
  /** Somebody's photos. */
  readonly empty: string;
  remove(): void;
}

const project = resolve(import.meta.dirname, '../../..');

/** Makes sticks as a technician would, with the project's demonstration keys: edit, build, sign, export. */
export async function contentSticks(): Promise<Sticks> {
  const work = mkdtempSync(join(tmpdir(), 'owso-sticks-'));
  const at = (name: string): string => join(work, name);
  const cli = (...args: readonly string[]) => must(process.execPath, [join(project, 'src/cli/main.ts'), ...args], { timeout: 300_000 });
  for (const [from, to] of [['kiosk-config/content', 'content'], ['.build/repository', 'repository'], ['.data/demonstration-keys', 'keys']] as const) cpSync(join(project, from), at(to), { recursive: true });
  const ministry = join(at('content'), 'services/moi');
  const service = readdirSync(ministry).map((name) => join(ministry, name)).find((path) => /riel: \d+/.test(readFileSync(path, 'utf8')));
  if (service === undefined) throw new Error('no service has a fee to change');
  writeFileSync(service, readFileSync(service, 'utf8').replace(/riel: \d+/, 'riel: 123400'));
  await cli('content', 'build', '--content', at('content'), '--out', at('compiled'));
  await cli('content', 'demonstrate', '--content', at('compiled'), '--repository', at('repository'), '--keys', at('keys'));
  const image = async (name: string, fill: (folder: string) => Promise<unknown>): Promise<string> => {
    mkdirSync(at(name));
    await fill(at(name));
    await must('truncate', ['-s', '64M', at(`${name}.img`)]);
    await must('mke2fs', ['-q', '-t', 'ext4', '-d', at(name), at(`${name}.img`)]);
    return at(`${name}.img`);
  };
  return {
    newer: await image('newer', (folder) => cli('content', 'export', folder, '--repository', at('repository'))),
    older: await image('older', (folder) => cli('content', 'export', folder)),
    empty: await image('empty', async (folder) => writeFileSync(join(folder, 'photo.jpg'), 'not a photo')),
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}
