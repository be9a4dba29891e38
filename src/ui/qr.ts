import QRCode from 'qrcode';

/** Modules of white around a code, as ISO/IEC 18004 asks for. */
const quiet = 4;

/** Up to this version a code is coarse enough to spend modules on error correction. */
const correctedUpTo = 18;

/** A QR code as drawing: one path over a square of `size` units, quiet zone included. */
export interface QrDrawing {
  readonly size: number;
  readonly path: string;
  readonly version: number;
}

/**
 * Draws a text as QR code. The text is one segment of UTF-8 bytes: phones guess
 * the encoding segment by segment, and a short one can be guessed wrong. Short
 * texts get error correction M; long ones L, since a screen is not dirty and
 * fewer modules are bigger ones. At most 2,953 bytes fit; a longer text throws.
 */
export function drawQr(text: string): QrDrawing {
  const bytes = [{ data: new TextEncoder().encode(text), mode: 'byte' as const }];
  const low = QRCode.create(bytes, { errorCorrectionLevel: 'L' });
  const code = low.version < correctedUpTo ? QRCode.create(bytes, { errorCorrectionLevel: 'M' }) : low;
  const { modules, version } = code.version <= correctedUpTo ? code : low;
  let path = '';
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x) === 0) continue;
      let end = x + 1;
      while (end < modules.size && modules.get(y, end) !== 0) end++;
      path += `M${x + quiet} ${y + quiet}h${end - x}v1h${x - end}z`;
      x = end;
    }
  }
  return { size: modules.size + 2 * quiet, path, version };
}

/**
 * Side of a code in CSS px so that each module is a whole number of the panel's
 * pixels: modules of unequal width are what cameras stumble over. `pixelRatio`
 * is the panel's pixels for one CSS px.
 */
export function qrSide(available: number, size: number, pixelRatio: number): number {
  return (Math.max(1, Math.floor((available * pixelRatio) / size)) * size) / pixelRatio;
}
