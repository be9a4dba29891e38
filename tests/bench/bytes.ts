import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Bytes of the built kiosk after gzip, by kind. */
export interface ByteBench {
  /** JavaScript that has to arrive before anything is painted. */
  readonly scriptBeforePaint: number;
  /** All JavaScript but the scanner's. */
  readonly script: number;
  /** JavaScript that only the camera needs. */
  readonly scanner: number;
  /** JavaScript and styles that only a terminal with an agent loads, from its own disk: heartbeat and operator's panel. */
  readonly supervised: number;
  readonly style: number;
  readonly page: number;
  /** `script` + `style` + `page`: all but scanner, fonts and content. */
  readonly app: number;
  readonly serviceWorker: number;
  readonly fonts: number;
  readonly decoder: number;
  /** The content release built into the app. */
  readonly content: number;
}

/** What only the scan screen loads, as `vite.config.ts` names it. Not by `camera`: an icon has that name, too. */
const scannerChunk = /^(?:scanner|decoder-worker)-/;

/** What a page loads only if an agent serves it. */
const supervisedChunk = /^(?:supervised|operator)-/;

/** Weighs what a browser has to fetch, following the imports in the built files. */
export function benchBytes(kiosk: string): ByteBench {
  const assets = join(kiosk, 'assets');
  const files = readdirSync(assets);
  const weight = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length;
  const sum = (names: Iterable<string>): number => [...names].reduce((total, name) => total + weight(join(assets, name)), 0);
  const texts = new Map(files.filter((file) => file.endsWith('.js')).map((file) => [file, readFileSync(join(assets, file), 'utf8')]));
  const page = readFileSync(join(kiosk, 'index.html'), 'utf8');

  const named = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => basename(match[1] ?? '')).filter((name) => texts.has(name));
  const staticImports = (text: string): string[] => named(text, /(?:from|import)\s*["'`](\.\/[^"'`]+\.js)["'`]/g);
  const allImports = (text: string): string[] => [...texts.keys()].filter((name) => text.includes(name));
  const reach = (starts: readonly string[], next: (text: string) => string[]): Set<string> => {
    const seen = new Set<string>();
    const open = [...starts];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(...next(texts.get(name) ?? ''));
    }
    return seen;
  };

  const entries = named(page, /(?:src|href)="\/?([^"]+\.js)"/g);
  const before = reach(entries, staticImports);
  // The scanner comes by a dynamic import: whatever imports it outright has it before the camera is asked for.
  const app = reach(entries, (text) => [...staticImports(text), ...allImports(text).filter((name) => !scannerChunk.test(name) && !supervisedChunk.test(name))]);
  const scanner = [...texts.keys()].filter((name) => !app.has(name) && !supervisedChunk.test(name));
  const script = sum(app);
  const style = sum(files.filter((file) => file.endsWith('.css') && !supervisedChunk.test(file)));
  const html = gzipSync(page, { level: 9 }).length;
  return {
    scriptBeforePaint: sum(before),
    script,
    scanner: sum(scanner),
    supervised: sum(files.filter((file) => supervisedChunk.test(file))),
    style,
    page: html,
    app: script + style + html,
    serviceWorker: weight(join(kiosk, 'sw.js')),
    fonts: files.filter((file) => file.endsWith('.woff2')).reduce((total, file) => total + readFileSync(join(assets, file)).length, 0),
    decoder: sum(files.filter((file) => file.endsWith('.wasm'))),
    content: weight(join(kiosk, 'baseline/packed.json')),
  };
}
