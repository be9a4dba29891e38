import { describe, expect, it } from 'vitest';
import { readReceipt } from '../../../src/kiosk/scan/receipt.ts';
import { seededRandom } from '../../fixtures/random.ts';
import { drawPicture, pictureSize, sampleText } from '../../fixtures/receipts/generate.ts';
import { toBytes } from '../../fixtures/receipts/raster.ts';

describe('generated receipts, on which decoding is measured', () => {
  it('are the same pictures for the same seed, and others for another', () => {
    const bytes = (seed: number, index: number) => Buffer.from(toBytes(drawPicture(seed, index).picture));
    const first = bytes(7, 3);
    expect(first).toHaveLength(pictureSize.width * pictureSize.height);
    expect(first.equals(bytes(7, 3))).toBe(true);
    expect(first.equals(bytes(7, 4))).toBe(false);
    expect(first.equals(bytes(8, 3))).toBe(false);
  });

  it('carry receipts that are read as such', () => {
    const random = seededRandom(1);
    for (let i = 0; i < 50; i++) expect(readReceipt(sampleText(random)).ok).toBe(true);
  });
});
