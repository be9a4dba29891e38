import { resolve } from 'node:path';
import type { Command, Terminal } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { startProgress } from '../../console/progress.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { openFolder } from '../../repository/folder.ts';
import { readableKeyId } from '../../repository/key-file.ts';
import { reviewRole, type Review } from '../../repository/review.ts';
import { signRole, type SignReport } from '../../repository/sign.ts';
import { repositoryOf, repositoryOption } from '../hub-settings.ts';
import { keyOption, openSigners, passphraseOption } from '../keys/passphrases.ts';
import { readCompiled } from './compiled.ts';
import { reviewLines } from './review.ts';

function tellSigned(terminal: Terminal, role: string, report: SignReport): void {
  const { outcome, version, objects, changed, open, turn } = report;
  if (outcome === 'unchanged') {
    terminal.out(`${role} says the same as in its version ${version}, which holds for long yet; nothing was signed.`);
    return;
  }
  const what = `${role} version ${version}: ${objects} objects, ${changed.length} of them new, changed or gone`;
  if (outcome === 'signed') {
    terminal.out(`${turn === undefined ? '' : `Step ${turn.number} of ${turn.of} is done, and it is complete. `}Signed ${what}. It reaches kiosks with the next edition (content publish, or the hub by itself).`);
    return;
  }
  const { number, of } = turn ?? { number: 1, of: 2 };
  terminal.out(`Step ${number} of ${of} is done: half signed, and not published before step ${of}. ${what}.`);
  terminal.out(`Step ${number + 1} of ${of}, now: the next signer takes the folder of the repository, compiles the same content and runs the same command with their key, one of:`);
  for (const keyid of open) terminal.out(`  ${readableKeyId(keyid)}`);
  if (number + 1 < of) terminal.out(`Step ${of} of ${of}, after that: you run this same command once more. Each price that is signed anew carries the signatures of both, and the whole is signed over those.`);
}

/** Prints a line that quotes content, keeping its indent. */
function tellLine(terminal: Terminal, line: string): void {
  terminal.out(`${line.startsWith('  ') ? '  ' : ''}${oneLine(line.trimStart())}`);
}

/** Shows what would be signed and asks whether it is meant. @returns whether to go on */
async function isMeant(terminal: Terminal, role: string, review: Review): Promise<boolean> {
  for (const line of reviewLines(role, review)) tellLine(terminal, line);
  if (review.changes.length === 0 || terminal.ask === undefined) return true;
  return /^y(es)?$/i.test((await terminal.ask(`Sign this as ${role}? (y/N)`, false)).trim());
}

/** Signs what was compiled for one role. */
export const contentSign: Command = {
  name: 'content sign',
  summary: 'Signs the compiled content of an authority, of the catalogue or of an office',
  options: {
    as: { type: 'string', value: 'ROLE', help: 'authority (moi), catalogue, or office code (9901)' },
    key: keyOption,
    content: { type: 'string', value: 'DIR', help: 'folder of the compiled objects', default: '.build/content' },
    repository: repositoryOption,
    'passphrase-file': passphraseOption,
    'dry-run': { type: 'boolean', help: 'shows what would be signed, and signs nothing; needs no key' },
    anew: { type: 'boolean', help: 'throws away what another signer began and begins again' },
  },
  details: [
    'Authorities and the catalogue need two signatures: name both keys, or sign one after the other. Where prices are new or changed,\nthe first signs once more after the second; each time the command says whose turn it is.',
    'Read what you sign: every change is shown before a passphrase is asked for. Unchanged content is not signed again before half of its life is over.',
  ].join('\n'),
  async run(call, terminal) {
    const role = call.text('as');
    if (role === undefined) {
      terminal.err('Say with --as for whom you sign: an authority, catalogue, or an office code.');
      return 2;
    }
    const repository = repositoryOf(call, terminal);
    if (repository === undefined) return 1;
    const objects = await readCompiled(resolve(terminal.cwd, call.text('content') ?? ''));
    if (!objects.ok) return tellRefusal(terminal, objects.error);
    const folder = openFolder(repository);
    const review = await reviewRole(folder, role, objects.value);
    if (!review.ok) return tellRefusal(terminal, review.error);
    if (call.flag('dry-run')) {
      for (const line of reviewLines(role, review.value)) tellLine(terminal, line);
      terminal.out('This was a dry run: nothing was signed.');
      return 0;
    }
    if (!(await isMeant(terminal, role, review.value))) {
      terminal.out('Nothing was signed.');
      return 1;
    }
    const signers = await openSigners(call, terminal);
    if (!signers.ok) return tellRefusal(terminal, signers.error);
    const bar = startProgress(terminal, 'Signing', objects.value.size);
    const report = await signRole({
      folder,
      role,
      objects: objects.value,
      signers: signers.value,
      now: terminal.now(),
      anew: call.flag('anew'),
      onProgress: (done) => bar.update(done),
    });
    bar.stop();
    if (!report.ok) return tellRefusal(terminal, report.error);
    tellSigned(terminal, role, report.value);
    return 0;
  },
};
