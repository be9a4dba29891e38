import type { FastifyServerOptions } from 'fastify';
import { parseRegistrationCode, standardFormat, type RegistrationCodeFormat } from '../model/registration-code.ts';
import { identifierSchema } from '../model/identifier.ts';
import * as v from 'valibot';

/**
 * What a server writes down of itself: structured lines (pino) with the route's
 * pattern, never the URL, never a header, never a message that could repeat
 * one. A registration code is its holder's secret, and a malformed one is often
 * a real one with a slip.
 */

/** Where log lines go and from which level on. */
export interface LogOptions {
  readonly level: string;
  /** Absent: standard output. */
  readonly stream?: { write(line: string): void };
}

/** What is known of an error without its message: parsers and routers quote their input in it. */
function withoutMessage(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).map((line) => line.trim());
  return { type: error.name, code, frames };
}

/** Fastify's logger, made so that nothing a client sends can enter a line by accident. */
export function loggerOptions(log: LogOptions): NonNullable<FastifyServerOptions['logger']> {
  return {
    level: log.level,
    ...(log.stream === undefined ? {} : { stream: log.stream }),
    base: null,
    serializers: {
      req: (request) => ({ method: request.method }),
      res: (reply) => ({ statusCode: reply.statusCode }),
      err: withoutMessage as never,
    },
    hooks: {
      // Fastify and pino repeat an error's message as the line's text.
      logMethod(args, method) {
        const [first] = args as unknown[];
        const holdsError = first instanceof Error || (typeof first === 'object' && first !== null && 'err' in first);
        method.apply(this, holdsError ? [first instanceof Error ? { err: first } : (first as object), 'error'] : args);
      },
    },
  };
}

const codeInText = /(?:[0-9\u17e0-\u17e9][\s\-.·/]?){2,6}(?:[A-Za-z\u1780-\u17a2][\s\-.·/]?){8}[0-9\u17e0-\u17e9][\s\-.·/]?[0-9\u17e0-\u17e9]/gu;

/** A technical text with everything that looks like a registration code struck out. */
export function redactCodes(text: string): string {
  return text.replace(codeInText, '[code]');
}

/** The name a kiosk gives itself, fit for a log line: an identifier that is no registration code. */
export function kioskName(header: unknown, format: RegistrationCodeFormat = standardFormat): string {
  const parsed = v.safeParse(identifierSchema, header);
  if (!parsed.success || parseRegistrationCode(parsed.output, format).ok || redactCodes(parsed.output) !== parsed.output) return 'unnamed';
  return parsed.output;
}
