import { networkInterfaces } from 'node:os';
import * as v from 'valibot';
import { actionAnswerSchema, agentPaths, panelActions, panelHeader, panelSchema, unlockAnswerSchema, unlockSchema, type ActionAnswer, type Panel, type PanelAction } from '../../../api/agent.ts';
import { instantText } from '../../../serve/clock.ts';
import { RequestError } from '../../../serve/errors.ts';
import type { ServerInstance } from '../../../serve/fastify.ts';
import { readEnrolment } from '../../enrolment.ts';
import { machineHealth } from '../../machine/health.ts';
import { isStickThere } from '../../machine/sticks.ts';
import type { AgentContext } from '../context.ts';
import type { PageWatch } from '../page-watch.ts';
import type { PanelTokens } from '../panel-tokens.ts';
import type { RequestName, Requests } from '../requests.ts';
import type { Unlock } from '../unlock.ts';
import type { HubLink } from '../upstream/link.ts';

/** What the panel's routes need beside the context. */
export interface PanelDeps {
  readonly page: PageWatch;
  readonly link: HubLink;
  readonly tokens: PanelTokens;
  readonly unlock: Unlock;
  readonly requests: Requests;
}

/** Interfaces with an address, as `name address`. */
function network(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`));
}

/** How the hub answers, as the panel and the commands of this machine are told. */
export async function hubState(link: HubLink, stateDir: string): Promise<Panel['hub']> {
  return {
    ...(link.address === undefined ? {} : { address: link.address }),
    enrolled: link.address !== undefined && !link.disowned && (await readEnrolment(stateDir))?.hub === link.address,
    ...(link.answered === undefined ? {} : { answered: instantText(link.answered) }),
    ...(link.failure === undefined ? {} : { failure: link.failure }),
  };
}

/** What the requests of {@link lasting} leave: the very answer to the panel. */
const resultSchema = v.pipe(v.string(), v.parseJson(), actionAnswerSchema);

/** The requests of actions that leave a result: its most bytes, and what is told of one that does not come in time. */
const lasting = {
  importStick: { name: 'import-stick', bytes: 10_000, late: 'The import did not end in time.' },
  // Thirty findings of two sentences; a Khmer letter has three bytes.
  examine: { name: 'examine', bytes: 131_072, late: 'The examination did not end in time.' },
} as const satisfies Readonly<Partial<Record<PanelAction, { readonly name: RequestName; readonly bytes: number; readonly late: string }>>>;
type Lasting = keyof typeof lasting;

/** The requests of actions that leave no result. */
const simple: Readonly<Partial<Record<PanelAction, RequestName>>> = { restartDisplay: 'restart-display', restartMachine: 'restart-machine', release: 'release' };

const notTaken: ActionAnswer = { result: 'failed', code: 'notPossible', detail: 'No unit of this machine took the request up.' };

/** The operator's panel: its door, what it shows, what staff can have done. */
export function panelRoutes(app: ServerInstance, context: AgentContext, { page, link, tokens, unlock, requests }: PanelDeps): void {
  const opened = async (request: { readonly headers: Readonly<Record<string, unknown>> }): Promise<void> => {
    if (!tokens.use(request.headers[panelHeader])) throw new RequestError('notSignedIn', 'The panel is closed, or was not used for some minutes.');
  };

  app.post(agentPaths.unlock, { schema: { body: unlockSchema, response: { 200: unlockAnswerSchema } } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const answer = await unlock.try(request.body.pin);
    if (answer.result !== 'wait') request.log.warn({ result: answer.result }, 'Somebody typed a PIN.');
    return answer;
  });

  app.get(agentPaths.panel, { schema: { response: { 200: panelSchema } }, onRequest: opened }, async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    const { settings, stateDir, systemRoot, version } = context;
    return {
      terminal: settings.kiosk,
      office: settings.office,
      machine: await machineHealth({ systemRoot, stateDir, version, keyboards: settings.keyboards }),
      network: network(),
      hub: await hubState(link, stateDir),
      stick: await isStickThere(systemRoot),
    };
  });

  /** Actions that leave an answer. One of a kind at a time: two imports would write into each other's folder. */
  const underWay = new Map<Lasting, Promise<ActionAnswer>>();
  const carryOut = async (action: Lasting): Promise<ActionAnswer> => {
    const { name, bytes, late } = lasting[action];
    const result = await requests.askFor(name, `${name}.json`, { limit: context.limits[action], bytes, whole: (found) => v.is(resultSchema, new TextDecoder().decode(found)) });
    if (!result.ok) return result.error === 'notTaken' ? notTaken : { result: 'failed', code: 'tooSlow', detail: late };
    const answer = v.parse(resultSchema, new TextDecoder().decode(result.value));
    if (action === 'importStick' && answer.result === 'done') page.order('syncNow');
    return answer;
  };

  app.post(`${agentPaths.actions}:action`, { schema: { params: v.strictObject({ action: v.picklist(panelActions) }), response: { 200: actionAnswerSchema } }, onRequest: opened }, async (request, reply): Promise<ActionAnswer> => {
    void reply.header('cache-control', 'no-store');
    const { action } = request.params;
    if (action === 'closePanel') {
      tokens.close();
      return { result: 'done' };
    }
    request.log.warn({ action }, 'Staff ask for something in the panel.');
    if (action === 'importStick' || action === 'examine') {
      const going = underWay.get(action) ?? carryOut(action).finally(() => underWay.delete(action));
      underWay.set(action, going);
      return tokens.during(going);
    }
    const name = simple[action];
    return name !== undefined && (await requests.ask(name)) ? { result: 'done' } : notTaken;
  });
}
