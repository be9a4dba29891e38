import { resolve } from 'node:path';
import type { Command, Terminal } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { startProgress } from '../../console/progress.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { openFolder } from '../../repository/folder.ts';
import { readableKeyId } from '../../repository/key-file.ts';
import { signRole, type SignReport } from '../../repository/sign.ts';
import { keyOption, openSigners, passphraseOption } from '../keys/passphrases.ts';
import { readCompiled } from './compiled.ts';
import { repositoryOption } from './publish-command.ts';

/** Paths shown one by one. */
const shownPaths = 50;

function tellSigned(terminal: Terminal, role: string, report: SignReport): void {
  const { outcome, version, objects, changed, missing, open, openStatements } = report;
  if (outcome === 'unchanged') {
    terminal.out(`${role} says the same as in its version ${version}, which holds for long yet; nothing was signed.`);
    return;
  }
  for (const path of changed.slice(0, shownPaths)) terminal.out(`  ${oneLine(path)}`);
  if (changed.length > shownPaths) terminal.out(`  … and ${changed.length - shownPaths} more.`);
  const what = `${role} version ${version}: ${objects} objects, ${changed.length} of them new, changed or gone`;
  if (outcome === 'signed') {
    terminal.out(`Signed ${what}. It reaches kiosks with the next edition (content publish, or the hub by itself).`);
    return;
  }
  terminal.out(`Half signed: ${what}. ${missing} more ${missing === 1 ? 'signature is' : 'signatures are'} needed, by ${missing === 1 ? 'one' : 'some'} of:`);
  for (const keyid of open) terminal.out(`  ${readableKeyId(keyid)}`);
  terminal.out('Give the repository to that person: they compile the same content and run the same command with their key.');
  if (openStatements > 0) terminal.out(`${openStatements} ${openStatements === 1 ? 'price is' : 'prices are'} new or changed, and each carries the signatures of both. After the other person, sign once more: you then sign what is complete.`);
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
    anew: { type: 'boolean', help: 'throws away what another signer began and begins again' },
  },
  details: [
    'Authorities and the catalogue need two signatures: name both keys, or sign one after the other.',
    'Read what you sign: the changed objects are listed. Unchanged content is not signed again before half of its life is over.',
  ].join('\n'),
  async run(call, terminal) {
    const role = call.text('as');
    if (role === undefined) {
      terminal.err('Say with --as for whom you sign: an authority, catalogue, or an office code.');
      return 2;
    }
    const objects = await readCompiled(resolve(terminal.cwd, call.text('content') ?? ''));
    if (!objects.ok) return tellRefusal(terminal, objects.error);
    const signers = await openSigners(call, terminal);
    if (!signers.ok) return tellRefusal(terminal, signers.error);
    const bar = startProgress(terminal, 'Signing', objects.value.size);
    const report = await signRole({
      folder: openFolder(resolve(terminal.cwd, call.text('repository') ?? '')),
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
