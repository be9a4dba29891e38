import type { Result } from '../../../model/result.ts';
import type { TrustResult } from '../../../trust/result.ts';
import type { AgentState } from '../../agent-state.ts';
import type { TerminalSettings } from '../../settings.ts';
import type { ProvenBaseline } from '../baseline.ts';
import type { HubAnswer } from '../hub.ts';
import type { Machine } from '../machine.ts';
import type { Probed } from './probe.ts';

/**
 * How something is. `warning`: citizens are served, and somebody should look.
 * `fault`: not as it must be. `unknown`: it cannot be told from here.
 */
export type Status = 'ok' | 'warning' | 'fault' | 'unknown';

/** What a check found: one row of the doctor's table. */
export interface Finding {
  /** Name of the check, e.g. `firewall`. */
  readonly check: string;
  readonly status: Status;
  /** What was found, in a sentence. */
  readonly says: string;
  /** What to do; with every status but `ok`. */
  readonly mend?: string;
}

/** What the checks look at. Everything is read, nothing is changed. */
export interface Examination {
  readonly machine: Machine;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly now: number;
  readonly settings: Result<TerminalSettings | undefined, string>;
  /** The lock is released: a console is on the screen in the page's place. */
  readonly released: boolean;
  readonly state: AgentState | undefined;
  /** The page's last heartbeat while it was well, ms since 1970. */
  readonly beat: number | undefined;
  readonly baseline: TrustResult<ProvenBaseline>;
  /** What the hub said just now; `undefined`: there is none to ask. */
  readonly hub: Result<HubAnswer, string> | undefined;
  /** What a Chromium of its own showed; the error is why there is none. */
  readonly probed: Result<Probed, string>;
}

/** One check; none throws for what a machine can be like. */
export type Check = (examination: Examination) => Promise<readonly Finding[]>;

/** Findings of one check, in short. */
export function findings(check: string): { ok: (says: string) => Finding; warning: (says: string, mend: string) => Finding; fault: (says: string, mend: string) => Finding; unknown: (says: string, mend: string) => Finding } {
  const make = (status: Status) => (says: string, mend: string): Finding => ({ check, status, says, mend });
  return { ok: (says) => ({ check, status: 'ok', says }), warning: make('warning'), fault: make('fault'), unknown: make('unknown') };
}

/** What to do where files of the package are missing or changed. */
export const installAgain = 'Install the package again: owso-kiosk update ./owso-kiosk-terminal_….deb --again (from a USB stick: owso-kiosk update --from-stick --again)';

/** {@link installAgain} where `owso-kiosk update` does not begin: it rests on the accounts of the package. */
export const installByApt = 'Install the package again: apt install --reinstall ./owso-kiosk-terminal_….deb';

/** What to do where a package of Debian is missing that ours needs: its archive is let through for as long as that takes. */
export const fetchMissing = 'On a network that reaches Debian, run: owso-kiosk update ./owso-kiosk-terminal_….deb --again --debian';

/** What to do where only root may look. */
export const runAsRoot = 'Run it as root: sudo owso-kiosk doctor';
