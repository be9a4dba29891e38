import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { thisMachine } from '../../src/terminal/cli/machine.ts';
import { temporaryFolder } from '../hub/hub.ts';

describe('a program that a command runs', () => {
  test('is stopped when somebody presses Ctrl+C, and what would follow is not begun', async () => {
    const { run } = thisMachine();
    const stop = new AbortController();
    const first = run('sh', ['-c', 'echo begun; exec sleep 60'], { signal: stop.signal, onLine: () => stop.abort() });
    expect(await first).toEqual({ kind: 'stopped' });
    const file = join(temporaryFolder(), 'second');
    expect(await run('touch', [file], { signal: stop.signal })).toEqual({ kind: 'stopped' });
    expect(existsSync(file)).toBe(false);
  });

  test('tells what it said and how it ended', async () => {
    expect(await thisMachine().run('sh', ['-c', 'cat; echo oh >&2; exit 3'], { input: 'in' })).toEqual({ kind: 'ended', code: 3, out: 'in', err: 'oh\n' });
    expect(await thisMachine().run('/nowhere/at/all', [])).toEqual({ kind: 'absent' });
  });
});
