import type { Call, ExitCode, Option, Terminal } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { readAuthority, rolesOf, signChange, type Authority, type ChangeReport } from '../../repository/authority.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { openFolder } from '../../repository/folder.ts';
import { readableKeyId } from '../../repository/key-file.ts';
import { metadataFile } from '../../repository/names.ts';
import { pendingName } from '../../repository/pending.ts';
import { planOf, type Plan } from '../../repository/plan.ts';
import { keyId, type PublicKey } from '../../trust/keys.ts';
import { repositoryOf, repositoryOption } from '../hub-settings.ts';
import { keyOption, openSigners, passphraseOption, readKeyFile } from './passphrases.ts';

/** Options of every command that changes who may sign. */
export const changeOptions: Readonly<Record<string, Option>> = {
  repository: repositoryOption,
  key: keyOption,
  'passphrase-file': passphraseOption,
  'dry-run': { type: 'boolean', help: 'says exactly what would change and whom it affects, and writes nothing; needs no key' },
  anew: { type: 'boolean', help: 'throws away what another signer began and begins again' },
};

/** The public half in a key file. */
export async function readPublicKey(terminal: Terminal, name: string): Promise<Result<PublicKey, RepositoryError>> {
  const file = await readKeyFile(terminal, name);
  return file.ok ? ok(file.value.key) : file;
}

/** The one key whose name begins with these digits, as a record or a command printed them. */
export async function findKey(authority: Authority, typed: string): Promise<Result<PublicKey, RepositoryError>> {
  const start = typed.replace(/\s+/g, '').toLowerCase();
  if (!/^[0-9a-f]{8,64}$/.test(start)) return failure('badCall', `"${typed}" is no name of a key.`, 'Write at least its first 8 digits, as keys list shows them.');
  const found = new Map<string, PublicKey>();
  for (const { keys } of rolesOf(authority)) for (const key of keys) found.set(await keyId(key), key);
  const fits = [...found].filter(([id]) => id.startsWith(start));
  const [first] = fits;
  if (first === undefined) return failure('badCall', `No role has a key whose name begins with ${start}.`, 'Look at keys list; perhaps it was taken out already.');
  return fits.length === 1 ? ok(first[1]) : failure('badCall', `${fits.length} keys begin with ${start}.`, 'Write more digits.');
}

/** Whether each role can still be signed. */
export function checkThresholds(authority: Authority): Result<void, RepositoryError> {
  const short = rolesOf(authority).find(({ keys, threshold }) => keys.length < threshold);
  if (short === undefined) return ok(undefined);
  return failure('fewSignatures', `${short.name} would have ${short.keys.length} keys, and ${short.threshold} must sign.`, 'Name a new key that takes the place of the old one with --new.');
}

function tellPlan(terminal: Terminal, plan: Plan): void {
  terminal.out('What changes:');
  for (const line of plan.changes) terminal.out(`  ${oneLine(line)}`);
  terminal.out('Who notices:');
  for (const line of plan.affected) terminal.out(`  ${oneLine(line)}`);
  if (plan.mustSign.length === 0) {
    terminal.out('Nobody has to sign their content again.');
    return;
  }
  terminal.out('Must be signed again before the next edition (content sign --as ROLE):');
  for (const { role, threshold, keyids } of plan.mustSign) terminal.out(`  ${role}: by ${threshold} of ${keyids.map(readableKeyId).join('; ')}`);
}

function tellFiles(terminal: Terminal, { files }: ChangeReport): void {
  if (files.length === 0) {
    terminal.out('Nothing is due yet.');
    return;
  }
  if (files.every(({ signing }) => signing.done)) {
    for (const { role, version } of files) terminal.out(`Wrote ${metadataFile(version, role)}.`);
    terminal.out('It reaches kiosks with the next edition (content publish, or the hub by itself).');
    return;
  }
  for (const { role, version, signing } of files) {
    if (signing.done) terminal.out(`${pendingName(version, role)} is signed by enough and waits for the others.`);
    else terminal.out(`${pendingName(version, role)} waits for ${signing.missing} more of: ${signing.open.map(readableKeyId).join('; ')}.`);
  }
  terminal.out('Nothing has changed yet. Give the repository to the next signer, who runs the same command with their key.');
}

/**
 * Carries out a change, or describes it under `--dry-run`.
 * @param change makes the next plan of the current one
 */
export async function runChange(call: Call, terminal: Terminal, change: (before: Authority) => Promise<Result<Authority, RepositoryError>>): Promise<ExitCode> {
  const repository = repositoryOf(call, terminal);
  if (repository === undefined) return 1;
  const folder = openFolder(repository);
  const read = await readAuthority(folder);
  if (!read.ok) return tellRefusal(terminal, read.error);
  const next = await change(read.value.authority);
  if (!next.ok) return tellRefusal(terminal, next.error);
  const sound = checkThresholds(next.value);
  if (!sound.ok) return tellRefusal(terminal, sound.error);
  const plan = await planOf(folder, read.value.top, next.value);
  if (plan.changes.length === 0) {
    terminal.out('Nothing would change.');
    return 0;
  }
  tellPlan(terminal, plan);
  if (call.flag('dry-run')) {
    terminal.out('This was a dry run: nothing was written.');
    return 0;
  }
  const signers = await openSigners(call, terminal);
  if (!signers.ok) return tellRefusal(terminal, signers.error);
  const report = await signChange({ folder, top: read.value.top, next: next.value, signers: signers.value, now: terminal.now(), anew: call.flag('anew') });
  if (!report.ok) return tellRefusal(terminal, report.error);
  tellFiles(terminal, report.value);
  return 0;
}

/** Signs root and targets anew where half of their life is over. */
export async function runRenewal(call: Call, terminal: Terminal): Promise<ExitCode> {
  const repository = repositoryOf(call, terminal);
  if (repository === undefined) return 1;
  const folder = openFolder(repository);
  const read = await readAuthority(folder);
  if (!read.ok) return tellRefusal(terminal, read.error);
  const signers = await openSigners(call, terminal);
  if (!signers.ok) return tellRefusal(terminal, signers.error);
  const report = await signChange({ folder, top: read.value.top, next: read.value.authority, signers: signers.value, now: terminal.now(), anew: call.flag('anew') });
  if (!report.ok) return tellRefusal(terminal, report.error);
  tellFiles(terminal, report.value);
  return 0;
}
