import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const runHere = join(resolve(import.meta.dirname, '../..'), 'src/console/run-here.ts');

/** A command that puts away what it has begun when it is stopped, and takes its time for it. */
function command(putAway: number): { readonly next: (line: string) => Promise<void>; readonly stop: (signal: NodeJS.Signals) => void; readonly ended: Promise<readonly [number | null, string | null]> } {
  const script = `
    const { runHere } = await import(${JSON.stringify(runHere)});
    await runHere(async (args, terminal) => {
      const stay = setInterval(() => undefined, 1_000);
      const stopped = new Promise((done) => terminal.signal.addEventListener('abort', done, { once: true }));
      terminal.out('begun');
      await stopped;
      terminal.out('stopping');
      await new Promise((done) => setTimeout(done, ${putAway}));
      terminal.out('put away');
      clearInterval(stay);
      return 1;
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return {
    async next(line) {
      while (!said.includes(`${line}\n`)) await once(child.stdout, 'data');
    },
    stop: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code, signal]) => [code as number | null, signal as string | null] as const),
  };
}

describe('a command that is stopped', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s, twice at once, as timeout and shells do it, puts away what it has begun', async (signal) => {
    const { next, stop, ended } = command(500);
    await next('begun');
    stop(signal);
    await next('stopping');
    stop(signal);
    await next('put away');
    expect(await ended).toEqual([1, null]);
  });

  test('by a person who presses Ctrl+C again, because it takes too long, ends at once', async () => {
    const { next, stop, ended } = command(60_000);
    await next('begun');
    stop('SIGINT');
    await next('stopping');
    const again = setInterval(() => stop('SIGINT'), 250);
    const how = await ended;
    clearInterval(again);
    expect(how).toEqual([null, 'SIGINT']);
  });
});
