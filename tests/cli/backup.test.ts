import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

  test('of a hub that has not begun is none, and no failed night; of a folder that somebody named it is a failure', async () => {
    const cwd = temporaryFolder();
    const none = { out: '', err: expect.stringContaining('nothing to back up yet') };
    expect(await run(cwd, 'make', '--data-dir', 'dtaa', '--backup-dir', 'copies')).toMatchObject({ exit: 1, ...none });
    vi.stubEnv('DATA_DIR', join(cwd, 'data'));
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await run(cwd, 'make', '--backup-dir', 'copies')).toMatchObject({ exit: 0, ...none });
  });

  // As root the command runs as somebody who is not: that is how it is installed.
  const asRoot = process.getuid?.() === 0;
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const runAs = (rights: readonly string[], cwd: string, ...args: readonly string[]) => {
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', resolve(import.meta.dirname, '../../src/cli/main.ts'), 'backup', ...args];
    const { status, stdout, stderr } = asRoot ? spawnSync('setpriv', [...nobody, ...rights, ...command], { cwd, encoding: 'utf8' }) : spawnSync(command[0] ?? '', command.slice(1), { cwd, encoding: 'utf8' });
    return { exit: status, out: stdout.trim(), err: stderr.trim() };
  };

  /** A folder with a copy that root brought, for root alone, beside data of the service's own. */
  async function brought(): Promise<string> {
    const cwd = await hubWith('first');
    await run(cwd, 'make', '--name', 'monday', ...folders);
    await reportOf(cwd, 'second');
    if (asRoot) for (const path of ['', 'data', 'data/hub.sqlite', 'data/registration-code.secret', 'copies']) chownSync(join(cwd, path), 65534, 65534);
    chmodSync(join(cwd, 'copies/monday'), asRoot ? 0o700 : 0);
    onTestFinished(() => chmodSync(join(cwd, 'copies/monday'), 0o700));
    return cwd;
  }

  test('that may not be read is neither missing nor damaged: who may not read what is told', async () => {
    const cwd = await brought();
    const told = { exit: 1, out: '', err: expect.stringMatching(/\/copies\/monday(?:\/hub\.sqlite)? cannot be read by \S+\. Run the command as root, or let that account read it\.$/) };
    expect(runAs([], cwd, 'restore', 'monday', ...folders)).toEqual(told);
    expect(runAs([], cwd, 'list', '--backup-dir', 'copies')).toEqual(told);
  });

  test.runIf(asRoot)('that root brought for root alone is brought back with the right to read it, as the installed command lends it', async () => {
    const cwd = await brought();
    const rights = ['--inh-caps=-all,+dac_read_search', '--ambient-caps=-all,+dac_read_search'];
    expect(runAs(rights, cwd, 'list', '--backup-dir', 'copies').out).toMatch(/^monday /);
    expect(runAs(rights, cwd, 'restore', 'monday', '--keep-as', 'before', ...folders)).toMatchObject({ exit: 0, err: '' });
    expect(statSync(join(cwd, 'data/registration-code.secret')).uid).toBe(65534);
    expect(await reporters(cwd)).toEqual(['first']);
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
