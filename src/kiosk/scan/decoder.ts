import type { DecodeAnswer, DecodeRequest } from './decoder-worker.ts';

/** The name under which html5-qrcode reports a result of our decoder. */
export const decoderName = 'BarcodeDetector';

type Codes = Extract<DecodeAnswer, { codes: unknown }>['codes'];

/** A decoding thread, and the questions it still has to answer. */
interface Thread {
  ask(picture?: ImageBitmap): Promise<Codes>;
}

let thread: Thread | undefined;

/** Starts a thread. After any failure it is dropped, and the next question starts a new one. */
function start(): Thread {
  const worker = new Worker(new URL('./decoder-worker.ts', import.meta.url), { type: 'module' });
  const open = new Map<number, { resolve: (codes: Codes) => void; reject: (error: Error) => void }>();
  let asked = 0;
  const fail = (name: string) => {
    if (thread === started) thread = undefined;
    worker.terminate();
    for (const { reject } of open.values()) reject(Object.assign(new Error('the decoder failed'), { name }));
    open.clear();
  };
  worker.addEventListener('message', (event: MessageEvent<DecodeAnswer>) => {
    const answer = event.data;
    if ('error' in answer) return fail(answer.error);
    open.get(answer.id)?.resolve(answer.codes);
    open.delete(answer.id);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    fail('WorkerError');
  });
  const started: Thread = {
    ask: (picture) =>
      new Promise((resolve, reject) => {
        const request: DecodeRequest = picture === undefined ? { id: ++asked } : { id: ++asked, picture };
        open.set(request.id, { resolve, reject });
        worker.postMessage(request, picture === undefined ? [] : [picture]);
      }),
  };
  return started;
}

/**
 * The codes in one picture, which is used up. Sizes of codes are shares of it.
 * @throws an error whose name says why this machine cannot decode
 */
export function decodePicture(picture: ImageBitmap): Promise<Codes> {
  return (thread ??= start()).ask(picture);
}

/**
 * The part of the Barcode Detection interface that html5-qrcode uses. Sizes of
 * codes are shares of the picture: the library only compares them.
 */
class ThreadedBarcodeDetector {
  async detect(source: HTMLCanvasElement): Promise<{ rawValue: string; format: string; boundingBox: DOMRectReadOnly }[]> {
    const codes = await decodePicture(await createImageBitmap(source));
    return codes.map(({ text, width, height }) => ({ rawValue: text, format: 'qr_code', boundingBox: new DOMRectReadOnly(0, 0, width, height) }));
  }
}

/**
 * Loads the decoder, proves that it decodes, and installs it where html5-qrcode
 * looks for it: also where the browser has one of its own, for the one we
 * measured is the one we use.
 *
 * @throws an error whose name says what went wrong; html5-qrcode then has to do
 * with its own decoder.
 */
export async function installDecoder(): Promise<void> {
  await (thread ??= start()).ask();
  Object.defineProperty(globalThis, decoderName, { value: ThreadedBarcodeDetector, configurable: true, writable: true });
}
