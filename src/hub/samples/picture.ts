import { crc32, deflateSync } from 'node:zlib';

/** Kinds of colour, as PNG numbers them. */
const pngColours = { rgb: 2, palette: 3 } as const;

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** A PNG of eight bits a channel. @param rows pixels, each row after a zero @param palette RGB, with that kind of colour */
export function encodePng(width: number, height: number, kind: keyof typeof pngColours, rows: Uint8Array, palette?: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, pngColours[kind], 0, 0, 0], 8);
  const colours = palette === undefined ? [] : [chunk('PLTE', palette)];
  return new Uint8Array(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), ...colours, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]));
}

/** Colours of the palette: page, brand, gold, white. */
const palette = [0xf6, 0xf3, 0xea, 0x0b, 0x2a, 0x5b, 0xe7, 0xb9, 0x3c, 0xff, 0xff, 0xff];
const [width, height] = [270, 480];

/** The colour of a pixel of something that looks like a kiosk from afar: a blue head with a gold line, white tiles. */
function colour(x: number, y: number): number {
  if (y < 48) return 1;
  if (y < 52) return 2;
  const tile = y > 90 && y < 440 && (y - 90) % 70 < 56 && x > 20 && x < 250;
  return tile ? 3 : 0;
}

/** A drawing that stands for the picture of a sample terminal's screen, a PNG. */
export function samplePicture(): Uint8Array {
  const rows = Buffer.concat(Array.from({ length: height }, (_, y) => Buffer.from([0, ...Array.from({ length: width }, (_column, x) => colour(x, y))])));
  return encodePng(width, height, 'palette', rows, Buffer.from(palette));
}
