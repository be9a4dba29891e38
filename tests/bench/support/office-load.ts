import { createHash } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** One question of an office and what must come back. */
export interface Question {
  /** Path below the carrier’s address. */
  readonly path: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Hexadecimal SHA-256 of the decoded body, where the body counts. */
  readonly sha256?: string;
  /** JSON to be posted; absent: GET. */
  readonly post?: string;
}

/** What a run measured. */
export interface LoadFigures {
  readonly requests: number;
  /** Each: which question and what came instead. */
  readonly errors: readonly string[];
  /** From the first question to the last answer. */
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds from question to whole answer. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Milliseconds after which a question counts as unanswered. */
const patience = 30_000;

function ask(base: URL, question: Question, agent: Agent): Promise<Answer> {
  return new Promise((done, fail) => {
    const outgoing = request(
      new URL(question.path, base),
      {
        agent,
        method: question.post === undefined ? 'GET' : 'POST',
        timeout: patience,
        headers: { 'accept-encoding': 'gzip, deflate, br', ...(question.post !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(question.post) }), ...question.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', fail);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', fail);
    outgoing.end(question.post);
  });
}

function decoded({ headers, body }: Answer): Buffer {
  const encoding = headers['content-encoding'];
  return encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body;
}

const wrong = (question: Question, answer: Answer): string | undefined => {
  if (answer.status !== question.status) return `status ${answer.status}`;
  if (question.sha256 !== undefined && createHash('sha256').update(decoded(answer)).digest('hex') !== question.sha256) return 'other bytes';
  return undefined;
};

/**
 * Lets offices come back, each over a connection of its own, asking its
 * questions one after the other as a kiosk does. Ends by itself.
 * @param within milliseconds over which they come back, evenly; 0: all at once
 */
export async function reconnect(base: URL, offices: readonly (readonly Question[])[], within: number): Promise<LoadFigures> {
  const times: number[] = [];
  const errors: string[] = [];
  const begun = performance.now();
  await Promise.all(
    offices.map(async (questions, index) => {
      if (within > 0) await new Promise((wake) => setTimeout(wake, (within * index) / offices.length));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const question of questions) {
        const asked = performance.now();
        try {
          const fault = wrong(question, await ask(base, question, agent));
          if (fault !== undefined) errors.push(`${question.path}: ${fault}`);
        } catch (error) {
          errors.push(`${question.path}: ${error instanceof Error ? error.message : String(error)}`);
        }
        times.push(performance.now() - asked);
      }
      agent.destroy();
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { requests: times.length, errors, seconds, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), slowest: times.at(-1) ?? 0 };
}
