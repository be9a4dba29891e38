import { resolve } from 'node:path';
import type { Command, Terminal } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { failure } from '../../repository/error.ts';
import { openFolder } from '../../repository/folder.ts';
import { readOnlineKeys } from '../../repository/online-keys.ts';
import { listWaiting } from '../../repository/pending.ts';
import { publish, type PublishReport } from '../../repository/publish.ts';
import { hubSettings, repositoryOf, repositoryOption } from '../hub-settings.ts';

/** Says what was published, and what somebody should look at. */
export function tellPublished(terminal: Terminal, report: PublishReport): void {
  if (report.isNew) terminal.out(`Published edition ${report.edition}${report.roles.length === 0 ? '' : ` with new files of ${report.roles.join(', ')}`}.`);
  else terminal.out(report.confirmed ? `Nothing is new; edition ${report.edition} was confirmed.` : `Nothing is new, and edition ${report.edition} was confirmed less than a day ago.`);
  for (const { name, error } of report.refused) terminal.err(`Left out: ${name}. ${error.message} ${error.mend} [${error.code}]`);
  if (report.held !== undefined) terminal.err(`Targets version ${report.held.version} waits until ${report.held.roles.join(', ')} has been signed under it (content sign --as ROLE).`);
  for (const { role, expires } of report.due) terminal.err(`${role} expires on ${expires.slice(0, 10)}; let its key holders sign it anew soon.`);
}

/** Publishes what the offline keys signed. */
export const contentPublish: Command = {
  name: 'content publish',
  summary: 'Publishes the newest signed files, with the hub’s snapshot and timestamp keys',
  options: {
    repository: repositoryOption,
    keys: { type: 'string', value: 'DIR', help: 'folder of the hub’s keys, snapshot.key.json and timestamp.key.json; otherwise ONLINE_KEYS, as for the hub' },
  },
  details: 'The hub does the same every hour. Only what kiosks would accept is published.',
  async run(call, terminal) {
    const named = call.text('keys');
    const config = hubSettings(terminal, undefined);
    if (config === undefined) return 1;
    const keyFolder = named === undefined ? config.onlineKeys : resolve(terminal.cwd, named);
    if (keyFolder === undefined) return tellRefusal(terminal, failure('badCall', 'Nothing says where the hub’s keys are.', 'Name their folder with --keys, or set ONLINE_KEYS.').error);
    const keys = await readOnlineKeys(openFolder(keyFolder));
    if (!keys.ok) return tellRefusal(terminal, keys.error);
    const repository = openFolder(repositoryOf(call, terminal) ?? config.contentDir);
    const report = await publish(repository, keys.value, terminal.now());
    if (!report.ok) return tellRefusal(terminal, report.error);
    tellPublished(terminal, report.value);
    for (const { role, version } of await listWaiting(repository)) terminal.err(`Not published: ${role} version ${version} lacks a signature. Whoever signs for ${role} runs the same command again with the next key; it says whose turn it is.`);
    return 0;
  },
};
