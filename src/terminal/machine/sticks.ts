import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Whether something that can be pulled out and read is plugged in: a disk that
 * is removable or hangs on USB, has a size, and is not the one that the machine
 * runs from. What is on it only the importer looks at.
 */
export async function isStickThere(systemRoot: string): Promise<boolean> {
  const block = join(systemRoot, 'sys/block');
  const mounts = await readFile(join(systemRoot, 'proc/mounts'), 'utf8').catch(() => '');
  const names = await readdir(block).catch(() => []);
  for (const name of names) {
    if (!/^(?:sd[a-z]+|mmcblk\d+|nvme\d+n\d+)$/.test(name)) continue;
    const read = async (file: string): Promise<number> => Number(await readFile(join(block, name, file), 'utf8').catch(() => '0'));
    const onUsb = (await realpath(join(block, name)).catch(() => '')).includes('/usb');
    const own = new RegExp(`^/dev/${name}(?:p?\\d+)? `, 'm').test(mounts);
    if (!own && ((await read('removable')) === 1 || onUsb) && (await read('size')) > 0) return true;
  }
  return false;
}
