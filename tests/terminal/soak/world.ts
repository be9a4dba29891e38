import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { ActionAnswer } from '../../../src/api/agent.ts';
import { kioskHeader } from '../../../src/api/paths.ts';
import { startAgent, type TestAgent } from '../../e2e/support/agent.ts';
import { copyBuild, type BuildCopy } from '../../e2e/support/build-copy.ts';
import { answering, faultyHub, type Fault, type FaultyHub } from '../../e2e/support/faulty-hub.ts';
import { startHub, type TestHub } from '../../e2e/support/hub.ts';
import { examinedBadly } from '../../e2e/support/stand-in-agent.ts';
import type { Random } from '../../fixtures/random.ts';

/** The staff's PIN on the terminal. */
export const pin = '483921';

/** The terminal's agent, the hub with its network and its publishers, and everything that is none of them. */
export interface World {
  /** The page's address: the agent's, or without one the hub's. */
  readonly url: string;
  /** Arguments of the browser that lead every request to another host into a trap. */
  readonly arguments: readonly string[];
  /** Hosts that were asked for and are not the hub. */
  readonly strangers: string[];
  /** Hosts that the browser asked for of its own accord; a terminal's policies and firewall are there for these. */
  readonly browserOwn: ReadonlyMap<string, number>;
  /** Publishes an edition with other titles. @param whole of every service of two ministries; otherwise of one */
  publish(mark: number, whole: boolean): Promise<void>;
  /** Installs a new version of the app, on the hub and on the terminal. */
  publishApp(mark: string): Promise<void>;
  /** The newest edition's version. */
  readonly newest: number;
  /** The network goes wrong in one of the ways that networks do. @returns which */
  fail(random: Random): Promise<string>;
  /** Everything is well again. */
  heal(): Promise<void>;
  end(): Promise<void>;
}

/** Whom Chromium asks for its accounts, components and experiments. A request of the page to them is seen in the page. */
const chromiumsOwn = /(?:^|\.)(?:google|googleapis|gstatic)\.com(?::443)?$/;

/** Answers to everything that is not from this machine: it tells who was asked for, and refuses. */
async function trap(asked: (host: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    asked(request.headers.host ?? request.url ?? 'nobody');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket: Socket) => {
    asked(request.url ?? 'nobody');
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** How a network fails, short of a hub that is killed. */
function outages(hanging: Set<{ destroy(): void }>): Readonly<Record<string, Fault>> {
  return {
    'refuses connections': ({ socket }) => {
      socket.destroy();
      return true;
    },
    'answers 500': answering('/', 500, 'application/json', '{}'),
    'answers a web page': answering('/', 200, 'text/html', '<!doctype html><title>Log in to the network</title>'),
    'never answers': ({ socket }) => {
      hanging.add(socket);
      return true;
    },
    'cuts every answer': (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '2000' });
      response.write('{"asOf":');
      setImmediate(() => response.destroy());
      return true;
    },
  };
}

/** What requests to the machine leave as their results: there is no stick, and a technician is needed. */
const results: Readonly<Record<string, ActionAnswer>> = {
  'import-stick': { result: 'failed', code: 'noStick', detail: '' },
  examine: { result: 'done', examination: examinedBadly },
};

/** What the machine does when it is asked. Nothing that is asked for starts anything anew: the page stays. */
function machine(request: string, runDir: string): void {
  const answer = results[request];
  if (answer === undefined) return;
  const result = join(runDir, `results/${request}.json`);
  mkdirSync(join(runDir, 'results'), { recursive: true });
  writeFileSync(`${result}.new`, JSON.stringify(answer));
  renameSync(`${result}.new`, result);
}

/**
 * Starts a hub of its own with a copy of the built content.
 * @param supervised with a terminal's agent between the page and the hub
 */
export async function startWorld(supervised: boolean): Promise<World> {
  const build: BuildCopy = copyBuild();
  const hub: TestHub = await startHub({ ...build.environment, PUBLIC_ADDRESS: 'https://owso.example' });
  const network: FaultyHub = await faultyHub(hub.port);
  const strangers: string[] = [];
  const browserOwn = new Map<string, number>();
  const elsewhere = await trap((host) => {
    if (chromiumsOwn.test(host)) browserOwn.set(host, (browserOwn.get(host) ?? 0) + 1);
    else strangers.push(host);
  });
  const hanging = new Set<{ destroy(): void }>();
  const faults = Object.entries(outages(hanging));
  const first = await build.release();
  let newest = first.release.version;
  let asked = 0;
  /** Ten times as many citizens as a terminal ever has would be told to wait: they come as if to several terminals. */
  const asMany: Fault = (incoming) => {
    if (kioskHeader in incoming.headers) incoming.headers[kioskHeader] = `soak-${++asked % 40}`;
    return false;
  };
  network.breakWith(asMany);
  const agent: TestAgent | undefined = supervised
    ? await startAgent({ settings: { kiosk: 'soak', hub: network.url, publicAddress: 'https://owso.example' }, pin, machine, appDir: build.environment['KIOSK_DIR'] ?? '', environment: { LOG_LEVEL: 'info' } })
    : undefined;
  let down: TestHub | TestAgent | undefined;

  return {
    url: agent?.url ?? network.url,
    arguments: [`--proxy-server=http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`, '--proxy-bypass-list=localhost'],
    strangers,
    browserOwn,
    get newest() {
      return newest;
    },
    async publish(mark, whole) {
      const services = Object.keys(first.texts).filter((path) => (whole ? /^services\/(?:moi|mpwt)\// : /^services\//).test(path));
      const chosen = whole ? services : services.slice(mark % services.length).slice(0, 1);
      // Always as long as the one before: what grows then is not the content.
      const sign = `mark-${String(mark).padStart(5, '0')}`;
      newest = await build.publish(Object.fromEntries(chosen.map((path) => [path, (first.texts[path] ?? '').replace(/"title":\{"en":"/, `"title":{"en":"${sign} `)])));
    },
    async publishApp(mark) {
      build.publishApp(mark);
      await hub.kill();
      await hub.restart();
      await agent?.stop();
      await agent?.restart();
    },
    async fail(random) {
      const kind = Math.floor(random() * (faults.length + 0.5));
      const [name, fault] = faults[kind] ?? [];
      if (name !== undefined && fault !== undefined) {
        network.breakWith(fault);
        return `hub ${name}`;
      }
      down = agent !== undefined && random() < 0.5 ? agent : hub;
      await down.kill();
      return down === hub ? 'hub is killed' : 'agent is killed';
    },
    async heal() {
      await down?.restart();
      down = undefined;
      network.breakWith(asMany);
      for (const socket of hanging) socket.destroy();
      hanging.clear();
    },
    async end() {
      for (const socket of hanging) socket.destroy();
      await agent?.end();
      await network.close();
      await hub.end();
      elsewhere.closeAllConnections();
      await new Promise((done) => elsewhere.close(done));
      build.remove();
    },
  };
}
