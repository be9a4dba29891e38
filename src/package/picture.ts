import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { outOfServiceStrings } from '../ui/i18n/strings/out-of-service.ts';

const root = resolve(import.meta.dirname, '../..');

/** A font file as an address that needs no file access. */
function font(path: string): string {
  return `url(data:font/woff2;base64,${readFileSync(resolve(root, 'node_modules', path)).toString('base64')})`;
}

/** The page: square, so that it fits panels that stand and panels that lie. */
function page(): string {
  const [title, ask] = [outOfServiceStrings.title, outOfServiceStrings.ask];
  return `<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: Moul; src: ${font('@fontsource/moul/files/moul-khmer-400-normal.woff2')} }
@font-face { font-family: Kantumruy; font-weight: 100 700; src: ${font('@fontsource-variable/kantumruy-pro/files/kantumruy-pro-khmer-wght-normal.woff2')}; unicode-range: U+1780-17FF, U+200B-200D }
@font-face { font-family: Kantumruy; font-weight: 100 700; src: ${font('@fontsource-variable/kantumruy-pro/files/kantumruy-pro-latin-wght-normal.woff2')} }
html, body { margin: 0; height: 100%; background: #0b2a5b; color: #fff }
body { display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 34px; text-align: center; font-family: Kantumruy }
svg { width: 190px; margin-bottom: 16px }
h1 { font: 400 46px/1.9 Moul; margin: 0 } h2 { font: 600 46px/1.3 Kantumruy; margin: 0 } p { font: 400 42px/1.7 Kantumruy; margin: 0 }
hr { width: 260px; border: 0; border-top: 4px solid #e3b341; margin: 12px 0 }
</style>
<svg viewBox="0 0 96 96" fill="none"><path d="M48 8c5 8 14 11 14 20h10v50H24V28h10c0-9 9-12 14-20Z" stroke="#e3b341" stroke-width="4.5" stroke-linejoin="round"/><path d="M36 78V46c0-7 5-12 12-12s12 5 12 12v32M48 34v44M36 56h24" stroke="#fff" stroke-width="4"/><path d="M16 82h64M22 89h52" stroke="#e3b341" stroke-width="4.5" stroke-linecap="round"/></svg>
<h1 lang="km">${title[0]}</h1><p lang="km">${ask[0]}</p><hr><h2>${title[1]}</h2><p>${ask[1]}</p>`;
}

/**
 * Draws what a terminal shows when nothing that could set Khmer is left: a PNG
 * for an image viewer.
 */
export async function drawOutOfService(file: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking'] });
  try {
    const tab = await browser.newPage({ viewport: { width: 1080, height: 1080 } });
    await tab.setContent(page());
    await tab.evaluate(() => document.fonts.ready.then(() => undefined));
    writeFileSync(file, await tab.screenshot());
  } finally {
    await browser.close();
  }
}
