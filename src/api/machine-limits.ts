import type { MachineHealth } from './agent.ts';

/**
 * From where on a machine needs a look. The operators' page, the panel at the
 * terminal and the doctor judge by these alone: a technician who is sent by one
 * must not hear "all is well" from the next.
 */
export const machineLimits = {
  /** share of the disk that must be free, and bytes that are enough however large it is: below it a new edition or package may not fit */
  disk: { share: 0.05, enough: 2_000_000_000 },
  /** share of the memory that must be usable */
  memory: 0.05,
  /** ms of difference between its clock and the hub's */
  clock: 120_000,
  /** °C at which a fanless machine slows down */
  temperature: 85,
  /** starts of the display, beside the first and the one of each night */
  displayStarts: 3,
} as const;

/** What the machine itself lacks, by its code in reports and strings. */
export const machineTroubles = ['displayRestarts', 'diskLow', 'memoryLow', 'hot'] as const;
export type MachineTrouble = (typeof machineTroubles)[number];

const daySeconds = 86_400;

/** What a machine lacks, by its own account; what it could not read (sizes of 0) is not judged. */
export function machineTroublesOf({ uptime, displayStarts, disk, memory, temperature }: MachineHealth): readonly MachineTrouble[] {
  const found: MachineTrouble[] = [];
  if (displayStarts > 1 + Math.ceil(uptime / daySeconds) + machineLimits.displayStarts) found.push('displayRestarts');
  if (disk.free < Math.min(machineLimits.disk.share * disk.size, machineLimits.disk.enough)) found.push('diskLow');
  if (memory.free < machineLimits.memory * memory.size) found.push('memoryLow');
  if (temperature !== undefined && temperature >= machineLimits.temperature) found.push('hot');
  return found;
}
