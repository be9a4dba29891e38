import { askOn } from './ask.ts';
import type { ExitCode, Terminal } from './command.ts';

/** Runs a program's `main` with this process's arguments on the terminal it was called from, and sets the exit code. */
export async function runHere(main: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>): Promise<void> {
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
