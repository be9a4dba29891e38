import * as v from 'valibot';
import { nobodyAnswered } from '../../api/go-between.ts';
import { healthSchema, type Health } from '../../api/health.ts';
import { paths } from '../../api/paths.ts';
import type { Report, ReportCode } from '../../api/report.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { discard } from '../content/discard.ts';

/** Milliseconds for the hub to answer; whoever asks is standing in front of the machine. */
export const hubPatience = 3_000;
/** A smaller difference of clocks than this is the way of the answer; milliseconds. */
const clockTolerance = 2_000;

/** What the hub answered, how long it took (ms), and by how much this machine's clock is ahead of the hub's (ms). */
export interface HubAnswer {
  readonly health: Health;
  readonly took: number;
  readonly ahead: number;
}

/** `unreachable`: no connection, or the word of whoever is asked in the hub's stead that it is away; `tooSlow`: no whole answer in time; `wrong`: an answer, but not our hub's. */
export type HubFault = 'unreachable' | 'tooSlow' | 'wrong';

/** Asks the hub how it is. Never throws. */
export async function checkHub(ask: typeof fetch = fetch, clock: () => number = Date.now, patience = hubPatience): Promise<Result<HubAnswer, HubFault>> {
  const signal = AbortSignal.timeout(patience);
  const asked = clock();
  let response: Response;
  let body: unknown;
  try {
    response = await ask(paths.health, { signal, cache: 'no-store', redirect: 'error', credentials: 'omit' });
    if (nobodyAnswered(response.status)) {
      discard(response);
      return err('unreachable');
    }
    body = await response.json();
  } catch (error) {
    if (signal.aborted) return err('tooSlow');
    return err(error instanceof SyntaxError ? 'wrong' : 'unreachable');
  }
  const answered = clock();
  const health = v.safeParse(healthSchema, body);
  if (!response.ok || !health.success) return err('wrong');
  // The hub looked at its clock somewhere between question and answer.
  const difference = (asked + answered) / 2 - Date.parse(health.output.now);
  return ok({ health: health.output, took: answered - asked, ahead: Math.abs(difference) < clockTolerance ? 0 : difference });
}

/** A length of time in its largest fitting unit, rounded. */
export function roughTime(ms: number): { readonly unit: 'seconds' | 'minutes' | 'hours'; readonly value: number } {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 90) return { unit: 'seconds', value: Math.round(seconds) };
  if (seconds < 90 * 60) return { unit: 'minutes', value: Math.round(seconds / 60) };
  return { unit: 'hours', value: Math.round(seconds / 3600) };
}

/** Reports of one code, with the newest of them. */
export interface ReportGroup {
  readonly code: ReportCode;
  readonly latest: Report;
  readonly count: number;
}

/** Reports by code, the code reported last first: an operator acts on a code, not on each occurrence. */
export function groupReports(reports: readonly Report[]): readonly ReportGroup[] {
  const groups = new Map<ReportCode, ReportGroup>();
  for (const report of reports) {
    const group = groups.get(report.code);
    const latest = group === undefined || report.at > group.latest.at ? report : group.latest;
    groups.set(report.code, { code: report.code, latest, count: (group?.count ?? 0) + 1 });
  }
  return [...groups.values()].sort((a, b) => (a.latest.at < b.latest.at ? 1 : -1));
}

/** What the browser says of this machine; what it does not say is absent. */
export interface Device {
  readonly cameras: number | undefined;
  readonly cameraDenied: boolean;
  readonly worker: 'active' | 'waiting' | 'installing' | 'none';
  readonly storage: { readonly used: number; readonly quota: number; readonly kept: boolean } | undefined;
}

let cameraPermission: Promise<PermissionStatus> | undefined;

/** Asked for once: Chromium keeps every answer as long as the page, and keeps it up to date. */
function askCameraPermission(): Promise<PermissionStatus> {
  return (cameraPermission ??= navigator.permissions.query({ name: 'camera' as PermissionName }).catch((error: unknown) => {
    cameraPermission = undefined;
    throw error;
  }));
}

/** Looks at camera, service worker and storage. Asks for no permission and opens nothing. */
export async function lookAtDevice(): Promise<Device> {
  const [cameras, cameraDenied, worker, storage] = await Promise.all([
    quietly(async () => (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput').length),
    quietly(async () => (await askCameraPermission()).state === 'denied'),
    quietly(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      if (registration?.waiting != null) return 'waiting' as const;
      if (registration?.active != null) return 'active' as const;
      return registration?.installing != null ? ('installing' as const) : ('none' as const);
    }),
    quietly(async () => {
      const { usage = 0, quota = 0 } = await navigator.storage.estimate();
      return { used: usage, quota, kept: await navigator.storage.persisted() };
    }),
  ]);
  return { cameras, cameraDenied: cameraDenied ?? false, worker: worker ?? 'none', storage };
}

/** An interface that this browser or this address does not have is no answer, not a fault. */
async function quietly<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch {
    return undefined;
  }
}
