import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ZXING_WASM_SHA256, ZXING_WASM_VERSION } from 'barcode-detector/ponyfill';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);

it('serves the very wasm that the decoder was built with: another one decodes nothing and says nothing', () => {
  const wasm = readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  expect(createHash('sha256').update(wasm).digest('hex')).toBe(ZXING_WASM_SHA256);
});

it('has the wasm in exactly the version that the detector depends on', () => {
  const detector = JSON.parse(readFileSync(require.resolve('barcode-detector').replace(/dist.*$/, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const wasm = JSON.parse(readFileSync(require.resolve('zxing-wasm/reader').replace(/dist.*$/, 'package.json'), 'utf8')) as { version: string };
  expect(detector.dependencies['zxing-wasm']).toBe(wasm.version);
  expect(ZXING_WASM_VERSION).toBe(wasm.version);
});
