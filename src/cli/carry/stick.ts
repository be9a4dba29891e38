import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Terminal } from '../../console/command.ts';
import { startProgress, type Progress } from '../../console/progress.ts';
import { todayInCambodia } from '../../model/day.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { copyRepository, type CopyReport, type RepositorySource } from '../../repository/copy.ts';
import type { Edition } from '../../repository/edition.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import type { RepositoryFolder } from '../../repository/folder.ts';
import { limits } from '../../trust/limits.ts';
import { refuse, type TrustError } from '../../trust/result.ts';

/** Reads the root that is trusted, and calls its file what the operator called it. */
export async function readAnchor(terminal: Terminal, file: string): Promise<Result<Uint8Array, RepositoryError>> {
  const bytes = await readFile(resolve(terminal.cwd, file)).catch(() => undefined);
  if (bytes === undefined || bytes.length > limits.root) return failure('absent', `There is no root metadata at ${file}, without which nothing can be verified.`, 'Name with --root, or in the setting TRUST_ROOT, the file that the ministry handed out; in a checkout `npm run build` makes that of the demonstration.');
  return ok(bytes);
}

/** Copies with a bar on the terminal. Stopped, it leaves what it brought, to be gone on with. */
export async function carry(terminal: Terminal, label: string, from: RepositorySource, to: RepositoryFolder, anchor: Uint8Array): Promise<Result<CopyReport, TrustError | 'stopped'>> {
  let bar: Progress | undefined;
  const result = await copyRepository({
    from: { get: async (name, limit) => (terminal.signal.aborted ? refuse('unreachable', name, 'stopped') : from.get(name, limit)) },
    to,
    anchor,
    now: terminal.now(),
    onProgress: (done, all) => {
      bar ??= startProgress(terminal, label, all);
      bar.update(done);
    },
  }).finally(() => bar?.stop());
  if (result.ok) return ok(result.value);
  return err(terminal.signal.aborted ? 'stopped' : result.error);
}

/** A copy that was stopped from the keyboard. */
export const stopped = failure('unreachable', 'Stopped before the copy was whole; what there was before is still in use.', 'Run the same command again: it goes on where it stopped.').error;

/** An edition in a sentence: `edition 7, confirmed on 2026-11-23`. */
export function editionText(edition: Pick<Edition, 'number' | 'confirmed'>): string {
  return `edition ${edition.number}${edition.confirmed === undefined ? '' : `, confirmed on ${todayInCambodia(edition.confirmed)}`}`;
}
