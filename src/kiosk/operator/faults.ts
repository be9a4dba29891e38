import type { Panel } from '../../api/agent.ts';
import { silentAfter } from '../../api/fleet.ts';
import { machineTroublesOf, type MachineTrouble } from '../../api/machine-limits.ts';

/** What the machine lacks, by the name of its sentence; what to do about it is under the same name with `Do`. */
export type MachineFault = MachineTrouble | 'clockFree' | 'keyboardForeign' | 'hubSilent' | 'notEnrolled';

/** What needs a look, the most pressing first. @param now this machine's clock, ms */
export function machineFaults({ machine, hub }: Panel, now: number): readonly MachineFault[] {
  const found: MachineFault[] = [];
  if (machine.foreignKeyboards.length > 0) found.push('keyboardForeign');
  found.push(...machineTroublesOf(machine));
  if (hub.address !== undefined) {
    if (!hub.enrolled) found.push('notEnrolled');
    if (hub.answered === undefined || now - Date.parse(hub.answered) > silentAfter) found.push('hubSilent');
    // A terminal without a network has no other clock than its own, and cannot help it.
    if (machine.clockSynchronized === false) found.push('clockFree');
  }
  return found;
}
