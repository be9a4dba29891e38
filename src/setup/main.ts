import type { SetupSeen } from '../api/setup-reader.ts';
import { readFromCamera } from './camera.ts';
import { readFromPicture } from './picture.ts';

/**
 * A page that nobody looks at: `owso-kiosk provision` opens it in a Chromium
 * without a screen, starts one of the two ways, and asks for what was seen until
 * there is no more.
 */

const seen: SetupSeen[] = [];
let wake: () => void = () => undefined;

function tell(one: SetupSeen): void {
  seen.push(one);
  wake();
}

/** What was seen next, as JSON. Asked by one at a time. */
async function next(): Promise<string> {
  while (seen.length === 0) await new Promise<void>((done) => (wake = done));
  return JSON.stringify(seen.shift());
}

Object.assign(globalThis, {
  setup: {
    fromCamera: () => void readFromCamera(tell),
    fromPicture: () => void readFromPicture(tell),
    next,
  },
});
