import { applicationsImport, registrationCodesMake } from './applications/command.ts';
import { askOn } from './ask.ts';
import { contentExport } from './carry/export.ts';
import { contentImport } from './carry/import.ts';
import { dispatch, type Command, type ExitCode, type Terminal } from './command.ts';
import { contentBuild, contentCheck } from './content/commands.ts';
import { contentDemonstrate } from './content/demonstrate.ts';
import { contentPack, contentPublish } from './content/publish-command.ts';
import { contentSign } from './content/sign-command.ts';
import { gazetteerImport } from './gazetteer/command.ts';
import { keysCeremony } from './keys/ceremony.ts';
import { keysDelegate, keysList, keysRenew, keysRevoke, keysRotate } from './keys/commands.ts';
import { keysMake } from './keys/make.ts';

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
];

/** Runs the command that the arguments name. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return dispatch(commands, args, terminal);
}

if (import.meta.main) {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  // A reader such as `head` may close the pipe before all is said.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.exitCode = await main(process.argv.slice(2), {
    cwd: process.cwd(),
    now: Date.now,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    ...(process.stderr.isTTY && { progress: process.stderr }),
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: (question, hidden) => askOn(process.stdin, process.stderr, question, hidden) }),
    signal: stop.signal,
  });
}
