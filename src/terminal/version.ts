import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** Version of the package: of the package.json beside the bundled programs, or of the project. */
export function packageVersion(): string {
  // Beside a program, above what several programs share, or above src/terminal.
  const file = ['.', '..', '../..'].map((up) => join(import.meta.dirname, up, 'package.json')).find((path) => existsSync(path));
  if (file === undefined) return 'unknown';
  return v.parse(v.pipe(v.string(), v.parseJson(), v.object({ version: v.string() })), readFileSync(file, 'utf8')).version;
}
