import * as v from 'valibot';
import { roleFileName } from '../trust/client.ts';
import { objectPathSchema } from '../trust/release.ts';

/**
 * Names of the files of a content repository, below its folder as below its
 * address. Whatever else lies there (half-signed files, a stick's own clutter)
 * is nobody's to fetch.
 */

const metadataName = /^metadata\/(?:timestamp|[1-9]\d{0,15}\.(?:[\w-]|%[0-9A-F]{2})+)\.json$/;
const changesFile = /^changes\/\d{1,16}-\d{1,16}\.json$/;
const targetName = /^targets\/(.*\/)[0-9a-f]{64}\.([^/]+)$/;

/** The one metadata file whose name has no version: whoever asks for news asks for it. */
export const timestampName = 'metadata/timestamp.json';

/** Name of a metadata file of a version. */
export function metadataFile(version: number, role: string): string {
  return `metadata/${version}.${roleFileName(role)}.json`;
}

/** Whether a name is that of a file of a repository. */
export function isRepositoryFile(name: string): boolean {
  if (name.length > 300) return false;
  const target = targetName.exec(name);
  return metadataName.test(name) || changesFile.test(name) || (target !== null && v.is(objectPathSchema, `${target[1] ?? ''}${target[2] ?? ''}`));
}

/** Whether the bytes below a name never change: they carry their version or their hash in it. */
export function isImmutable(name: string): boolean {
  return name !== timestampName;
}
