import { applicationStatusSchema, codeParameter, type ApplicationStatus } from '../../api/application-status.ts';
import { paths } from '../../api/paths.ts';
import type { Application } from '../../model/application.ts';
import { standardFormat } from '../../model/registration-code.ts';
import { assert } from '../../model/result.ts';
import type { HubInstance } from '../app.ts';
import { instantText } from '../../serve/clock.ts';
import type { HubContext } from '../context.ts';
import { hubLimits } from '../limits.ts';
import { rateCheck } from '../rate.ts';

const bytes = (answer: ApplicationStatus): number => Buffer.byteLength(JSON.stringify(answer));

/** An answer made up to {@link hubLimits.statusAnswer} bytes, whether there is an application or not. */
export function paddedStatus(asOf: string, application: Application | null): ApplicationStatus {
  const answer = { asOf, application, padding: '' };
  const room = hubLimits.statusAnswer - bytes(answer);
  assert(room >= 0, 'the store holds no application that a status answer cannot');
  return { ...answer, padding: '.'.repeat(room) };
}

/** Milliseconds to wait so that an answer leaves at a whole multiple of the slot after its question. */
export function untilSlot(elapsed: number): number {
  return hubLimits.statusSlot - (elapsed % hubLimits.statusSlot);
}

/**
 * `GET /api/v1/applications/:code`. Whether a code is known shows in nothing
 * but the answer's one field: the store does the same work, the answer has the
 * same length and leaves at the same time slot.
 */
export function applicationRoute(app: HubInstance, context: HubContext): void {
  const limit = rateCheck(app, context.rates.applications);
  const arrivals = new WeakMap<object, number>();
  app.get(
    `${paths.applications}:code`,
    {
      schema: { params: codeParameter(context.terminal.registrationCode ?? standardFormat), response: { 200: applicationStatusSchema } },
      onRequest: async (request) => {
        arrivals.set(request, context.clock.elapsed());
        await limit(request);
      },
      // Here the answer is already written out: only its way to the socket is left.
      onSend: async (request, reply, payload) => {
        if (reply.statusCode === 200) await context.clock.wait(untilSlot(context.clock.elapsed() - (arrivals.get(request) ?? 0)));
        return payload;
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const application = await context.store.applications.find(request.params.code);
      return paddedStatus(instantText(context.clock.now()), application);
    },
  );
}
