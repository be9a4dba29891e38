import { setupReaderLimits } from '../../../api/setup-reader.ts';
import { Interrupted, type Terminal } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import { waitingFor } from '../../../console/progress.ts';
import type { Refusal } from '../../../console/refusal.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import type { Machine } from '../machine.ts';
import type { ReadSetup, SetupReading } from './reader.ts';
import { noPage, refusalOf, unlessStopped } from './refusals.ts';

const advice = 'Still no code. Hold the phone still, nearer or further away, the whole code in view, its screen as bright as it goes, and no lamp mirrored in it.';

const views = {
  dark: 'The picture is dark. Is the camera covered, by a slide for instance, or the room unlit?',
  otherCode: 'A code is seen, but it is not the one that the staff page shows for a new terminal.',
} as const;

/** Looks of the page, one {@link setupReaderLimits.lookInterval} after the other, until something is told again. */
const silence = setupReaderLimits.adviceAfter / setupReaderLimits.lookInterval;
const most = setupReaderLimits.cameraPatience / setupReaderLimits.lookInterval;

/** Tells what the camera sees, each thing once in a while, until it has read the code or looked long enough. */
async function look(terminal: Terminal, reading: SetupReading, tell: (line: string) => void): Promise<Result<string, Refusal>> {
  const toldAt = new Map<keyof typeof views, number>();
  let lastSeen = 0;
  for (let looks = 0; looks < most; ) {
    const next = await unlessStopped(terminal, reading.next());
    if (!next.ok) return err(noPage(next.error));
    const seen = next.value;
    if (seen.kind === 'read') {
      tell('The code was read.');
      return ok(seen.text);
    }
    if (seen.kind === 'failed') return err(refusalOf(seen.code, seen.detail));
    if (seen.kind === 'on') {
      tell(`The camera is on${seen.name === '' ? '' : `: ${oneLine(seen.name)}`}. Hold the phone with the code before it, 15 to 30 cm away.`);
      continue;
    }
    looks += 1;
    const { view } = seen;
    if (view !== 'noCode') {
      lastSeen = looks;
      if (looks - (toldAt.get(view) ?? -silence) >= silence) {
        tell(views[view]);
        toldAt.set(view, looks);
      }
    } else if (looks - lastSeen >= silence && looks < most) {
      lastSeen = looks;
      tell(`${advice} ${((most - looks) * setupReaderLimits.lookInterval) / 1_000} s are left.`);
    }
  }
  return err(refusalOf('noCode', undefined, `No code of the staff page was read within ${setupReaderLimits.cameraPatience / 1_000} s.`));
}

/**
 * Reads the staff page's code with the camera of this machine. No picture can be
 * shown on a text console: lines say what is seen.
 * @throws Interrupted when the person would rather stop
 */
export async function setupFromCamera(machine: Machine, terminal: Terminal, read: ReadSetup): Promise<Result<string, Refusal>> {
  const done = await waitingFor(terminal, `Looking for the code with the camera, ${most} s at most; Ctrl+C ends it`, (tell) => read(machine, { kind: 'camera' }, (reading) => look(terminal, reading, tell)));
  if (!done.ok && terminal.signal.aborted) throw new Interrupted();
  return done.ok ? done.value : err(noPage(done.error));
}
