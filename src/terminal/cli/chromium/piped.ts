import * as v from 'valibot';
import { err, ok, type Result } from '../../../model/result.ts';
import { answerRequests, type Site } from './answer.ts';
import { startPipe } from './pipe.ts';

/** A Chromium without a screen that is asked over a pipe: no port is opened. */
export interface PipedChromium {
  /** Opens an address in a tab that stays until the end. The error is a sentence. */
  open(url: string): Promise<Result<PipedTab, string>>;
  /** Ends Chromium and whatever its tabs are at. */
  close(): Promise<void>;
}

/** A tab of a {@link PipedChromium}. */
export interface PipedTab {
  /**
   * Has the page work out an expression, which must give a string or a promise of one.
   * @param patience milliseconds until it must have answered
   */
  evaluate(expression: string, patience?: number): Promise<Result<string, string>>;
}

const targetSchema = v.looseObject({ targetId: v.string() });
const sessionSchema = v.looseObject({ sessionId: v.string() });
const navigatedSchema = v.looseObject({ errorText: v.optional(v.string()) });
const valueSchema = v.looseObject({
  result: v.looseObject({ value: v.optional(v.unknown()) }),
  exceptionDetails: v.optional(v.looseObject({ exception: v.optional(v.looseObject({ description: v.optional(v.string()) })) })),
});

/** Until every script of the page has run. */
const loaded = `new Promise((done) => (document.readyState === 'complete' ? done('loaded') : addEventListener('load', () => done('loaded'))))`;

/**
 * Starts Chromium by a command line that holds `--remote-debugging-pipe`.
 * @param site what is answered to each request of its pages in the network's place; absent: nothing is, and the network is asked
 */
export function startPiped(program: string, args: readonly string[], site?: Site): PipedChromium {
  const pipe = startPipe(program, args);
  const answering = site === undefined ? undefined : answerRequests(pipe, site);
  return {
    async open(url) {
      const ready = await answering;
      if (ready?.ok === false) return ready;
      const target = await pipe.ask('Target.createTarget', { url: 'about:blank' }, targetSchema);
      if (!target.ok) return target;
      const session = await pipe.ask('Target.attachToTarget', { targetId: target.value.targetId, flatten: true }, sessionSchema);
      if (!session.ok) return session;
      const { sessionId } = session.value;
      const evaluate: PipedTab['evaluate'] = async (expression, patience) => {
        const value = await pipe.ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, valueSchema, { sessionId, ...(patience !== undefined && { patience }) });
        if (!value.ok) return value;
        const { result, exceptionDetails } = value.value;
        return typeof result.value === 'string' && exceptionDetails === undefined ? ok(result.value) : err(exceptionDetails?.exception?.description?.split('\n')[0] ?? 'the page gave no answer');
      };
      const navigated = await pipe.ask('Page.navigate', { url }, navigatedSchema, { sessionId });
      if (!navigated.ok) return navigated;
      if (navigated.value.errorText !== undefined && navigated.value.errorText !== '') return err(`Chromium could not open ${url}: ${navigated.value.errorText}`);
      const whole = await evaluate(loaded);
      return whole.ok ? ok({ evaluate }) : whole;
    },
    close: () => pipe.close(),
  };
}
