import { readdirSync, rmSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { agentPaths } from '../../src/api/agent.ts';
import type { PageHealth } from '../../src/api/page-health.ts';
import { systemClock, type Clock } from '../../src/serve/clock.ts';
import { buildAgent, type AgentApp } from '../../src/terminal/agent/app.ts';
import type { AgentContext } from '../../src/terminal/agent/context.ts';
import { agentLimits } from '../../src/terminal/agent/limits.ts';
import { listenOnLoopback } from '../../src/terminal/agent/listen.ts';
import type { TerminalSettings } from '../../src/terminal/settings.ts';
import { Log, temporaryFolder, writeFiles } from '../hub/hub.ts';

/** A clock that stands still until the test moves it. */
export class TestClock implements Clock {
  #now: number;
  #elapsed = 1_000;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now = Date.UTC(2026, 10, 25, 3)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((wake) => {
      this.#sleepers.push({ at: this.#elapsed + milliseconds, wake });
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
  }

  /** How many wait for their time. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  /** Moves on, and wakes whose time has come. */
  async advance(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    this.#elapsed += milliseconds;
    const due = this.#sleepers.filter(({ at }) => at <= this.#elapsed);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#elapsed);
    for (const { wake } of due) wake();
    // What was woken runs as far as it can without the disk.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  /** Sets the wall clock alone, as somebody who sets the machine's. */
  set(now: number): void {
    this.#now = now;
  }
}

/** A real clock of which the monotonic hands can be moved on. */
export function movableClock(): Clock & { move(milliseconds: number): void } {
  let ahead = 0;
  return { ...systemClock, elapsed: () => systemClock.elapsed() + ahead, move: (milliseconds) => void (ahead += milliseconds) };
}

/** What is told of a page that is well. */
export const well: PageHealth = { page: '00000000000000aa', screen: 'attract', drawn: true, content: true, app: '1.2.3', edition: 1, confirmed: '2026-11-23T05:00:00.000Z', sample: true, faults: [] };

/** What an answer had. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  json(): unknown;
}

/** A running agent of a test. */
export interface RunningAgent extends AgentApp {
  readonly context: AgentContext;
  readonly log: Log;
  readonly port: number;
  /** Asks as a page of this terminal does; any header can be set. */
  ask(path: string, options?: RequestOptions & { readonly json?: unknown; readonly body?: string }): Promise<Answer>;
  /** A heartbeat of the page. */
  beat(health?: Partial<PageHealth>): Promise<Answer>;
}

/** How a test's agent differs; settings are laid over those of a kiosk without a hub. */
export type AgentOverrides = Partial<Omit<AgentContext, 'settings' | 'limits'>> & { readonly settings?: Partial<TerminalSettings>; readonly limits?: Partial<AgentContext['limits']> };

/** A context with folders of its own that are gone after the test. */
export function agentContext({ settings, limits, ...overrides }: AgentOverrides = {}): AgentContext & { readonly log: { readonly stream: Log } } {
  const folder = temporaryFolder();
  writeFiles(folder, { 'app/index.html': '<!doctype html><title>kiosk</title>' });
  return {
    settings: { kiosk: 'lobby-1', office: '990101', diagonal: 21.5, rotation: 0, keyboards: [], ...settings },
    limits: { ...agentLimits, ...limits },
    clock: systemClock,
    appDir: join(folder, 'app'),
    packagedContentDir: join(folder, 'packaged'),
    stateDir: join(folder, 'state'),
    runDir: join(folder, 'run'),
    pinFile: join(folder, 'pin'),
    systemRoot: join(folder, 'system'),
    version: '1.2.3',
    random: () => 0.5,
    ...overrides,
    log: { level: 'debug', stream: new Log() },
  };
}

/** Starts an agent on a free port of loopback; it is closed after the test. */
export async function agent(overrides: AgentOverrides = {}): Promise<RunningAgent> {
  const context = agentContext(overrides);
  const app = await buildAgent(context);
  const port = await listenOnLoopback(app.server, 0);
  onTestFinished(async () => {
    await app.server.close();
  });
  const ask: RunningAgent['ask'] = (path, { json, body = json === undefined ? undefined : JSON.stringify(json), headers, ...options } = {}) =>
    new Promise((done, fail) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      const sent = request({ host: 'localhost', port, path, method: body === undefined ? 'GET' : 'POST', agent: false, headers: { ...type, ...headers }, ...options }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString();
          done({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: () => JSON.parse(text) as unknown });
        });
      });
      sent.on('error', fail);
      sent.end(body);
    });
  return { ...app, context, log: context.log.stream, port, ask, beat: (health) => ask(agentPaths.heartbeat, { json: { ...well, ...health } }) };
}

/** Plays the units of a machine that take requests of the agent, until the test is over. @returns names of what was taken, in order */
export function machine(runDir: string, carryOut: (request: string) => void | Promise<void> = () => undefined): readonly string[] {
  const taken: string[] = [];
  const timer = setInterval(() => {
    let names: readonly string[] = [];
    try {
      names = readdirSync(join(runDir, 'requests'));
    } catch {
      // The agent has not made the folder yet.
    }
    for (const name of names) {
      rmSync(join(runDir, 'requests', name), { force: true });
      taken.push(name);
      void carryOut(name);
    }
  }, 5);
  onTestFinished(() => clearInterval(timer));
  return taken;
}
