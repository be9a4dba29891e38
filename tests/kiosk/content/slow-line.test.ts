import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerTime, getFile, type HubDeps } from '../../../src/kiosk/content/hub.ts';
import type { Timers } from '../../../src/kiosk/content/timers.ts';
import { limits } from '../../../src/trust/limits.ts';
import { buildRelease, catalogueObjects, type BuiltRelease } from '../../fixtures/content-release.ts';
import { createWorld, serving, shownVersion, type HubAnswer, type World } from './world.ts';

/** Time that passes only when it is told to. */
class Clock implements Timers {
  now = 0;
  readonly #due = new Map<number, { readonly at: number; readonly callback: () => void }>();
  #last = 0;
  readonly setTimeout = (callback: () => void, milliseconds: number): number => {
    this.#due.set(++this.#last, { at: this.now + milliseconds, callback });
    return this.#last;
  };
  readonly clearTimeout = (timer: unknown): void => void this.#due.delete(timer as number);

  pass(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (;;) {
      const [next] = [...this.#due].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      this.#due.delete(next[0]);
      this.now = next[1].at;
      next[1].callback();
    }
    this.now = until;
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.#due.size;
  }
}

/** A hub at the end of a line that brings so many bytes after each pause, `length` in all. */
function line(clock: Clock, { bytes, every, length }: { readonly bytes: number; readonly every: number; readonly length: number }): HubDeps {
  return {
    timers: clock,
    fetch: async (_, init) => {
      let left = length;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          init?.signal?.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
        },
        pull(controller) {
          clock.pass(every);
          if (init?.signal?.aborted === true) return;
          controller.enqueue(new Uint8Array(Math.min(bytes, left)).fill(32));
          left -= bytes;
          if (left <= 0) controller.close();
        },
      });
      return new Response(body, { headers: { 'content-type': 'application/json' } });
    },
  };
}

describe('a slow line', () => {
  test.each([
    [64, 160_000],
    [32, 160_000],
    [16, 20_000],
  ])('of %d kbit/s brings %d bytes', async (kilobits, length) => {
    const clock = new Clock();
    const answer = await getFile(line(clock, { bytes: (kilobits / 8) * 1_000, every: 1_000, length }), 'metadata/1.targets.json', limits.targets);
    expect(answer.ok && answer.value.bytes?.length).toBe(length);
    expect(clock.now).toBeGreaterThanOrEqual(10_000);
    expect(clock.waiting).toBe(0);
  });

  test('may hang for a while, and is given up where it is silent', async () => {
    const hanging = new Clock();
    expect((await getFile(line(hanging, { bytes: 1_000, every: limits.answerPause - 1, length: 3_000 }), 'metadata/1.targets.json', limits.targets)).ok).toBe(true);
    const silent = new Clock();
    const answer = await getFile(line(silent, { bytes: 1_000, every: limits.answerPause + 1, length: 3_000 }), 'metadata/1.targets.json', limits.targets);
    expect(answer).toMatchObject({ ok: false, error: { code: 'tooSlow' } });
    expect(silent.waiting).toBe(0);
  });

  test('is given up where no answer begins', async () => {
    const clock = new Clock();
    const asking = getFile({ timers: clock, fetch: (_, init) => new Promise((_done, fail) => init?.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')))) }, 'metadata/timestamp.json', limits.timestamp);
    clock.pass(limits.answerPause);
    expect(await asking).toMatchObject({ ok: false, error: { code: 'tooSlow' } });
  });

  test.each([2_000, limits.timestamp, limits.targets])('that drips on purpose holds an answer of %d bytes up for a bounded time', async (most) => {
    const clock = new Clock();
    const answer = await getFile(line(clock, { bytes: 1, every: 1_000, length: Infinity }), 'metadata/timestamp.json', most);
    expect(answer).toMatchObject({ ok: false, error: { code: 'tooSlow' } });
    expect(clock.now - answerTime(most)).toBeLessThan(1_000);
    expect(answerTime(most)).toBeLessThanOrEqual(most === limits.targets ? 25 * 60_000 : 25_000);
  });
});

describe('a file of changes that was cut', () => {
  let first: BuiltRelease;
  let second: BuiltRelease;
  beforeAll(async () => {
    first = await buildRelease(100, catalogueObjects(['birth', 'marriage']));
    second = await buildRelease(200, catalogueObjects(['birth', 'death', 'divorce', 'marriage']));
  });
  const changes = '/content/changes/100-200.json';

  /** A line that dies after half a file of changes. */
  const cutting = (whole: HubAnswer): HubAnswer => {
    let dead = false;
    return (path, init) => {
      if (dead) return undefined;
      if (path !== changes) return whole(path, init);
      dead = true;
      let sent = false;
      const body = new ReadableStream({
        pull(controller) {
          if (sent) return controller.error(new TypeError('reset'));
          sent = true;
          controller.enqueue(new Uint8Array(50_000).fill(32));
        },
      });
      return new Response(body, { headers: { 'content-type': 'application/json' } });
    };
  };
  const again: Readonly<Record<string, (world: World) => Promise<{ readonly content: Awaited<ReturnType<World['start']>>['content'] }>>> = {
    'with the next question': async (world) => {
      world.hub = cutting(serving(second));
      const started = await world.start();
      expect(world.asked).toContain(changes);
      world.asked.length = 0;
      world.hub = serving(second);
      await started.content.checkForUpdate();
      return started;
    },
    'after a restart': async (world) => {
      world.hub = cutting(serving(second));
      await world.start();
      expect(world.asked).toContain(changes);
      world.hub = serving(second);
      return world.start();
    },
  };
  test.each(Object.keys(again))('is not begun again, and what it carried comes one by one: %s', async (when) => {
    const world = createWorld(first);
    const started = await again[when]?.(world);
    expect(world.asked).not.toContain(changes);
    const objects = world.asked.filter((path) => path.startsWith('/content/targets/'));
    expect(objects.length).toBe(3);
    expect(new Set(objects).size).toBe(objects.length);
    expect(await started?.content.applyPending()).toBe(true);
    expect(started === undefined ? undefined : shownVersion(started.content)).toBe(200);
  });

  test('is asked for again where nothing of it had come', async () => {
    const world = createWorld(first);
    let dead = false;
    const whole = serving(second);
    world.hub = (path, init) => {
      dead ||= path === changes;
      return dead ? undefined : whole(path, init);
    };
    const { content } = await world.start();
    world.asked.length = 0;
    world.hub = whole;
    await content.checkForUpdate();
    expect(world.asked).toContain(changes);
  });
});
