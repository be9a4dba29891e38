import { createConnection, type Socket } from 'node:net';
import * as v from 'valibot';
import { until } from './command.ts';

const answerSchema = v.pipe(v.string(), v.parseJson(), v.looseObject({ id: v.optional(v.number()), return: v.optional(v.unknown()), error: v.optional(v.looseObject({ desc: v.string() })) }));

/**
 * One side of a conversation in lines of JSON over a socket: QEMU's monitor, its
 * guest agent, our devices. One question at a time.
 */
export class Line {
  readonly #socket: Socket;
  #received = '';
  #asked = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #heard: ((line: string) => void) | undefined;
  #ended: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      const lines = (this.#received + chunk.toString('utf8')).split('\n');
      this.#received = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') this.#heard?.(line);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#ended?.());
  }

  static async open(path: string): Promise<Line> {
    const socket = await until(`a connection to ${path}`, 10_000, () => new Promise<Socket | undefined>((done) => {
      const made = createConnection(path);
      made.once('connect', () => done(made)).once('error', () => done(undefined));
    }));
    return new Line(socket);
  }

  /** Says something and waits for the first line that is an answer. */
  say(what: object, milliseconds: number, isAnswer: (line: string) => boolean = () => true): Promise<string> {
    const next = this.#turn.catch(() => undefined).then(() => new Promise<string>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no answer to ${JSON.stringify(what).slice(0, 200)}`)), milliseconds);
      this.#heard = (line) => {
        if (!isAnswer(line)) return;
        clearTimeout(timer);
        done(line);
      };
      this.#ended = () => {
        clearTimeout(timer);
        fail(new Error('the other side has ended'));
      };
      if (this.#socket.destroyed) return this.#ended();
      this.#socket.write(`${JSON.stringify(what)}\n`);
    }));
    this.#turn = next;
    return next;
  }

  /** {@link say} for QEMU's two protocols. @throws with its words, if it refuses */
  async execute(command: string, args: object = {}, milliseconds = 60_000): Promise<unknown> {
    // By number: an answer to a question that was given up on comes late.
    const id = ++this.#asked;
    const line = await this.say({ execute: command, arguments: args, id }, milliseconds, (text) => { const heard = v.safeParse(answerSchema, text); return heard.success && heard.output.id === id; });
    const answer = v.parse(answerSchema, line);
    if (answer.error !== undefined) throw new Error(`${command}: ${answer.error.desc}`);
    return answer.return;
  }

  close(): void {
    this.#socket.destroy();
  }
}
