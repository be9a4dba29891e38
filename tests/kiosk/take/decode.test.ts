import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { Catalogue } from '../../../src/kiosk/content/catalogue.ts';
import { eventLines } from '../../../src/kiosk/take/event-text.ts';
import { guideLines } from '../../../src/kiosk/take/guide-text.ts';
import { fitLanguages } from '../../../src/kiosk/take/lines.ts';
import { linkTo } from '../../../src/kiosk/take/link.ts';
import { planEvent } from '../../../src/model/event-plan.ts';
import { drawQr } from '../../../src/ui/qr.ts';
import { shippedCatalogue } from '../../fixtures/shipped-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer }, fireImmediately: true });
  catalogue = await shippedCatalogue();
});

const release = { versionCode: 'K7M2-Q9F4', editedOn: '2026-11-23', demonstration: false };

/** What a phone reads from the drawing: as a picture of so many pixels a module, blurred and turned a little. */
async function read(text: string, pixels: number, blur = 0, turn = 0): Promise<string | undefined> {
  const { size, path } = drawQr(text);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size * pixels}" height="${size * pixels}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
  let picture = sharp(Buffer.from(svg)).rotate(turn, { background: '#fff' });
  if (blur > 0) picture = sharp(await picture.png().toBuffer()).blur(blur);
  const results = await readBarcodes(await picture.png().toBuffer(), { formats: ['QRCode'], tryHarder: true });
  return results[0]?.text;
}

test('a phone reads the very text of a guide, Khmer and English', async () => {
  for (const id of ['marriage-registration', 'single-status-certificate', 'driving-licence', 'construction-permit-villa', 'passport']) {
    const service = catalogue.services.get(id);
    if (service === undefined) throw new Error(`no service ${id}`);
    const facts = { service, answers: {}, today: '2026-11-23', pack: catalogue.pack, release, office: undefined };
    for (const [first, second] of [['km', 'en'], ['en', 'km']] as const) {
      const { text } = fitLanguages(guideLines(facts, first), guideLines(facts, second));
      expect(await read(text, 4)).toBe(text);
    }
  }
});

test('a phone reads an event’s text also blurred and held askew', async () => {
  const event = catalogue.events.get('marriage');
  if (event === undefined) throw new Error('no marriage');
  const plan = planEvent(event, catalogue.services, { today: '2026-11-23', holidays: new Set(), lastKnownYear: 2027, level: 'commune' });
  const { text } = fitLanguages(eventLines(event.title, plan, catalogue.pack, release, 'km'), eventLines(event.title, plan, catalogue.pack, release, 'en'));
  expect(await read(text, 5, 1.2, 7)).toBe(text);
});

test('a phone reads the link', async () => {
  const link = linkTo('https://owso.example.gov.kh/', { screen: 'service', id: 'marriage-registration' });
  expect(link).toBe('https://owso.example.gov.kh/#service=marriage-registration');
  expect(await read(link, 6)).toBe(link);
});
