import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraError, CameraOptions } from '../../../src/kiosk/scan/camera.ts';
import { scanLimits } from '../../../src/kiosk/scan/limits.ts';
import { createScanner } from '../../../src/kiosk/scan/scanner.ts';
import { err, ok } from '../../../src/model/result.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A scanner with a camera made of promises: `answers` says what each opening gives. */
function setUp(answers: ('opens' | CameraError['code'])[] = ['opens'], permission = Promise.resolve()) {
  const reads: string[] = [];
  const problems: string[] = [];
  const opened: CameraOptions[] = [];
  const devices = new EventTarget();
  let closed = 0;
  let now = 0;
  const scanner = createScanner({
    element: {} as HTMLElement,
    onRead: (text) => reads.push(text),
    onProblem: (code) => problems.push(code),
    devices,
    now: () => now,
    load: async () => ({
      openCamera: async (options) => {
        opened.push(options);
        await permission;
        const answer = answers[Math.min(opened.length, answers.length) - 1] ?? 'opens';
        return answer === 'opens' ? ok({ close: async () => void closed++ }) : err({ code: answer, detail: 'test' });
      },
    }),
  });
  return {
    scanner, reads, problems, opened, devices,
    closedCount: () => closed,
    wait: (ms: number) => void (now += ms),
    settle: () => vi.advanceTimersByTimeAsync(0),
    plug: () => devices.dispatchEvent(new Event('devicechange')),
  };
}

describe('the camera scanner', () => {
  it('starts, scans and stops, and frees the camera', async () => {
    const t = setUp();
    expect(t.scanner.state.value).toBe('stopped');
    t.scanner.start();
    t.scanner.start();
    expect(t.scanner.state.value).toBe('starting');
    await t.settle();
    expect(t.scanner.state.value).toBe('scanning');
    expect(t.opened).toHaveLength(1);
    await t.scanner.stop();
    expect(t.scanner.state.value).toBe('stopped');
    expect(t.closedCount()).toBe(1);
  });

  it('frees a camera that opens only after the citizen has left', async () => {
    let allow = () => undefined as void;
    const t = setUp(['opens'], new Promise((resolve) => (allow = resolve)));
    t.scanner.start();
    await t.settle();
    expect(t.opened).toHaveLength(1);
    await t.scanner.stop();
    allow();
    await t.settle();
    expect(t.scanner.state.value).toBe('stopped');
    expect(t.closedCount()).toBe(1);
  });

  it('hands a code over once while it stays in view, and again when it comes back', async () => {
    const t = setUp();
    t.scanner.start();
    await t.settle();
    for (let i = 0; i < 50; i++) {
      t.wait(100);
      t.opened[0]?.onText('A');
    }
    expect(t.reads).toEqual(['A']);
    t.opened[0]?.onText('B');
    expect(t.reads).toEqual(['A', 'B']);
    t.wait(scanLimits.camera.sameCodeSilence);
    t.opened[0]?.onText('B');
    expect(t.reads).toEqual(['A', 'B', 'B']);
  });

  it('reads nothing after it was stopped', async () => {
    const t = setUp();
    t.scanner.start();
    await t.settle();
    await t.scanner.stop();
    t.opened[0]?.onText('late');
    expect(t.reads).toEqual([]);
  });

  it.each([
    ['absent', 'cameraAbsent'],
    ['denied', 'cameraDenied'],
    ['lost', 'cameraLost'],
  ] as const)('shows "%s" and reports it once', async (code, problem) => {
    const t = setUp([code]);
    t.scanner.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.scanner.state.value).toBe(code);
    expect(t.problems).toEqual([problem]);
  });

  it('is lost when unplugged, says so once, and scans again as soon as a device returns', async () => {
    const t = setUp(['opens', 'absent', 'opens']);
    t.scanner.start();
    await t.settle();
    t.opened[0]?.onEnded();
    expect(t.scanner.state.value).toBe('lost');
    t.plug(); // unplugging changes the devices, too
    await t.settle();
    expect(t.scanner.state.value).toBe('lost');
    t.plug();
    await t.settle();
    expect(t.scanner.state.value).toBe('scanning');
    expect(t.problems).toEqual(['cameraLost']);
    expect(t.closedCount()).toBe(1);
    t.opened[2]?.onText('A');
    expect(t.reads).toEqual(['A']);
  });

  it('tries a lost camera again by itself, and reports a second loss again', async () => {
    const t = setUp(['lost', 'lost', 'opens']);
    t.scanner.start();
    await vi.advanceTimersByTimeAsync(2 * scanLimits.camera.retryInterval);
    expect(t.scanner.state.value).toBe('scanning');
    t.opened[2]?.onEnded();
    expect(t.problems).toEqual(['cameraLost', 'cameraLost']);
  });

  it('finds a camera that is plugged in later', async () => {
    const t = setUp(['absent', 'opens']);
    t.scanner.start();
    await t.settle();
    t.plug();
    await t.settle();
    expect(t.scanner.state.value).toBe('scanning');
  });

  it('asks again after a refusal only when started again', async () => {
    const t = setUp(['denied', 'opens']);
    t.scanner.start();
    await t.settle();
    t.plug();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.scanner.state.value).toBe('denied');
    t.scanner.start();
    await t.settle();
    expect(t.scanner.state.value).toBe('scanning');
  });

  it('does not come back to life once disposed of', async () => {
    const t = setUp(['lost', 'opens']);
    t.scanner.start();
    await t.settle();
    await t.scanner.dispose();
    t.plug();
    t.scanner.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.scanner.state.value).toBe('stopped');
    expect(t.opened).toHaveLength(1);
  });

  it('is lost, not broken, when its program cannot be loaded', async () => {
    const problems: string[] = [];
    const scanner = createScanner({
      element: {} as HTMLElement,
      onRead: () => undefined,
      onProblem: (code, detail) => problems.push(`${code} ${detail}`),
      devices: undefined,
      load: async () => Promise.reject(new TypeError('not found')),
    });
    scanner.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(scanner.state.value).toBe('lost');
    expect(problems).toEqual(['cameraLost TypeError']);
    await scanner.dispose();
  });
});
