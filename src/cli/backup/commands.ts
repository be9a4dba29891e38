import { resolve } from 'node:path';
import type { Call, Command, Option, Terminal } from '../../console/command.ts';
import { dataFolder } from '../../hub/config.ts';
import { listBackups, makeBackup, restoreBackup, unreadableSentence } from '../../hub/store/backup.ts';
import { dataDirOption } from '../hub-settings.ts';

const backupDirOption: Option = { type: 'string', value: 'DIR', help: 'folder of the copies; otherwise BACKUP_DIR' };
const folderOptions = { 'data-dir': dataDirOption, 'backup-dir': backupDirOption };

/**
 * Where the data and its copies lie; undefined where nobody has said so, which is
 * told. No other setting of the hub is read: a wrong one must not keep anybody
 * from a backup.
 */
function foldersOf(call: Call, terminal: Terminal): { readonly data: string; readonly backups: string } | undefined {
  const named = call.text('data-dir');
  const backups = call.text('backup-dir') ?? process.env['BACKUP_DIR'];
  if (backups !== undefined) return { data: named === undefined ? dataFolder(process.env) : resolve(terminal.cwd, named), backups: resolve(terminal.cwd, backups) };
  terminal.err('Name the folder of the copies with --backup-dir, or set BACKUP_DIR.');
  return undefined;
}

/** The moment as a name that sorts by time and that a file system takes. */
const momentOf = (terminal: Terminal): string => new Date(terminal.now()).toISOString().slice(0, 19).replaceAll(':', '-');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * Copies the hub's data: at night, before an upgrade, and when the operator says
 * so, whether or not the hub is running.
 */
export const backupMake: Command = {
  name: 'backup make',
  summary: 'Copies the hub’s data, which may be in use, and checks the copy',
  options: {
    name: { type: 'string', value: 'NAME', help: 'what the copy is called; otherwise by the moment' },
    keep: { type: 'string', value: 'N', help: 'of the copies called by their moment, so many stay; otherwise all' },
    ...folderOptions,
  },
  async run(call, terminal) {
    const keep = call.text('keep') === undefined ? undefined : Number(call.text('keep'));
    if (keep !== undefined && !(Number.isInteger(keep) && keep > 0)) {
      terminal.err('--keep takes a number of copies.');
      return 2;
    }
    const folders = foldersOf(call, terminal);
    if (folders === undefined) return 2;
    const made = await makeBackup(folders.data, folders.backups, call.text('name') ?? momentOf(terminal), keep);
    if (!made.ok) {
      terminal.err(made.error.sentence);
      // The night of a hub that has not begun yet is no failure; a folder that somebody named is to hold data.
      return made.error.code === 'noData' && call.text('data-dir') === undefined ? 0 : 1;
    }
    terminal.out(`${made.value.name} (${megabytes(made.value.size)})`);
    return 0;
  },
};

/** Shows the copies there are. */
export const backupList: Command = {
  name: 'backup list',
  summary: 'Shows the copies of the hub’s data, newest first',
  options: { 'backup-dir': backupDirOption },
  async run(call, terminal) {
    const folders = foldersOf(call, terminal);
    if (folders === undefined) return 2;
    const { whole, unreadable } = listBackups(folders.backups);
    for (const one of whole) terminal.out(`${one.name} ${new Date(one.at).toISOString()} ${megabytes(one.size)}`);
    for (const folder of unreadable) terminal.err(unreadableSentence(folder));
    return unreadable.length === 0 ? 0 : 1;
  },
};

/** Puts a copy in the place of the data. */
export const backupRestore: Command = {
  name: 'backup restore',
  summary: 'Puts a copy in the place of the hub’s data',
  positionals: ['NAME'],
  options: { 'keep-as': { type: 'string', value: 'NAME', help: 'what the copy of the replaced data is called; otherwise by the moment' }, ...folderOptions },
  details: 'What was there is kept as a copy first, unless it is damaged. The hub must not run meanwhile: the installed command stops it and starts it again.',
  async run(call, terminal) {
    const folders = foldersOf(call, terminal);
    if (folders === undefined) return 2;
    const name = call.positionals[0] ?? '';
    const restored = await restoreBackup(folders.data, folders.backups, name, call.text('keep-as') ?? `replaced-${momentOf(terminal)}`);
    if (!restored.ok) {
      terminal.err(restored.error.sentence);
      return 1;
    }
    terminal.out(`The data is as the backup ${name} has it.${restored.value === undefined ? '' : ` What was there is kept as ${restored.value}.`}`);
    return 0;
  },
};
