import { askOn } from './ask.ts';
import type { ExitCode, Terminal } from './command.ts';

/**
 * For so long a second signal to stop is the first one's other copy, ms: `timeout`
 * and shells send it to a command and to its group. It must not cut short what the
 * first one began to put away. Whoever presses Ctrl+C once more later is obeyed at once.
 */
const sameStop = 2_000;

/** Calls back at the first signal to stop; a later one has its usual effect, which is to end this process. */
function onStop(stop: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const heard = (): void => {
      stop();
      setTimeout(() => process.off(name, heard), sameStop).unref();
    };
    process.on(name, heard);
  }
}

/** Runs a program's `main` with this process's arguments on the terminal it was called from, and sets the exit code. */
export async function runHere(main: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>): Promise<void> {
  const stop = new AbortController();
  onStop(() => stop.abort());
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
