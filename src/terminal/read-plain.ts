import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Bytes of a plain file in a folder that another account writes to: never those
 * behind a link, of a pipe or of a device. `undefined` while there is no such
 * file, or a longer one.
 * @param limit bytes
 */
export async function readPlain(path: string, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > limit) return undefined;
    return new Uint8Array(await handle.readFile());
  } finally {
    await handle.close();
  }
}
