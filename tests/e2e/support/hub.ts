import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../fixtures/free-port.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A hub of its own for a test: real process, real SQLite file, a free port. */
export interface TestHub {
  readonly url: string;
  readonly port: number;
  /** Folder of its data. */
  readonly data: string;
  /** Stops it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  end(): Promise<void>;
}

/** Starts a hub with the demonstration data and waits until it answers. */
export async function startHub(environment: Readonly<Record<string, string>> = {}): Promise<TestHub> {
  const data = mkdtempSync(join(tmpdir(), 'owso-hub-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [join(root, 'src/hub/main.ts')], {
      cwd: root,
      env: { ...process.env, PORT: String(port), DATA_DIR: data, DEMO: '1', LOG_LEVEL: 'error', ...environment },
      // What it says of its addresses is for people; a test prints its own.
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child = started;
    let ended = false;
    started.once('exit', () => { ended = true; });
    for (let tries = 0; tries < 400; tries++) {
      if (ended) throw new Error('the hub ended before it answered');
      try {
        if ((await fetch(`${url}/api/v1/health`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((wake) => setTimeout(wake, 25));
    }
    throw new Error('the hub did not answer in time');
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((done) => running.once('exit', done));
    running.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    url,
    port,
    data,
    kill,
    restart: start,
    async end() {
      await kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
