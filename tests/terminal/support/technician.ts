import { stripVTControlCharacters } from 'node:util';
import { until } from './command.ts';
import type { Container } from './container.ts';

/** A technician before a machine's screen: reads what stands there and types. */
export class Technician {
  /** How the line that was typed ended. */
  readonly ended: Promise<number>;
  readonly #type: (text: string) => void;
  #written = '';
  /** How much of what was said stood there before the last answer. */
  #read = 0;
  #code: number | undefined;

  /** Types a line on the machine's screen, as root. */
  constructor(machine: Container, line: string) {
    const program = machine.console(line);
    for (const stream of [program.stdout, program.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (this.#written += text));
    this.#type = (text) => void program.stdin.write(text);
    this.ended = new Promise((done) => program.on('close', (code) => done((this.#code = code ?? 128))));
  }

  /** Everything that stood on the screen, without the codes that move its cursor. */
  get said(): string {
    return stripVTControlCharacters(this.#written);
  }

  /** Waits until something stands at the end of what was said since the last answer. @returns what of it */
  async sees(pattern: RegExp, milliseconds: number): Promise<string> {
    const found = await until(`“${pattern.source}” on the screen`, milliseconds, async () => {
      const [seen] = pattern.exec(this.said.slice(this.#read)) ?? [];
      if (seen === undefined && this.#code !== undefined) throw new Error(`the command ended with ${this.#code}`);
      return seen;
    }).catch((error: Error) => {
      throw new Error(`${error.message}. The screen says: ${this.said.slice(-2_000)}`);
    });
    return found;
  }

  /** Waits for a question and answers it. */
  async answers(question: RegExp, answer: string, milliseconds = 20_000): Promise<void> {
    await this.sees(question, milliseconds);
    this.#read = this.said.length;
    this.#type(`${answer}\r`);
  }
}
