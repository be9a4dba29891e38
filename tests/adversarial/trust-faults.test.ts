import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/trust/limits.ts';
import { faults, startFaultyServer, type Fault, type FaultyServer } from '../fixtures/faulty-server.ts';
import { beginning, TestRepository } from '../fixtures/repository.ts';
import { serveFiles } from '../fixtures/served-files.ts';
import { TestTerminal } from '../fixtures/terminal.ts';

/** What goes wrong with a real server, against the client as a program of its own: exit status, time, and what it left on disk. */

const program = resolve(import.meta.dirname, '../../src/cli/trust/tuf-client.ts');
const birth = 'services/moi/birth.json';
const day = 24 * 3_600_000;
/** Seconds that the program waits for one faulty answer, and ms in which it has to end whatever comes. */
const [patience, end] = [2, 30_000];

let folder = '';
let repository: TestRepository;
/** Every file that was ever published. */
const published = new Set<string>();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trust-faults-'));
  repository = await TestRepository.build({ now: Date.now() - day });
  writeFileSync(join(folder, 'root.json'), repository.anchor);
  expectRun(await run('first', undefined, 'init', join(folder, 'root.json')), 0);
  await served(repository.files, async (server) => expectRun(await run('first', server, 'download'), 0));
  for (const bytes of repository.files.values()) published.add(text(bytes));
  repository.put(birth, { identifier: 'birth', riel: 450 });
  repository.now += day / 2;
  await repository.publish();
  for (const bytes of repository.files.values()) published.add(text(bytes));
}, end * 2);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly said: string;
  /** ms */
  readonly took: number;
}

/** Runs the client on a terminal's folder. A run that does not end by itself has no exit status. */
function run(terminal: string, server: FaultyServer | undefined, command: 'init' | 'refresh' | 'download', file?: string): Promise<Run> {
  const at = join(folder, terminal);
  const where = server === undefined ? [] : ['--metadata-url', `${server.url}/metadata/`, '--target-base-url', `${server.url}/targets/`, '--target-dir', join(at, 'targets'), '--target-name', birth, ...(server.faulty ? ['--timeout', String(patience)] : [])];
  const started = performance.now();
  return new Promise((done) => {
    const child = execFile(process.execPath, [program, '--metadata-dir', join(at, 'metadata'), ...where, command, ...(file === undefined ? [] : [file])], { timeout: end }, (_, __, said) => done({ code: child.exitCode, said, took: performance.now() - started }));
  });
}
function expectRun(done: Run, code: number): void {
  expect(done.code, done.said).toBe(code);
  expect(done.took).toBeLessThan(end);
}

/** A terminal that has the first edition. */
function terminal(name: string): string {
  cpSync(join(folder, 'first'), join(folder, name), { recursive: true });
  return name;
}
async function served<T>(files: ReadonlyMap<string, Uint8Array>, use: (server: FaultyServer) => Promise<T>, at?: string, fault?: Fault): Promise<T> {
  const server = await startFaultyServer(files, at, fault);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}
const priceOn = (name: string): number => (JSON.parse(readFileSync(join(folder, name, 'targets', encodeURIComponent(birth)), 'utf8')) as { riel: number }).riel;
/** Everything on disk is a whole file of an edition: nothing half, nothing beside. */
function expectWhole(name: string): void {
  for (const part of ['metadata', 'targets']) {
    for (const file of readdirSync(join(folder, name, part))) expect(published.has(text(readFileSync(join(folder, name, part, file)))), file).toBe(true);
  }
}

const terminalAt = (kind: string, place: number): string => `${kind.replaceAll(/\W+/g, '-')}-${place}`;

describe.each(Object.keys(faults))('%s', (kind) => {
  test('is a failure that costs nothing but time, and the next good server mends it', async () => {
    const places = ['timestamp.json', '2.moi.json', '.birth.json'];
    await Promise.all(
      places.map(async (place, i) => {
        const name = terminal(terminalAt(kind, i));
        expectRun(await served(repository.files, (server) => run(name, server, 'download'), place, faults[kind]), 1);
        expect(priceOn(name)).toBe(400);
        expectWhole(name);
      }),
    );
    // Half way: of the new edition it has all but this role.
    const half = terminalAt(kind, 1);
    expectRun(await served(repository.files, (server) => run(half, server, 'download')), 0);
    expect(priceOn(half)).toBe(450);
    expectWhole(half);
  });
});

