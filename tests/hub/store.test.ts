import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openFileStore, openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { printRegistrationCode } from '../../src/model/registration-code.ts';
import { application, code, put, temporaryFolder } from './hub.ts';

describe.each([
  ['memory', () => openMemoryStore()],
  ['a file', () => openFileStore(temporaryFolder())],
])('a store in %s', (_name, open) => {
  test('finds what was put, under its code only', async () => {
    const store = open();
    await put(store, [code(1), application], [code(2), { ...application, state: 'refused', refusal: 'other' }]);
    expect(await store.applications.find(code(1))).toEqual(application);
    expect((await store.applications.find(code(2)))?.state).toBe('refused');
    expect(await store.applications.find(code(3))).toBeNull();
    expect(await store.applications.count('office')).toBe(2);
    await store.close();
  });

  test('replaces an application under the same code', async () => {
    const store = open();
    await put(store, [code(1), application]);
    const transaction = await store.applications.begin('office');
    expect(transaction.put(code(1), { ...application, state: 'collected' })).toEqual({ ok: true, value: 'replaced' });
    transaction.commit();
    expect((await store.applications.find(code(1)))?.state).toBe('collected');
    expect(await store.applications.count('office')).toBe(1);
    await store.close();
  });

  test('forgets what is rolled back', async () => {
    const store = open();
    const transaction = await store.applications.begin('office');
    transaction.put(code(1), application);
    transaction.rollback();
    expect(await store.applications.find(code(1))).toBeNull();
    await store.close();
  });

  test('refuses an application that no answer could carry', async () => {
    const store = open();
    const transaction = await store.applications.begin('office');
    const put = transaction.put(code(1), { ...application, missing: Array.from({ length: 60 }, (_, index) => `a-document-with-a-long-name-${index}`) });
    transaction.rollback();
    expect(put).toMatchObject({ ok: false, error: { code: 'tooLong' } });
    await store.close();
  });

  test('removes samples and nothing else', async () => {
    const store = open();
    await put(store, [code(1), application]);
    const samples = await store.applications.begin('sample');
    samples.put(code(2), application);
    samples.commit();
    await store.applications.removeSamples();
    expect(await store.applications.count('sample')).toBe(0);
    expect(await store.applications.find(code(1))).toEqual(application);
    await store.close();
  });
});

describe('the data folder', () => {
  test('holds no registration code in clear, in any file', async () => {
    const folder = temporaryFolder();
    const store = openFileStore(folder);
    await put(store, [code(1), application]);
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1')).join('\n');
    expect(bytes).toContain('marriage-registration');
    for (const text of [code(1).canonical, printRegistrationCode(code(1), 'en'), code(1).canonical.slice(6, 14)]) expect(bytes).not.toContain(text);
    await store.close();
  });

  test('is for its owner alone', async () => {
    const folder = join(temporaryFolder(), 'data');
    const store = openFileStore(folder);
    await put(store, [code(1), application]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = Object.fromEntries(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]));
    expect(modes).toEqual({ 'hub.sqlite': 0o600, 'hub.sqlite-shm': 0o600, 'hub.sqlite-wal': 0o600, 'registration-code.secret': 0o600 });
    await store.close();
  });

  test('lasts, and hashes differ from hub to hub', async () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [one, other]) {
      const store = openFileStore(folder);
      await put(store, [code(1), application]);
      await store.close();
    }
    const again = openFileStore(one);
    expect(await again.applications.find(code(1))).toEqual(application);
    await again.close();
    const hashes = [one, other].map((folder) => {
      const database = new DatabaseSync(join(folder, 'hub.sqlite'), { readOnly: true });
      const row = database.prepare('SELECT hex(code_hash) AS hash FROM applications').get();
      database.close();
      return row?.['hash'];
    });
    expect(hashes[0]).toMatch(/^[0-9A-F]{64}$/);
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  test('is refused with a sentence when its secret is another one, or no secret', async () => {
    const folder = temporaryFolder();
    await openFileStore(folder).close();
    const secret = join(folder, 'registration-code.secret');
    rmSync(secret);
    expect(() => openFileStore(folder)).toThrow(/does not belong to .*hub\.sqlite: put back/);
    writeFileSync(secret, 'hello');
    expect(() => openFileStore(folder)).toThrow(/is not a hub's secret: put the file back/);
  });

  test('remembers its migrations, and one of a newer hub is refused', async () => {
    const folder = temporaryFolder();
    await openFileStore(folder).close();
    await openFileStore(folder).close();
    const database = new DatabaseSync(join(folder, 'hub.sqlite'));
    const applied = database.prepare('SELECT version, name FROM migrations ORDER BY version').all();
    expect(applied.map((row) => row['version'])).toEqual([1, 2, 3, 4, 5]);
    database.exec("INSERT INTO migrations VALUES (99, 'from the future', '')");
    database.close();
    expect(() => openFileStore(folder)).toThrow(/start the newer version of the hub/);
  });

  test('a row that was tampered with is an error, not an answer', async () => {
    const folder = temporaryFolder();
    const store = openFileStore(folder);
    await put(store, [code(1), application]);
    const database = new DatabaseSync(join(folder, 'hub.sqlite'));
    database.exec(`UPDATE applications SET document = json_set(document, '$.name', 'Sok')`);
    database.close();
    await expect(store.applications.find(code(1))).rejects.toThrow(/Invalid key/);
    await store.close();
  });

  test('an import beside a running hub is seen by it', async () => {
    const folder = temporaryFolder();
    const [running, importing] = [openFileStore(folder), openFileStore(folder)];
    await put(importing, [code(1), application]);
    expect(await running.applications.find(code(1))).toEqual(application);
    await running.close();
    await importing.close();
  });
});
