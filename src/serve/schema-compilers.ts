import type { FastifyInstance, FastifyTypeProvider } from 'fastify';
import * as v from 'valibot';

/** Lets route schemas be valibot schemas: request parts and answers get their inferred types. */
export interface ValibotTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends v.GenericSchema ? v.InferOutput<this['schema']> : unknown;
  readonly serializer: this['schema'] extends v.GenericSchema ? v.InferInput<this['schema']> : unknown;
}

/** A part of a request that its schema refused. `hint` names the place and what belongs there, never what was sent. */
export class RequestInvalid extends Error {
  override readonly name = 'RequestInvalid';
  readonly hint: string;
  constructor(hint: string) {
    super('request invalid');
    this.hint = hint;
  }
}

/** An answer that its schema refused: a bug of the server. */
export class AnswerInvalid extends Error {
  override readonly name = 'AnswerInvalid';
}

/** What a schema says of a refused value, in the schema's own words. A client's unknown key is not named. */
function describe(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'there is a field that is not known';
  const path = v.getDotPath(issue);
  const expected = issue.type === 'regex' ? 'text of the documented form' : (issue.expected ?? `to pass ${issue.type}`);
  return `${path ?? 'it'}: expected ${expected}`;
}

/** Sets valibot as the one judge of what comes in and what goes out. */
export function useValibot(app: FastifyInstance): void {
  app.setValidatorCompiler<v.GenericSchema>(({ schema, httpPart }) => (data: unknown) => {
    const parsed = v.safeParse(schema, data);
    if (parsed.success) return { value: parsed.output };
    return { error: new RequestInvalid(`${httpPart ?? 'request'}: ${parsed.issues.slice(0, 5).map(describe).join('; ')}`) };
  });
  app.setSerializerCompiler<v.GenericSchema>(({ schema }) => (data: unknown) => {
    const parsed = v.safeParse(schema, data);
    if (!parsed.success) throw new AnswerInvalid(parsed.issues.map(describe).join('; '));
    return JSON.stringify(parsed.output);
  });
}
