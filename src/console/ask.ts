import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Interrupted } from './command.ts';

/**
 * Asks a person on a terminal. A hidden answer is not shown while it is typed,
 * and is never kept in a history.
 * @throws Interrupted on Ctrl+C or when the input ends
 */
export async function askOn(input: NodeJS.ReadStream, output: NodeJS.WriteStream, question: string, hidden: boolean): Promise<string> {
  let muted = false;
  const shown = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
  const stopped = Promise.withResolvers<never>();
  // While a line is read the terminal hands Ctrl+C over as a character, not as a signal.
  lines.once('SIGINT', () => stopped.reject(new Interrupted()));
  lines.once('close', () => stopped.reject(new Interrupted()));
  try {
    const answer = lines.question(`${question}: `);
    muted = hidden;
    return await Promise.race([answer, stopped.promise]);
  } finally {
    lines.close();
    if (hidden) output.write('\n');
  }
}
