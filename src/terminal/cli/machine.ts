import { spawn } from 'node:child_process';
import { access, chown, readFile } from 'node:fs/promises';
import { projectVersion } from '../../serve/version.ts';
import { writeWhole } from '../write-whole.ts';

/** How a program ended. `absent`: there is no such program. `stopped`: it took too long, or nobody wanted it any more. */
export type Ran =
  | { readonly kind: 'ended'; readonly code: number; readonly out: string; readonly err: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'stopped' };

export interface RunOptions {
  /** Typed into the program. */
  readonly input?: string;
  /** Milliseconds after which it is stopped; 30 s if nothing is said, `Infinity` for as long as it likes. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Called with each line of its results while it runs. */
  readonly onLine?: (line: string) => void;
}

/** The machine that the commands speak of. Tests hand in a folder and a made-up systemd. */
export interface Machine {
  /** The account that the command runs under; 0 is root. */
  readonly uid: number;
  /** Where a path of the machine really lies. */
  at(path: string): string;
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** How this program is called, for what it has to do under another account. */
  readonly self: readonly [program: string, ...args: readonly string[]];
  readonly fetch: typeof fetch;
  /** Version of the package. */
  readonly version: string;
  /** Gives a file to an account and a group, by their numbers. */
  chown(path: string, uid: number, gid: number): Promise<void>;
}

/** Largest output of a program that is kept, characters. */
const mostOutput = 4_000_000;

function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  // Somebody pressed Ctrl+C while something else was done: what would follow is not begun.
  if (options.signal?.aborted === true) return Promise.resolve({ kind: 'stopped' });
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    let out = '';
    let err = '';
    let line = '';
    let stopped = false;
    const stop = (): void => {
      stopped = true;
      child.kill();
    };
    const limit = options.limit ?? 30_000;
    const timer = Number.isFinite(limit) ? setTimeout(stop, limit) : undefined;
    options.signal?.addEventListener('abort', stop, { once: true });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (out.length < mostOutput) out += text;
      if (options.onLine === undefined) return;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const one of lines) options.onLine(one);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (err.length < mostOutput) err += text;
    });
    // A program that does not read to the end is none of our faults.
    child.stdin?.on('error', () => undefined).end(options.input);
    const end = (ran: Ran): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', stop);
      done(ran);
    };
    child.once('error', () => end({ kind: 'absent' }));
    child.once('close', (code) => {
      if (line !== '') options.onLine?.(line);
      end(stopped ? { kind: 'stopped' } : { kind: 'ended', code: code ?? 1, out, err });
    });
  });
}

/** This very machine. */
export function thisMachine(): Machine {
  return { uid: process.getuid?.() ?? -1, at: (path) => path, run: runProgram, self: [process.execPath, process.argv[1] ?? ''], fetch, version: projectVersion(), chown };
}

/** A file's text; `undefined` if it is not there or not for us to read. */
export async function readText(machine: Machine, path: string): Promise<string | undefined> {
  return readFile(machine.at(path), 'utf8').catch(() => undefined);
}

/** What a program says when it ends well; `undefined` otherwise. */
export async function saidBy(machine: Machine, program: string, args: readonly string[], options?: RunOptions): Promise<string | undefined> {
  const ran = await machine.run(program, args, options);
  return ran.kind === 'ended' && ran.code === 0 ? ran.out : undefined;
}

/** Puts a file of the machine there as a whole, for an owner and with a mode. */
export async function writeFor(machine: Machine, path: string, text: string, { mode, uid, gid }: { readonly mode: number; readonly uid: number; readonly gid: number }): Promise<void> {
  await writeWhole(machine.at(path), text, mode, (beside) => machine.chown(beside, uid, gid));
}

/** Numbers of an account; `undefined` if the package is not installed here. */
export async function accountOf(machine: Machine, name: string): Promise<{ readonly uid: number; readonly gid: number; readonly shell: string } | undefined> {
  const line = (await readText(machine, '/etc/passwd'))?.split('\n').find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid, , , shell] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid), shell: shell ?? '' };
}

/** Has a program run as one of the services' accounts. */
export function asUser(user: string, command: readonly string[]): readonly [program: string, args: readonly string[]] {
  return ['setpriv', [`--reuid=${user}`, `--regid=${user}`, '--init-groups', '--no-new-privs', '--', ...command]];
}

/** Whether systemd runs here: not in an image that is being built. */
export async function hasSystemd(machine: Machine): Promise<boolean> {
  return access(machine.at('/run/systemd/system')).then(() => true, () => false);
}

/** Whether the terminal's firewall is loaded. */
export async function isFirewalled(machine: Machine): Promise<boolean> {
  return (await saidBy(machine, 'nft', ['list', 'table', 'inet', 'owso_kiosk'])) !== undefined;
}
