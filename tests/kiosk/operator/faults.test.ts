import { describe, expect, test } from 'vitest';
import type { Panel } from '../../../src/api/agent.ts';
import { machineFaults } from '../../../src/kiosk/operator/faults.ts';
import { soundPanel } from '../../e2e/support/stand-in-agent.ts';

const now = Date.parse('2026-11-30T03:15:00Z');
const withMachine = (machine: Partial<Panel['machine']>): Panel => ({ ...soundPanel, machine: { ...soundPanel.machine, ...machine } });
const withHub = (hub: Panel['hub']): Panel => ({ ...soundPanel, hub });

describe('what staff are told to look at', () => {
  test('is nothing on a sound machine', () => {
    expect(machineFaults(soundPanel, now)).toEqual([]);
  });

  test.each([
    ['keyboardForeign', withMachine({ foreignKeyboards: ['USB Keyboard (1a2c:0e24)'] })],
    ['diskLow', withMachine({ disk: { free: 1_900_000_000, size: 62_000_000_000 } })],
    ['memoryLow', withMachine({ memory: { free: 150_000_000, size: 4_000_000_000 } })],
    ['hot', withMachine({ temperature: 86 })],
    ['clockFree', withMachine({ clockSynchronized: false })],
    ['displayRestarts', withMachine({ uptime: 3_600, displayStarts: 9 })],
    ['hubSilent', withHub({ address: 'https://hub.example.org', enrolled: true, answered: '2026-11-30T03:04:00.000Z' })],
    ['hubSilent', withHub({ address: 'https://hub.example.org', enrolled: true })],
    ['notEnrolled', withHub({ address: 'https://hub.example.org', enrolled: false, answered: '2026-11-30T03:14:40.000Z' })],
  ] as const)('is %s', (fault, panel) => {
    expect(machineFaults(panel, now)).toEqual([fault]);
  });

  test('is neither hub nor clock on a terminal that was set up to work without a network', () => {
    expect(machineFaults({ ...withMachine({ clockSynchronized: false }), hub: { enrolled: false } }, now)).toEqual([]);
  });

  test('is not a display that was started each night for a month', () => {
    expect(machineFaults(withMachine({ uptime: 30 * 86_400, displayStarts: 32 }), now)).toEqual([]);
  });
});
