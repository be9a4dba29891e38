import * as v from 'valibot';
import { actionAnswerSchema, agentPaths, panelHeader, panelSchema, unlockAnswerSchema, type ActionAnswer, type Panel, type PanelAction, type UnlockAnswer } from '../../api/agent.ts';
import { err, ok, type Result } from '../../model/result.ts';

/** Milliseconds for the agent to answer. A stick is read and verified whole, which takes its time. */
const patience = { ask: 5_000, act: 15 * 60_000 } as const;

/** `closed`: the agent has forgotten this opening of the panel. `noAnswer`: it does not answer, or not as it should. */
export type AgentFault = 'closed' | 'noAnswer';

async function ask<S extends v.GenericSchema>(schema: S, path: string, init: RequestInit, limit: number): Promise<Result<v.InferOutput<S>, AgentFault>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(limit), cache: 'no-store', credentials: 'omit', redirect: 'error' });
    if (response.status === 401 || response.status === 403) return err('closed');
    const answer = v.safeParse(schema, await response.json());
    return answer.success ? ok(answer.output) : err('noAnswer');
  } catch {
    return err('noAnswer');
  }
}

/** Has the agent look at the digits. They are kept nowhere on the page. */
export function unlock(pin: string): Promise<Result<UnlockAnswer, AgentFault>> {
  return ask(unlockAnswerSchema, agentPaths.unlock, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ pin }) }, patience.ask);
}

/** What the machine knows of itself now. */
export function readPanel(token: string): Promise<Result<Panel, AgentFault>> {
  return ask(panelSchema, agentPaths.panel, { headers: { [panelHeader]: token } }, patience.ask);
}

/** Has something done, and waits for the end of it. */
export function act(token: string, action: PanelAction): Promise<Result<ActionAnswer, AgentFault>> {
  return ask(actionAnswerSchema, agentPaths.actions + action, { method: 'POST', headers: { [panelHeader]: token } }, patience.act);
}