describe('a server', () => {
  test('that packs a flood into a few bytes is read up to the limit of what it packs', async () => {
    const flood = gzipSync(new Uint8Array(50_000_000));
    const name = terminal('flood');
    const done = await served(repository.files, (server) => run(name, server, 'refresh'), 'timestamp.json', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(flood));
    expectRun(done, 1);
    expect(done.said).toContain('tooBig');
  });

  test('that is not there is a failure', async () => {
    const name = terminal('gone');
    const gone = await startFaultyServer(new Map());
    await gone.close();
    const done = await run(name, gone, 'refresh');
    expectRun(done, 1);
    expect(done.said).toContain('unreachable');
    expect(priceOn(name)).toBe(400);
  });

  test('with new roots without end is followed for so many', async () => {
    const name = terminal('roots');
    const long = repository.fork();
    for (let i = 0; i < limits.rootRotations + 5; i++) await long.publish({ renew: ['root'] });
    await served(long.files, async (server) => {
      expectRun(await run(name, server, 'download'), 0);
      expect(server.requests.filter((one) => one.endsWith('root.json'))).toHaveLength(limits.rootRotations);
    });
    expect(priceOn(name)).toBe(450);
  });

  test('with a new root that takes one of a thief’s keys away is believed, whatever numbers the thief’s files on this disk have', async () => {
    const name = terminal('fast-forward');
    const [honest, thief] = [repository.fork(), repository.fork()];
    for (const role of ['moi', 'snapshot', 'timestamp']) thief.versions.set(role, 2 ** 45);
    await thief.publish({ by: thief.signersOf('moi', 'snapshot', 'timestamp'), renew: ['moi', 'snapshot'] });
    await served(thief.files, async (server) => expectRun(await run(name, server, 'refresh'), 0));
    await served(honest.files, async (server) => expect((await run(name, server, 'refresh')).said).toContain('rolledBack'));
    await honest.replaceKeys('timestamp');
    await honest.publish();
    await served(honest.files, async (server) => expectRun(await run(name, server, 'download'), 0));
    expect(priceOn(name)).toBe(450);
  });
});

/** Delegates from role to role in place of the authority, none of them terminating. */
async function delegations(from: (names: readonly string[]) => Readonly<Record<string, readonly string[]>>, count: number): Promise<TestRepository> {
  const graph = repository.fork();
  const names = Array.from({ length: count }, (_, i) => `role-${i}`);
  graph.removeRole('moi');
  for (const name of names) await graph.addRole(name, ['services/*/*']);
  await graph.publish();
  for (const [name, below] of Object.entries(from(names))) {
    const keys = Object.fromEntries(graph.signersOf(...below).map((signer) => [signer.keyid, signer.key]));
    const roles = below.map((one) => ({ name: one, terminating: false, threshold: 2, paths: ['services/*/*'], keyids: graph.signersOf(one).map(({ keyid }) => keyid) }));
    await graph.alter(graph.fileOf(name), (signed) => void (signed['delegations'] = { keys, roles }), graph.signersOf(name));
  }
  return graph;
}

describe('delegations', () => {
  test.each<[string, number, number, (names: readonly string[]) => Readonly<Record<string, readonly string[]>>]>([
    ['1,000 side by side', 1000, limits.delegations, (names) => ({ targets: names })],
    ['in a chain of 200', 200, limits.delegations, (names) => Object.fromEntries([['targets', names.slice(0, 1)], ...names.map((name, i) => [name, names.slice(i + 1, i + 2)])])],
    ['in circles', 4, 4, (names) => Object.fromEntries([['targets', names], ...names.map((name) => [name, names])])],
  ])('%s: the search ends, and the price stays', async (kind, count, most, from) => {
    const name = terminal(`delegations-${count}`);
    const graph = await delegations(from, count);
    await served(graph.files, async (server) => {
      const done = await run(name, server, 'download');
      expectRun(done, 1);
      expect(done.said, kind).toMatch(count > most ? /tooBig/ : /notDelegated/);
      expect(server.requests.filter((one) => one.includes('role-')).length).toBeLessThanOrEqual(most);
    });
    expect(priceOn(name)).toBe(400);
  });
});

describe('a clock that is years off', () => {
  test.each([
    ['ahead', -10 * 365 * day, 1, /expired/],
    ['behind', 10 * 365 * day, 0, /^$/],
  ])('%s: what the program says', async (kind, off, code, said) => {
    const other = await TestRepository.build({ now: Date.now() + off });
    writeFileSync(join(folder, `${kind}.json`), other.anchor);
    expectRun(await run(kind, undefined, 'init', join(folder, `${kind}.json`)), 0);
    const done = await served(other.files, (server) => run(kind, server, 'download'));
    expectRun(done, code);
    expect(done.said).toMatch(said);
  });

  test('goes on showing what was proven, whichever way it is off', async () => {
    const source = await TestRepository.build();
    const shown = new TestTerminal(source.anchor);
    await shown.sync(serveFiles(source.files), beginning);
    source.put(birth, { identifier: 'birth', riel: 450 });
    await source.publish();
    expect(await shown.sync(serveFiles(source.files), beginning + 10 * 365 * day)).toMatchObject({ ok: false, error: { code: 'expired' } });
    expect(shown.prices['moi/birth']).toBe(400);
    expect((await shown.restart()).ok).toBe(true);
    expect(shown.prices['moi/birth']).toBe(400);
    expect((await shown.sync(serveFiles(source.files), beginning - 10 * 365 * day)).ok).toBe(true);
    expect(shown.prices['moi/birth']).toBe(450);
  });
});
