import type { Clock } from '../../serve/clock.ts';
import type { LogOptions } from '../../serve/log.ts';
import type { TerminalSettings } from '../settings.ts';
import type { AgentLimits } from './limits.ts';

/** Everything the agent depends on. Nothing in it reaches past this. */
export interface AgentContext {
  readonly settings: TerminalSettings;
  readonly limits: AgentLimits;
  readonly clock: Clock;
  /** Folder of the built app. */
  readonly appDir: string;
  /** Folder of the content that came with the package; it may be missing. */
  readonly packagedContentDir: string;
  /** The agent's own folder: key, enrolment, content from sticks, the count of wrong PINs. */
  readonly stateDir: string;
  /** Folder that is empty after each start of the machine: heartbeat, requests, results. */
  readonly runDir: string;
  /** The PIN's hash. */
  readonly pinFile: string;
  /** Where the machine's `/proc`, `/sys` and `/run` are found; `/` but in tests. */
  readonly systemRoot: string;
  /** Version of the package. */
  readonly version: string;
  readonly log: LogOptions;
  /** In [0, 1). */
  readonly random: () => number;
}
