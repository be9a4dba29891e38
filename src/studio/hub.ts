import * as v from 'valibot';
import { apiErrorSchema, type ApiErrorCode } from '../api/error.ts';
import type { OrderAction } from '../api/fleet.ts';
import {
  journalSchema, newEnrolmentSchema, oneTerminalSchema, orderStateSchema, sessionSchema, staffActiveHeader, staffPaths, terminalsSchema,
  type JournalEntry, type NewEnrolment, type OneTerminal, type OrderState, type Session, type Terminals,
} from '../api/staff.ts';
import { err, ok, type Result } from '../model/result.ts';

/** Why the hub did not answer as asked. `away`: it did not answer at all, or not like a hub. */
export type HubError = { readonly code: 'away' } | { readonly code: ApiErrorCode; /** Seconds to wait. */ readonly retryAfter?: number };

/** Milliseconds for an answer. */
const patience = 20_000;

/** Set by whatever a person does; the next request tells the hub, so that the session stays open. */
let active = true;
for (const event of ['pointerdown', 'keydown', 'wheel', 'touchmove']) {
  addEventListener(event, () => { active = true; }, { passive: true, capture: true });
}

async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, schema: v.GenericSchema<unknown, T>, body?: unknown): Promise<Result<T, HubError>> {
  const wasActive = active;
  active = false;
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...(wasActive && { [staffActiveHeader]: '1' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    text = await response.text();
  } catch {
    active ||= wasActive;
    return err({ code: 'away' });
  }
  if (!response.ok) {
    const told = v.safeParse(v.pipe(v.string(), v.parseJson(), apiErrorSchema), text);
    if (!told.success) return err({ code: 'away' });
    const { code, retryAfter } = told.output.error;
    return err({ code, ...(retryAfter !== undefined && { retryAfter }) });
  }
  const parsed = v.safeParse(schema, text === '' ? undefined : parsedJson(text));
  return parsed.success ? ok(parsed.output) : err({ code: 'away' });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const nothing = v.optional(v.unknown());

/** What is asked of the list of terminals. */
export interface ListQuery {
  readonly page: number;
  readonly area: string;
  readonly text: string;
  readonly state: 'all' | 'trouble' | 'well';
}

/** The hub as the staff's app speaks to it. */
export const hub = {
  session: (): Promise<Result<Session, HubError>> => ask('GET', staffPaths.session, sessionSchema),
  signIn: (name: string, password: string): Promise<Result<Session, HubError>> => ask('POST', staffPaths.session, sessionSchema, { name, password }),
  signOut: (): Promise<Result<unknown, HubError>> => ask('DELETE', staffPaths.session, nothing),
  terminals: ({ page, area, text, state }: ListQuery): Promise<Result<Terminals, HubError>> =>
    ask('GET', `${staffPaths.terminals}?${new URLSearchParams({ page: String(page), area, text, state }).toString()}`, terminalsSchema),
  terminal: (id: string): Promise<Result<OneTerminal, HubError>> => ask('GET', staffPaths.terminal + id, oneTerminalSchema),
  retire: (id: string): Promise<Result<unknown, HubError>> => ask('DELETE', staffPaths.terminal + id, nothing),
  order: (id: string, action: OrderAction): Promise<Result<OrderState, HubError>> => ask('POST', `${staffPaths.terminal}${id}${staffPaths.orders}`, orderStateSchema, { action }),
  enrol: (office: string, name: string): Promise<Result<NewEnrolment, HubError>> => ask('POST', staffPaths.enrolments, newEnrolmentSchema, { office, name }),
  journal: async (): Promise<Result<readonly JournalEntry[], HubError>> => {
    const answer = await ask('GET', staffPaths.journal, journalSchema);
    return answer.ok ? ok(answer.value.entries) : answer;
  },
  /** Address of a terminal's picture; another one for another picture. */
  picture: (id: string, at: string): string => `${staffPaths.terminal}${id}${staffPaths.picture}?at=${encodeURIComponent(at)}`,
} as const;
