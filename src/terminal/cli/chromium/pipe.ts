import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { err, ok, type Result } from '../../../model/result.ts';

/** Whom a question is for, and how long it may take. */
export interface Asked {
  /** The tab that is asked; absent: the browser itself. */
  readonly sessionId?: string;
  /** Milliseconds until Chromium must have answered; 30 s if nothing is said. */
  readonly patience?: number;
}

/** Chromium’s debugging protocol on a pipe. */
export interface Pipe {
  /** Asks one question. The error is a sentence. */
  ask<T>(method: string, params: object, schema: v.GenericSchema<unknown, T>, asked?: Asked): Promise<Result<T, string>>;
  /** Has a function called for each event of a name, with its parameters. */
  on(method: string, heard: (params: unknown) => void): void;
  /** Ends Chromium; never rejects. */
  close(): Promise<void>;
}

const messageSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ id: v.optional(v.number()), method: v.optional(v.string()), params: v.optional(v.unknown()), result: v.optional(v.unknown()), error: v.optional(v.looseObject({ message: v.string() })) }),
);

const usualPatience = 30_000;
/** Milliseconds that Chromium has to end by itself. */
const endingPatience = 3_000;

/** Starts Chromium with descriptors 3 and 4 as its protocol. */
export function startPipe(program: string, args: readonly string[]): Pipe {
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (answer: Result<unknown, string>) => void>();
  const listening = new Map<string, (params: unknown) => void>();
  let next = 0;
  let text = '';
  let ended: string | undefined;
  let said = '';
  const end = (why: string): void => {
    ended ??= why;
    for (const answer of waiting.values()) answer(err(ended));
    waiting.clear();
  };
  child.once('error', () => end(`${program} is not there`));
  const gone = new Promise<void>((done) => {
    child.once('close', (code) => {
      end(`Chromium ended by itself (${code ?? 'killed'}): ${said.trim().split('\n').at(-1) ?? ''}`);
      done();
    });
    child.once('error', () => done());
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-2_000)));
  to.on('error', () => undefined);
  from.on('error', () => undefined);
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (text + chunk).split('\0');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const message = v.safeParse(messageSchema, part);
      if (!message.success) continue;
      const { id, method, params, result, error } = message.output;
      if (method !== undefined) listening.get(method)?.(params);
      if (id === undefined) continue;
      waiting.get(id)?.(error === undefined ? ok(result) : err(error.message));
      waiting.delete(id);
    }
  });
  const ask: Pipe['ask'] = (method, params, schema, { sessionId, patience = usualPatience } = {}) =>
    new Promise((done) => {
      if (ended !== undefined) return done(err(ended));
      const id = (next += 1);
      const timer = setTimeout(() => {
        waiting.delete(id);
        done(err(`Chromium did not answer ${method} within ${patience / 1_000} s`));
      }, patience);
      waiting.set(id, (answer) => {
        clearTimeout(timer);
        if (!answer.ok) return done(answer);
        const parsed = v.safeParse(schema, answer.value);
        done(parsed.success ? ok(parsed.output) : err(`Chromium answered ${method} in an unknown way`));
      });
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
    });
  return {
    ask,
    on: (method, heard) => void listening.set(method, heard),
    async close() {
      const kill = setTimeout(() => child.kill('SIGKILL'), endingPatience);
      await ask('Browser.close', {}, v.unknown());
      await gone;
      clearTimeout(kill);
    },
  };
}
