import { stat } from 'node:fs/promises';
import * as v from 'valibot';
import { agentStateSchema, type AgentState } from '../agent-state.ts';
import { places } from '../places.ts';
import { readPlain } from '../read-plain.ts';
import { saidBy, type Machine } from './machine.ts';

/** Bytes of the agent's state: twenty faults and a handful of words. */
const longestState = 16_384;

/** What the agent wrote last; `undefined` if it never ran since the start of the machine, or is of another version. */
export async function readAgentState(machine: Machine): Promise<AgentState | undefined> {
  const bytes = await readPlain(machine.at(places.agentState), longestState);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), agentStateSchema), bytes && Buffer.from(bytes).toString('utf8'));
  return parsed.success ? parsed.output : undefined;
}

/** When the page last beat and was well, ms since 1970; `undefined`: never since the start of the machine. */
export async function lastBeat(machine: Machine): Promise<number | undefined> {
  return (await stat(machine.at(places.heartbeat)).catch(() => undefined))?.mtimeMs;
}

/** A unit of systemd, as it tells of it. */
export interface UnitState {
  readonly name: string;
  readonly loaded: boolean;
  /** `active`, `inactive`, `failed`, `activating` … */
  readonly active: string;
  /** `enabled`, `disabled`, `masked`, `static` … */
  readonly file: string;
  /** How often systemd has started it anew by itself. */
  readonly restarts: number;
}

const properties = ['Id', 'LoadState', 'ActiveState', 'UnitFileState', 'NRestarts'];

/** What systemd knows of units; `undefined` where there is no systemd. */
export async function unitStates(machine: Machine, names: readonly string[]): Promise<readonly UnitState[] | undefined> {
  const said = await saidBy(machine, 'systemctl', ['show', `--property=${properties.join(',')}`, '--', ...names]);
  if (said === undefined) return undefined;
  const blocks = said.trim().split(/\n\n+/).map((block) => new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])));
  return names.map((name, index) => {
    const block = blocks.find((one) => one.get('Id') === name) ?? blocks[index] ?? new Map<string, string>();
    return { name, loaded: block.get('LoadState') === 'loaded', active: block.get('ActiveState') ?? 'unknown', file: block.get('UnitFileState') || 'unknown', restarts: Number(block.get('NRestarts') ?? 0) || 0 };
  });
}

/** A span of time in words: `4 s`, `12 min`, `5 h`, `3 days`. @param ms milliseconds */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** Bytes in words. */
export function bytesText(bytes: number): string {
  const gigabytes = bytes / 1e9;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
