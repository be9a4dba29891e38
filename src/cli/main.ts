import { dispatch, type Command, type ExitCode, type Terminal } from '../console/command.ts';
import { runHere } from '../console/run-here.ts';
import { accountsAdd, accountsList, accountsPassword, accountsRemove, accountsUnlock } from './accounts/command.ts';
import { applicationsImport, registrationCodesMake } from './applications/command.ts';
import { backupList, backupMake, backupRestore } from './backup/commands.ts';
import { contentExport } from './carry/export.ts';
import { contentImport } from './carry/import.ts';
import { contentBuild, contentCheck } from './content/commands.ts';
import { contentDemonstrate } from './content/demonstrate.ts';
import { contentPack } from './content/pack-command.ts';
import { contentPublish } from './content/publish-command.ts';
import { contentSign } from './content/sign-command.ts';
import { gazetteerImport } from './gazetteer/command.ts';
import { keysCeremony } from './keys/ceremony.ts';
import { keysDelegate, keysList, keysRenew, keysRevoke, keysRotate } from './keys/commands.ts';
import { keysMake } from './keys/make.ts';
import { program } from './program.ts';

/** Every command, in the order of the help. A new one is one more line. */
export const commands: readonly Command[] = [
  contentCheck,
  contentBuild,
  contentSign,
  contentPublish,
  contentPack,
  contentExport,
  contentImport,
  contentDemonstrate,
  keysCeremony,
  keysMake,
  keysDelegate,
  keysRotate,
  keysRevoke,
  keysRenew,
  keysList,
  gazetteerImport,
  applicationsImport,
  registrationCodesMake,
  accountsAdd,
  accountsList,
  accountsPassword,
  accountsUnlock,
  accountsRemove,
  backupMake,
  backupList,
  backupRestore,
];

/** Runs the command that the arguments name. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return dispatch({ name: program, commands }, args, terminal);
}

if (import.meta.main) await runHere(main);
