import { randomUUID } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { err, ok, type Result } from '../../model/result.ts';
import { compiledReleaseSchema, objectUrlPath, type CompiledManifest } from '../../trust/release.ts';
import type { CompiledRelease } from './compile.ts';

/** Why nothing was written. The message says the mend. */
export interface WriteError {
  readonly code: 'notABuild' | 'busy';
  readonly message: string;
}

/** Longest wait for another build, and the time between two looks, in milliseconds. */
const lockWait = 10_000;
const lockPoll = 50;

const objectName = /^[0-9a-f]{64}\.[a-z0-9-]+\.json$/;

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The release that lies in an output folder, if there is a readable one. */
export async function readRelease(out: string): Promise<CompiledManifest | undefined> {
  const text = await readIfThere(join(out, 'release.json'));
  if (text === undefined) return undefined;
  try {
    const parsed = v.safeParse(compiledReleaseSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** A folder with other things in it is not ours to clean up. */
async function isOurs(out: string): Promise<boolean> {
  try {
    const names = await readdir(out);
    return names.length === 0 || names.includes('release.json') || names.every((name) => ['services', 'offices', 'catalogue'].includes(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Two builds into one folder would delete each other's objects. A second one
 * waits a while for the first; the lock of a dead one is taken over.
 */
async function lock(out: string): Promise<Result<() => Promise<void>, WriteError>> {
  const path = `${out}.lock`;
  const own = `${path}.${randomUUID()}`;
  // Linked, not created: the lock never exists without its owner's number in it.
  await writeFile(own, String(process.pid));
  try {
    for (let waited = 0; waited <= lockWait; waited += lockPoll) {
      try {
        await link(own, path);
        return ok(() => rm(path, { force: true }));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(await readIfThere(path));
      if (isAlive(owner)) await setTimeout(lockPoll);
      else await rm(path, { force: true });
    }
    return err({ code: 'busy', message: `another build is writing ${out}; wait for it, or delete ${path} if there is none` });
  } finally {
    await rm(own, { force: true });
  }
}

/** Removes objects of earlier releases, and nothing else. */
async function prune(out: string, keep: ReadonlySet<string>): Promise<void> {
  const sweep = async (folder: string): Promise<void> => {
    for (const item of await readdir(join(out, folder), { withFileTypes: true })) {
      const path = `${folder}/${item.name}`;
      if (item.isDirectory()) {
        await sweep(path);
        await rmdir(join(out, path)).catch(() => undefined);
      } else if (objectName.test(item.name) && !keep.has(path)) await rm(join(out, path), { force: true });
    }
  };
  for (const folder of ['services', 'offices', 'catalogue']) {
    await sweep(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * Writes a release so that a reader, or a power cut, meets the old one or the
 * new one. Everything is first written to a folder beside; objects then move in
 * (their names carry their hash, so they disturb nothing), `release.json` is
 * switched by renaming, and objects that the new release does not name are
 * deleted last.
 */
export async function writeRelease(out: string, compiled: CompiledRelease): Promise<Result<void, WriteError>> {
  if (!(await isOurs(out))) return err({ code: 'notABuild', message: `${out} holds other files; name a new or empty folder with --out` });
  await mkdir(dirname(out), { recursive: true });
  const unlock = await lock(out);
  if (!unlock.ok) return unlock;
  const staging = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    const files = new Map<string, string>();
    for (const [path, entry] of Object.entries(compiled.release.objects)) files.set(objectUrlPath(path, entry), compiled.objects.get(path) ?? '');
    const objects = [...files.keys()];
    files.set('release.json', compiled.manifest);

    const folders = new Set([...files.keys()].map(dirname));
    for (const folder of folders) {
      await mkdir(join(staging, folder), { recursive: true });
      await mkdir(join(out, folder), { recursive: true });
    }
    for (const [name, text] of files) await writeFile(join(staging, name), text);
    for (const name of files.keys()) await rename(join(staging, name), join(out, name));
    await prune(out, new Set(objects));
    return ok(undefined);
  } finally {
    await rm(staging, { recursive: true, force: true });
    await unlock.value();
  }
}
