import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const packageFile = v.pipe(v.string(), v.parseJson(), v.looseObject({ version: v.string() }));

/**
 * Version of the project: from the `package.json` beside an installed program, or
 * two folders above a source.
 * @param folder `import.meta.dirname` of the program's main file
 */
export function projectVersion(folder: string): string {
  const file = ['package.json', '../../package.json', '../../../package.json'].map((path) => join(folder, path)).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`no package.json near ${folder}`);
  return v.parse(packageFile, readFileSync(file, 'utf8')).version;
}
