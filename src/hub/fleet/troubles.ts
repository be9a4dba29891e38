import { silentAfter } from '../../api/fleet.ts';
import { machineLimits, machineTroublesOf } from '../../api/machine-limits.ts';
import { graveTroubles, type Trouble, type TroubleCode } from '../../api/staff.ts';
import type { FleetTerminal } from '../store/store.ts';

/** From where on something is trouble; the machine itself is judged by {@link machineTroublesOf}. */
export const troubleLimits = {
  /** ms that a terminal may show another edition than the hub serves: it looks every five minutes and changes when nobody is there */
  edition: 30 * 60_000,
  /** ms since the shown content was confirmed: the hub's key signs daily */
  confirmed: 3 * 24 * 3_600_000,
  /** ms after which two machines in one name are forgotten: while they are there, it is seen every few minutes */
  twin: 15 * 60_000,
} as const;

/** The edition that the hub serves, and since when (ms). */
export interface Served {
  readonly edition: number;
  readonly since: number;
}

function* found({ heard, ...terminal }: FleetTerminal, served: Served | undefined, now: number): Generator<Trouble> {
  if (heard === undefined) {
    yield { code: 'neverHeard' };
    return;
  }
  const { machine, page, screenOff } = heard.health;
  if (now - heard.at > silentAfter) yield { code: 'silent', since: new Date(heard.at).toISOString() };
  // Outside its hours a terminal has no page.
  if (page === undefined && screenOff !== true) yield { code: 'pageGone' };
  if (page !== undefined) {
    if (!page.drawn) yield { code: 'blackScreen' };
    if (!page.content) yield { code: 'noContent' };
  }
  if (machine.foreignKeyboards.length > 0) yield { code: 'foreignKeyboard' };
  if (page?.edition !== undefined && served !== undefined) {
    if (page.edition < served.edition && heard.at - served.since > troubleLimits.edition) yield { code: 'editionBehind' };
    if (page.edition > served.edition && heard.at - served.since > troubleLimits.edition) yield { code: 'editionAhead' };
  }
  if (page?.content === true) {
    const confirmed = page.confirmed === undefined ? undefined : Date.parse(page.confirmed);
    if (confirmed === undefined) yield { code: 'unconfirmed' };
    else if (now - confirmed > troubleLimits.confirmed) yield { code: 'unconfirmed', since: new Date(confirmed).toISOString() };
  }
  if (Math.abs(heard.clockAhead) > machineLimits.clock) yield { code: 'clockWrong' };
  if (heard.health.office !== terminal.office || heard.health.name !== terminal.name) yield { code: 'placeDiffers' };
  if (terminal.twinAt !== undefined && now - terminal.twinAt < troubleLimits.twin) yield { code: 'twoMachines' };
  for (const code of machineTroublesOf(machine)) yield { code };
  for (const fault of new Set(page?.faults)) yield { code: 'fault', fault };
}

/** What is wrong with a terminal, worst first: by what it said last, and how long ago that was. @param now ms */
export function troublesOf(terminal: FleetTerminal, served: Served | undefined, now: number): readonly Trouble[] {
  return [...found(terminal, served, now)];
}

const grave = new Set<TroubleCode>(graveTroubles);

/** How urgently somebody has to look: 2: the public sees nothing there, or nobody knows; 1: something is wrong; 0: all is well. */
export function urgency(troubles: readonly Trouble[]): 0 | 1 | 2 {
  if (troubles.some(({ code }) => grave.has(code))) return 2;
  return troubles.length > 0 ? 1 : 0;
}
