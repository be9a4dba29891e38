import { spawn } from 'node:child_process';

/** How a command ended. Standard output is kept as bytes: a picture is an output, too. */
export interface Ended {
  readonly code: number;
  readonly bytes: Buffer;
  /** {@link bytes} as UTF-8. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What one command may differ in. */
export interface CommandOptions {
  /** Written to its standard input. */
  readonly input?: string | Buffer;
  /** Milliseconds until it is killed; it then counts as failed with 124. */
  readonly timeout?: number;
}

/** Runs a program of this machine and waits for its end; a program that fails is an answer, not an error. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const said: Buffer[] = [];
    let late = false;
    const timer = options.timeout === undefined ? undefined : setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeout);
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
    child.stdin?.on('error', () => undefined).end(options.input);
    child.on('error', fail);
    child.on('close', (code) => {
      clearTimeout(timer);
      const bytes = Buffer.concat(out);
      done({ code: late ? 124 : code ?? 128, bytes, stdout: bytes.toString('utf8'), stderr: Buffer.concat(said).toString('utf8') });
    });
  });
}

/** {@link run} of something that a test cannot go on without. @throws with what it said, if it fails */
export async function must(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const ended = await run(program, args, options);
  if (ended.code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${ended.code}:\n${ended.stderr.slice(-4_000)}${ended.stdout.slice(-4_000)}`);
  return ended;
}

/** Waits until something is so, asking again and again. @param between milliseconds @throws if it is not so in time: `what` says what was missing */
export async function until<T>(what: string, milliseconds: number, ask: () => Promise<T | undefined>, between = 50): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${milliseconds / 1000} s`);
    await new Promise((wake) => setTimeout(wake, between));
  }
}
