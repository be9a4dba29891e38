import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { limits } from '../trust/limits.ts';
import { refuse, trusted, type TrustResult } from '../trust/result.ts';
import type { RepositorySource } from './copy.ts';
import { openFolder, type RepositoryFolder } from './folder.ts';
import { timestampName } from './names.ts';

/** Our folder on a stick. Nothing beside it is read or touched. */
export const stickFolder = 'owso-content';

/** Whether there is such a folder: a stick that is not mounted must not become a folder of the system's disk. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/**
 * The first link in our folder on a stick, by its name there. Whoever writes
 * such a stick, as an account that may do much, must not be led elsewhere by it.
 */
export async function linkOnStick(dir: string): Promise<string | undefined> {
  const ours = await lstat(join(dir, stickFolder)).catch(() => undefined);
  if (ours?.isSymbolicLink() === true) return stickFolder;
  if (ours?.isDirectory() !== true) return undefined;
  const link = (await readdir(join(dir, stickFolder), { recursive: true, withFileTypes: true })).find((item) => item.isSymbolicLink());
  return link === undefined ? undefined : relative(dir, join(link.parentPath, link.name));
}

/**
 * A folder on a stick that a stranger may have written. Only plain files below
 * it are read, none behind a link that leads out, no device and no pipe, and no
 * more than the limit allows, however long the file says it is.
 */
export function strangerSource(dir: string): RepositorySource {
  const read = async (name: string, limit: number): Promise<TrustResult<Uint8Array>> => {
    const path = join(dir, name);
    const real = await realpath(path);
    if (!real.startsWith((await realpath(dir)) + sep)) return refuse('unreachable', name, 'a link that leads out');
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) return refuse('unreachable', name, 'no plain file');
      if (found.size > limit) return refuse('tooBig', name, `${found.size} bytes, not ${limit}`);
      const bytes = new Uint8Array(found.size + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length);
        length += bytesRead;
        // One that grows while it is read is none that was exported.
        if (length > found.size) return refuse('unreachable', name, 'it is being written');
        if (bytesRead === 0) return trusted(bytes.slice(0, length));
      }
    } finally {
      await file.close();
    }
  };
  return {
    get: async (name, limit) => {
      try {
        return await read(name, limit);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        if (code === 'ENOENT' || code === 'ENOTDIR') return refuse('absent', name);
        return refuse('unreachable', name, code);
      }
    },
  };
}

/**
 * A folder on a stick that is also written to. What {@link strangerSource} would
 * not read is as good as not there, and is written over.
 */
export function strangerFolder(dir: string): RepositoryFolder {
  const source = strangerSource(dir);
  return {
    ...openFolder(dir),
    read: async (name) => {
      const bytes = await source.get(name, limits.targets);
      return bytes.ok ? bytes.value : undefined;
    },
  };
}

/**
 * Where on a stick the content lies: in our folder, or where somebody copied that
 * folder's inside. `halfWritten`: an export onto it did not finish.
 */
export async function findStickContent(dir: string): Promise<{ readonly dir: string } | 'noFolder' | 'halfWritten' | 'noContent'> {
  if (!(await isFolder(dir))) return 'noFolder';
  let begun = false;
  for (const path of [join(dir, stickFolder), dir]) {
    const timestamp = await strangerSource(path).get(timestampName, limits.timestamp);
    if (timestamp.ok || timestamp.error.code !== 'absent') return { dir: path };
    begun ||= (await isFolder(join(path, 'metadata'))) || (await isFolder(join(path, 'targets')));
  }
  return begun ? 'halfWritten' : 'noContent';
}
