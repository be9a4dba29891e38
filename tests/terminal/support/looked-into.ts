import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hardware, within } from './hardware.ts';
import type { Machine } from './machine.ts';
import type { Files } from './root.ts';
import { inspectable } from './terminal.ts';

/** An {@link inspectable} terminal whose page is looked into from inside: a virtual machine has no network. */
export const lookedInto: Files = {
  ...inspectable,
  'usr/lib/owso-test/in-page.mjs': { content: readFileSync(join(import.meta.dirname, 'in-page.mjs'), 'utf8') },
  ...(hardware ? {} : { 'etc/systemd/system/owso-kiosk.service.d/65-test-both.conf': { content: '[Service]\nEnvironment="OWSO_CHROMIUM_EXTRA=--remote-debugging-port=9222 --ipc-connection-timeout=600"\n' } }),
};

/** What an expression is in the page; it may be a promise. @throws what it throws */
export async function inPage(machine: Machine, expression: string): Promise<unknown> {
  await machine.write('/run/owso-test-expression', expression);
  return JSON.parse(await machine.sh('/usr/lib/owso-kiosk-terminal/node /usr/lib/owso-test/in-page.mjs </run/owso-test-expression', { timeout: within(20_000) }));
}
