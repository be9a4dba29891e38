import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '../../model/result.ts';

/**
 * Copies of a hub's data: the database and the secret without which no
 * application in it can be found again. One folder a copy, whole or not there.
 */

const database = 'hub.sqlite';
const secret = 'registration-code.secret';

/** Why a copy could not be made or brought back. */
export interface BackupError {
  readonly code: 'noData' | 'noBackup' | 'damaged' | 'notWritten' | 'badName' | 'exists';
  /** A sentence for the operator. */
  readonly sentence: string;
}

/** A copy. */
export interface Backup {
  readonly name: string;
  /** When it was made, ms. */
  readonly at: number;
  /** Bytes. */
  readonly size: number;
}

const namePattern = /^[\w.~+-]{1,80}$/;

/** SQLite's own verdict on a file. */
function isSound(file: string): boolean {
  try {
    const opened = new DatabaseSync(file, { readOnly: true });
    try {
      return opened.prepare('PRAGMA integrity_check').get()?.['integrity_check'] === 'ok';
    } finally {
      opened.close();
    }
  } catch {
    return false;
  }
}

/** What SQLite says of a file that is no database of its own, or one with a hole: SQLITE_CORRUPT, SQLITE_NOTADB. */
const damagedCodes: ReadonlySet<unknown> = new Set([11, 26]);

/** False: the source is damaged. Everything else, such as a full disk, is thrown. */
async function copyDatabase(from: string, to: string): Promise<boolean> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && damagedCodes.has(error.errcode)) return false;
    throw error;
  } finally {
    source.close();
  }
}

/** Every whole copy, newest first. */
export function listBackups(backupDir: string): readonly Backup[] {
  if (!existsSync(backupDir)) return [];
  return readdirSync(backupDir)
    .filter((name) => existsSync(join(backupDir, name, database)) && !name.endsWith('.new'))
    .map((name) => {
      const { mtimeMs, size } = statSync(join(backupDir, name, database));
      return { name, at: mtimeMs, size };
    })
    .sort((a, b) => b.at - a.at);
}

/**
 * Copies the data while the hub may be running, checks the copy, and only then
 * gives it its name.
 * @param keep of the copies named by a date so many stay; the others have a reason and stay until somebody removes them
 */
export async function makeBackup(dataDir: string, backupDir: string, name: string, keep: number | undefined): Promise<Result<Backup, BackupError>> {
  if (!namePattern.test(name)) return err({ code: 'badName', sentence: 'Name a backup with letters, digits, dots and hyphens.' });
  if (!existsSync(join(dataDir, database))) return err({ code: 'noData', sentence: `There is no database in ${dataDir}: nothing to back up yet.` });
  const folder = join(backupDir, name);
  const fresh = `${folder}.new`;
  const discard = (): void => rmSync(fresh, { recursive: true, force: true });
  try {
    discard();
    mkdirSync(fresh, { recursive: true, mode: 0o700 });
    if (existsSync(join(dataDir, secret))) copyFileSync(join(dataDir, secret), join(fresh, secret));
    if (!(await copyDatabase(join(dataDir, database), join(fresh, database))) || !isSound(join(fresh, database))) {
      discard();
      return err({ code: 'damaged', sentence: 'The copy is damaged and was thrown away: the disk or the database itself is.' });
    }
  } catch (error) {
    if (!(error instanceof Error && ('syscall' in error || 'errcode' in error))) throw error;
    // On a full disk above all, half a copy must not stay.
    discard();
    return err({ code: 'notWritten', sentence: `The copy could not be written to ${backupDir}: ${error.message}. Make room on the disk, or mend it, and run the command again.` });
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  if (keep !== undefined) for (const old of listBackups(backupDir).filter((one) => /^\d{4}-\d{2}-\d{2}/.test(one.name)).slice(keep)) rmSync(join(backupDir, old.name), { recursive: true, force: true });
  const made = listBackups(backupDir).find((one) => one.name === name);
  return made === undefined ? err({ code: 'damaged', sentence: 'The copy is not there after it was made: look at the disk.' }) : ok(made);
}

/**
 * Puts a copy in the place of the data, which is itself kept as a copy first,
 * unless it is damaged: that is when a backup is wanted most. The hub must not run.
 * @returns name of the copy of what was there before, if anything whole was
 */
export async function restoreBackup(dataDir: string, backupDir: string, name: string, keepAs: string): Promise<Result<string | undefined, BackupError>> {
  const from = join(backupDir, name);
  if (!namePattern.test(name) || !existsSync(join(from, database))) return err({ code: 'noBackup', sentence: `There is no backup “${name}”: \`backup list\` names those that there are.` });
  if (!isSound(join(from, database))) return err({ code: 'damaged', sentence: `The backup “${name}” is damaged: nothing was changed. Take another one.` });
  let kept: string | undefined;
  if (existsSync(join(dataDir, database))) {
    const before = await makeBackup(dataDir, backupDir, keepAs, undefined);
    if (!before.ok && before.error.code !== 'damaged') return before;
    if (before.ok) kept = keepAs;
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  const put = (file: string): void => {
    if (!existsSync(join(from, file))) return;
    copyFileSync(join(from, file), join(dataDir, `${file}.new`));
    renameSync(join(dataDir, `${file}.new`), join(dataDir, file));
  };
  // The log of the other database would be played into this one.
  for (const ending of ['-wal', '-shm', '-journal']) rmSync(join(dataDir, database + ending), { force: true });
  put(database);
  put(secret);
  return ok(kept);
}
