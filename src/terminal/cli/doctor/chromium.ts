import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { err, ok, type Result } from '../../../model/result.ts';

/** A Chromium without a screen that is asked over a pipe: no port is opened. */
export interface PipedChromium {
  /** Opens an address and has its page work out an expression, which must give a string or a promise of one. */
  evaluate(url: string, expression: string): Promise<Result<string, string>>;
  close(): Promise<void>;
}

const answerSchema = v.looseObject({ id: v.optional(v.number()), result: v.optional(v.unknown()), error: v.optional(v.looseObject({ message: v.string() })) });
const targetSchema = v.looseObject({ targetId: v.string() });
const sessionSchema = v.looseObject({ sessionId: v.string() });
const valueSchema = v.looseObject({
  result: v.looseObject({ value: v.optional(v.unknown()) }),
  exceptionDetails: v.optional(v.looseObject({ exception: v.optional(v.looseObject({ description: v.optional(v.string()) })) })),
});

/** Milliseconds until Chromium must have answered one question. */
const patience = 30_000;

/**
 * Starts Chromium by a command line that holds `--remote-debugging-pipe`, with
 * descriptors 3 and 4 as its protocol.
 */
export function startPiped(program: string, args: readonly string[]): PipedChromium {
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (answer: Result<unknown, string>) => void>();
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
      const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), part);
      if (!answer.success || answer.output.id === undefined) continue;
      const { id, result, error } = answer.output;
      waiting.get(id)?.(error === undefined ? ok(result) : err(error.message));
      waiting.delete(id);
    }
  });
  const ask = <T>(method: string, params: object, schema: v.GenericSchema<unknown, T>, sessionId?: string): Promise<Result<T, string>> =>
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
    async evaluate(url, expression) {
      const target = await ask('Target.createTarget', { url }, targetSchema);
      if (!target.ok) return target;
      const session = await ask('Target.attachToTarget', { targetId: target.value.targetId, flatten: true }, sessionSchema);
      if (!session.ok) return session;
      const value = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, valueSchema, session.value.sessionId);
      if (!value.ok) return value;
      const { result, exceptionDetails } = value.value;
      return typeof result.value === 'string' && exceptionDetails === undefined ? ok(result.value) : err(exceptionDetails?.exception?.description?.split('\n')[0] ?? 'the page gave no answer');
    },
    async close() {
      await ask('Browser.close', {}, v.unknown());
      const kill = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await gone;
      clearTimeout(kill);
    },
  };
}
