import { resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');

/**
 * Builds one of the small pages that a package brings beside the app.
 *
 * @param source folder with its `index.html`, relative to the project
 * @param out folder, emptied first
 */
export async function buildPage(source: string, out: string): Promise<void> {
  await build({
    configFile: false,
    root: resolve(root, source),
    base: '/',
    publicDir: false,
    logLevel: 'warn',
    build: { outDir: out, emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
}
