import { cpSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { must } from './command.ts';

/** What lies on a stick. */
export type StickContent =
  /** One edition more than the terminal's package has. */
  | 'newer'
  /** Two editions more. */
  | 'newest'
  /** The package's own edition. */
  | 'older'
  /** Somebody's photos. */
  | 'photos';

/** How a stick is laid out. Windows makes FAT in a partition; other tools leave the table of partitions out. */
export interface StickLayout {
  readonly kind: 'ext4' | 'vfat';
  readonly partitioned: boolean;
}

/** Contents of USB sticks. */
export interface Sticks {
  /** Makes the image of a stick. @returns its path */
  image(content: StickContent, layout: StickLayout): Promise<string>;
  remove(): void;
}

const project = resolve(import.meta.dirname, '../../..');
const sector = 512;
/** Where partitioning programs begin the first partition, sectors. */
const firstSector = 2048;
const megabytes = 64;

/** Writes a table with one partition into an image's first sector. @param type the partition's, as fdisk shows it */
function writeTable(image: string, type: number): void {
  const table = Buffer.alloc(sector);
  table.set([0, 0xfe, 0xff, 0xff, type, 0xfe, 0xff, 0xff], 446);
  table.writeUInt32LE(firstSector, 454);
  table.writeUInt32LE((megabytes * 1_048_576) / sector - firstSector, 458);
  table.set([0x55, 0xaa], 510);
  const file = openSync(image, 'r+');
  writeSync(file, table, 0, sector, 0);
  closeSync(file);
}

async function format(image: string, folder: string, { kind, partitioned }: StickLayout): Promise<void> {
  const offset = partitioned ? firstSector * sector : 0;
  await must('truncate', ['-s', `${megabytes}M`, image]);
  if (partitioned) writeTable(image, kind === 'vfat' ? 0x0c : 0x83);
  if (kind === 'ext4') {
    await must('mke2fs', ['-q', '-t', 'ext4', '-d', folder, '-E', `offset=${offset}`, image, `${(megabytes * 1_048_576 - offset) / 1024}k`]);
    return;
  }
  const part = `${image}@@${offset}`;
  await must('mformat', ['-i', part, '-F', '-v', 'USB STICK', '-T', String((megabytes * 1_048_576 - offset) / sector), '::']);
  await must('mcopy', ['-i', part, '-s', ...readdirSync(folder).map((name) => join(folder, name)), '::/']);
}

/** Makes what lies on sticks as a technician would, with the project's demonstration keys: edit, build, sign, export. */
export async function contentSticks(): Promise<Sticks> {
  const work = mkdtempSync(join(tmpdir(), 'owso-sticks-'));
  const at = (name: string): string => join(work, name);
  const folder = (content: StickContent): string => {
    mkdirSync(at(content));
    return at(content);
  };
  const cli = (...args: readonly string[]) => must(process.execPath, [join(project, 'src/cli/main.ts'), ...args], { timeout: 300_000 });
  for (const [from, to] of [['kiosk-config/content', 'content'], ['.build/repository', 'repository'], ['.data/demonstration-keys', 'keys']] as const) cpSync(join(project, from), at(to), { recursive: true });
  const ministry = join(at('content'), 'services/moi');
  const service = readdirSync(ministry).map((name) => join(ministry, name)).find((path) => /riel: \d+/.test(readFileSync(path, 'utf8')));
  if (service === undefined) throw new Error('no service has a fee to change');
  await cli('content', 'export', folder('older'));
  for (const [content, riel] of [['newer', 123400], ['newest', 123500]] as const) {
    writeFileSync(service, readFileSync(service, 'utf8').replace(/riel: \d+/, `riel: ${riel}`));
    await cli('content', 'build', '--content', at('content'), '--out', at('compiled'));
    await cli('content', 'demonstrate', '--content', at('compiled'), '--repository', at('repository'), '--keys', at('keys'));
    await cli('content', 'export', folder(content), '--repository', at('repository'));
  }
  writeFileSync(join(folder('photos'), 'photo.jpg'), 'not a photo');
  let made = 0;
  return {
    async image(content, layout) {
      const image = at(`${++made}.img`);
      await format(image, at(content), layout);
      return image;
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}
