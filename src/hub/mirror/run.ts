import type { FastifyBaseLogger } from 'fastify';
import type { TrustError, TrustResult } from '../../trust/result.ts';
import type { Clock } from '../../serve/clock.ts';
import { nextWait, type Look } from './mirror.ts';
import { mirrorSentences } from './sentences.ts';

/** What the loop needs of the world. */
export interface MirrorDeps {
  readonly look: (now: number) => Promise<TrustResult<Look>>;
  readonly clock: Clock;
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

function say(log: MirrorDeps['log'], { code, path, detail }: TrustError): void {
  log.warn({ mirror: code, path, detail, mend: mirrorSentences[code].mend }, mirrorSentences[code].what);
}

function tell(log: MirrorDeps['log'], look: Look): void {
  if (look.kind === 'same') {
    log.debug({ mirror: 'same' }, 'The upstream has nothing new.');
    return;
  }
  const { edition, before, brought, clockBehind } = look.report;
  if (clockBehind) say(log, { code: 'clockWrong', path: 'timestamp.json' });
  if (edition === before) log.debug({ mirror: 'confirmed', edition }, 'The upstream confirms the edition that this mirror has.');
  else log.info({ mirror: 'copied', edition, before, brought }, 'This mirror serves a new edition.');
}

/** Looks at the upstream until the signal is given. Failures are logged under their code with what to do, and never end it. */
export async function runMirror({ look, clock, log, random, signal }: MirrorDeps): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const found = await look(clock.now());
      if (signal.aborted) return;
      failures = found.ok ? 0 : failures + 1;
      if (found.ok) tell(log, found.value);
      else say(log, found.error);
    } catch (error) {
      failures += 1;
      log.error({ err: error });
      log.error({ mirror: 'disk', mend: 'Look at the line above: is the disk full, or may this process not write there?' }, 'The mirror cannot write its content folder.');
    }
    await clock.wait(nextWait(failures, random()), signal);
  }
}
