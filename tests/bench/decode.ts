import { buildTestPage, startChromium } from '../fixtures/browser-page.ts';
import { receiptPictures, type ReceiptPicture } from '../fixtures/receipts/generate.ts';
import { serveStrictly } from '../fixtures/strict-server.ts';

/** How many pictures one decoder read, and how fast. */
export interface DecodeRate {
  readonly read: number;
  /** Read, but as something else: must be 0. */
  readonly misread: number;
  /** Share read, 0 to 1. */
  readonly rate: number;
  /** Milliseconds a picture: the middle one, and the 98th of 100. */
  readonly median: number;
  readonly p98: number;
}

/** Both decoders on the very same pictures. */
export interface DecodeBench {
  readonly pictures: number;
  /** zxing-cpp behind the Barcode Detection interface, as the kiosk uses it. */
  readonly ours: DecodeRate;
  /** html5-qrcode's own decoder (its bundled ZXing in JavaScript). */
  readonly html5Qrcode: DecodeRate;
  /** By what is hard about a picture; a picture with two traits counts in both. */
  readonly byTrait: Readonly<Record<string, { readonly pictures: number; readonly ours: number; readonly html5Qrcode: number }>>;
  /** Files that ours did not read, with their traits. */
  readonly unread: readonly string[];
}

interface Answer {
  readonly text?: string | undefined;
  readonly milliseconds: number;
}

/**
 * Decodes generated receipts in Chromium, one frame each: no second chance,
 * though a camera gives ten a second.
 */
export async function benchDecode(count = 320, seed = 1): Promise<DecodeBench> {
  const [{ folder, pictures }, page] = await Promise.all([receiptPictures(count, seed), buildTestPage('decode-page')]);
  const server = await serveStrictly(page, folder);
  const browser = await startChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(server.url);
    await tab.evaluate('ready');
    const answers: { readonly picture: ReceiptPicture; readonly ours: Answer; readonly theirs: Answer }[] = [];
    for (const picture of pictures) {
      const { ours, theirs } = (await tab.evaluate(`compare('/${picture.file}')`)) as { ours: Answer; theirs: Answer };
      answers.push({ picture, ours, theirs });
    }
    const byTrait: Record<string, { pictures: number; ours: number; html5Qrcode: number }> = {};
    for (const { picture, ours, theirs } of answers) {
      for (const trait of picture.traits) {
        const row = (byTrait[trait] ??= { pictures: 0, ours: 0, html5Qrcode: 0 });
        row.pictures++;
        if (ours.text === picture.text) row.ours++;
        if (theirs.text === picture.text) row.html5Qrcode++;
      }
    }
    return {
      pictures: pictures.length,
      ours: rate(answers.map(({ picture, ours }) => ({ truth: picture.text, ...ours }))),
      html5Qrcode: rate(answers.map(({ picture, theirs }) => ({ truth: picture.text, ...theirs }))),
      byTrait,
      unread: answers.filter(({ picture, ours }) => ours.text !== picture.text).map(({ picture }) => `${picture.file} ${picture.pixelsPerModule.toFixed(1)} px ${picture.traits.join(' ')}`),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

function rate(answers: readonly (Answer & { readonly truth: string })[]): DecodeRate {
  const read = answers.filter(({ text, truth }) => text === truth).length;
  const misread = answers.filter(({ text, truth }) => text !== undefined && text !== null && text !== truth).length;
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(share * (times.length - 1))] ?? 0) * 10) / 10;
  return { read, misread, rate: read / answers.length, median: at(0.5), p98: at(0.98) };
}
