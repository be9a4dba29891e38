/** Pictures that are looked at, as their media types. */
export type PictureType = 'image/png' | 'image/jpeg';

/** What a file is by its first bytes. Those that are no media type: a picture or document of a kind that is not looked at. */
export type FileKind = PictureType | 'WebP' | 'HEIC or AVIF' | 'GIF' | 'BMP' | 'TIFF' | 'PDF' | 'text';

/** First bytes in hexadecimal. */
const marks: readonly (readonly [mark: RegExp, kind: FileKind])[] = [
  [/^89504e470d0a1a0a/, 'image/png'],
  [/^ffd8ff/, 'image/jpeg'],
  // RIFF….WEBP
  [/^52494646.{8}57454250/, 'WebP'],
  // ….ftyp and hei?, hev?, mif1, msf1, avi?: what telephones write by themselves.
  [/^.{8}66747970(?:686569|686576|6d696631|6d736631|617669)/, 'HEIC or AVIF'],
  [/^47494638/, 'GIF'],
  // BM, a size, and four bytes of nothing.
  [/^424d.{8}00000000/, 'BMP'],
  [/^(?:49492a00|4d4d002a)/, 'TIFF'],
  [/^255044462d/, 'PDF'],
];

/** What a file is, whatever its name says. Anything unknown is text. */
export function fileKind(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.subarray(0, 32)).toString('hex');
  return marks.find(([mark]) => mark.test(head))?.[1] ?? 'text';
}
