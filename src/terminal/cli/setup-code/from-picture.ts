import { setupReaderLimits } from '../../../api/setup-reader.ts';
import { Interrupted, type Terminal } from '../../../console/command.ts';
import { waitingFor } from '../../../console/progress.ts';
import type { Refusal } from '../../../console/refusal.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import type { Machine } from '../machine.ts';
import type { PictureType } from './picture-type.ts';
import type { ReadSetup } from './reader.ts';
import { noPage, refusalOf, unlessStopped } from './refusals.ts';

/**
 * Reads the staff page's code from a photo or a picture of the screen.
 * @throws Interrupted when the person would rather stop
 */
export async function setupFromPicture(machine: Machine, terminal: Terminal, read: ReadSetup, picture: { readonly type: PictureType; readonly bytes: Uint8Array }): Promise<Result<string, Refusal>> {
  if (picture.bytes.length > setupReaderLimits.pictureBytes) return err(refusalOf('tooLarge'));
  const done = await waitingFor(terminal, 'Looking for the code in the picture', () => read(machine, { kind: 'picture', ...picture }, (reading) => unlessStopped(terminal, reading.next())));
  if (!done.ok && terminal.signal.aborted) throw new Interrupted();
  if (!done.ok) return err(noPage(done.error));
  if (!done.value.ok) return err(noPage(done.value.error));
  const seen = done.value.value;
  if (seen.kind === 'read') return ok(seen.text);
  return err(refusalOf(seen.kind === 'failed' ? seen.code : 'unreadable', seen.kind === 'failed' ? seen.detail : undefined));
}
