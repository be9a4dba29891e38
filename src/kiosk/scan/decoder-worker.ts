import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { scanLimits } from './limits.ts';

/**
 * The decoder: zxing-cpp as WebAssembly behind the Barcode Detection interface,
 * in a thread of its own, so that a kiosk's slow processor never delays a touch
 * (a look at a full picture takes about 13 ms on a desktop, six times that there).
 *
 * On photos of codes shown on phone screens html5-qrcode's own decoder read 0
 * of 17 and this one 17 of 17, and citizens show codes on phones. The library
 * would fetch its wasm from a CDN; ours is served by the hub and precached. It
 * must be the very file that `barcode-detector` was built with (a test compares
 * the digests): with another one every decode throws.
 */

/** A picture to decode; without one, the question whether the decoder works. */
export interface DecodeRequest {
  readonly id: number;
  readonly picture?: ImageBitmap;
}

/** The codes in the picture, with their sizes as share of it; or why none can be read at all. */
export type DecodeAnswer =
  | { readonly id: number; readonly codes: readonly { readonly text: string; readonly width: number; readonly height: number }[] }
  | { readonly id: number; readonly error: string };

declare const self: DedicatedWorkerGlobalScope;

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true });

const loaded = prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) },
  fireImmediately: true,
});
const detector = loaded.then(async () => {
  const created = new BarcodeDetector({ formats: ['qr_code'] });
  // A wasm of another version instantiates and fails only when it decodes.
  await created.detect(new ImageData(16, 16));
  return created;
});

/** The codes that the first successful look finds. */
async function decode(picture: ImageBitmap): Promise<Extract<DecodeAnswer, { codes: unknown }>['codes']> {
  const reader = await detector;
  if (context === null) throw new Error('no 2d context');
  for (const { scale, blur } of scanLimits.looks) {
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    context.filter = blur > 0 ? `blur(${blur}px)` : 'none';
    context.imageSmoothingQuality = 'medium';
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const codes = await reader.detect(context.getImageData(0, 0, canvas.width, canvas.height));
    if (codes.length > 0) {
      return codes.map((code) => ({ text: code.rawValue, width: code.boundingBox.width / canvas.width, height: code.boundingBox.height / canvas.height }));
    }
  }
  return [];
}

self.addEventListener('message', (event: MessageEvent<DecodeRequest>) => {
  const { id, picture } = event.data;
  const answer = picture === undefined ? detector.then(() => []) : decode(picture).finally(() => picture.close());
  answer.then(
    (codes) => self.postMessage({ id, codes } satisfies DecodeAnswer),
    (error: unknown) => self.postMessage({ id, error: error instanceof Error ? error.name : 'UnknownError' } satisfies DecodeAnswer),
  );
});
