import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ok, type Result } from '../../model/result.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import type { RepositoryFolder } from '../../repository/folder.ts';
import { openKeyFile, parseKeyFile } from '../../repository/key-file.ts';
import type { OnlineSigners } from '../../repository/publish.ts';
import { readRoots } from '../../repository/state.ts';
import { utf8Text } from '../../trust/bytes.ts';
import type { Signer } from '../../trust/signer.ts';

const removeIt = 'Take that file off the hub, keep it where only its holder can reach it, and start again. If it lay there for long, treat the key as stolen: replace it.';

const notHere = (name: string, what: string): { readonly ok: false; readonly error: RepositoryError } => failure('wrongKey', `${name} holds ${what}, and a hub holds the snapshot and timestamp keys alone.`, removeIt);

async function keyFiles(dir: string): Promise<Result<readonly Signer[], RepositoryError>> {
  const signers: Signer[] = [];
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return failure('badKeyFile', `The folder ${dir} of the online keys cannot be read.`, 'Set ONLINE_KEYS to the folder that the key ceremony made for the hub, readable by the hub’s account.');
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const name = relative(dir, join(entry.parentPath, entry.name));
    const bytes = await readFile(join(dir, name));
    const file = parseKeyFile(bytes, name);
    if (!file.ok) {
      if (utf8Text(bytes)?.includes('PRIVATE KEY') === true) return notHere(name, 'a private key');
      if (name.endsWith('.json')) return file;
      continue;
    }
    if (file.value.kind === 'public key') continue;
    if (file.value.kind === 'encrypted key') return notHere(name, `the offline key of ${file.value.holder}`);
    const signer = await openKeyFile(file.value, name, async () => '');
    if (!signer.ok) return signer;
    signers.push(signer.value);
  }
  return ok(signers);
}

/**
 * Opens the hub's keys and tells them apart by the newest root. `wrongKey` if
 * any private key lies there that is neither for the snapshot nor for the
 * timestamp: a hub that is broken into must have nothing else to lose.
 */
export async function openOnlineKeys(dir: string, folder: RepositoryFolder): Promise<Result<OnlineSigners, RepositoryError>> {
  const files = await keyFiles(dir);
  if (!files.ok) return files;
  const roots = await readRoots(folder);
  if (!roots.ok) return roots;
  const { roles, version } = roots.value.newest.signed;
  const stranger = files.value.find(({ keyid }) => !roles.snapshot.keyids.includes(keyid) && !roles.timestamp.keyids.includes(keyid));
  if (stranger !== undefined) return notHere(dir, `the key ${stranger.keyid.slice(0, 16)}…, which root version ${version} names for neither`);
  return ok({
    snapshot: files.value.filter(({ keyid }) => roles.snapshot.keyids.includes(keyid)),
    timestamp: files.value.filter(({ keyid }) => roles.timestamp.keyids.includes(keyid)),
  });
}
