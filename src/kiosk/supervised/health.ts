import type { ScreenKind } from '../../api/page-health.ts';
import type { Report, ReportCode } from '../../api/report.ts';
import type { Screen } from '../session/session.ts';
import type { staff } from '../session/staff.ts';

/** Milliseconds for which something that went wrong counts as a fault, if it does not mend itself. */
export const faultStays = 60 * 60_000;
/** Faults in one heartbeat. */
const most = 20;

/**
 * What the page may tell of what is on it. Checking an application is private
 * from its first screen on: a code is typed, scanned or answered there. So is
 * the camera's picture in the operator's panel: somebody's receipt may be in it.
 */
export function screenKind(screen: Screen, operator: typeof staff.value): ScreenKind {
  if (operator === 'camera') return 'private';
  if (operator === 'panel') return 'operator';
  if (screen === 'status') return 'private';
  return screen === 'attract' && operator === 'away' ? 'attract' : 'visit';
}

/**
 * What is told of a screen that changed between two heartbeats: private, if it
 * was so at any moment since the last one. A picture of the screen lies somewhere
 * between two heartbeats, and both must say that it may be taken.
 */
export function createScreenWord(): { readonly see: (kind: ScreenKind) => void; readonly tell: (kind: ScreenKind) => ScreenKind } {
  let wasPrivate = false;
  return {
    see: (kind) => {
      wasPrivate ||= kind === 'private';
    },
    tell: (kind) => {
      const told = wasPrivate ? 'private' : kind;
      wasPrivate = kind === 'private';
      return told;
    },
  };
}

/** What ends a fault, other than time. */
export interface Mended {
  /** When the hub last gave an answer that could be used, ms. */
  readonly answered: number | undefined;
}

/**
 * What went wrong within the last hour and has not mended itself. A hub that
 * answers again has mended its silence, and healed content its damage; of
 * everything else only time tells.
 */
export function standingFaults(reports: readonly Report[], now: number, { answered }: Mended): ReportCode[] {
  const latest = new Map<ReportCode, number>();
  for (const { code, at } of reports) latest.set(code, Math.max(Date.parse(at), latest.get(code) ?? -Infinity));
  const healed = latest.get('contentHealed') ?? -Infinity;
  const mended: Partial<Record<ReportCode, number>> = { contentDamaged: healed, hubUnreachable: answered ?? -Infinity, hubAnswerInvalid: answered ?? -Infinity };
  return [...latest]
    // What healed is no fault; a clock that was set back must not hide one.
    .filter(([code, at]) => code !== 'contentHealed' && Math.abs(now - at) < faultStays && at > (mended[code] ?? -Infinity))
    .map(([code]) => code)
    .slice(0, most);
}
