import { setupReaderLimits, type SetupSeen } from '../api/setup-reader.ts';
import { isSetupText } from '../api/setup.ts';
import { decodePicture, installDecoder } from '../kiosk/scan/decoder.ts';

/** Share of a picture’s sides that is added as white around it: a code that was cut out to its edge has lost the margin that decoders look for. */
const margin = 0.05;

/** The picture over white at a size. */
async function sized(picture: HTMLImageElement, longest: number): Promise<ImageBitmap> {
  const scale = longest / Math.max(picture.naturalWidth, picture.naturalHeight);
  const [width, height] = [Math.max(1, Math.round(picture.naturalWidth * scale)), Math.max(1, Math.round(picture.naturalHeight * scale))];
  const edge = Math.round(Math.max(width, height) * margin);
  const canvas = new OffscreenCanvas(width + 2 * edge, height + 2 * edge);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2d context');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, edge, edge, width, height);
  return createImageBitmap(canvas);
}

/** Looks for a set-up code in the picture that lies beside the page, and tells what came of it. */
export async function readFromPicture(tell: (seen: SetupSeen) => void): Promise<void> {
  try {
    await installDecoder();
  } catch (error) {
    return tell({ kind: 'failed', code: 'noDecoder', detail: error instanceof Error ? error.name : 'UnknownError' });
  }
  const picture = new Image();
  picture.src = '/picture';
  // Only its head is read here: a picture that is too large is never unpacked.
  const whole = await new Promise<boolean>((done) => {
    picture.addEventListener('load', () => done(true));
    picture.addEventListener('error', () => done(false));
  });
  if (!whole) return tell({ kind: 'failed', code: 'unreadable' });
  if (picture.naturalWidth * picture.naturalHeight > setupReaderLimits.picturePixels) return tell({ kind: 'failed', code: 'tooManyPixels' });
  let other = false;
  try {
    await picture.decode();
    for (const side of setupReaderLimits.pictureSides) {
      for (const { text } of await decodePicture(await sized(picture, side))) {
        if (isSetupText(text)) return tell({ kind: 'read', text });
        other = true;
      }
    }
  } catch (error) {
    return tell({ kind: 'failed', code: 'unreadable', detail: error instanceof Error ? error.name : 'UnknownError' });
  }
  tell({ kind: 'failed', code: other ? 'otherCode' : 'noCode' });
}
