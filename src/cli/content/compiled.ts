import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, type Result } from '../../model/result.ts';
import { failure, fromTrust, type RepositoryError } from '../../repository/error.ts';
import { checkObject, objectUrlPath } from '../../trust/release.ts';
import { readRelease } from './write.ts';

/** Objects that `content build` wrote, by path; each is checked against the hash in its manifest. */
export async function readCompiled(dir: string): Promise<Result<ReadonlyMap<string, Uint8Array>, RepositoryError>> {
  const release = await readRelease(dir);
  if (release === undefined) return failure('absentContent', `${dir} holds no compiled content.`, 'Compile it first (content build), or name its folder with --content.');
  const objects = new Map<string, Uint8Array>();
  for (const [path, entry] of Object.entries(release.objects)) {
    const name = objectUrlPath(path, entry);
    const bytes = await readFile(join(dir, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const checked = bytes === undefined ? undefined : await checkObject(release, path, bytes);
    if (bytes === undefined || checked?.ok !== true) {
      const refusal = checked === undefined || checked.ok ? fromTrust({ code: 'absent', path: name }) : fromTrust({ ...checked.error, path: name });
      return failure(refusal.error.code, refusal.error.message, 'Compile the content again (content build).');
    }
    objects.set(path, bytes);
  }
  return ok(objects);
}
