import * as v from 'valibot';
import { identifierSchema } from '../model/identifier.ts';

/** What a kiosk reports of itself: a code and a place in the system, never anything a citizen did. */
export const reportCodes = [
  'contentDamaged',
  'contentHealed',
  'contentRefused',
  'contentAbsent',
  'contentCorrupt',
  'contentForged',
  'contentThreshold',
  'contentRolledBack',
  'contentExpired',
  'contentNotDelegated',
  'officeLapsed',
  'contentTooBig',
  'hubUnreachable',
  'hubAnswerInvalid',
  'clockWrong',
  'cameraAbsent',
  'cameraDenied',
  'cameraLost',
  'decoderFallback',
  'unexpectedError',
] as const;
export type ReportCode = (typeof reportCodes)[number];

/** One report. */
export const reportSchema = v.strictObject({
  code: v.picklist(reportCodes),
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** An object path, an HTTP status, an error's name: technical, short, no user input. */
  detail: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
});
export type Report = v.InferOutput<typeof reportSchema>;

/** Body of `POST /api/v1/reports`. */
export const reportsSchema = v.strictObject({ kiosk: identifierSchema, reports: v.pipe(v.array(reportSchema), v.minLength(1), v.maxLength(100)) });
