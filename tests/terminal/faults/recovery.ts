import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../support/command.ts';
import type { Machine } from '../support/machine.ts';
import { agentState } from '../support/terminal.ts';
import type { AgentState } from '../../../src/terminal/agent-state.ts';
import type { PanelWatch, Seen, Shown } from './panel-watch.ts';

/** Milliseconds until a terminal has to be back, unless a fault says otherwise. */
export const usualLimit = 15_000;

type Health = NonNullable<AgentState['page']>['health'];

/** A fault that is put upon a terminal. */
export interface Fault {
  readonly title: string;
  /** Does it. What takes time afterwards does not belong here: the clock runs from its end. */
  readonly inflict: (machine: Machine) => Promise<unknown>;
  /**
   * Which page is there afterwards: a `new` one, because the display was started
   * anew; the `same`, which went on; or `either`.
   */
  readonly page: 'new' | 'same' | 'either';
  /** Milliseconds; 15,000 unless a limit of systemd's own takes longer, of which `because` tells. */
  readonly within?: number;
  readonly because?: string;
  /** What may be on the panel beside the page, a black and a blank panel. */
  readonly mayShow?: readonly Shown[];
  /** A page that goes on may be gone for a moment, shorter than somebody looks. */
  readonly blinks?: true;
  /** Undoes what the terminal cannot, before the next fault. */
  readonly mend?: (machine: Machine) => Promise<unknown>;
}

/** How a terminal got over a fault. */
export interface Recovery extends Seen {
  /** Milliseconds from the fault to the first heartbeat of a page on the attract screen. */
  readonly back: number;
  /** Milliseconds of these in which other programs of the testing machine held every processor that the terminal wanted. */
  readonly waited: number;
  /** The display was started anew. */
  readonly anew: boolean;
  readonly before: Health;
  readonly after: Health;
}

/** Milliseconds in which everything that a machine wanted to run had to wait for a processor: Linux' pressure stall information. Its waits for the disk are its own. */
async function stalled(machine: Machine): Promise<number> {
  const { stdout } = await machine.exec('cat /sys/fs/cgroup/cpu.pressure');
  return [...stdout.matchAll(/^full .*total=(\d+)$/gm)].reduce((sum, [, total]) => sum + Number(total) / 1_000, 0);
}

/** Names the display's present start. */
export async function displayStart(machine: Machine): Promise<string> {
  return (await machine.exec('systemctl show -P InvocationID owso-kiosk.service')).stdout.trim();
}

/** The page's heartbeat on the attract screen that came after a moment (ms of the clock), and when. */
async function beatAfter(machine: Machine, moment: number, fits: (health: Health) => boolean): Promise<{ readonly health: Health; readonly heard: number } | undefined> {
  const page = (await agentState(machine))?.page;
  if (page === undefined) return undefined;
  const heard = Date.parse(page.heard);
  const { health } = page;
  return heard > moment && health.screen === 'attract' && health.content && health.drawn && fits(health) ? { health, heard } : undefined;
}

/** Waits for a page that is well on the attract screen, for as long as a test may take to begin. */
export async function settled(machine: Machine): Promise<Health> {
  const now = Date.now();
  return (await until('a page on the attract screen', 60_000, () => beatAfter(machine, now, () => true))).health;
}

/** Puts a fault upon a terminal on its attract screen and watches how it gets over it. */
export async function recover(machine: Machine, panel: PanelWatch, fault: Fault): Promise<Recovery> {
  // Starts of the faults before this one do not count.
  await machine.exec('systemctl reset-failed owso-kiosk.service');
  const before = await settled(machine);
  const start = await displayStart(machine);
  const ended = panel.start();
  const held = await stalled(machine);
  const within = fault.within ?? usualLimit;
  try {
    await fault.inflict(machine);
    const moment = Date.now();
    // The page that goes on could have told this before it felt the fault.
    const settle = fault.page === 'new' ? 0 : 3_000;
    await pause(settle);
    const { health, heard } = await until(`back after: ${fault.title}`, within + 60_000, () =>
      beatAfter(machine, moment + settle, (after) => fault.page !== 'new' || after.page !== before.page));
    const waited = (await stalled(machine)) - held;
    const seen = await ended();
    // A page that went on was never away.
    const back = health.page === before.page ? 0 : heard - moment;
    return { ...seen, back, waited, anew: (await displayStart(machine)) !== start, before, after: health };
  } finally {
    await ended();
    await fault.mend?.(machine);
  }
}

/**
 * Cuts a terminal's power and gives it back.
 * @param afterStart milliseconds of a start after which the power goes once more
 */
export async function powerCut(machine: Machine, panel: PanelWatch, title: string, afterStart?: number): Promise<Recovery> {
  const before = await settled(machine);
  await machine.cutPower();
  if (afterStart !== undefined) {
    // It does not come up, which is the point.
    const starting = machine.start().catch(() => undefined);
    await pause(afterStart);
    await machine.cutPower();
    await starting;
  }
  await machine.start();
  const moment = Date.now();
  const held = await stalled(machine);
  const ended = panel.start();
  try {
    const { health, heard } = await until(`back after: ${title}`, usualLimit + 60_000, () => beatAfter(machine, 0, (after) => after.page !== before.page));
    const waited = (await stalled(machine)) - held;
    return { ...(await ended()), back: Math.max(0, heard - moment), waited, anew: true, before, after: health };
  } finally {
    await ended();
  }
}
