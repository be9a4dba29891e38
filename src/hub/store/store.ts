import type { FleetHeartbeat, OrderAction, OrderResult } from '../../api/fleet.ts';
import type { Report } from '../../api/report.ts';
import type { JournalEntry, StaffRole } from '../../api/staff.ts';
import type { Application } from '../../model/application.ts';
import type { RegistrationCode } from '../../model/registration-code.ts';
import type { Result } from '../../model/result.ts';

/** Where applications come from: an office's own, or the samples of a demonstration. */
export type Origin = 'office' | 'sample';

/** An application that cannot be stored: it is longer than a status answer can carry. */
export interface TooLong {
  readonly code: 'tooLong';
  /** bytes */
  readonly length: number;
  readonly limit: number;
}

/** Writes many applications as one: all of them are seen after `commit`, none after `rollback`. */
export interface ImportTransaction {
  /** Adds an application, or replaces the one with the same code. */
  put(code: RegistrationCode, application: Application): Result<'added' | 'replaced', TooLong>;
  commit(): void;
  rollback(): void;
}

/** Applications, found by their registration code alone. No method lists codes: the store does not know them. */
export interface ApplicationStore {
  /** Does the same work whether there is one or not. */
  find(code: RegistrationCode): Promise<Application | null>;
  begin(origin: Origin): Promise<ImportTransaction>;
  /** Number of applications of an origin. */
  count(origin: Origin): Promise<number>;
  /** Removes every sample. */
  removeSamples(): Promise<void>;
}

/** One kiosk's report as it is kept. */
export interface StoredReport extends Report {
  readonly kiosk: string;
  readonly receivedAt: string;
}

/** Reports of kiosks, the newest ones up to a limit. */
export interface ReportStore {
  add(kiosk: string, reports: readonly Report[], receivedAt: string): Promise<void>;
  /** Newest first. */
  latest(count: number): Promise<readonly StoredReport[]>;
}

/** A member of staff who can sign in. */
export interface Account {
  readonly name: string;
  readonly role: StaffRole;
  /** Gazetteer code that the account is limited to; empty: the whole country. */
  readonly area: string;
}

/** An account that is to be. */
export interface NewAccount extends Account {
  readonly password: string;
  /** Gone at the next start. */
  readonly demonstration?: boolean;
}

/** Failures to sign in under one name, whether there is such an account or not. */
export interface Failures {
  readonly count: number;
  /** ms since 1970 */
  readonly lastAt: number;
}

/** Accounts and their sessions. Passwords are kept as scrypt hashes, sessions as hashes of their tokens. Instants are ms since 1970. */
export interface AccountStore {
  /** False: there is one of this name. */
  add(account: NewAccount, now: number): Promise<boolean>;
  list(): Promise<readonly Account[]>;
  /** Ends its sessions, too. False: there is none. */
  remove(name: string): Promise<boolean>;
  /** Ends its sessions, too. False: there is none. */
  setPassword(name: string, password: string): Promise<boolean>;
  removeDemonstration(): Promise<void>;
  /** The account whose name and password these are. Takes the same time when there is no such name. */
  check(name: string, password: string): Promise<Account | undefined>;
  failures(name: string): Promise<Failures>;
  /** Counts one; those from before `forgetBefore` do not count. Returns how many there are now. */
  addFailure(name: string, now: number, forgetBefore: number): Promise<number>;
  clearFailures(name: string): Promise<void>;
  /** Opens a session and returns its token, which the store does not keep. */
  openSession(name: string, now: number): Promise<string>;
  /** Whose session a token is, if it was opened after `openedAfter` and used after `usedAfter`. `use`: it counts as used now. */
  session(token: string, when: { readonly now: number; readonly openedAfter: number; readonly usedAfter: number; readonly use: boolean }): Promise<Account | undefined>;
  closeSession(token: string): Promise<void>;
}

/** What staff did, the newest entries up to a limit. */
export interface JournalStore {
  add(entry: JournalEntry): Promise<void>;
  /** Newest first; with an account, those that it may read: what was done in its area, and by itself. */
  latest(count: number, reader?: Pick<Account, 'name' | 'area'>): Promise<readonly JournalEntry[]>;
}

/** Where a terminal stands, and its name there. */
export interface Place {
  readonly office: string;
  readonly name: string;
}

/** An enrolled terminal and the last it said. Instants are ms since 1970. */
export interface FleetTerminal extends Place {
  readonly id: string;
  readonly publicKey: string;
  readonly enrolledAt: number;
  /** The moment of its last accepted request. */
  readonly moment: number;
  readonly heard: { readonly at: number; /** ms that its clock is ahead of the hub's */ readonly clockAhead: number; readonly health: FleetHeartbeat } | undefined;
  /** When two machines were last heard in its name, as far as this process has seen: its disk was copied. */
  readonly twinAt?: number;
}

/** An order as it is kept. */
export interface StoredOrder {
  readonly id: number;
  readonly terminal: string;
  readonly action: OrderAction;
  readonly by: string;
  readonly at: number;
  readonly fetchedAt: number | undefined;
  readonly result: OrderResult | undefined;
  readonly finishedAt: number | undefined;
}

/** Terminals, their enrolment and their orders. */
export interface FleetStore {
  /** Keeps a code's hash for a place; another code for the same place counts no more. */
  addCode(code: string, place: Place, expiresAt: number): Promise<void>;
  /**
   * Enrols the key that comes with a good code; the terminal that had this place
   * goes. The same key with the same code again is answered the same.
   * `undefined`: the code is unknown, used, expired, or for another place.
   */
  enrol(code: string, place: Place, publicKey: string, now: number): Promise<{ readonly id: string; readonly isNew: boolean } | undefined>;
  /** Adds a terminal of a demonstration, which no key speaks for, unless its place is taken. */
  addSample(place: Place, enrolledAt: number): Promise<string | undefined>;
  /** Removes every terminal of a demonstration. */
  removeSamples(): Promise<void>;
  terminal(id: string): Promise<FleetTerminal | undefined>;
  /** Those whose office's code begins with `area`, by office and name. */
  list(area: string): Promise<readonly FleetTerminal[]>;
  remove(id: string): Promise<boolean>;
  /** Takes a moment if it is later than the last one. False: it is not. */
  takeMoment(id: string, moment: number): Promise<boolean>;
  heard(id: string, health: FleetHeartbeat, now: number): Promise<void>;
  /** An order of the same action that is still under way is returned instead of a second one. */
  order(terminal: string, action: OrderAction, by: string, now: number, openAfter: number): Promise<StoredOrder>;
  findOrder(id: number): Promise<StoredOrder | undefined>;
  /** Orders of a terminal without a result, given after `openAfter`, oldest first. Marks them as fetched if `fetch`. */
  openOrders(terminal: string, openAfter: number, fetch: number | undefined): Promise<readonly StoredOrder[]>;
  /** False: it has a result already. */
  finish(id: number, result: OrderResult, now: number): Promise<boolean>;
  /** The last order of each terminal, or of one. */
  lastOrders(terminal?: string): Promise<ReadonlyMap<string, StoredOrder>>;
}

/** Everything the hub keeps. */
export interface Store {
  readonly applications: ApplicationStore;
  readonly reports: ReportStore;
  readonly accounts: AccountStore;
  readonly fleet: FleetStore;
  readonly journal: JournalStore;
  close(): Promise<void>;
}
