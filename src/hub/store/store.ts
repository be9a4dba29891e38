import type { Report } from '../../api/report.ts';
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

/** Everything the hub keeps. */
export interface Store {
  readonly applications: ApplicationStore;
  readonly reports: ReportStore;
  close(): Promise<void>;
}
