import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { apiErrorSchema, type ApiErrorCode } from '../../src/api/error.ts';
import type { Terminal } from '../../src/api/terminal.ts';
import { buildApp, type HubInstance } from '../../src/hub/app.ts';
import { systemClock } from '../../src/serve/clock.ts';
import type { HubContext } from '../../src/hub/context.ts';
import type { Rates } from '../../src/hub/limits.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import type { Store } from '../../src/hub/store/store.ts';
import type { Application } from '../../src/model/application.ts';
import { makeRegistrationCode, type RegistrationCode } from '../../src/model/registration-code.ts';
import { timestampName } from '../../src/repository/names.ts';
import type { TestRepository } from '../fixtures/repository.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hub-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Puts a repository's files into a folder, the timestamp last, as a publisher does. */
export function writeRepository(folder: string, repository: TestRepository): void {
  const { [timestampName]: timestamp, ...files } = Object.fromEntries(repository.files);
  writeFiles(folder, files);
  // Beside and renamed: a clock of whole milliseconds could not tell two editions of the same length.
  writeFiles(folder, { 'timestamp.new': timestamp ?? '' });
  renameSync(join(folder, 'timestamp.new'), join(folder, timestampName));
}

/** Lines that the hub logged. */
export class Log {
  readonly lines: string[] = [];
  write(line: string): void {
    this.lines.push(line);
  }
  get text(): string {
    return this.lines.join('');
  }
}

const plenty = { perKiosk: 1_000_000, perAddress: 1_000_000, window: 60_000 };
/** Rates that no test reaches. */
export const plentiful: Rates = { applications: plenty, reports: plenty, fleet: plenty, enrol: plenty, signIn: plenty, staff: plenty };

/** A hub's context with everything in memory and nothing built; override what the test is about. */
export function hubContext(overrides: Partial<HubContext> = {}): HubContext {
  const folder = temporaryFolder();
  const terminal: Terminal = { kiosk: 'test', office: '990101', diagonal: 21.5 };
  return {
    store: openMemoryStore(),
    clock: { ...systemClock, wait: async () => undefined },
    contentDir: join(folder, 'content'),
    kioskDir: join(folder, 'kiosk'),
    terminal,
    version: '1.2.3',
    demonstration: undefined,
    rates: plentiful,
    studioDir: join(folder, 'studio'),
    log: { level: 'debug', stream: new Log() },
    trustProxy: [],
    ...overrides,
  };
}

/** A hub that is closed after the test. */
export async function hub(overrides: Partial<HubContext> = {}): Promise<HubInstance> {
  const app = await buildApp(hubContext(overrides));
  onTestFinished(async () => {
    await app.close();
  });
  return app;
}

/** A registration code; another number, another code. */
export function code(number: number, office = '990101'): RegistrationCode {
  return makeRegistrationCode(office, Array.from({ length: 8 }, (_, index) => ((number * 7919 + index * 104_729 + 17) % 9973) / 9973));
}

/** An application in the middle of its way. */
export const application: Application = {
  service: 'marriage-registration',
  office: '990101',
  state: 'inProgress',
  step: { number: 2, of: 4 },
  missing: [],
  readyOn: '2026-12-01',
  counter: '3',
  updatedAt: '2026-11-23T02:30:00.000Z',
};

/** Puts applications into a store. */
export async function put(store: Store, ...entries: readonly (readonly [RegistrationCode, Application])[]): Promise<void> {
  const transaction = await store.applications.begin('office');
  for (const [one, what] of entries) transaction.put(one, what);
  transaction.commit();
}

/** The error code of an answer; throws unless it is in the one error shape. */
export function errorOf(body: string): ApiErrorCode {
  return v.parse(v.pipe(v.string(), v.parseJson(), apiErrorSchema), body).error.code;
}
