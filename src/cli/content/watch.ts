import { watch } from 'chokidar';

/**
 * Runs `build` at once and again after every change below a folder, until
 * `signal` is aborted. Changes are gathered by state, not by time: those that
 * come while a build runs cause exactly one more after it.
 *
 * @returns when it was stopped and the last build has ended
 */
export async function watchContent(root: string, build: () => Promise<void>, signal: AbortSignal): Promise<void> {
  let state: 'idle' | 'building' | 'stale' = 'building';
  // A save is two events, emptied and filled, and the second may be swallowed as a repetition:
  // wait until the file has stopped growing.
  const watcher = watch(root, { ignoreInitial: true, atomic: true, awaitWriteFinish: { stabilityThreshold: 60, pollInterval: 20 } });
  let running: Promise<void> | undefined;
  const stopped = Promise.withResolvers<undefined>();

  const work = async (): Promise<void> => {
    do {
      state = 'building';
      await build();
    } while (!signal.aborted && (state as string) === 'stale');
    state = 'idle';
  };
  const start = (): void => {
    running = work();
    running.catch(stopped.reject);
  };
  const stop = (): void => stopped.resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const ready = Promise.withResolvers<undefined>();
    watcher.once('ready', () => ready.resolve(undefined));
    watcher.on('error', stopped.reject);
    watcher.on('all', () => {
      if (state === 'idle') start();
      else state = 'stale';
    });
    // Sources are read only once they are watched, so that no edit falls between.
    await Promise.race([ready.promise, stopped.promise]);
    if (!signal.aborted) start();
    await stopped.promise;
    await running;
  } finally {
    signal.removeEventListener('abort', stop);
    await watcher.close();
  }
}
