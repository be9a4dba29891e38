import type { ExitCode, Terminal } from './command.ts';
import { oneLine } from './one-line.ts';

/** An expected failure, in words for the operator. */
export interface Refusal {
  readonly code: string;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** What to do, as a sentence. */
  readonly mend: string;
}

/** Tells a refusal in two sentences, what is wrong and the mend, with its code for whoever is asked for help. */
export function tellRefusal(terminal: Terminal, { code, message, mend }: Refusal): ExitCode {
  terminal.err(`${oneLine(message)} ${oneLine(mend)} [${code}]`);
  return 1;
}
