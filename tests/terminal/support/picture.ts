import sharp from 'sharp';

/** A decoded picture: three bytes a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** Reads a PNG. */
export async function decode(png: Buffer): Promise<Picture> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** Side of the squares in which two pictures are compared, px. */
const side = 12;
/** Mean difference of a channel, of 255, from which a square counts as another. Fonts and gradients are drawn alike, so this is little. */
const tolerance = 10;

/** Where two pictures differ: how many squares of how many, and around which ones. */
export interface Difference {
  readonly squares: number;
  readonly of: number;
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } | undefined;
}

/** Compares two pictures square by square; pictures of another size differ in everything. */
export function compare(a: Picture, b: Picture): Difference {
  const columns = Math.ceil(a.width / side);
  const rows = Math.ceil(a.height / side);
  const of = columns * rows;
  if (a.width !== b.width || a.height !== b.height) return { squares: of, of, box: { left: 0, top: 0, right: a.width, bottom: a.height } };
  const sums = new Uint32Array(of);
  const stride = a.width * 3;
  for (let y = 0; y < a.height; y++) {
    const row = Math.floor(y / side) * columns;
    for (let x = 0, at = y * stride; x < a.width; x++, at += 3) {
      const square = row + Math.floor(x / side);
      sums[square] = (sums[square] ?? 0) + Math.abs((a.pixels[at] ?? 0) - (b.pixels[at] ?? 0)) + Math.abs((a.pixels[at + 1] ?? 0) - (b.pixels[at + 1] ?? 0)) + Math.abs((a.pixels[at + 2] ?? 0) - (b.pixels[at + 2] ?? 0));
    }
  }
  let squares = 0;
  let box: Difference['box'];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const wide = Math.min(side, a.width - column * side);
      const high = Math.min(side, a.height - row * side);
      if ((sums[row * columns + column] ?? 0) <= tolerance * wide * high * 3) continue;
      squares++;
      const [left, top, right, bottom] = [column * side, row * side, column * side + wide, row * side + high];
      box = box === undefined ? { left, top, right, bottom } : { left: Math.min(box.left, left), top: Math.min(box.top, top), right: Math.max(box.right, right), bottom: Math.max(box.bottom, bottom) };
    }
  }
  return { squares, of, box };
}
