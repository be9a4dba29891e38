import { resolve } from 'node:path';
import type { Call, Option, Terminal } from '../console/command.ts';
import { readConfig, type HubConfig } from '../hub/config.ts';

/** The option of every command that works on a hub's data. */
export const dataDirOption: Option = { type: 'string', value: 'DIR', help: 'folder of the hub’s data; otherwise DATA_DIR, as for the hub' };

/** Where the signed repository lies. */
export const repositoryOption: Option = { type: 'string', value: 'DIR', help: 'folder of the signed repository; otherwise CONTENT_DIR, as for the hub' };

/** The root from which what is carried is verified. */
export const rootOption: Option = { type: 'string', value: 'FILE', help: 'the root metadata that is trusted; otherwise TRUST_ROOT, as for the hub' };

/** The hub's settings as the hub itself would read them; tells what is wrong with them. */
export function hubSettings(terminal: Terminal, dataDir: string | undefined): HubConfig | undefined {
  const config = readConfig({ ...process.env, ...(dataDir === undefined ? {} : { DATA_DIR: resolve(terminal.cwd, dataDir) }) });
  if (config.ok) return config.value;
  for (const fault of config.error) terminal.err(`Set ${fault.variable} otherwise: ${fault.mend}.`);
  return undefined;
}

/** Folder of the signed repository that a call with {@link repositoryOption} is about; undefined where the hub's settings cannot be used, which is told. */
export function repositoryOf(call: Call, terminal: Terminal): string | undefined {
  const named = call.text('repository');
  return named === undefined ? hubSettings(terminal, undefined)?.contentDir : resolve(terminal.cwd, named);
}

/** File of the root that a call with {@link rootOption} trusts, as it is named; undefined as above. */
export function rootOf(call: Call, terminal: Terminal): string | undefined {
  return call.text('root') ?? hubSettings(terminal, undefined)?.trustRoot;
}
