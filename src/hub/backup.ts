import { parseArgs } from 'node:util';
import { listBackups, makeBackup, restoreBackup } from './store/backup.ts';

/**
 * The hub's backups, as a program of its own: it runs at night, before an upgrade
 * and when the operator says so, whether or not the hub is running.
 *
 *     backup make [--name NAME] [--keep N]   backup list   backup restore NAME [--keep-as NAME]
 *
 * Folders: DATA_DIR and BACKUP_DIR of the environment.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
function end(sentence: string, code = 1): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

const usage = 'Usage: backup make [--name NAME] [--keep N] | backup list | backup restore NAME';
const { DATA_DIR: dataDir, BACKUP_DIR: backupDir } = process.env;
if (dataDir === undefined || backupDir === undefined) end('DATA_DIR and BACKUP_DIR are not set.', 2);
const parse = () => parseArgs({ allowPositionals: true, options: { name: { type: 'string' }, keep: { type: 'string' }, 'keep-as': { type: 'string' }, help: { type: 'boolean' } } });
let call: ReturnType<typeof parse>;
try {
  call = parse();
} catch {
  end(usage, 2);
}
const { values, positionals } = call;
const moment = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
const [command, name] = positionals;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

if (values.help === true) {
  say(usage);
} else if (command === 'make') {
  const keep = values.keep === undefined ? undefined : Number(values.keep);
  if (keep !== undefined && !(Number.isInteger(keep) && keep > 0)) end('--keep takes a number of backups.', 2);
  const made = await makeBackup(dataDir, backupDir, values.name ?? moment, keep);
  if (!made.ok) end(made.error.sentence, made.error.code === 'noData' ? 0 : 1);
  say(`${made.value.name} (${megabytes(made.value.size)})`);
} else if (command === 'list') {
  for (const one of listBackups(backupDir)) say(`${one.name} ${new Date(one.at).toISOString()} ${megabytes(one.size)}`);
} else if (command === 'restore' && name !== undefined) {
  const restored = await restoreBackup(dataDir, backupDir, name, values['keep-as'] ?? `replaced-${moment}`);
  if (!restored.ok) end(restored.error.sentence);
  say(`The data is as the backup ${name} has it.${restored.value === undefined ? '' : ` What was there is kept as ${restored.value}.`}`);
} else {
  end(usage, 2);
}
