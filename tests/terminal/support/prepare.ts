import { containerLacks, triedSuites } from './requirements.ts';
import { terminalRoot } from './root.ts';

/** Makes every Debian with the terminal once, before test files side by side would each make it for themselves. */
export async function setup(): Promise<void> {
  if ((await containerLacks()) === undefined) for (const suite of triedSuites) await terminalRoot(suite);
}
