import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assert } from '../model/result.ts';

/**
 * Plain files below one folder, by forward-slash names. What the operating
 * system refuses (a full disk, no permission) is thrown.
 */
export interface RepositoryFolder {
  /** The bytes of a file; `undefined` if there is none of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Puts a file there as a whole: a reader, or a power cut, meets the old bytes or the new ones. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Takes a file away; nothing happens if there is none. */
  remove(name: string): Promise<void>;
  /** Names of all files below a prefix such as `metadata/`, sorted. Files that begin with a dot are not ours. */
  list(prefix: string): Promise<readonly string[]>;
}

/** Names come from schemas or from the code itself; one that leaves the folder is a bug. */
function assertInside(name: string): void {
  assert(name !== '' && name.split('/').every((part) => part !== '' && !part.startsWith('.') && !/[\\\0]/.test(part)), `"${name}" is a name below the folder`);
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

async function synced(path: string, flags: string, bytes?: Uint8Array, mode?: number): Promise<void> {
  const handle = await open(path, flags, mode);
  try {
    if (bytes !== undefined) await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Files below a folder of the disk. The folder comes into being with its first file.
 * @param isPrivate what is written is for this account alone: keys
 */
export function openFolder(dir: string, isPrivate = false): RepositoryFolder {
  const walk = async (folder: string, found: string[]): Promise<void> => {
    const items = await readdir(join(dir, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const item of items) {
      if (item.name.startsWith('.')) continue;
      const name = folder === '' ? item.name : `${folder}/${item.name}`;
      if (item.isDirectory()) await walk(name, found);
      else if (item.isFile()) found.push(name);
    }
  };
  return {
    async read(name) {
      assertInside(name);
      try {
        return await readFile(join(dir, name));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async write(name, bytes) {
      assertInside(name);
      const path = join(dir, name);
      const folder = dirname(path);
      await mkdir(folder, { recursive: true, ...(isPrivate && { mode: 0o700 }) });
      const beside = join(folder, `.${basename(path)}.${randomUUID()}`);
      try {
        await synced(beside, 'wx', bytes, isPrivate ? 0o600 : 0o666);
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
      // The new name itself must outlive a power cut, before what is written next refers to it.
      await synced(folder, 'r');
    },
    async remove(name) {
      assertInside(name);
      await rm(join(dir, name), { force: true });
    },
    async list(prefix) {
      const found: string[] = [];
      const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
      if (folder !== '') assertInside(folder);
      await walk(folder, found);
      return found.filter((name) => name.startsWith(prefix)).sort();
    },
  };
}

/** The same in memory. @param files what is there at first, by name */
export function memoryFolder(files: ReadonlyMap<string, Uint8Array> = new Map()): RepositoryFolder {
  const kept = new Map(files);
  return {
    async read(name) {
      assertInside(name);
      return kept.get(name);
    },
    async write(name, bytes) {
      assertInside(name);
      kept.set(name, bytes.slice());
    },
    async remove(name) {
      assertInside(name);
      kept.delete(name);
    },
    async list(prefix) {
      return [...kept.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
  };
}
