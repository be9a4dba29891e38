import { describe, expect, test } from 'vitest';
import type { Report, ReportCode } from '../../../src/api/report.ts';
import { createScreenWord, faultStays, screenKind, standingFaults } from '../../../src/kiosk/supervised/health.ts';

const now = Date.parse('2026-11-30T03:00:00Z');
const minutes = (count: number): number => count * 60_000;
const report = (code: ReportCode, ago: number): Report => ({ code, at: new Date(now - ago).toISOString(), detail: '' });

describe('what the page tells of its screen', () => {
  test('is that checking an application is private, from the first touch on', () => {
    expect(screenKind('status', 'away')).toBe('private');
  });

  test('is that nobody is there only on the attract screen without staff', () => {
    expect(screenKind('attract', 'away')).toBe('attract');
    expect(screenKind('attract', 'pin')).toBe('visit');
    expect(screenKind('home', 'away')).toBe('visit');
  });

  test('is that the operator’s panel is open, and private while a receipt may be before the camera', () => {
    expect(screenKind('attract', 'panel')).toBe('operator');
    expect(screenKind('attract', 'camera')).toBe('private');
  });
});

describe('what is told of a screen that changes between two heartbeats', () => {
  test('is private if it was so at any moment since the last one', () => {
    const { see, tell } = createScreenWord();
    see('visit');
    expect(tell('visit')).toBe('visit');
    see('private');
    see('attract');
    expect(tell('attract')).toBe('private');
    expect(tell('attract')).toBe('attract');
  });

  test('stays private while it is, and once more after', () => {
    const { see, tell } = createScreenWord();
    see('private');
    expect([tell('private'), tell('private')]).toEqual(['private', 'private']);
    see('visit');
    expect([tell('visit'), tell('visit')]).toEqual(['private', 'visit']);
  });
});

describe('the faults of a heartbeat', () => {
  const faults = (reports: readonly Report[], answered?: number): ReportCode[] => standingFaults(reports, now, { answered });

  test('are those of the last hour, each once', () => {
    expect(faults([report('cameraLost', minutes(5)), report('cameraLost', minutes(20)), report('contentForged', faultStays + 1)])).toEqual(['cameraLost']);
  });

  test('are over when the hub answers again', () => {
    expect(faults([report('hubUnreachable', minutes(20))], now - minutes(30))).toEqual(['hubUnreachable']);
    expect(faults([report('hubUnreachable', minutes(20)), report('hubAnswerInvalid', minutes(20))], now - minutes(2))).toEqual([]);
  });

  test('are over when damaged content was healed, and not by an earlier healing', () => {
    expect(faults([report('contentDamaged', minutes(10)), report('contentHealed', minutes(9))])).toEqual([]);
    expect(faults([report('contentDamaged', minutes(3)), report('contentHealed', minutes(9))])).toEqual(['contentDamaged']);
  });

  test('are told although the clock was set back meanwhile', () => {
    expect(faults([report('clockWrong', -minutes(40))])).toEqual(['clockWrong']);
  });
});
