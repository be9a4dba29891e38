import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { agentPaths, panelHeader, unlockSchema, type ActionAnswer, type Examination, type PageOrder, type Panel, type PanelAction, type UnlockAnswer } from '../../../src/api/agent.ts';
import { pageHealthSchema, type PageHealth } from '../../../src/api/page-health.ts';
import { paths } from '../../../src/api/paths.ts';

/**
 * Stands in for an agent where a test needs one with faults that the real one
 * (./agent.ts) does not have: deaf, slow, forgetful, with any answer. Heartbeats
 * come in, orders and answers go out; everything else is the hub's.
 */
export interface StandInAgent {
  readonly url: string;
  /** Heartbeats so far, each proven by its schema. */
  readonly heartbeats: PageHealth[];
  /** The next heartbeat that meets the condition. @param within milliseconds after which it gives up */
  nextHeartbeat(condition?: (health: PageHealth) => boolean, within?: number): Promise<PageHealth>;
  /** Given out with the next heartbeat. */
  order(order: PageOrder): void;
  /** Actions that staff had done, in their order. */
  readonly actions: PanelAction[];
  /** What the next try of a PIN is answered; absent: `246802` opens, anything else waits five seconds. */
  unlock: UnlockAnswer | undefined;
  panel: Panel;
  /** What an action comes to. */
  answers: Partial<Record<PanelAction, ActionAnswer>>;
  /** An import or an examination is answered only when this is over. */
  underWay: Promise<void>;
  /** Knows no opened panel any more. */
  forgetful: boolean;
  /** Breaks heartbeats: `deaf` answers 500, `slow` never. */
  mood: 'well' | 'deaf' | 'slow';
  close(): Promise<void>;
}

/** The PIN of the test's staff. */
export const staffPin = '246802';
const token = 'test-token';

/** A machine in good order. */
export const soundPanel: Panel = {
  terminal: 'lobby-2',
  office: '990101',
  machine: {
    version: '0.1.0',
    uptime: 93_600,
    displayStarts: 2,
    disk: { free: 41_000_000_000, size: 62_000_000_000 },
    memory: { free: 2_300_000_000, size: 4_000_000_000 },
    clockSynchronized: true,
    foreignKeyboards: [],
    temperature: 47,
  },
  network: ['enp1s0 192.168.1.23', 'lo 127.0.0.1'],
  hub: { address: 'https://hub.example.org', enrolled: true, answered: '2026-11-30T03:14:40.000Z' },
  stick: false,
};

async function body(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || 'null');
}

/** A machine that needs a technician, as the doctor tells of it. */
export const examinedBadly: Examination = {
  looked: 23,
  left: 0,
  findings: [
    { check: 'touch', status: 'fault', says: 'There is no touch screen.', mend: 'Plug in the cable between the panel and the machine, for USB as well as for the picture.' },
    { check: 'files', status: 'fault', says: 'A file of the package was changed: /usr/lib/owso-kiosk-terminal/agent.js', mend: 'Install the package again: owso-kiosk update ./owso-kiosk-terminal_….deb --again (from a USB stick: owso-kiosk update --from-stick --again)' },
    { check: 'policies', status: 'unknown', says: 'Policies cannot be looked at: Chromium ended by itself (killed).', mend: 'Are the packages chromium and owso-kiosk-terminal installed, and is there room in /tmp?' },
    { check: 'content', status: 'warning', says: 'The package carries sample content, signed with demonstration keys: it is not for the public.', mend: 'Install the package that the ministry hands out.' },
  ],
};

/** Puts an agent before a hub. `settings` are what the terminal says of itself. */
export async function startStandIn(hubPort: number, settings: object = {}): Promise<StandInAgent> {
  const orders: PageOrder[] = [];
  const waiting = new Set<() => void>();
  const json = (response: ServerResponse, value: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };

  async function own(incoming: IncomingMessage, outgoing: ServerResponse): Promise<boolean> {
    const path = incoming.url ?? '';
    if (path === paths.terminal) json(outgoing, { kiosk: 'lobby-2', office: '990101', diagonal: 21.5, supervised: true, ...settings });
    else if (path === agentPaths.heartbeat) {
      if (agent.mood === 'slow') return true;
      agent.heartbeats.push(v.parse(pageHealthSchema, await body(incoming)));
      for (const look of waiting) look();
      if (agent.mood === 'deaf') json(outgoing, { error: 'no' }, 500);
      else json(outgoing, { orders: orders.splice(0) });
    } else if (path === agentPaths.unlock) {
      const { pin } = v.parse(unlockSchema, await body(incoming));
      json(outgoing, agent.unlock ?? (pin === staffPin ? { result: 'open', token } : { result: 'wrong', wait: 5 }));
      agent.unlock = undefined;
    } else if (path === agentPaths.panel || path.startsWith(agentPaths.actions)) {
      if (agent.forgetful || incoming.headers[panelHeader] !== token) json(outgoing, { error: 'closed' }, 401);
      else if (path === agentPaths.panel) json(outgoing, agent.panel);
      else {
        const action = path.slice(agentPaths.actions.length) as PanelAction;
        agent.actions.push(action);
        if (action === 'importStick' || action === 'examine') await agent.underWay;
        json(outgoing, agent.answers[action] ?? { result: 'done' });
      }
    } else return false;
    return true;
  }

  const server: Server = createServer((incoming, outgoing) => {
    void own(incoming, outgoing).then((mine) => {
      if (mine) return;
      const passed = request({ agent: false, host: 'localhost', port: hubPort, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    }, () => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));

  const agent: StandInAgent = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    heartbeats: [],
    nextHeartbeat(condition = () => true, within = 20_000) {
      const seen = agent.heartbeats.length;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no such heartbeat came; the last was ${JSON.stringify(agent.heartbeats.at(-1))}`));
        }, within);
        const look = (): void => {
          const found = agent.heartbeats.slice(seen).find(condition);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
      });
    },
    order: (order) => void orders.push(order),
    actions: [],
    unlock: undefined,
    panel: soundPanel,
    answers: {},
    underWay: Promise.resolve(),
    forgetful: false,
    mood: 'well',
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return agent;
}
