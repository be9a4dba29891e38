import { expect, test } from 'vitest';
import { discard } from '../../../src/kiosk/content/discard.ts';

test('an answer that breaks off while it is given up is nobody’s error', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    discard(new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError('network error')) })));
    discard(new Response(null));
    // Node tells of them when all that was promised is done.
    await new Promise((done) => setImmediate(done));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});
