import { describe, expect, test } from 'vitest';
import { idleTimes, watchIdle } from '../../../src/kiosk/session/idle.ts';

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
