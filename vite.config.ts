import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { build, type InlineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { utf8 } from './src/trust/bytes.ts';
import { parseMetadata } from './src/trust/metadata.ts';
import { issuedAt } from './src/trust/sealed.ts';

const root = import.meta.dirname;
/** Whatever tests leave in the temporary folder goes when they end. */
const ownTmp = resolve(root, 'tests/fixtures/own-tmp.ts');
const packed = resolve(root, '.build/baseline/packed.json');
const anchor = resolve(root, '.build/baseline/root.json');
const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };

/** The metadata of the packed release by role, each the very text that was signed. */
function packedMetadata(): Readonly<Record<string, string>> {
  if (!existsSync(packed) || !existsSync(anchor)) throw new Error('no signed content: run `npm run build`, which makes it first');
  const { manifest } = JSON.parse(readFileSync(packed, 'utf8')) as { manifest: string };
  return JSON.parse(manifest) as Record<string, string>;
}

/** When the packed release was signed, ms: the app knows then that it is no earlier. */
function packedAt(): number {
  const timestamp = parseMetadata('timestamp', utf8(packedMetadata()['timestamp'] ?? ''), 'timestamp.json');
  return (timestamp.ok ? issuedAt(timestamp.value.signed) : undefined) ?? 0;
}

/** Builds the compiled content release into the app, so that a kiosk that has never seen a network can show it. */
function baseline(): Plugin {
  return {
    name: 'baseline-content',
    apply: 'build',
    config: () => ({ define: { __APP_SIGNED__: String(packedAt()) } }),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'baseline/packed.json', source: readFileSync(packed) });
      this.emitFile({ type: 'asset', fileName: 'baseline/root.json', source: readFileSync(anchor) });
    },
  };
}

/** What becomes of one nested build, in memory. */
async function bundle(config: InlineConfig): Promise<readonly { readonly fileName: string; readonly source: string | Uint8Array }[]> {
  const built = await build({ configFile: false, publicDir: false, logLevel: 'warn', ...config, build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, write: false, ...config.build } });
  if (!('output' in built)) throw new Error('one build, one output');
  return built.output.map((file) => ({ fileName: file.fileName, source: file.type === 'chunk' ? file.code : file.source }));
}

/**
 * The page on which a phone checks a price, `/check/`: a small app of its own
 * with a service worker of its own, built before the kiosk's files are written.
 */
function checkPage(): Plugin {
  const at = resolve(root, 'src/check');
  return {
    name: 'check-page',
    apply: 'build',
    async generateBundle() {
      const { timestamp, snapshot, targets } = packedMetadata();
      const trust = JSON.stringify({ root: readFileSync(anchor, 'utf8'), timestamp, snapshot, targets });
      const page = await bundle({ root: at, base: '/check/', plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false })] });
      const files = [...page, { fileName: 'baseline.json', source: trust }];
      const version = createHash('sha256');
      for (const { fileName, source } of files) version.update(`${fileName}\n`).update(source);
      const worker = await bundle({
        root: at,
        define: {
          'self.__CHECK_FILES': JSON.stringify(['/icon.svg', ...files.map(({ fileName }) => `/check/${fileName === 'index.html' ? '' : fileName}`)]),
          'self.__CHECK_VERSION': JSON.stringify(version.digest('hex').slice(0, 16)),
        },
        build: { rolldownOptions: { input: resolve(at, 'sw.ts'), output: { entryFileNames: 'sw.js' } } },
      });
      for (const { fileName, source } of [...files, ...worker]) this.emitFile({ type: 'asset', fileName: `check/${fileName}`, source });
    },
  };
}

/**
 * The app's files, by the moment at which they are needed. Left to itself the
 * bundler makes fifty, most of them under 1 kB: a seventh more bytes after
 * compression, and a task of its own for each at every start. A file takes what
 * its modules import along, unless one before it has it: the order matters.
 */
