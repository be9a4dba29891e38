import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a file there as a whole: a reader, or a power cut, meets the old bytes or
 * the new ones. What the disk refuses is thrown.
 * @param giveAway changes the owner before anybody meets the file under its name
 */
export async function writeWhole(path: string, text: string, mode = 0o644, giveAway?: (path: string) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const beside = join(folder, `.${basename(path)}.${randomUUID()}`);
  try {
    const file = await open(beside, 'wx', mode);
    try {
      // Whatever the service's umask is.
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveAway?.(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  // The new name itself must outlive a power cut: who pulls the plug must not get a count of wrong PINs back.
  const kept = await open(folder, 'r');
  await kept.sync().finally(() => kept.close());
}
