import { paths } from '../../api/paths.ts';
import { reportsSchema } from '../../api/report.ts';
import type { HubInstance } from '../app.ts';
import { instantText } from '../../serve/clock.ts';
import type { HubContext } from '../context.ts';
import { kioskName, redactCodes } from '../../serve/log.ts';
import { rateCheck } from '../rate.ts';

/**
 * `POST /api/v1/reports`: a kiosk tells what went wrong with itself. Stored and
 * logged; what looks like a registration code is struck out first, whoever put
 * it there.
 */
export function reportsRoute(app: HubInstance, context: HubContext): void {
  const limit = rateCheck(app, context.rates.reports);
  app.post(paths.reports, { schema: { body: reportsSchema }, onRequest: limit }, async (request, reply) => {
    const kiosk = kioskName(request.body.kiosk, context.terminal.registrationCode);
    const reports = request.body.reports.map((report) => ({ ...report, detail: redactCodes(report.detail) }));
    await context.store.reports.add(kiosk, reports, instantText(context.clock.now()));
    for (const report of reports) request.log.warn({ kiosk, report: report.code, at: report.at, detail: report.detail }, 'kiosk report');
    return reply.code(204).send();
  });
}
