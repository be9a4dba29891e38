import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator } from 'playwright-core';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

let prepared: Promise<unknown> | undefined;

/** Reads the QR code that an element shows, from its picture as a phone would. `undefined`: there is none to be read. */
export async function readQr(element: Locator): Promise<string | undefined> {
  prepared ??= (async () => {
    const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
    await prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer }, fireImmediately: true });
  })();
  await prepared;
  const results = await readBarcodes(await element.screenshot({ animations: 'disabled' }), { formats: ['QRCode'], tryHarder: true });
  return results[0]?.text;
}
