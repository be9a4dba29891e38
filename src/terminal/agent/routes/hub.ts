import * as v from 'valibot';
import { apiErrorSchema } from '../../../api/error.ts';
import { applicationStatusSchema, codeParameter } from '../../../api/application-status.ts';
import { healthSchema } from '../../../api/health.ts';
import { paths } from '../../../api/paths.ts';
import { reportsSchema } from '../../../api/report.ts';
import { standardFormat } from '../../../model/registration-code.ts';
import { RequestError } from '../../../serve/errors.ts';
import type { ServerInstance } from '../../../serve/fastify.ts';
import { redactCodes } from '../../../serve/log.ts';
import type { TerminalSettings } from '../../settings.ts';
import { askHub, type Question } from '../upstream/ask.ts';
import type { HubLink } from '../upstream/link.ts';

const tooManySchema = v.pipe(v.string(), v.parseJson(), apiErrorSchema);

/**
 * The hub's API as far as the page uses it. What the hub answers is parsed like
 * anything else; whatever is not its answer, or none, becomes `unavailable`, by
 * which the page knows that it is offline. No code and no body is logged.
 */
export function hubRoutes(app: ServerInstance, link: HubLink, settings: TerminalSettings): void {
  const ask = async <T>(question: Question, schema: v.GenericSchema<unknown, T>): Promise<T> => {
    const answer = await askHub(link, settings.kiosk, question);
    if (!answer.ok) throw new RequestError('unavailable', answer.error === 'noHub' ? 'This terminal works without a hub.' : 'The hub gives no answer.');
    const { status, text } = answer.value;
    if (status === 429) {
      const told = v.safeParse(tooManySchema, text);
      throw new RequestError('tooManyRequests', 'The hub says that it is asked too often.', (told.success ? told.output.error.retryAfter : undefined) ?? 30);
    }
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
    if (status !== 200 || !parsed.success) {
      link.failed(status === 200 ? 'badAnswer' : `status${status}`);
      throw new RequestError('unavailable', 'What answers at the hub’s address is no hub, or one with a fault.');
    }
    link.heard();
    return parsed.output;
  };

  app.get(`${paths.applications}:code`, { schema: { params: codeParameter(settings.registrationCode ?? standardFormat), response: { 200: applicationStatusSchema } } }, async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    return ask({ method: 'GET', path: paths.applications + request.params.code.canonical }, applicationStatusSchema);
  });

  // The page compares its clock with the hub's, and wants to know whether there is one.
  app.get(paths.health, { schema: { response: { 200: healthSchema } } }, async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    return ask({ method: 'GET', path: paths.health }, healthSchema);
  });

  app.post(paths.reports, { schema: { body: reportsSchema } }, async (request, reply) => {
    const reports = request.body.reports.map((report) => ({ ...report, detail: redactCodes(report.detail) }));
    for (const { code, at, detail } of reports) request.log.warn({ report: code, at, detail }, 'The page reports a fault.');
    // Without a hub this log is where reports go.
    if (link.address === undefined) return reply.code(204).send();
    const answer = await askHub(link, settings.kiosk, { method: 'POST', path: paths.reports, body: JSON.stringify({ kiosk: settings.kiosk, reports }) });
    if (answer.ok && answer.value.status === 204) {
      link.heard();
      return reply.code(204).send();
    }
    if (answer.ok) link.failed(`status${answer.value.status}`);
    throw new RequestError('unavailable', 'The hub did not take the reports.');
  });
}
