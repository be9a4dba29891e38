import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const packageFile = v.pipe(v.string(), v.parseJson(), v.looseObject({ version: v.string() }));

/** Version of the project: from the `package.json` beside an installed program or above what several share, or above this source. */
export function projectVersion(): string {
  const file = ['.', '..', '../..'].map((up) => join(import.meta.dirname, up, 'package.json')).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`no package.json near ${import.meta.dirname}`);
  return v.parse(packageFile, readFileSync(file, 'utf8')).version;
}
