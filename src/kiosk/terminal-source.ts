import * as v from 'valibot';
import { paths } from '../api/paths.ts';
import { terminalSchema, type Terminal } from '../api/terminal.ts';
import { setTerminal, terminal } from './terminal.ts';

/** Where the last settings are kept for a start without a hub. */
const kept = 'terminal';
/** The hub's answer is waited for this long at start, in ms. */
const patience = 600;

/**
 * Finds out what this terminal is: the hub's settings, else the last ones kept,
 * else the defaults; over them what the start address says. Anything that does
 * not fit its schema is passed over.
 */
export async function loadTerminal(search: string): Promise<void> {
  const fromHub = await askHub();
  const base = fromHub ?? read(localStorage.getItem(kept)) ?? terminal.value;
  if (fromHub !== undefined) localStorage.setItem(kept, JSON.stringify(fromHub));
  setTerminal(withAddress(base, search));
}

async function askHub(): Promise<Terminal | undefined> {
  try {
    const response = await fetch(paths.terminal, { signal: AbortSignal.timeout(patience), cache: 'no-store' });
    return response.ok ? parse(await response.json()) : undefined;
  } catch {
    // No hub, a slow hub, no JSON: the kept settings stand.
    return undefined;
  }
}

function read(text: string | null): Terminal | undefined {
  if (text === null) return undefined;
  try {
    return parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function parse(value: unknown): Terminal | undefined {
  const result = v.safeParse(terminalSchema, value);
  return result.success ? result.output : undefined;
}

/** Settings with the values of the start address over them, as far as they are valid. */
export function withAddress(base: Terminal, search: string): Terminal {
  const query = new URLSearchParams(search);
  let result = base;
  for (const name of ['kiosk', 'office', 'diagonal'] as const) {
    const value = query.get(name);
    if (value === null) continue;
    result = parse({ ...result, [name]: name === 'diagonal' ? Number(value) : value }) ?? result;
  }
  return result;
}
