import type { ReportCode } from '../../api/report.ts';
import type { HubError } from './hub.ts';
import type { StageError } from './stage.ts';

/** What an operator acts on, by what was wrong. */
const reportOf = {
  absent: 'contentAbsent',
  corrupt: 'contentCorrupt',
  wrongLength: 'contentCorrupt',
  wrongHash: 'contentCorrupt',
  forged: 'contentForged',
  thresholdNotMet: 'contentThreshold',
  rolledBack: 'contentRolledBack',
  expired: 'contentExpired',
  clockWrong: 'clockWrong',
  notDelegated: 'contentNotDelegated',
  tooBig: 'contentTooBig',
  unreachable: 'hubUnreachable',
  tooSlow: 'hubUnreachable',
  badStatus: 'hubAnswerInvalid',
  wrongType: 'hubAnswerInvalid',
  unreadable: 'contentRefused',
  missing: 'contentRefused',
  storageFull: 'contentDamaged',
  storageBroken: 'contentDamaged',
} as const satisfies Record<(HubError | StageError)['code'], ReportCode>;

/** The report of a synchronization that failed: a code of its own for each thing that an operator does about it. */
export function failureReport(error: HubError | StageError): { readonly code: ReportCode; readonly detail: string } {
  const words = [error.code, 'status' in error ? error.status : undefined, 'path' in error ? error.path : undefined, 'detail' in error ? error.detail : undefined];
  return { code: reportOf[error.code], detail: words.filter((word) => word !== undefined).join(' ') };
}
