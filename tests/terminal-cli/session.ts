import { err as failed } from '../../src/model/result.ts';
import { main } from '../../src/terminal/cli/main.ts';
import type { ReadSetup } from '../../src/terminal/cli/setup-code/reader.ts';
import type { FixtureMachine } from './fixture-machine.ts';

/** The moment at which tests take place. */
export const now = Date.parse('2026-11-25T09:30:00+07:00');

export interface Session {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Questions that were asked, in order. */
  readonly asked: readonly string[];
}

/** What a person types at a question that contains a text, one after the other; Enter alone everywhere else. */
export type Typed = Readonly<Record<string, string | readonly string[]>>;

/** Reads no codes. */
export const noReader: ReadSetup = async () => failed('no Chromium in a made-up machine');

/** Runs `owso-kiosk` on a made-up machine. @param typed what a person types; absent: nobody sits there. @param input what is piped in */
export async function session(machine: FixtureMachine, args: readonly string[], given: { readonly typed?: Typed; readonly input?: string; readonly signal?: AbortSignal; readonly readSetup?: ReadSetup } = {}): Promise<Session> {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const left = new Map(Object.entries(given.typed ?? {}).map(([question, answers]) => [question, typeof answers === 'string' ? [answers] : [...answers]]));
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    if (asked.length > 60) throw new Error(`asked without end: ${question}`);
    for (const [part, answers] of left) if (question.includes(part)) return answers.shift() ?? '';
    return '';
  };
  const code = await main(
    args,
    { cwd: machine.root, now: () => now, out: (line) => void out.push(line), err: (line) => void err.push(line), signal: given.signal ?? new AbortController().signal, ...(given.typed !== undefined && { ask }) },
    { machine, input: async () => given.input ?? '', probe: async () => failed('no Chromium in a made-up machine'), readSetup: given.readSetup ?? noReader },
  );
  return { code, out: out.join('\n'), err: err.join('\n'), asked };
}
