import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';

const moment = Date.UTC(2026, 10, 26, 3, 0, 5);

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `backup …` as typed in a folder with data in `data` and copies in `copies`. */
async function run(cwd: string, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await main(['backup', ...args], { cwd, now: () => moment, out: (line) => void out.push(line), err: (line) => void err.push(line), signal: new AbortController().signal });
  return { exit, out: out.join('\n'), err: err.join('\n') };
}
const folders = ['--data-dir', 'data', '--backup-dir', 'copies'] as const;

async function hubWith(kiosk: string): Promise<string> {
  const cwd = temporaryFolder();
  await reportOf(cwd, kiosk);
  return cwd;
}
async function reportOf(cwd: string, kiosk: string): Promise<void> {
  const store = openFileStore(join(cwd, 'data'));
  await store.reports.add(kiosk, [{ code: 'clockWrong', at: new Date(moment).toISOString(), detail: '' }], new Date(moment).toISOString());
  await store.close();
}
async function reporters(cwd: string): Promise<readonly string[]> {
  const store = openFileStore(join(cwd, 'data'));
  const found = await store.reports.latest(10);
  await store.close();
  return found.map(({ kiosk }) => kiosk);
}

describe('backup', () => {
  test('make, list and restore bring the data back, and keep what was there', async () => {
    const cwd = await hubWith('first');
    expect(await run(cwd, 'make', ...folders)).toMatchObject({ exit: 0, out: expect.stringMatching(/^2026-11-26T03-00-05 \(\d+\.\d MB\)$/) });
    await reportOf(cwd, 'second');
    expect((await run(cwd, 'list', '--backup-dir', 'copies')).out).toMatch(/^2026-11-26T03-00-05 \S+Z \d+\.\d MB$/);
    expect(await run(cwd, 'restore', '2026-11-26T03-00-05', '--keep-as', 'before', ...folders)).toEqual({ exit: 0, out: 'The data is as the backup 2026-11-26T03-00-05 has it. What was there is kept as before.', err: '' });
    expect(await reporters(cwd)).toEqual(['first']);
    expect((await run(cwd, 'list', '--backup-dir', 'copies')).out).toContain('before ');
  });

  test('of a hub without data is none, and no failure: it may be upgraded', async () => {
    expect(await run(temporaryFolder(), 'make', ...folders)).toMatchObject({ exit: 0, out: '', err: expect.stringContaining('nothing to back up yet') });
  });

  test.each([
    [['make', '--keep', '0'], 2, '--keep takes a number of copies.'],
    [['make', '--keep', 'some'], 2, '--keep takes a number of copies.'],
    [['make', '--name', '../out'], 1, 'Name a backup with letters, digits, dots and hyphens.'],
    [['restore', 'nowhere'], 1, 'There is no backup “nowhere”: `backup list` names those that there are.'],
  ])('%j is told what is wrong', async (args, exit, err) => {
    expect(await run(await hubWith('first'), ...args, ...folders)).toEqual({ exit, out: '', err });
  });

  test('asks where the copies are to lie, and reads the place from the hub’s environment', async () => {
    const cwd = await hubWith('first');
    expect(await run(cwd, 'make', '--data-dir', 'data')).toEqual({ exit: 2, out: '', err: 'Name the folder of the copies with --backup-dir, or set BACKUP_DIR.' });
    vi.stubEnv('BACKUP_DIR', join(cwd, 'copies'));
    vi.stubEnv('DATA_DIR', join(cwd, 'data'));
    // A setting that keeps the hub from starting keeps nobody from a backup.
    vi.stubEnv('PORT', 'none');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await run(cwd, 'make', '--name', 'end-of-0.1.0')).toMatchObject({ exit: 0, err: '' });
    expect((await run(cwd, 'list')).out).toMatch(/^end-of-0\.1\.0 /);
  });
});
