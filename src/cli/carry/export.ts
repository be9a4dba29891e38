import { join, resolve } from 'node:path';
import type { Command } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { folderSource } from '../../repository/copy.ts';
import { editionOf } from '../../repository/edition.ts';
import { failure, fromTrust, type RepositoryError } from '../../repository/error.ts';
import { openFolder, type RepositoryFolder } from '../../repository/folder.ts';
import { isFolder, linkOnStick, stickFolder, strangerFolder } from '../../repository/stick.ts';
import type { TrustError } from '../../trust/result.ts';
import { repositoryOf, repositoryOption, rootOf, rootOption } from '../hub-settings.ts';
import { program } from '../program.ts';
import { carry, editionText, readAnchor, stopped } from './stick.ts';

async function refusal(error: TrustError | 'stopped', here: RepositoryFolder, repository: string, stick: RepositoryFolder): Promise<RepositoryError> {
  if (error === 'stopped') return stopped;
  const [mine, theirs] = [await editionOf(here), await editionOf(stick)];
  if (mine === undefined) return failure('noRepository', `There is no published content in ${repository}.`, 'Publish it (content publish), take it over from a stick (content import) or mirror another hub (UPSTREAM_URL) first, or name another folder with --repository.').error;
  if (error.code === 'rolledBack' && theirs !== undefined) {
    return failure('rolledBack', `The stick already has ${editionText(theirs)}; this repository has only ${editionText(mine)}.`, 'Export where the newest edition is. If the stick shall really carry the older one, take an empty stick.').error;
  }
  return fromTrust(error).error;
}

/** Puts the newest edition onto a stick, or into any folder that something else carries on. */
export const contentExport: Command = {
  name: 'content export',
  summary: 'Puts the newest edition onto a stick, to be carried where there is no network',
  positionals: ['DIR'],
  options: { repository: repositoryOption, root: rootOption },
  details: `Everything goes into the folder ${stickFolder} on the stick; nothing else there is touched. What is
there already is not copied again, and a stick that is pulled out halfway still has the edition
it had before. ${program} content import DIR takes it over on the other machine.`,
  async run(call, terminal) {
    const [given = ''] = call.positionals;
    const dir = resolve(terminal.cwd, given);
    if (!(await isFolder(dir))) return tellRefusal(terminal, failure('absent', `There is no folder ${given}.`, 'Is the stick plugged in and mounted? A folder for other carriers must be made first.').error);
    const link = await linkOnStick(dir);
    if (link !== undefined) return tellRefusal(terminal, failure('badCall', `${link} on the stick is a link: what is written there would come to lie elsewhere.`, 'Delete it, or take another stick.').error);
    const [repository, root] = [repositoryOf(call, terminal), rootOf(call, terminal)];
    if (repository === undefined || root === undefined) return 1;
    const anchor = await readAnchor(terminal, root);
    if (!anchor.ok) return tellRefusal(terminal, anchor.error);
    const here = openFolder(repository);
    const stick = strangerFolder(join(dir, stickFolder));
    const report = await carry(terminal, 'Writing', folderSource(here), stick, anchor.value);
    if (!report.ok) return tellRefusal(terminal, await refusal(report.error, here, repository, stick));
    const { edition, confirmed, objects, brought } = report.value;
    terminal.out(`The stick has ${editionText({ number: edition, confirmed })}: ${objects} objects, ${brought} of them new there.`);
    return 0;
  },
};
