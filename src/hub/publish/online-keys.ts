import { ok, type Result } from '../../model/result.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { openFolder, type RepositoryFolder } from '../../repository/folder.ts';
import { readOnlineKeys } from '../../repository/online-keys.ts';
import type { OnlineSigners } from '../../repository/publish.ts';
import { readRoots } from '../../repository/state.ts';
import { utf8Text } from '../../trust/bytes.ts';

const mend = 'Take it off the hub, keep it where only its holder can reach it, and start again. If it lay there for long, treat the key as stolen and replace it.';

/**
 * Opens the hub's keys. `wrongKey` if any other private key lies in their folder,
 * whatever its file is called or wherever it comes from: a hub that is broken
 * into must have nothing else to lose.
 * @param folder the repository, whose newest root names the keys; what is not there yet cannot be compared
 */
export async function openOnlineKeys(dir: string, folder: RepositoryFolder): Promise<Result<OnlineSigners, RepositoryError>> {
  const keys = openFolder(dir);
  const signers = await readOnlineKeys(keys);
  if (!signers.ok) return signers;
  for (const name of await keys.list('')) {
    if (!name.endsWith('.json') && utf8Text((await keys.read(name)) ?? new Uint8Array())?.includes('PRIVATE KEY') === true) {
      return failure('wrongKey', `${name} holds a private key, and a hub holds the snapshot and timestamp keys alone.`, mend);
    }
  }
  const roots = await readRoots(folder);
  if (!roots.ok) return signers;
  const { roles, version } = roots.value.newest.signed;
  for (const role of ['snapshot', 'timestamp'] as const) {
    const stranger = signers.value[role].find(({ keyid }) => !roles[role].keyids.includes(keyid));
    if (stranger !== undefined) return failure('wrongKey', `The key in ${role}.key.json (${stranger.keyid.slice(0, 16)}…) is none that root version ${version} names for ${role}, and a hub holds the snapshot and timestamp keys alone.`, mend);
  }
  return ok(signers.value);
}
