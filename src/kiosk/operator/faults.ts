import type { Panel } from '../../api/agent.ts';

/** What the machine lacks, by the name of its sentence; what to do about it is under the same name with `Do`. */
export type MachineFault = 'diskLow' | 'memoryLow' | 'hot' | 'clockFree' | 'keyboardForeign' | 'hubSilent' | 'notEnrolled' | 'displayRestless';

/** From where on staff should look at something. */
export const faultLimits = {
  /** share of the disk that is free: below it a new edition may not fit */
  disk: 0.05,
  /** share of memory that can be used */
  memory: 0.08,
  /** °C: processors slow down from about here */
  temperature: 85,
  /** milliseconds without an answer of the hub; it is asked every minute */
  hub: 10 * 60_000,
  /** starts of the display, beside the one of each night */
  displayStarts: 6,
} as const;

const day = 86_400;

/** What needs a look, the most pressing first. @param now this machine's clock, ms */
export function machineFaults({ machine, hub }: Panel, now: number): readonly MachineFault[] {
  const found: MachineFault[] = [];
  if (machine.foreignKeyboards.length > 0) found.push('keyboardForeign');
  if (machine.disk.free < machine.disk.size * faultLimits.disk) found.push('diskLow');
  if (machine.memory.free < machine.memory.size * faultLimits.memory) found.push('memoryLow');
  if ((machine.temperature ?? 0) >= faultLimits.temperature) found.push('hot');
  if (hub.address !== undefined) {
    if (!hub.enrolled) found.push('notEnrolled');
    if (hub.answered === undefined || now - Date.parse(hub.answered) > faultLimits.hub) found.push('hubSilent');
    // A terminal without a network has no other clock than its own, and cannot help it.
    if (machine.clockSynchronized === false) found.push('clockFree');
  }
  if (machine.displayStarts > faultLimits.displayStarts + machine.uptime / day) found.push('displayRestless');
  return found;
}
