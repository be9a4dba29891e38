import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');

/**
 * Bundles programs for the Node that lies beside them, each with everything that
 * it imports, so that a package brings no folder of modules along.
 *
 * @param entries file name without ending → source, relative to the project
 * @param out folder, emptied first
 */
export async function bundle(entries: Readonly<Record<string, string>>, out: string): Promise<readonly string[]> {
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      target: 'node24',
      outDir: out,
      emptyOutDir: true,
      // Readable, for whoever looks into a machine; the size is Node's own anyway.
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, source]) => [name, join(root, source)])),
        output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
      },
    },
  });
  return readdirSync(out, { recursive: true, encoding: 'utf8' });
}
