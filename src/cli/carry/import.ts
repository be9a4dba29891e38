import { resolve } from 'node:path';
import type { Command } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { editionOf } from '../../repository/edition.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { openFolder, type RepositoryFolder } from '../../repository/folder.ts';
import { findStickContent, stickFolder, strangerFolder, strangerSource } from '../../repository/stick.ts';
import type { TrustError, TrustErrorCode } from '../../trust/result.ts';
import { repositoryOf, repositoryOption, rootOf, rootOption } from '../hub-settings.ts';
import { program } from '../program.ts';
import { carry, editionText, readAnchor, stopped } from './stick.ts';

const exportAgain = `Run ${program} content export again on a machine that has the newest edition, let it finish, and eject the stick before pulling it out.`;
const evidence = 'Do not use this stick any more: keep it as it is and tell the ministry who gave it to you and when.';

/** What each refusal means where the carrier is a stick, and what to do. `FILE` stands for the file. */
const sentences: Readonly<Record<TrustErrorCode, readonly [what: string, mend: string]>> = {
  absent: ['The stick is not complete: FILE is missing.', exportAgain],
  corrupt: ['FILE on the stick is damaged.', `${exportAgain} If it is damaged again, take another stick.`],
  wrongLength: ['FILE on the stick was cut or changed: it does not have the length that was signed.', `${exportAgain} If it happens again, take another stick.`],
  wrongHash: ['FILE on the stick was damaged or changed: it is not what was signed.', `${exportAgain} If it happens with another stick too, somebody changes what you carry: tell the ministry.`],
  forged: ['FILE on the stick carries a false signature in the name of a trusted key.', evidence],
  thresholdNotMet: ['FILE on the stick is not signed by the keys that this machine trusts, or by too few of them.', `If the ministry has replaced its keys, name the root that it handed out with --root. Otherwise: ${evidence}`],
  rolledBack: ['FILE on the stick is older than what this machine has.', exportAgain],
  expired: ['FILE on the stick is past its date, so nobody confirms its prices any more.', `Is this machine’s clock right? If it is: ${exportAgain}`],
  clockWrong: ['This machine’s clock is behind the moment at which the stick’s content was signed.', 'Set the clock and run the command again.'],
  notDelegated: ['FILE on the stick is something of which nobody may speak.', evidence],
  tooBig: ['FILE on the stick is longer than a limit allows.', evidence],
  unreachable: ['FILE on the stick cannot be read.', 'Plug the stick in again and repeat the command; if it happens again, take another stick.'],
};

async function refusal(error: TrustError | 'stopped', stick: RepositoryFolder, here: RepositoryFolder): Promise<RepositoryError> {
  if (error === 'stopped') return stopped;
  const [theirs, mine] = [await editionOf(stick), await editionOf(here)];
  const older = theirs !== undefined && mine !== undefined && (theirs.number < mine.number || (theirs.number === mine.number && (theirs.confirmed ?? 0) < (mine.confirmed ?? 0)));
  if (error.code === 'rolledBack' && older) return failure('rolledBack', `This stick is older than what this machine has: it carries ${editionText(theirs)}; here is ${editionText(mine)}. Nothing was taken from it.`, exportAgain).error;
  const [what, mend] = sentences[error.code];
  const about = theirs === undefined ? '' : ` The stick says of itself: ${editionText(theirs)}.`;
  return failure(error.code, `${what.replace('FILE', error.path)}${about} Nothing was taken from it.`, mend).error;
}

/** The folder of the content on a stick. */
async function findContent(dir: string): Promise<{ readonly dir: string } | RepositoryError> {
  const found = await findStickContent(dir);
  if (found === 'noFolder') return failure('absent', `There is no folder ${dir}.`, 'Is the stick plugged in and mounted?').error;
  if (found === 'halfWritten') return failure('absent', 'The stick is only half written: the export onto it did not finish.', exportAgain).error;
  if (found === 'noContent') return failure('absent', `There is no content on the stick: it has no folder ${stickFolder}.`, exportAgain).error;
  return found;
}

/** Takes an edition over from a stick. */
export const contentImport: Command = {
  name: 'content import',
  summary: 'Takes the edition of a stick over, verified like one that comes over the network',
  positionals: ['DIR'],
  options: { repository: repositoryOption, root: rootOption },
  details: `The stick is believed nothing: only what verifies from the trusted root is taken, and never anything
older than what is there. A running hub serves the new edition at once, without a restart.`,
  async run(call, terminal) {
    const stick = await findContent(resolve(terminal.cwd, call.positionals[0] ?? ''));
    if ('code' in stick) return tellRefusal(terminal, stick);
    const [repository, root] = [repositoryOf(call, terminal), rootOf(call, terminal)];
    if (repository === undefined || root === undefined) return 1;
    const anchor = await readAnchor(terminal, root);
    if (!anchor.ok) return tellRefusal(terminal, anchor.error);
    const here = openFolder(repository);
    const before = await editionOf(here);
    const report = await carry(terminal, 'Reading', strangerSource(stick.dir), here, anchor.value);
    if (!report.ok) return tellRefusal(terminal, await refusal(report.error, strangerFolder(stick.dir), here));
    const { edition, confirmed, objects, brought, clockBehind } = report.value;
    if (clockBehind) terminal.err(`${sentences.clockWrong[0]} It was taken all the same, but nothing could be said of its age. Set the clock. [clockWrong]`);
    const text = editionText({ number: edition, confirmed });
    if (before?.number !== edition) terminal.out(`Took over ${text}: ${objects} objects, ${brought} of them new here.`);
    else terminal.out(before.confirmed === confirmed ? `Nothing is new: this machine already has ${text}.` : `This machine already has edition ${edition}; it is now confirmed on ${text.slice(-10)}.`);
    return 0;
  },
};
