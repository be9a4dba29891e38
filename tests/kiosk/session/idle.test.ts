import { describe, expect, test } from 'vitest';
import { idleTimes, watchIdle } from '../../../src/kiosk/session/idle.ts';
import { createSteadyClock } from '../../../src/kiosk/session/steady-clock.ts';

/** A clock that the test turns. */
function setUp(active = true) {
  let now = 0;
  let tick = (): void => undefined;
  let ended = 0;
  const state = { active };
  const watch = watchIdle({
    now: () => now,
    every: (call) => {
      tick = call;
      return () => undefined;
    },
    active: () => state.active,
    end: () => {
      ended += 1;
    },
  });
  return { watch, state, ended: () => ended, pass: (ms: number) => { now += ms; tick(); } };
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
    let [wall, monotonic, ended] = [1_000_000_000, 5_000, 0];
    let tick = (): void => undefined;
    watchIdle({
      now: createSteadyClock(() => wall, () => monotonic),
      every: (call) => ((tick = call), () => undefined),
      active: () => true,
      end: () => {
        ended += 1;
      },
    });
    return {
      ended: () => ended,
      set: (ms: number) => { wall += ms; tick(); },
      pass: (ms: number) => { wall += ms; monotonic += ms; tick(); },
      sleep: (ms: number) => { wall += ms; tick(); },
    };
  }

  test('ends as soon as ever when the clock is set back by an hour: nobody’s status stays on the screen', () => {
    const { pass, set, ended } = machine();
    pass(30_000);
    set(-3_600_000);
    pass(49_000);
    expect(ended()).toBe(0);
    pass(2_000);
    expect(ended()).toBe(1);
  });

  test('has ended when the machine wakes from its sleep', () => {
    const { sleep, ended } = machine();
    sleep(90_000);
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
