import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { TerminalSettings } from '../../../src/terminal/settings.ts';
import { hashPin } from '../../../src/terminal/pin.ts';
import { freePort } from '../../fixtures/free-port.ts';

const root = resolve(import.meta.dirname, '../../..');

/** How the agent of a test differs from one of a terminal in an office. */
export interface AgentOptions {
  /** What stands in the terminal's settings, over a kiosk in office 990101 without a hub. */
  readonly settings?: Partial<TerminalSettings>;
  /** The staff's PIN; absent: none is set. */
  readonly pin?: string;
  /** What the machine does with a request of the agent, whose file is gone by then. Absent: nobody takes requests. */
  readonly machine?: (request: string, runDir: string) => void | Promise<void>;
  /** Folder of the built app; absent: `.build/kiosk`. */
  readonly appDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An agent of its own for a test: real process, folders of its own, a free port. */
export interface TestAgent {
  /** `http://localhost:PORT`: the page's address on this terminal. */
  readonly url: string;
  readonly port: number;
  readonly stateDir: string;
  readonly runDir: string;
  readonly pinFile: string;
  readonly settingsFile: string;
  /** What it logged so far. */
  log(): string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Ends it as systemd does. @returns its exit code */
  stop(): Promise<number | null>;
  /** Starts it again with the same port and folders. */
  restart(): Promise<void>;
  /** Ends it and removes its folders. */
  end(): Promise<void>;
}

/** Plays the units that take requests. @returns ends it */
function takeRequests(runDir: string, machine: NonNullable<AgentOptions['machine']>): () => void {
  const folder = join(runDir, 'requests');
  const timer = setInterval(() => {
    let names: readonly string[];
    try {
      names = readdirSync(folder);
    } catch {
      // The agent has not made it yet.
      return;
    }
    for (const name of names) {
      if (name.startsWith('.')) continue;
      rmSync(join(folder, name), { force: true });
      void machine(name, runDir);
    }
  }, 10);
  return () => clearInterval(timer);
}

/** Starts an agent and waits until it answers. */
export async function startAgent(options: AgentOptions = {}): Promise<TestAgent> {
  const base = mkdtempSync(join(tmpdir(), 'owso-agent-'));
  const [stateDir, runDir, etc] = [join(base, 'state'), join(base, 'run'), join(base, 'etc')];
  for (const folder of [stateDir, runDir, etc]) mkdirSync(folder);
  const [settingsFile, pinFile] = [join(etc, 'terminal.yaml'), join(etc, 'pin')];
  writeFileSync(settingsFile, stringify({ kiosk: 'lobby-1', office: '990101', diagonal: 21.5, ...options.settings }));
  if (options.pin !== undefined) writeFileSync(pinFile, `${await hashPin(options.pin)}\n`);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  let child: ChildProcess | undefined;
  let text = '';
  const endMachine = options.machine === undefined ? undefined : takeRequests(runDir, options.machine);

  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [join(root, 'src/terminal/agent/main.ts')], {
      env: {
        PATH: process.env['PATH'],
        AGENT_PORT: String(port),
        AGENT_SETTINGS: settingsFile,
        AGENT_PIN_FILE: pinFile,
        AGENT_APP_DIR: options.appDir ?? join(root, '.build/kiosk'),
        AGENT_CONTENT_DIR: join(base, 'none'),
        STATE_DIRECTORY: stateDir,
        RUNTIME_DIRECTORY: runDir,
        ...options.environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    const ready = new Promise<void>((done, fail) => {
      started.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(`The page is at ${url}/`)) done();
      });
      started.once('exit', (code) => fail(new Error(`the agent ended with ${code} before it answered:\n${text}`)));
    });
    text = '';
    await ready;
  };
  const finish = async (signal: NodeJS.Signals): Promise<number | null> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
    const gone = new Promise<number | null>((done) => running.once('exit', (code) => done(code)));
    running.kill(signal);
    return gone;
  };
  await start();
  return {
    url,
    port,
    stateDir,
    runDir,
    pinFile,
    settingsFile,
    log: () => text,
    async kill() {
      await finish('SIGKILL');
    },
    stop: () => finish('SIGTERM'),
    restart: start,
    async end() {
      endMachine?.();
      await finish('SIGKILL');
      rmSync(base, { recursive: true, force: true });
    },
  };
}
