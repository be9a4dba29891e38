import { chmodSync, closeSync, copyFileSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { err, ok, type Result } from '../../model/result.ts';

/**
 * Copies of a hub's data: the database and the secret without which no
 * application in it can be found again. One folder a copy, whole or not there.
 */

const database = 'hub.sqlite';
const secret = 'registration-code.secret';

/** Why a copy could not be made or brought back. */
export interface BackupError {
  readonly code: 'noData' | 'noBackup' | 'damaged' | 'unreadable' | 'notWritten' | 'badName' | 'exists';
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

/** The copies in a folder. */
export interface Backups {
  /** Newest first. */
  readonly whole: readonly Backup[];
  /** Folders that may hold one, which this account may not read. */
  readonly unreadable: readonly string[];
}

const namePattern = /^(?!\.)[\w.~+-]{1,80}$/;

/** Names that the moment gave: the copies of every night. */
const momentPattern = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}$/;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
const isForbidden = (error: unknown): boolean => codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
/** Whether the file system or SQLite failed, and not this program. */
const isOfTheDisk = (error: unknown): error is Error => error instanceof Error && ('syscall' in error || 'errcode' in error);

/** What may not be read, by whom, and what to do about it. */
export const unreadableSentence = (path: string): string => `${path} cannot be read by ${userInfo().username}. Run the command as root, or let that account read it.`;

/** Whether a file is there. It is opened, because only then does the right to read everything, which is lent for the files of root, count. */
function isThere(file: string): Result<boolean, BackupError> {
  try {
    closeSync(openSync(file, 'r'));
    return ok(true);
  } catch (error) {
    if (isForbidden(error)) return err({ code: 'unreadable', sentence: unreadableSentence(file) });
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return ok(false);
    throw error;
  }
}

/** SQLite's own verdict on a copy, which nobody writes to: it wants no log beside it, and may lie where nothing can be written. */
function isSound(file: string): boolean {
  const closed = pathToFileURL(file);
  closed.searchParams.set('immutable', '1');
  try {
    const opened = new DatabaseSync(closed, { readOnly: true });
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

/** Every whole copy, and what cannot be looked into. */
export function listBackups(backupDir: string): Backups {
  const whole: Backup[] = [];
  const unreadable: string[] = [];
  /** What a look gives; of what is not there, nothing. */
  function look<T>(folder: string, at: () => T): T | undefined {
    try {
      return at();
    } catch (error) {
      if (isForbidden(error)) unreadable.push(folder);
      else if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
      return undefined;
    }
  }
  for (const name of look(backupDir, () => readdirSync(backupDir)) ?? []) {
    const file = name.endsWith('.new') ? undefined : look(join(backupDir, name), () => statSync(join(backupDir, name, database)));
    if (file !== undefined) whole.push({ name, at: file.mtimeMs, size: file.size });
  }
  return { whole: whole.sort((a, b) => b.at - a.at), unreadable };
}

/** Of the copies named by their moment, leaves so many. */
function removeOld(backupDir: string, keep: number): void {
  for (const { name } of listBackups(backupDir).whole.filter((one) => momentPattern.test(one.name)).slice(keep)) {
    try {
      rmSync(join(backupDir, name), { recursive: true, force: true });
    } catch (error) {
      // What root brought here is root's to remove.
      if (!isForbidden(error)) throw error;
    }
  }
}

/**
 * Copies the data while the hub may be running, checks the copy, and only then
 * gives it its name.
 * @param keep of the copies named by their moment so many stay; the others have a reason and stay until somebody removes them
 */
export async function makeBackup(dataDir: string, backupDir: string, name: string, keep: number | undefined): Promise<Result<Backup, BackupError>> {
  if (!namePattern.test(name)) return err({ code: 'badName', sentence: 'Name a backup with letters, digits, dots and hyphens.' });
  const there = isThere(join(dataDir, database));
  if (!there.ok) return there;
  if (!there.value) return err({ code: 'noData', sentence: `There is no database in ${dataDir}: nothing to back up yet.` });
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
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    if (!isOfTheDisk(error)) throw error;
    // On a full disk above all, half a copy must not stay.
    discard();
    return err({ code: 'notWritten', sentence: `The copy could not be written to ${backupDir}: ${error.message}. Make room on the disk, or mend it, and run the command again.` });
  }
  if (keep !== undefined) removeOld(backupDir, keep);
  const made = listBackups(backupDir).whole.find((one) => one.name === name);
  return made === undefined ? err({ code: 'damaged', sentence: 'The copy is not there after it was made: look at the disk.' }) : ok(made);
}

/**
 * Puts a copy in the place of the data, which is itself kept as a copy first,
 * unless it is damaged: that is when a backup is wanted most. The hub must not run.
 * @param keepAs name of no copy that there is
 * @returns name of the copy of what was there before, if anything whole was
 */
export async function restoreBackup(dataDir: string, backupDir: string, name: string, keepAs: string): Promise<Result<string | undefined, BackupError>> {
  const from = join(backupDir, name);
  const there = namePattern.test(name) ? isThere(join(from, database)) : ok(false);
  if (!there.ok) return there;
  if (!there.value) return err({ code: 'noBackup', sentence: `There is no backup “${name}”: \`backup list\` names those that there are.` });
  if (!isSound(join(from, database))) return err({ code: 'damaged', sentence: `The backup “${name}” is damaged: nothing was changed. Take another one.` });
  const secretThere = isThere(join(from, secret));
  if (!secretThere.ok) return secretThere;
  if (existsSync(join(backupDir, keepAs))) return err({ code: 'exists', sentence: `There is a backup “${keepAs}” already: nothing was changed. Keep what is there now under another name.` });
  const before = await makeBackup(dataDir, backupDir, keepAs, undefined);
  if (!before.ok && before.error.code !== 'damaged' && before.error.code !== 'noData') return before;
  const files = secretThere.value ? [database, secret] : [database];
  const fresh = (file: string): string => join(dataDir, `${file}.new`);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o750 });
    for (const file of files) {
      copyFileSync(join(from, file), fresh(file));
      // What comes from a stick may be read-only, or open to everybody.
      chmodSync(fresh(file), 0o600);
    }
  } catch (error) {
    if (!isOfTheDisk(error)) throw error;
    for (const file of files) rmSync(fresh(file), { recursive: true, force: true });
    return err({ code: 'notWritten', sentence: `The backup could not be written to ${dataDir}: ${error.message}. The data is as it was. Make room on the disk, or mend it, and run the command again.` });
  }
  // The log of the other database would be played into this one. Without it that one lacks what was written last: it goes when the copy lies ready.
  for (const ending of ['-wal', '-shm', '-journal']) rmSync(join(dataDir, database + ending), { force: true });
  for (const file of files) renameSync(fresh(file), join(dataDir, file));
  return ok(before.ok ? keepAs : undefined);
}
