import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import * as v from 'valibot';
import { apiErrorSchema, type ApiError, type ApiErrorCode } from '../api/error.ts';
import { RequestInvalid } from './schema-compilers.ts';

/** One sentence a code, for whoever reads the screen. */
const messages: Readonly<Record<ApiErrorCode, { readonly km: string; readonly en: string }>> = {
  badRequest: { km: 'សំណើនេះមិនត្រឹមត្រូវទេ។ សូមពិនិត្យ ហើយព្យាយាមម្តងទៀត។', en: 'This request is not right. Please check it and try again.' },
  notFound: { km: 'រកមិនឃើញអ្វីដែលអ្នកស្វែងរកទេ។', en: 'What you are looking for is not here.' },
  tooManyRequests: { km: 'មានសំណើច្រើនពេក។ សូមរង់ចាំបន្តិច ហើយព្យាយាមម្តងទៀត។', en: 'Too many requests. Please wait a moment and try again.' },
  tooLarge: { km: 'សំណើនេះធំពេក។', en: 'This request is too large.' },
  unavailable: { km: 'សេវានេះមិនទាន់អាចប្រើបានទេ។ សូមសួរនៅបញ្ជរ។', en: 'This is not available now. Please ask at the counter.' },
  codeRefused: { km: 'លេខកូដនេះមិនត្រឹមត្រូវ ឬហួសសុពលភាព។', en: 'This code is wrong, used, or past its time.' },
  notEnrolled: { km: 'ម៉ាស៊ីននេះមិនទាន់បានចុះឈ្មោះទេ។', en: 'This terminal is not enrolled.' },
  signatureWrong: { km: 'សំណើនេះមិនត្រឹមត្រូវទេ។', en: 'This request is not signed by its terminal.' },
  wrongMoment: { km: 'នាឡិកាម៉ាស៊ីនមិនត្រឹមត្រូវ។', en: 'The terminal’s clock is wrong.' },
  notSignedIn: { km: 'សូមចូលគណនីជាមុនសិន។', en: 'Please sign in first.' },
  forbidden: { km: 'អ្នកមិនមានសិទ្ធិធ្វើការនេះទេ។', en: 'You may not do this.' },
  internal: { km: 'ប្រព័ន្ធមានបញ្ហា។ សូមសួរនៅបញ្ជរ។', en: 'Something went wrong in the system. Please ask at the counter.' },
};

const statuses: Readonly<Record<ApiErrorCode, number>> = {
  badRequest: 400,
  notSignedIn: 401,
  notEnrolled: 401,
  signatureWrong: 401,
  codeRefused: 403,
  forbidden: 403,
  notFound: 404,
  wrongMoment: 409,
  tooLarge: 413,
  tooManyRequests: 429,
  internal: 500,
  unavailable: 503,
};

/** An expected failure that ends a request. Thrown in a route, answered in the one error shape. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ApiErrorCode;
  readonly hint: string;
  readonly retryAfter: number | undefined;
  readonly after: number | undefined;
  /**
   * @param hint for the operator; never repeats the request
   * @param retryAfter seconds to wait, with `tooManyRequests`
   * @param after moment after which the next one is accepted, ms, with `wrongMoment`
   */
  constructor(code: ApiErrorCode, hint: string, retryAfter?: number, after?: number) {
    super(code);
    this.code = code;
    this.hint = hint;
    this.retryAfter = retryAfter;
    this.after = after;
  }
}

/** The one error shape. */
export function errorAnswer(code: ApiErrorCode, hint: string, retryAfter?: number, after?: number): ApiError {
  return v.parse(apiErrorSchema, { error: { code, message: messages[code], hint, ...(retryAfter === undefined ? {} : { retryAfter }), ...(after === undefined ? {} : { after }) } });
}

/** Which error a thrown thing is to the outside. */
function classify(error: FastifyError | Error): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof RequestInvalid) return new RequestError('badRequest', error.hint);
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status === 413) return new RequestError('tooLarge', 'The body is longer than this server reads.');
  if (status >= 400 && status < 500) return new RequestError('badRequest', 'The request could not be read: see the route’s documentation for its content type and form.');
  return new RequestError('internal', 'A fault of this server: the log has a line with this request’s reqId.');
}

function sendError(reply: FastifyReply, error: RequestError): FastifyReply {
  if (error.retryAfter !== undefined) void reply.header('retry-after', String(Math.ceil(error.retryAfter)));
  void reply.removeHeader('etag');
  return reply
    .code(statuses[error.code])
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify as (payload: unknown) => string)
    .send(errorAnswer(error.code, error.hint, error.retryAfter, error.after));
}

/** Answers a failed request in the one shape and logs what is the server's own fault. */
function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const requestError = classify(error);
  if (requestError.code === 'internal') request.log.error({ err: error });
  return sendError(reply, requestError);
}

const unreadableUrl = '/unreadable-address';

/**
 * Sends an address that cannot be decoded to a route of its own. Left to the
 * router, its answer would pass no hook: no security headers, no log line.
 */
export function readableUrl(request: { readonly url?: string | undefined }): string {
  const url = request.url ?? '/';
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '');
    return url;
  } catch {
    return unreadableUrl;
  }
}

/** Sets the one error shape for routes that throw and routes that do not exist. */
export function useErrorShape(app: FastifyInstance): void {
  app.setErrorHandler(answerError);
  app.all(unreadableUrl, async () => {
    throw new RequestError('badRequest', 'The address has an escape (%…) that cannot be decoded.');
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, new RequestError('notFound', 'There is no such address here.')));
}

/** What Node says of a request that it gave up. */
const unreadable: ReadonlyMap<string | undefined, readonly [status: string, code: ApiErrorCode, hint: string]> = new Map([
  ['HPE_HEADER_OVERFLOW', ['431 Request Header Fields Too Large', 'tooLarge', 'The request’s headers are longer than this server reads.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'badRequest', 'The request was not there in whole in the time that this server waits: the line is too slow, or broke off.']],
]);

/** Answers what is not even HTTP, or not all of it in time, in the same shape, and hangs up. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, hint] = unreadable.get(error.code) ?? (['400 Bad Request', 'badRequest', 'This is not HTTP.'] as const);
  const body = JSON.stringify(errorAnswer(code, hint));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\nx-content-type-options: nosniff\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
