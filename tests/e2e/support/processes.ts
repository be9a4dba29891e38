import { readdirSync, readFileSync } from 'node:fs';

/** Numbers of all processes of this machine. */
export function processNumbers(): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
}

/** What `/proc` says of a process; nothing of one that has ended or is not ours to read. */
export function told(pid: number, file: 'cmdline' | 'stat' | 'smaps_rollup'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** State (`R`, `S`, `Z` …) and parent of a process; `undefined` of one that has ended. */
export function stateOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  const stat = told(pid, 'stat');
  // They come after the name, which is in brackets and may hold anything.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || state === undefined ? undefined : { state, parent: Number(parent) };
}
