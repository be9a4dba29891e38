import { ok, type Result } from '../model/result.ts';
import type { Signer } from '../trust/signer.ts';
import { failure, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { openKeyFile, parseKeyFile } from './key-file.ts';
import type { OnlineSigners } from './publish.ts';

/**
 * The keys that a hub may hold: files `snapshot.key.json` and
 * `timestamp.key.json` (a number may follow the role's name) in a folder of their
 * own. Any other private key in it is refused: a hub that holds a ministry's key
 * is a hub that can change a price.
 */
export async function readOnlineKeys(folder: RepositoryFolder): Promise<Result<OnlineSigners, RepositoryError>> {
  const signers: { snapshot: Signer[]; timestamp: Signer[] } = { snapshot: [], timestamp: [] };
  for (const name of await folder.list('')) {
    if (!name.endsWith('.json')) continue;
    const file = parseKeyFile((await folder.read(name)) ?? new Uint8Array(), name);
    if (!file.ok) return file;
    if (file.value.kind === 'public key') continue;
    const role = /^(snapshot|timestamp)(?:-\d+)?\.key\.json$/.exec(name)?.[1];
    if ((role !== 'snapshot' && role !== 'timestamp') || file.value.kind !== 'online key') {
      return failure('wrongKey', `${name} does not belong among the hub’s keys: only snapshot.key.json and timestamp.key.json may lie there.`, 'Take it away and keep it offline; if it lay on a machine that others can reach, revoke it (keys revoke).');
    }
    const signer = await openKeyFile(file.value, name, () => Promise.resolve(''));
    if (!signer.ok) return signer;
    signers[role].push(signer.value);
  }
  if (signers.snapshot.length > 0 && signers.timestamp.length > 0) return ok(signers);
  return failure('noRepository', 'The folder of the hub’s keys holds no snapshot key or no timestamp key.', 'Put snapshot.key.json and timestamp.key.json of the ceremony there.');
}
