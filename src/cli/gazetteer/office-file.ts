import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import * as v from 'valibot';
import { officeSchema } from '../../model/office.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { parseSource } from '../content/source-file.ts';
import type { OfficeNames } from './row.ts';

/** What became of an office's file. */
export type Outcome = 'written' | 'updated' | 'unchanged';

const heading = '# Code and names are from the gazetteer. Hours, closures, counters, contacts and notices are the office\'s own to add.\n';

/** A file is there whole or not at all. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}~`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Brings the names of a gazetteer into an office's YAML file in `folder`.
 * An existing file is changed only with `update`, and then only in its title
 * and place: the rest, comments included, is the office's.
 *
 * @returns the outcome, or one line that says what is wrong and the mend
 */
export async function writeOffice(folder: string, office: OfficeNames, update: boolean): Promise<Result<Outcome, string>> {
  const path = join(folder, `${office.identifier}.yaml`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await replaceFile(path, heading + stringify(office, { lineWidth: 0 }));
    return ok('written');
  }
  const { file } = parseSource(path, path, text);
  const present = v.safeParse(officeSchema, file.data);
  if (file.broken || !present.success || file.document.errors.length > 0) return err(`${path} is there but is no sound office file; mend it (content check tells where) or delete it`);
  if (present.output.identifier !== office.identifier || present.output.level !== office.level) return err(`${path} is there for another code or level; mend or delete it`);
  const changes = (['title', 'place'] as const).flatMap((field) => (['km', 'en'] as const).filter((language) => present.output[field][language] !== office[field][language]).map((language) => ({ field, language })));
  if (changes.length === 0) return ok('unchanged');
  if (!update) return err(`${path} is there with other names; add --update to change its title and place`);
  for (const { field, language } of changes) file.document.setIn([field, language], office[field][language]);
  await replaceFile(path, file.document.toString({ lineWidth: 0 }));
  return ok('updated');
}
