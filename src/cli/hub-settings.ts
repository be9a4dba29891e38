import { resolve } from 'node:path';
import type { Option, Terminal } from '../console/command.ts';
import { readConfig, type HubConfig } from '../hub/config.ts';

/** The option of every command that works on a hub's data. */
export const dataDirOption: Option = { type: 'string', value: 'DIR', help: 'folder of the hub’s data; otherwise DATA_DIR, as for the hub' };

/** The hub's settings as the hub itself would read them; tells what is wrong with them. */
export function hubSettings(terminal: Terminal, dataDir: string | undefined): HubConfig | undefined {
  const config = readConfig({ ...process.env, ...(dataDir === undefined ? {} : { DATA_DIR: resolve(terminal.cwd, dataDir) }) });
  if (config.ok) return config.value;
  for (const fault of config.error) terminal.err(`Set ${fault.variable} otherwise: ${fault.mend}.`);
  return undefined;
}
