import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { closedFor, screenTimes, screenWish, timeInCambodia, type Hours, type ScreenState } from '../../src/terminal/agent/hours.ts';
import { runScreen } from '../../src/terminal/agent/screen.ts';
import { agent, machine, TestClock, well } from './agent.ts';

const at = (text: string): number => Date.parse(`${text}:00+07:00`);
const minutes = 60_000;
/** 2026-11-25 is a Wednesday. */
const office: Hours = { from: '07:00', to: '17:30', days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] };

describe('the hours of a screen', () => {
  test.each([
    ['2026-11-25T06:59', office, (13 * 60 + 29) * minutes],
    ['2026-11-25T07:00', office, undefined],
    ['2026-11-25T17:29', office, undefined],
    ['2026-11-25T17:30', office, 0],
    ['2026-11-25T17:45', office, 15 * minutes],
    // Over the weekend.
    ['2026-11-29T12:00', office, (6.5 + 24 + 12) * 60 * minutes],
    // A night market: open over midnight, on Saturdays alone.
    ['2026-11-28T18:59', { from: '19:00', to: '02:00', days: ['saturday'] }, (6 * 24 + 17) * 60 * minutes - 1 * minutes],
    ['2026-11-29T01:59', { from: '19:00', to: '02:00', days: ['saturday'] }, undefined],
    ['2026-11-29T02:00', { from: '19:00', to: '02:00', days: ['saturday'] }, 0],
    // From a time to the same: always.
    ['2026-11-25T03:00', { from: '07:00', to: '07:00' }, undefined],
    // No day named: every day.
    ['2026-11-29T12:00', { from: '07:00', to: '17:30', days: [] }, undefined],
  ] as const)('at %s', (time, hours, expected) => {
    expect(closedFor(at(time), hours as Hours)).toBe(expected);
  });

  test('are Cambodia’s, wherever the machine thinks it is', () => {
    expect(timeInCambodia(Date.UTC(2026, 10, 25, 18, 5))).toBe('01:05');
  });
});

describe('what is done with the screen', () => {
  const state = (time: string, more: Partial<ScreenState> = {}): ScreenState => ({ now: at(time), hours: office, off: false, screen: 'attract', running: 12 * 60 * minutes, restartedOn: undefined, ...more });

  test.each([
    ['stays on while the office is open', state('2026-11-25T10:00'), undefined],
    ['goes off after closing, when nobody is there', state('2026-11-25T17:31'), 'screen-off'],
    ['stays on for a visit that began before', state('2026-11-25T17:31', { screen: 'visit' }), undefined],
    ['stays on for a status that somebody reads', state('2026-11-25T17:40', { screen: 'private' }), undefined],
    ['goes off a quarter of an hour later in any case', state('2026-11-25T17:45', { screen: 'visit' }), 'screen-off'],
    ['is left alone while there is no page: a technician may be at the console', state('2026-11-25T17:45', { screen: undefined }), undefined],
    ['never goes off under the hands of staff', state('2026-11-25T23:00', { screen: 'operator' }), undefined],
    ['stays off in the night', state('2026-11-26T03:30', { off: true, screen: undefined }), undefined],
    ['goes on at opening: the fresh start of the day', state('2026-11-26T07:00', { off: true, screen: undefined }), 'screen-on'],
    ['stays on for ten minutes after a start in the night, for a technician', state('2026-11-25T23:00', { running: 9 * minutes }), undefined],
    ['goes off ten minutes after a start in the night', state('2026-11-25T23:00', { running: 10 * minutes }), 'screen-off'],
    ['goes on again where the clock turns out never to have been set', state('1970-01-05T03:00', { off: true }), 'screen-on'],
    ['never goes off by a clock that was never set', state('1970-01-05T03:00'), undefined],
    ['without hours: nothing by day', state('2026-11-25T12:00', { hours: undefined }), undefined],
    ['without hours: is started anew at half past three', state('2026-11-25T03:30', { hours: undefined }), 'restart-display'],
    ['without hours: waits for a visit in the night', state('2026-11-25T03:30', { hours: undefined, screen: 'visit' }), undefined],
    ['without hours: once a night', state('2026-11-25T03:31', { hours: undefined, restartedOn: '2026-11-25' }), undefined],
    ['without hours: not later than five', state('2026-11-25T05:00', { hours: undefined }), undefined],
  ] as const)('%s', (_name, given, expected) => {
    expect(screenWish(given)).toBe(expected);
  });
});

describe('the loop of the screen', () => {
  /** The loop on a clock of the test's. */
  async function loop(start: string, hours: Hours | undefined, { units = true, believed = true } = {}) {
    const clock = new TestClock(at(start));
    // Requests wait on the real clock: units are real files here.
    const running = await agent({ limits: { requestTaken: 200 } });
    const taken = units ? machine(running.context.runDir) : [];
    const ended = new AbortController();
    const { page, requests, context } = running;
    vi.spyOn(page, 'present', 'get').mockReturnValue(well);
    const over = runScreen({ hours, page, requests, clock, clockBelieved: async () => believed, runDir: context.runDir, log: running.server.log }, ended.signal);
    onTestFinished(async () => {
      ended.abort();
      await over;
    });
    /** Lets time pass in steps of the loop. */
    const pass = async (milliseconds: number): Promise<void> => {
      for (let gone = 0; gone < milliseconds; gone += 30_000) {
        await vi.waitFor(() => expect(clock.waiting).toBeGreaterThan(0), { interval: 1 });
        await clock.advance(30_000);
      }
      await vi.waitFor(() => expect(clock.waiting).toBeGreaterThan(0), { interval: 1 });
    };
    return { clock, taken, pass, runDir: context.runDir, log: running.log };
  }

  test('switches it off after closing and on at opening, once each', async () => {
    const { taken, pass, runDir } = await loop('2026-11-25T17:00', office);
    await pass(60 * minutes);
    expect(taken).toEqual(['screen-off']);
    expect(existsSync(join(runDir, 'screen-off'))).toBe(true);
    await pass(13 * 60 * minutes);
    expect(taken).toEqual(['screen-off', 'screen-on']);
    expect(existsSync(join(runDir, 'screen-off'))).toBe(false);
  });

  test('leaves it on by a clock that nobody stands behind', async () => {
    const { taken, pass } = await loop('2026-11-25T18:00', office, { believed: false });
    await pass(60 * minutes);
    expect(taken).toEqual([]);
  });

  test('starts the display anew once in a night without hours', async () => {
    const { taken, pass } = await loop('2026-11-25T01:00', undefined);
    await pass(26 * 60 * minutes);
    expect(taken).toEqual(['restart-display']);
    await pass(3 * 60 * minutes);
    expect(taken).toEqual(['restart-display', 'restart-display']);
  });

  test('tries again where no unit took the request up', async () => {
    const { pass, log } = await loop('2026-11-25T17:28', office, { units: false });
    await pass(15 * minutes);
    expect(log.text.match(/No unit of this machine took the request up/g)?.length).toBeGreaterThanOrEqual(2);
  });

  test('does nothing by a clock that was never set', async () => {
    const { taken, pass, clock } = await loop('2026-11-25T12:00', office);
    clock.set(screenTimes.plausible - 1);
    await pass(30 * minutes);
    expect(taken).toEqual([]);
  });
});
