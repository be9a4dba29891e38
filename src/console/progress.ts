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
