import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openFileStore } from '../../src/hub/store/sqlite.ts';
import type { Store } from '../../src/hub/store/store.ts';

const good = 'four brown rivers meet';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command as typed; `answers` are what a person then types. */
async function run(cwd: string, args: readonly string[], answers?: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const left = [...(answers ?? [])];
  const exit = await main([...args, '--data-dir', 'data'], {
    cwd,
    now: Date.now,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    signal: new AbortController().signal,
    ...(answers !== undefined && {
      ask: async (_question, hidden) => {
        expect(hidden).toBe(true);
        const answer = left.shift();
        if (answer === undefined) throw new Error('asked once too often');
        return answer;
      },
    }),
  });
  return { exit, out: out.join('\n'), err: err.join('\n'), left: left.length };
}

async function inStore<T>(cwd: string, look: (store: Store) => Promise<T>): Promise<T> {
  const store = openFileStore(join(cwd, 'data'));
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

const add = ['accounts', 'add', 'dara', '--role', 'operator'] as const;

describe('accounts add', () => {
  test('asks for a password twice and makes the account', async () => {
    const cwd = await temporaryFolder();
    expect(await run(cwd, [...add, '--area', '12'], [good, good])).toMatchObject({ exit: 0, left: 0 });
    await inStore(cwd, async (store) => {
      expect(await store.accounts.check('dara', good)).toEqual({ name: 'dara', role: 'operator', area: '12' });
      expect((await store.journal.latest(5))[0]).toMatchObject({ by: 'console', action: 'accountAdded', about: 'dara' });
    });
  });

  test.each([
    ['short', 'brown river'],
    ['common', 'Password123456'],
    ['common', 'Cambodia2026!!!'],
    ['common', 'OwsoKiosk2026'],
    ['repeated', 'abcabcabcabcabc'],
    ['repeated', '1111111111111'],
    ['sequence', '1234567890123'],
    ['sequence', 'abcdefghijklmn'],
    ['name', 'dara-dara-2026'],
  ])('does not take a %s password: %s', async (_why, bad) => {
    const cwd = await temporaryFolder();
    const answer = await run(cwd, add, [bad, good, good]);
    expect(answer).toMatchObject({ exit: 0, left: 0 });
    expect(answer.err).toMatch(/words|characters/);
    await inStore(cwd, async (store) => expect(await store.accounts.check('dara', bad)).toBeUndefined());
  });

  test('asks again when the two differ', async () => {
    const cwd = await temporaryFolder();
    const answer = await run(cwd, add, [good, 'four brown rivers meat', good, good]);
    expect(answer).toMatchObject({ exit: 0, left: 0 });
    expect(answer.err).toContain('not the same');
  });

  test('has no password of its own: without somebody to ask it makes nothing', async () => {
    const cwd = await temporaryFolder();
    expect(await run(cwd, add)).toMatchObject({ exit: 1 });
    await inStore(cwd, async (store) => expect(await store.accounts.list()).toEqual([]));
  });

  test('takes the password from a file, if it is a good one', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'good.txt'), `${good}\n`);
    await writeFile(join(cwd, 'bad.txt'), 'password1234\n');
    expect(await run(cwd, [...add, '--password-file', 'bad.txt'])).toMatchObject({ exit: 1 });
    expect(await run(cwd, [...add, '--password-file', 'good.txt'])).toMatchObject({ exit: 0 });
    await inStore(cwd, async (store) => expect(await store.accounts.check('dara', good)).toBeDefined());
  });

  test.each([
    [['accounts', 'add', 'Dara Sok', '--role', 'operator']],
    [['accounts', 'add', 'demo', '--role', 'operator']],
    [['accounts', 'add', 'dara']],
    [['accounts', 'add', 'dara', '--role', 'king']],
    [['accounts', 'add', 'dara', '--role', 'operator', '--area', 'Kandal']],
  ])('%j is called wrongly, and says why', async (args) => {
    const answer = await run(await temporaryFolder(), args, []);
    expect(answer.exit).toBe(2);
    expect(answer.err).not.toBe('');
  });

  test('never replaces an account', async () => {
    const cwd = await temporaryFolder();
    await run(cwd, add, [good, good]);
    const answer = await run(cwd, add, []);
    expect(answer.exit).toBe(1);
    expect(answer.err).toContain('accounts password dara');
  });
});

describe('the other commands of accounts', () => {
  async function withDara(): Promise<string> {
    const cwd = await temporaryFolder();
    await run(cwd, add, [good, good]);
    return cwd;
  }

  test('list shows who there is and for what', async () => {
    const cwd = await withDara();
    expect((await run(cwd, ['accounts', 'list'])).out).toBe('dara  operator  whole country');
  });

  test('password takes the old one away', async () => {
    const cwd = await withDara();
    expect(await run(cwd, ['accounts', 'password', 'dara'], ['seven green hills far', 'seven green hills far'])).toMatchObject({ exit: 0 });
    await inStore(cwd, async (store) => {
      expect(await store.accounts.check('dara', good)).toBeUndefined();
      expect(await store.accounts.check('dara', 'seven green hills far')).toBeDefined();
    });
  });

  test('unlock ends the wait', async () => {
    const cwd = await withDara();
    await inStore(cwd, async (store) => {
      for (let slip = 0; slip < 9; slip += 1) await store.accounts.addFailure('dara', Date.now(), 0);
    });
    expect(await run(cwd, ['accounts', 'unlock', 'dara'])).toMatchObject({ exit: 0 });
    await inStore(cwd, async (store) => expect(await store.accounts.failures('dara')).toEqual({ count: 0, lastAt: 0 }));
  });

  test('remove removes', async () => {
    const cwd = await withDara();
    expect(await run(cwd, ['accounts', 'remove', 'dara'])).toMatchObject({ exit: 0 });
    expect((await run(cwd, ['accounts', 'list'])).out).toBe('');
  });

  test.each([['remove'], ['unlock'], ['password']])('%s of somebody unknown says so', async (command) => {
    const answer = await run(await temporaryFolder(), ['accounts', command, 'nobody'], []);
    expect(answer).toMatchObject({ exit: 1 });
    expect(answer.err).toContain('accounts list');
  });
});

describe('a password', () => {
  test('is kept as scrypt with a salt of its own, and takes as long to refuse for a name that nobody has', async () => {
    const cwd = await temporaryFolder();
    await run(cwd, add, [good, good]);
    await inStore(cwd, async (store) => {
      const time = async (name: string): Promise<number> => {
        const from = performance.now();
        await store.accounts.check(name, 'a wrong one, and long');
        return performance.now() - from;
      };
      const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
      const [known, unknown]: [number[], number[]] = [[], []];
      for (let round = 0; round < 5; round += 1) {
        known.push(await time('dara'));
        unknown.push(await time('nobody'));
      }
      expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
      expect(median(unknown) / median(known)).toBeLessThan(2);
      // Guessing has to cost something.
      expect(median(known)).toBeGreaterThan(20);
    });
  });
});
