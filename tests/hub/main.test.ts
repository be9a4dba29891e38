import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sampleApplications } from '../../src/hub/demo.ts';
import { makeKey } from '../../src/repository/key-file.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { temporaryFolder, writeFiles, writeRepository } from './hub.ts';

const repository = await TestRepository.build();
const root = resolve(import.meta.dirname, '../..');

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Address of the started hub, or undefined if it ended instead. */
  readonly address: Promise<string | undefined>;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** The hub as its operator runs it, on a free port. */
function run(environment: Readonly<Record<string, string>> = {}, folder = temporaryFolder()): Running {
  writeFiles(folder, { 'kiosk/index.html': '<!doctype html><title>kiosk</title>' });
  if (environment['CONTENT_DIR'] === undefined) writeRepository(join(folder, 'content'), repository);
  const child = spawn(join(root, 'node_modules/.bin/node'), ['src/hub/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: join(folder, 'data'), CONTENT_DIR: join(folder, 'content'), KIOSK_DIR: join(folder, 'kiosk'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => child.on('close', (code, signal) => done({ code, signal })));
  const address = new Promise<string | undefined>((done) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /The kiosk is at (http:\S+)\//.exec(text);
      if (found !== null) done(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exit.then(() => done(undefined));
  });
  return { child, output: () => text, address, exit };
}

describe('the hub as a process', { timeout: 30_000 }, () => {
  test('serves page, content and API, and a demonstration only if asked to', async () => {
    const hub = run({ DEMO: '1' });
    const address = await hub.address;
    expect(await (await fetch(`${address}/`)).text()).toContain('<title>kiosk</title>');
    expect(await (await fetch(`${address}/content/metadata/timestamp.json`)).text()).toBe(new TextDecoder().decode(repository.bytes('metadata/timestamp.json')));
    expect(await (await fetch(`${address}/api/v1/health`)).json()).toMatchObject({ status: 'ok', release: 1, demonstration: true });
    expect((await fetch(`${address}/samples/`)).status).toBe(200);
    expect(hub.output()).toContain(`Sample receipts are at ${address}/samples/`);
  });

  test('has an account for the staff’s app in a demonstration alone, with a password drawn at each start', async () => {
    const folder = temporaryFolder();
    const passwordOf = async (environment: Readonly<Record<string, string>>): Promise<{ readonly password: string | undefined; readonly status: number }> => {
      const hub = run(environment, folder);
      const address = (await hub.address) ?? '';
      const signIn = async (password: string): Promise<number> =>
        (await fetch(`${address}/api/v1/staff/session`, { method: 'POST', headers: { 'content-type': 'application/json', origin: address }, body: JSON.stringify({ name: 'demo', password }) })).status;
      await vi.waitFor(() => expect(hub.output()).toMatch(environment['DEMO'] === '1' ? /drawn anew/ : /The kiosk is at/));
      const password = /name demo, password (\S+) /.exec(hub.output())?.[1];
      const status = await signIn(password ?? last);
      hub.child.kill('SIGTERM');
      await hub.exit;
      return { password, status };
    };
    let last = '';
    const first = await passwordOf({ DEMO: '1' });
    expect(first).toMatchObject({ password: expect.stringMatching(/^(?:[2-9a-z]{4}-){3}[2-9a-z]{4}$/), status: 200 });
    last = first.password ?? '';
    const second = await passwordOf({ DEMO: '1' });
    expect(second.status).toBe(200);
    expect(second.password).not.toBe(first.password);
    last = second.password ?? '';
    expect(await passwordOf({})).toEqual({ password: undefined, status: 401 });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('on %s it finishes what is under way, hangs up idle connections and ends with 0', async (signal) => {
    const hub = run();
    const address = new URL((await hub.address) ?? '');
    const idle = connect(Number(address.port), address.hostname);
    await new Promise((done) => idle.once('connect', done));
    const idleClosed = new Promise((done) => idle.once('close', done));

    // Half of a request's body is there when the signal comes.
    const body = JSON.stringify({ kiosk: 'a', reports: [{ code: 'clockWrong', at: '2026-11-23T00:00:00Z' }] });
    const busy = connect(Number(address.port), address.hostname);
    let answer = '';
    busy.on('data', (chunk) => (answer += chunk.toString()));
    const answered = new Promise((done) => busy.once('close', done));
    await new Promise<void>((done) => busy.write(`POST /api/v1/reports HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`, () => done()));
    // The hub answers this one after it has read the half above.
    await fetch(`${address.origin}/api/v1/health`);
    hub.child.kill(signal);
    await idleClosed;
    busy.write(body.slice(10));
    await answered;
    expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(await hub.exit).toEqual({ code: 0, signal: null });
  });

  test('samples of an earlier demonstration do not answer in a real office', async () => {
    const folder = temporaryFolder();
    const path = `/api/v1/applications/${sampleApplications(Date.now())[0]?.code.canonical}`;
    const demonstration = run({ DEMO: '1' }, folder);
    expect(await (await fetch(`${await demonstration.address}${path}`)).json()).toMatchObject({ application: { service: 'birth-registration' } });
    demonstration.child.kill('SIGTERM');
    expect((await demonstration.exit).code).toBe(0);
    const office = run({ DEMO: '0' }, folder);
    expect(await (await fetch(`${await office.address}${path}`)).json()).toMatchObject({ application: null });
  });

  test('a taken port is said with its mend', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    onTestFinished(() => void other.close());
    const port = (other.address() as AddressInfo).port;
    const hub = run({ PORT: String(port), HOST: '127.0.0.1' });
    expect((await hub.exit).code).toBe(1);
    expect(hub.output()).toContain(`The hub cannot start. Port ${port} is taken: stop the other program, or set PORT.`);
  });

  test('an office hub mirrors another hub, and goes on serving when that one is gone', async () => {
    // Now, since a process has the machine’s clock.
    const today = await TestRepository.build({ now: Date.now() });
    const [folder, office] = [temporaryFolder(), temporaryFolder()];
    writeRepository(join(folder, 'content'), today);
    writeFiles(office, { 'root.json': today.anchor });
    const national = run({ CONTENT_DIR: join(folder, 'content') });
    const mirror = run({ UPSTREAM_URL: (await national.address) ?? '', CONTENT_DIR: '', TRUST_ROOT: join(office, 'root.json') }, office);
    const address = await mirror.address;
    await vi.waitFor(async () => expect(await (await fetch(`${address}/api/v1/health`)).json()).toMatchObject({ release: 1 }), { timeout: 20_000, interval: 50 });
    national.child.kill('SIGKILL');
    await national.exit;
    for (const [name, bytes] of today.files) expect(Buffer.from(await (await fetch(`${address}/content/${name}`)).arrayBuffer()).equals(bytes), name).toBe(true);
    mirror.child.kill('SIGTERM');
    expect((await mirror.exit).code).toBe(0);
  });

  test('a mirror without a root to verify from does not start', async () => {
    const hub = run({ UPSTREAM_URL: 'http://127.0.0.1:9/', TRUST_ROOT: '/nowhere/root.json' });
    expect((await hub.exit).code).toBe(1);
    expect(hub.output()).toMatch(/^The hub cannot start\. There is no root metadata at \/nowhere\/root\.json.* set TRUST_ROOT /);
  });

  test('a hub that holds another private key than the two online ones does not start', async () => {
    const key = await makeKey({ holder: 'Sok Dara', passphrase: 'five words that rhyme', demonstration: true });
    const folder = temporaryFolder();
    writeFiles(folder, { 'online/sok.key.json': key.ok ? key.value.privateFile : '' });
    const hub = run({ ONLINE_KEYS: join(folder, 'online') });
    expect((await hub.exit).code).toBe(1);
    expect(hub.output()).toContain('The hub cannot start. sok.key.json does not belong among the hub’s keys');
  });

  test('a wrong setting is said with its mend', async () => {
    const hub = run({ PORT: 'http' });
    expect((await hub.exit).code).toBe(1);
    expect(hub.output()).toContain('Set PORT otherwise: a port is a number from 0 to 65535.');
  });
});
