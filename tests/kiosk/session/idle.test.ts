import { describe, expect, test } from 'vitest';
import { idleTimes, watchIdle } from '../../../src/kiosk/session/idle.ts';
import { createSteadyClock } from '../../../src/kiosk/session/steady-clock.ts';

/** A watch that goes by a clock that the test turns, or by one that it is given. */
function setUp(active = true, clock?: () => number) {
  let now = 0;
  let tick = (): void => undefined;
  let ended = 0;
  const state = { active };
  const watch = watchIdle({
    now: clock ?? (() => now),
    every: (call) => {
      tick = call;
      return () => undefined;
    },
    active: () => state.active,
    end: () => {
      ended += 1;
    },
  });
  return { watch, state, ended: () => ended, tick: () => tick(), pass: (ms: number) => { now += ms; tick(); } };
}

describe('a visit that nobody continues', () => {
  test('is left alone for a minute', () => {
    const { watch, pass } = setUp();
    pass(idleTimes.untilWarning - 1);
    expect(watch.secondsLeft.value).toBeUndefined();
  });

  test('is warned at one minute, counting twenty seconds', () => {
    const { watch, pass } = setUp();
    pass(60_000);
    expect(watch.secondsLeft.value).toBe(20);
    pass(12_500);
    expect(watch.secondsLeft.value).toBe(8);
  });

  test('ends once after the warning has run out', () => {
    const { watch, pass, ended } = setUp();
    pass(60_000);
    pass(20_000);
    expect(ended()).toBe(1);
    expect(watch.secondsLeft.value).toBeUndefined();
    pass(250);
    expect(ended()).toBe(1);
  });

  test('goes on when somebody touches the screen during the warning', () => {
    const { watch, pass, ended } = setUp();
    pass(75_000);
    watch.touched();
    expect(watch.secondsLeft.value).toBeUndefined();
    pass(59_000);
    expect(watch.secondsLeft.value).toBeUndefined();
    expect(ended()).toBe(0);
  });

  test('ends at once when the page slept through the whole time', () => {
    const { pass, ended } = setUp();
    pass(3_600_000);
    expect(ended()).toBe(1);
  });

  test('is not watched on the attract screen, and starts fresh with the next visit', () => {
    const { watch, state, pass, ended } = setUp(false);
    pass(3_600_000);
    expect(ended()).toBe(0);
    state.active = true;
    pass(59_000);
    expect(watch.secondsLeft.value).toBeUndefined();
  });
});

describe('a visit on a machine whose clock is set meanwhile', () => {
  /** A machine's two clocks, and the watch that goes by them. */
  function machine() {
    let [wall, monotonic] = [1_000_000_000, 5_000];
    const { ended, tick } = setUp(true, createSteadyClock(() => wall, () => monotonic));
    return {
      ended,
      pass: (ms: number) => { wall += ms; monotonic += ms; tick(); },
      /** The wall clock alone: it is set, or the machine has slept. */
      jump: (ms: number) => { wall += ms; tick(); },
    };
  }

  test('ends as soon as ever when the clock is set back by an hour: nobody’s status stays on the screen', () => {
    const { pass, jump, ended } = machine();
    pass(30_000);
    jump(-3_600_000);
    pass(49_000);
    expect(ended()).toBe(0);
    pass(2_000);
    expect(ended()).toBe(1);
  });

  test('has ended when the machine wakes from its sleep', () => {
    const { jump, ended } = machine();
    jump(90_000);
    expect(ended()).toBe(1);
  });

  test('does not end early where the two clocks of the machine are not read in the same moment', () => {
    let [wall, monotonic] = [1_000_000, 0];
    const now = createSteadyClock(() => wall, () => monotonic);
    const start = now();
    for (let second = 0; second < 100; second++) {
      wall += 500;
      now();
      monotonic += 1_000;
      now();
      wall += 500;
      now();
    }
    expect(now() - start).toBe(100_000);
  });
});
