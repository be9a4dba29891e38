import type { FastifyBaseLogger } from 'fastify';
import { fleetHeartbeatEvery, type FleetHeartbeatAnswer, type OrderAction, type OrderResult } from '../../api/fleet.ts';
import type { ApiErrorCode } from '../../api/error.ts';
import { readEnrolment, type Enrolment } from '../enrolment.ts';
import { FleetClient, type FleetError } from '../fleet-client.ts';
import { readTerminalKey } from '../key.ts';
import { machineHealth, machineUptime } from '../machine/health.ts';
import type { AgentContext } from './context.ts';
import { OrderMemory } from './order-memory.ts';
import { carryOut, pageThere, type OrderDeps } from './orders.ts';
import { isScreenOff } from './screen.ts';
import type { HubLink } from './upstream/link.ts';

/** What the loop needs beside the context. */
export interface FleetLoopDeps extends Omit<OrderDeps, 'clock' | 'limits' | 'uptime'> {
  readonly link: HubLink;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

/** Milliseconds until the next heartbeat: a fifth more or less, so that terminals that lost the same hub do not come back in the same second. */
export function nextHeartbeat(random: number): number {
  return Math.round(fleetHeartbeatEvery * (0.8 + 0.4 * random));
}

/** Milliseconds in which a terminal that has just started begins: after an outage of power all offices start together. */
const startWithin = 5_000;

/** Words by which a hub says that this terminal is none of its own. */
const disowning: ReadonlySet<string> = new Set<ApiErrorCode>(['notEnrolled', 'signatureWrong']);

function wordOf(error: FleetError): string {
  return error.code === 'refused' ? error.why : error.code;
}

/** An enrolled terminal's line to its hub, kept while the enrolment is the same. */
class Line {
  readonly #context: AgentContext;
  #of: Enrolment | undefined;
  #client: FleetClient | undefined;

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** The client of this terminal; `undefined` while it is not enrolled at its hub. */
  async client(hub: string, signal: AbortSignal, broken: () => void): Promise<FleetClient | undefined> {
    const enrolment = await readEnrolment(this.#context.stateDir);
    if (enrolment === undefined || enrolment.hub !== hub) return undefined;
    if (this.#client !== undefined && this.#of?.terminal === enrolment.terminal) return this.#client;
    const key = await readTerminalKey(this.#context.stateDir);
    if (!key.ok) {
      broken();
      return undefined;
    }
    this.#of = enrolment;
    this.#client = new FleetClient({ hub, fetch, now: () => this.#context.clock.now(), signal }, key.value, enrolment.terminal);
    return this.#client;
  }
}

/** Tells the hub every minute how the terminal is, and carries out what staff order, until the signal is given. */
export async function runFleet(context: AgentContext, { page, requests, link, log }: FleetLoopDeps, signal: AbortSignal): Promise<void> {
  const { clock, limits, settings, stateDir, runDir, systemRoot, version, random } = context;
  if (link.address === undefined) return;
  const line = new Line(context);
  const memory = new OrderMemory(stateDir, () => clock.elapsed());
  const underWay = new Set<number>();

  /** Whether it is on the disk. On a full one it is remembered until the agent ends, which is enough but for a restart. */
  const keep = async (id: number, result: OrderResult): Promise<boolean> =>
    memory.remember(id, result).then(
      () => true,
      (error: unknown) => {
        log.error({ err: error });
        return false;
      },
    );
  const tell = async (client: FleetClient, id: number): Promise<void> => {
    const result = await memory.resultOf(id);
    if (result !== undefined) await client.result(id, result);
  };
  const act = async (client: FleetClient, id: number, action: OrderAction): Promise<void> => {
    log.info({ order: id, action }, 'The hub hands on an order of the staff.');
    const { result, picture } = await carryOut(action, { page, requests, clock, limits, uptime: () => machineUptime(systemRoot) }, () => keep(id, 'done'), signal);
    if (signal.aborted) return;
    log.info({ order: id, action, result }, 'This is how the order went.');
    // A picture that does not arrive is taken anew: the hub asks again.
    if (picture !== undefined) {
      const sent = await client.picture(id, picture);
      if (sent.ok || sent.error.code !== 'refused') return;
      await keep(id, 'failed');
    } else await keep(id, result);
    await tell(client, id);
  };
  const take = async (client: FleetClient, orders: FleetHeartbeatAnswer['orders']): Promise<void> => {
    for (const { id, action } of orders) {
      if (underWay.has(id)) continue;
      if ((await memory.resultOf(id)) !== undefined) {
        await tell(client, id);
        continue;
      }
      underWay.add(id);
      // Heartbeats go on meanwhile: a restart waits for the end of a visit.
      void act(client, id, action)
        .catch((error: unknown) => log.error({ err: error }))
        .finally(() => underWay.delete(id));
    }
  };

  let said: string | undefined;
  await clock.wait(random() * startWithin, signal);
  // Otherwise staff would read for a minute after each start that the page is gone.
  await pageThere({ page, clock, limits }, signal, limits.firstBeat);
  while (!signal.aborted) {
    try {
      const client = await line.client(link.address, signal, () => {
        link.saidOfTerminal(false);
        log.warn('This terminal is enrolled, but its key cannot be read: enrol it anew.');
      });
      if (client !== undefined) {
        const machine = await machineHealth({ systemRoot, stateDir, version, keyboards: settings.keyboards });
        const health = page.present;
        const answer = await client.heartbeat({ name: settings.kiosk, office: settings.office, machine, ...(health === undefined ? {} : { page: health }), ...((await isScreenOff(runDir)) ? { screenOff: true } : {}) });
        const word = answer.ok ? undefined : wordOf(answer.error);
        if (word === undefined || disowning.has(word)) link.saidOfTerminal(word === undefined);
        if (answer.ok) {
          link.heard();
          await take(client, answer.value.orders);
        } else link.failed(word ?? '');
        if (word !== said && word !== undefined) log.warn({ failure: word }, 'The hub does not take the heartbeat.');
        if (word !== said && word === undefined) log.info('The hub takes the heartbeat again.');
        said = word;
      }
    } catch (error) {
      // A full disk or a bug must not make the terminal silent for ever.
      log.error({ err: error });
    }
    await clock.wait(nextHeartbeat(random()), signal);
  }
}
