import { SingleBar } from 'cli-progress';
import type { Terminal } from './command.ts';

/** A bar that fills while a long step runs; silent where no terminal watches. */
export interface Progress {
  /** @param value how much is done, in the unit of the total */
  update(value: number): void;
  stop(): void;
}

/** Starts a bar. Print nothing else until it is stopped. */
export function startProgress(terminal: Terminal, label: string, total: number): Progress {
  if (terminal.progress === undefined || total <= 0) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: `${label} [{bar}] {percentage} %  {eta_formatted}`, stream: terminal.progress, hideCursor: true, clearOnComplete: true });
  bar.start(total, 0);
  return {
    update: (value) => bar.update(Math.min(value, total)),
    stop: () => {
      bar.update(total);
      bar.stop();
    },
  };
}

/**
 * Names a step that nobody can say the length of, and counts its seconds while
 * somebody watches, so that it does not look as if nothing happened.
 * @param step prints nothing but by `tell`, a line under the name
 */
export async function waitingFor<T>(terminal: Terminal, label: string, step: (tell: (line: string) => void) => Promise<T>): Promise<T> {
  terminal.err(`${label} …`);
  const stream = terminal.progress;
  if (stream === undefined) return step((line) => terminal.err(`  ${line}`));
  const clear = (): void => void stream.write('\r        \r');
  const began = performance.now();
  const timer = setInterval(() => stream.write(`\r  ${Math.round((performance.now() - began) / 1_000)} s`), 1_000);
  try {
    return await step((line) => {
      clear();
      terminal.err(`  ${line}`);
    });
  } finally {
    clearInterval(timer);
    clear();
  }
}
