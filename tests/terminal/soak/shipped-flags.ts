import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The flags with which a terminal starts Chromium, but for the one that makes it fill a real panel. */
export function shippedFlags(): readonly string[] {
  const text = readFileSync(resolve(import.meta.dirname, '../../../kiosk-config/terminal/chromium-flags.txt'), 'utf8');
  return text.split('\n').filter((line) => line.startsWith('--') && line !== '--kiosk');
}
