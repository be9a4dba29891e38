import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { run, temporaryFolder } from './sources.ts';

const project = resolve(import.meta.dirname, '../..');

describe('the content that is shipped', () => {
  test('compiles without a fault', async () => {
    const out = join(await temporaryFolder(), 'content');
    const answer = await run(project, ['content', 'build', '--out', out], { now: Date.now() });
    expect(answer.err).not.toMatch(/\d+ faults? in/);
    expect(answer).toMatchObject({ code: 0, out: expect.stringMatching(/^Compiled into .*: \d+ services/) });
  }, 60_000);
});

describe('the program', () => {
  test('runs from the shell with its exit codes, answers on standard output and faults on standard error', async () => {
    const call = (...args: string[]) => promisify(execFile)(process.execPath, [join(project, 'src/cli/main.ts'), ...args], { cwd: project });
    expect((await call('--help')).stdout).toContain('content check');
    await expect(call('content', 'nothing')).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('There is no command "content nothing".') });
    await expect(call('content', 'check', '--content', 'src')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('src/pack.yaml:1:1  the file is missing') });
  }, 60_000);
});