const chunks = [
  /** For the first picture. */
  { name: 'first', priority: 6, tags: ['$initial' as const] },
  /** To know what there is to show. */
  { name: 'content', priority: 5, test: /node_modules\/(?:dexie|valibot)\/|src\/(?:model|trust)\/|src\/api\/(?!agent|page-health)|kiosk\/(?:content\/|scan\/limits|after-paint|lists|warm)/ },
  /** With the camera, and never before. */
  { name: 'scanner', priority: 4, test: /kiosk\/scan\/(?:camera|decoder)\.ts$|node_modules\/html5-qrcode\// },
  /** For searching, typing and codes. */
  { name: 'tools', priority: 3, test: /kiosk\/search\/|src\/ui\/(?:keyboard\/\w+\.tsx?$|qr)|node_modules\/(?:minisearch|khmer-normalizer|simple-keyboard|qrcode|dijkstrajs)\// },
  /** Everything else. */
  { name: 'screens', priority: 2, test: /^(?!.*\/kiosk\/(?:supervised|operator)\/)(?!.*\/api\/(?:agent|page-health))(?!.*\/strings\/operator)/ },
  /** Under an agent alone: its heartbeat, then the staff's panel. */
  { name: 'supervised', priority: 1, test: /kiosk\/supervised\/|src\/api\// },
  { name: 'operator', priority: 0 },
];

/** Both packages give bundlers their largest build: ES5 helpers here, canvas and PNG writers there. */
const alias = [
  { find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' },
  { find: /^qrcode$/, replacement: 'qrcode/lib/core/qrcode.js' },
];

/** The staff's app, `vite build --mode studio`: in a folder of its own, since the hub alone serves it. */
const studio: InlineConfig = {
  root: resolve(root, 'src/studio'),
  base: '/studio/',
  publicDir: false,
  cacheDir: resolve(root, '.build/vite-studio'),
  build: { outDir: resolve(root, '.build/studio'), emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  resolve: { alias },
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false })],
};

const kiosk = defineConfig({
  root: resolve(root, 'src/kiosk'),
  publicDir: resolve(root, 'public'),
  cacheDir: resolve(root, '.build/vite'),
  build: {
    outDir: resolve(root, '.build/kiosk'),
    emptyOutDir: true,
    target: 'es2024',
    // Inlined assets would need `data:` in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  resolve: { alias },
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [
    preact({ prefreshEnabled: false, devToolsEnabled: false }),
    baseline(),
    checkPage(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: '.',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: {
        name: 'OWSO Kiosk',
        short_name: 'OWSO',
        description: 'Service guides, required documents and posted fees of One Window Service Offices',
        lang: 'km',
        display: 'fullscreen',
        background_color: '#0b2a5b',
        theme_color: '#0b2a5b',
        start_url: '/',
        icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
      },
      // The checking page is for phones, and keeps itself.
      injectManifest: { globPatterns: ['**/*.{html,js,css,json,woff2,wasm,svg,webmanifest}'], globIgnores: ['check/**'], maximumFileSizeToCacheInBytes: 8_000_000 },
    }),
  ],
  test: {
    root,
    projects: [
      { test: { name: 'unit', root, globalSetup: ownTmp, include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'], maxWorkers: 2, testTimeout: 60_000 } },
      {
        test: {
          name: 'browser',
          root,
          globalSetup: ownTmp,
          include: ['tests/e2e/**/*.e2e.ts', 'tests/adversarial/**/*.e2e.ts', 'tests/terminal/soak.e2e.ts'],
          // They wait more than they work: two share two processors, however many there are.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // Machines of their own with the package installed: `npm run test:terminal`.
      {
        test: {
          name: 'terminal',
          root,
          globalSetup: [ownTmp, resolve(root, 'tests/terminal/support/prepare.ts')],
          include: ['tests/terminal/*.e2e.ts'],
          exclude: ['tests/terminal/soak.e2e.ts'],
          // A whole run measures how long the terminal takes, and machines that are emulated need both processors.
          maxWorkers: process.env.TERMINAL_TESTS === 'whole' ? 1 : 2,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});

export default defineConfig(({ mode }) => (mode === 'studio' ? studio : kiosk));
