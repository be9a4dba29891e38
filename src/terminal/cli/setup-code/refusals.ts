import { setupReaderLimits, type SetupFailure } from '../../../api/setup-reader.ts';
import { Interrupted, type Terminal } from '../../../console/command.ts';
import type { Refusal } from '../../../console/refusal.ts';

const megabytes = setupReaderLimits.pictureBytes / 1_000_000;
const megapixels = setupReaderLimits.picturePixels / 1_000_000;

/** What else can be done, when the code cannot be read. */
const otherwise = 'type what the staff page shows: owso-kiosk provision';

const sentences: Readonly<Record<SetupFailure | 'tooLarge', readonly [message: string, mend: string]>> = {
  absent: ['This machine has no camera that Chromium finds.', `Plug one in, or ${otherwise}`],
  denied: ['Chromium may not use the camera.', `owso-kiosk doctor says what its policies allow. Or ${otherwise}`],
  lost: ['The camera gives no picture.', `Unplug it and plug it in again; where the kiosk is running, run first: owso-kiosk release. Or ${otherwise}`],
  noDecoder: ['Chromium cannot decode codes on this machine.', `Install the package again: apt install --reinstall ./owso-kiosk-terminal_….deb. Or ${otherwise}`],
  unreadable: ['The file is no whole picture.', 'Copy it again, or have the code shown anew.'],
  tooLarge: [`The file is larger than ${megabytes} MB.`, 'Take a picture of the screen, or cut the code out of it.'],
  tooManyPixels: [`The picture has more than ${megapixels} million pixels.`, 'Take a picture of the screen, or cut the code out of it.'],
  noCode: ['No code can be read in it.', `Have the code as a whole, sharp and not in shadow; or give a picture of it: owso-kiosk provision --from PICTURE; or ${otherwise}`],
  otherCode: ['There is a code in it, but not the one that the staff page shows for a new terminal.', `Take that one; or ${otherwise}`],
};

/** Why a code was not read, for whoever set out to read it. @param detail the browser's name of the error @param message instead of the usual one */
export function refusalOf(code: SetupFailure | 'tooLarge', detail?: string, message?: string): Refusal {
  const [usual, mend] = sentences[code];
  const why = message ?? usual;
  return { code, message: `${detail === undefined ? why : why.replace(/\.$/, ` (${detail}).`)} Nothing was changed.`, mend };
}

/** Why there is no page that reads codes. */
export function noPage(why: string): Refusal {
  return { code: 'noReader', message: `Codes cannot be read here: ${why}. Nothing was changed.`, mend: `owso-kiosk doctor says whether Chromium is well. Or ${otherwise}` };
}

/**
 * Waits for something that may take long.
 * @throws Interrupted as soon as the person would rather stop
 */
export async function unlessStopped<T>({ signal }: Terminal, work: Promise<T>): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new Interrupted());
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
