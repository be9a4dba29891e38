import type { RepositoryError } from '../repository/error.ts';
import type { ExitCode, Terminal } from './command.ts';
import { oneLine } from './one-line.ts';

/** Tells a refusal in two sentences, what is wrong and the mend, with its code for whoever is asked for help. */
export function tellRefusal(terminal: Terminal, { code, message, mend }: RepositoryError): ExitCode {
  terminal.err(`${oneLine(message)} ${oneLine(mend)} [${code}]`);
  return 1;
}
