import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import { err, ok, type Result } from '../model/result.ts';
import { places } from './places.ts';
import { terminalSettingsSchema, type TerminalSettings } from './settings.ts';

/** Reads the settings of a terminal. The error is a sentence for the operator: file, field, fault. */
export function readSettings(file: string = places.settings): Result<TerminalSettings, string> {
  let source: unknown;
  try {
    source = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    return err(`${file} cannot be read: ${error instanceof Error ? error.message : ''}. Run \`owso-kiosk provision\`.`);
  }
  const parsed = v.safeParse(terminalSettingsSchema, source);
  if (parsed.success) return ok(parsed.output);
  return err(parsed.issues.map((issue) => `${file}, field ${v.getDotPath(issue) ?? '(top)'}: ${issue.message}`).join('\n'));
}
