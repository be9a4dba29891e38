import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const packed = resolve(root, '.build/content/packed.json');

/** Builds the compiled content release into the app, so that a kiosk that has never seen a network can show it. */
function baseline(): Plugin {
  return {
    name: 'baseline-content',
    apply: 'build',
    generateBundle() {
      if (!existsSync(packed)) throw new Error('no compiled content: run `npm run content -- content build` first');
      this.emitFile({ type: 'asset', fileName: 'baseline/packed.json', source: readFileSync(packed) });
    },
  };
}

export default defineConfig({
  root: resolve(root, 'src/kiosk'),
  publicDir: resolve(root, 'public'),
  cacheDir: resolve(root, '.build/vite'),
  build: {
    outDir: resolve(root, '.build/kiosk'),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined assets would need `data:` in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [
    preact({ prefreshEnabled: false, devToolsEnabled: false }),
    baseline(),
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
      injectManifest: { globPatterns: ['**/*.{html,js,css,json,woff2,wasm,svg,webmanifest}'], maximumFileSizeToCacheInBytes: 8_000_000 },
    }),
  ],
  test: {
    root,
    projects: [
      { test: { name: 'unit', root, include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'], testTimeout: 60_000 } },
      {
        test: {
          name: 'browser',
          root,
          include: ['tests/e2e/**/*.e2e.ts', 'tests/adversarial/**/*.e2e.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
