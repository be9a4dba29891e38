import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listBackups, makeBackup, restoreBackup } from '../../src/hub/store/backup.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';

let data = '';
let backups = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'owso-hub-data-'));
  backups = mkdtempSync(join(tmpdir(), 'owso-hub-backups-'));
});
afterEach(() => {
  for (const folder of [data, backups]) rmSync(folder, { recursive: true, force: true });
});

const at = '2026-01-01T00:00:00.000Z';
async function report(kiosk: string): Promise<void> {
  const store = openFileStore(data);
  await store.reports.add(kiosk, [{ code: 'clockWrong', at, detail: '' }], at);
  await store.close();
}
async function reporters(): Promise<readonly string[]> {
  const store = openFileStore(data);
  const found = await store.reports.latest(10);
  await store.close();
  return found.map(({ kiosk }) => kiosk);
}

const names = (): string[] => listBackups(backups).whole.map(({ name }) => name);

describe('a backup of the hub', () => {
  it('is whole while the hub is running, and brings back what was there with the secret that belongs to it', async () => {
    await report('first');
    const running = openFileStore(data);
    const made = await makeBackup(data, backups, 'one', undefined);
    await running.close();
    expect(made).toMatchObject({ ok: true, value: { name: 'one' } });
    const secret = readFileSync(join(data, 'registration-code.secret'));
    await report('second');
    writeFileSync(join(data, 'registration-code.secret'), 'x'.repeat(32));
    expect(await restoreBackup(data, backups, 'one', 'before')).toEqual({ ok: true, value: 'before' });
    expect(await reporters()).toEqual(['first']);
    expect(readFileSync(join(data, 'registration-code.secret'))).toEqual(secret);
    expect(names().sort()).toEqual(['before', 'one']);
  });

  it('keeps the newest of the nightly ones, and every one that somebody named, by a day, too', async () => {
    await report('first');
    for (const name of ['2026-01-01-before-the-move', '2026-01-01', '2026-01-01T02-00-00', '2026-01-02T02-00-00', 'end-of-0.1.0', '2026-01-03T02-00-00']) await makeBackup(data, backups, name, 2);
    expect(names().sort()).toEqual(['2026-01-01', '2026-01-01-before-the-move', '2026-01-02T02-00-00', '2026-01-03T02-00-00', 'end-of-0.1.0']);
  });

  it.each(['one', 'other'])('is brought back only where what was there gets a name of its own, not that of “%s”', async (keepAs) => {
    await report('first');
    for (const name of ['one', 'other']) await makeBackup(data, backups, name, undefined);
    await report('second');
    expect(await restoreBackup(data, backups, 'one', keepAs)).toMatchObject({ ok: false, error: { code: 'exists', sentence: expect.stringContaining(`“${keepAs}”`) } });
    expect(await reporters()).toEqual(['second', 'first']);
    for (const name of ['one', 'other']) {
      expect(await restoreBackup(data, backups, name, `before-${name}`)).toMatchObject({ ok: true });
      expect(await reporters()).toEqual(['first']);
    }
  });

  it('leaves the data as it was, with what was written last, where the disk has no room for it', async () => {
    await report('first');
    await makeBackup(data, backups, 'one', undefined);
    // A hub whose power went: what it wrote last is in the log alone.
    const running = openFileStore(data);
    await running.reports.add('second', [{ code: 'clockWrong', at, detail: '' }], at);
    const left = mkdtempSync(join(tmpdir(), 'owso-hub-data-'));
    onTestFinished(() => rmSync(left, { recursive: true, force: true }));
    cpSync(data, left, { recursive: true });
    await running.close();
    cpSync(left, data, { recursive: true });
    mkdirSync(join(data, 'registration-code.secret.new'));
    expect(await restoreBackup(data, backups, 'one', 'before')).toMatchObject({ ok: false, error: { code: 'notWritten', sentence: expect.stringContaining(data) } });
    expect(existsSync(join(data, 'hub.sqlite.new'))).toBe(false);
    expect(await reporters()).toEqual(['second', 'first']);
  });

  it('stays a folder of two files when it is checked and brought back, and what was brought from a read-only stick can be written to', async () => {
    await report('first');
    await makeBackup(data, backups, 'one', undefined);
    chmodSync(join(backups, 'one/hub.sqlite'), 0o400);
    expect(await restoreBackup(data, backups, 'one', 'before')).toMatchObject({ ok: true });
    for (const name of names()) expect(readdirSync(join(backups, name)).sort()).toEqual(['hub.sqlite', 'registration-code.secret']);
    expect(statSync(join(data, 'hub.sqlite')).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing of itself where it cannot be written, and says why', async () => {
    await report('first');
    rmSync(join(data, 'registration-code.secret'));
    mkdirSync(join(data, 'registration-code.secret'));
    expect(await makeBackup(data, backups, 'one', undefined)).toMatchObject({ ok: false, error: { code: 'notWritten', sentence: expect.stringContaining(backups) } });
    expect(readdirSync(backups)).toEqual([]);
  });

  it('is refused as damaged before anything is changed', async () => {
    await report('first');
    await makeBackup(data, backups, 'one', undefined);
    truncateSync(join(backups, 'one/hub.sqlite'), 5000);
    expect(await restoreBackup(data, backups, 'one', 'before')).toMatchObject({ ok: false, error: { code: 'damaged' } });
    expect(await reporters()).toEqual(['first']);
  });

  it.each([['cut off', (file: string) => truncateSync(file, 9_000)], ['no database any more', (file: string) => writeFileSync(file, Buffer.alloc(20_000, 7))]])('comes back where the database is %s, and none is made of that', async (_what, damage) => {
    await report('first');
    await makeBackup(data, backups, 'one', undefined);
    damage(join(data, 'hub.sqlite'));
    expect(await makeBackup(data, backups, 'two', undefined)).toMatchObject({ ok: false, error: { code: 'damaged' } });
    expect(await restoreBackup(data, backups, 'one', 'before')).toEqual({ ok: true, value: undefined });
    expect(await reporters()).toEqual(['first']);
    expect(readdirSync(backups)).toEqual(['one']);
  });

  it('is no path out of its folder, and none for what is not there', async () => {
    await report('first');
    for (const name of ['../out', '..', '.']) expect(await makeBackup(data, backups, name, undefined)).toMatchObject({ ok: false, error: { code: 'badName' } });
    expect(await restoreBackup(data, backups, '../../etc', 'before')).toMatchObject({ ok: false, error: { code: 'noBackup' } });
    expect(await restoreBackup(data, backups, 'nowhere', 'before')).toMatchObject({ ok: false, error: { code: 'noBackup' } });
    expect(await makeBackup(join(data, 'empty'), backups, 'one', undefined)).toMatchObject({ ok: false, error: { code: 'noData' } });
  });

  it('that was broken off is not taken for one', async () => {
    await report('first');
    await makeBackup(data, backups, 'one.new', undefined);
    expect(names()).toEqual([]);
    await makeBackup(data, backups, 'one', undefined);
    expect(readdirSync(backups)).toContain('one');
    expect(existsSync(join(backups, 'one.new'))).toBe(false);
  });
});
