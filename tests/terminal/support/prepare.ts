import { containerLacks } from './requirements.ts';
import { terminalRoot } from './root.ts';

/** Makes the Debian with the terminal once, before test files side by side would each make it for themselves. */
export async function setup(): Promise<void> {
  if ((await containerLacks()) === undefined) await terminalRoot('bookworm');
}
