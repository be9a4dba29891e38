import { describe, expect, test } from 'vitest';
import { heartbeatEvery, type HeartbeatAnswer, type PageOrder } from '../../../src/api/agent.ts';
import type { PageHealth } from '../../../src/api/page-health.ts';
import { frameLimit, startHeart } from '../../../src/kiosk/supervised/heartbeat.ts';

/** A page whose frames and time the test hands out. */
function setUp() {
  let now = 0;
  let frames: (() => void)[] = [];
  const timers = new Map<number, { readonly at: number; readonly call: () => void }>();
  let next = 0;
  const told: boolean[] = [];
  const obeyed: PageOrder[] = [];
  const world = { answer: { orders: [] } as HeartbeatAnswer | undefined, stirred: 0, reach: (): Promise<unknown> => Promise.resolve() };
  const stop = startHeart({
    timers: {
      setTimeout: (call, ms) => {
        timers.set(++next, { at: now + ms, call });
        return next;
      },
      clearTimeout: (timer) => void timers.delete(timer as number),
    },
    frame: (call) => void frames.push(call),
    reach: () => world.reach(),
    stir: () => { world.stirred += 1; },
    health: (drawn) => ({ drawn }) as PageHealth,
    send: async ({ drawn }) => {
      told.push(drawn);
      return world.answer;
    },
    obey: (order) => obeyed.push(order),
  });
  return {
    world,
    told,
    obeyed,
    stop,
    draw: async () => {
      const due = frames;
      frames = [];
      for (const call of due) call();
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
    },
    pass: async (ms: number) => {
      now += ms;
      for (const [id, timer] of timers) {
        if (timer.at > now) continue;
        timers.delete(id);
        timer.call();
      }
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

describe('the page’s heartbeat', () => {
  test('says that nothing is well when the browser behind the page hangs, though frames are drawn: no touch would arrive', async () => {
    const { world, told, draw, pass } = setUp();
    world.reach = () => new Promise(() => undefined);
    await draw();
    await draw();
    expect(told).toEqual([]);
    await pass(frameLimit);
    expect(told).toEqual([false]);
  });

  test('comes only after two frames were drawn, the second proving the first', async () => {
    const { told, draw } = setUp();
    expect(told).toEqual([]);
    await draw();
    expect(told).toEqual([]);
    await draw();
    expect(told).toEqual([true]);
  });

  test('comes each second, and each time there is something new to draw', async () => {
    const { told, draw, pass, world } = setUp();
    for (let beat = 0; beat < 3; beat++) {
      await draw();
      await draw();
      await pass(heartbeatEvery);
    }
    expect(told).toEqual([true, true, true]);
    expect(world.stirred).toBe(4);
  });

  test('says so when nothing is drawn any more, and is well again with the first picture', async () => {
    const { told, draw, pass } = setUp();
    await pass(frameLimit);
    await pass(heartbeatEvery);
    await pass(frameLimit);
    expect(told).toEqual([false, false]);
    await pass(heartbeatEvery);
    // Frames that come late belong to heartbeats that were told already.
    await draw();
    await draw();
    expect(told).toEqual([false, false, true]);
  });

  test('goes on when the agent does not answer', async () => {
    const { told, draw, pass, world } = setUp();
    world.answer = undefined;
    await draw();
    await draw();
    await pass(heartbeatEvery);
    await draw();
    await draw();
    expect(told).toEqual([true, true]);
  });

  test('brings orders once', async () => {
    const { draw, pass, obeyed, world } = setUp();
    world.answer = { orders: ['syncNow', 'reload'] };
    await draw();
    await draw();
    world.answer = { orders: [] };
    await pass(heartbeatEvery);
    await draw();
    await draw();
    expect(obeyed).toEqual(['syncNow', 'reload']);
  });

  test('ends when it is told to', async () => {
    const { told, draw, pass, stop } = setUp();
    stop();
    await draw();
    await draw();
    await pass(heartbeatEvery + frameLimit);
    expect(told).toEqual([]);
  });
});
