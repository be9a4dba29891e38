import type { Terminal } from '../api/terminal.ts';
import type { Clock } from '../serve/clock.ts';
import type { Demonstration } from './demo.ts';
import type { Pictures } from './fleet/pictures.ts';
import type { Rates } from './limits.ts';
import type { LogOptions } from '../serve/log.ts';
import type { Store } from './store/store.ts';

/** Everything a hub depends on. Nothing in the hub reaches past it. */
export interface HubContext {
  readonly store: Store;
  readonly clock: Clock;
  /** Folder of the signed content repository. */
  readonly contentDir: string;
  /** Folder of the built kiosk app. */
  readonly kioskDir: string;
  /** Folder of the built staff's app. */
  readonly studioDir: string;
  readonly terminal: Terminal;
  /** Version of the project. */
  readonly version: string;
  /** Sample applications and their page; absent in a real office. */
  readonly demonstration: Demonstration | undefined;
  /** Pictures of screens; absent: the hub keeps its own. */
  readonly pictures?: Pictures;
  readonly rates: Rates;
  readonly log: LogOptions;
  /** Addresses of reverse proxies that are believed. */
  readonly trustProxy: readonly string[];
}
