import { rename } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Command, Terminal } from '../../console/command.ts';
import { startProgress } from '../../console/progress.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { authorityOf, foundRepository, pathsOf, readAuthority, signChange, thresholdOf, withDelegation, type Authority } from '../../repository/authority.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { openFolder, type RepositoryFolder } from '../../repository/folder.ts';
import { makeKey, openKeyFile, parseKeyFile } from '../../repository/key-file.ts';
import { readOnlineKeys } from '../../repository/online-keys.ts';
import { publish } from '../../repository/publish.ts';
import { signRole } from '../../repository/sign.ts';
import type { Signer } from '../../trust/signer.ts';
import { readCompiled } from './compiled.ts';
import { tellPublished } from './publish-command.ts';

/**
 * A repository for demonstration: all its keys lie on one machine under a
 * passphrase that everybody knows, its root says so, and kiosks call what it
 * signs a sample.
 */

/** Protects nothing. */
export const demonstrationPassphrase = 'demonstration only';

/** Name of a demonstration key's file. Those of the hub lie apart, in a folder that holds no other. */
export function demonstrationKeyName(role: string, index: number): string {
  return role === 'snapshot' || role === 'timestamp' ? `online/${role}.key.json` : `${role}-${index}.key.json`;
}

/** Opens a demonstration key, making it first where there is none. */
async function keyOf(keys: RepositoryFolder, role: string, index: number): Promise<Result<Signer, RepositoryError>> {
  const name = demonstrationKeyName(role, index);
  const there = await keys.read(name);
  if (there === undefined) {
    const made = await makeKey({ holder: `Demonstration, ${role} ${index}`, demonstration: true, passphrase: name.startsWith('online/') ? undefined : demonstrationPassphrase });
    if (!made.ok) return made;
    await keys.write(name, made.value.privateFile);
    return ok(made.value.signer);
  }
  const file = parseKeyFile(there, name);
  if (!file.ok) return file;
  if (!file.value.demonstration) return failure('wrongKey', `${name} is no demonstration key.`, 'Name another folder with --keys: a demonstration never signs with keys that somebody holds in earnest.');
  return openKeyFile(file.value, name, () => Promise.resolve(demonstrationPassphrase));
}

async function keysOf(keys: RepositoryFolder, role: string, count: number): Promise<Result<readonly Signer[], RepositoryError>> {
  const signers: Signer[] = [];
  for (let index = 1; index <= count; index++) {
    const signer = await keyOf(keys, role, index);
    if (!signer.ok) return signer;
    signers.push(signer.value);
  }
  return ok(signers);
}

/** Keys of each top-level role. */
const counts = { root: 3, targets: 3, snapshot: 1, timestamp: 1 } as const;

async function topKeys(keys: RepositoryFolder): Promise<Result<Readonly<Record<keyof typeof counts, readonly Signer[]>>, RepositoryError>> {
  const found: Partial<Record<keyof typeof counts, readonly Signer[]>> = {};
  for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
    const signers = await keysOf(keys, role, counts[role]);
    if (!signers.ok) return signers;
    found[role] = signers.value;
  }
  const { root = [], targets = [], snapshot = [], timestamp = [] } = found;
  return ok({ root, targets, snapshot, timestamp });
}

/** Roles that compiled objects belong to, in the order of the release. */
export function rolesOfObjects(paths: Iterable<string>): readonly string[] {
  return [...new Set([...paths].map((path) => (path.startsWith('catalogue/') ? 'catalogue' : (path.split('/')[1] ?? ''))))].sort();
}

async function withRoles(authority: Authority, keys: RepositoryFolder, roles: readonly string[]): Promise<Result<{ readonly authority: Authority; readonly signers: ReadonlyMap<string, readonly Signer[]> }, RepositoryError>> {
  let next = authority;
  const signers = new Map<string, readonly Signer[]>();
  for (const name of roles) {
    const threshold = thresholdOf(name);
    const own = await keysOf(keys, name, threshold);
    if (!own.ok) return own;
    signers.set(name, own.value);
    next = withDelegation(next, { name, paths: pathsOf(name), threshold, keys: own.value.map(({ key }) => key) });
  }
  return ok({ authority: next, signers });
}

/** The repository, begun anew where it or its keys are lost, with a delegation for every role that has content. */
async function prepare(repository: RepositoryFolder, keys: RepositoryFolder, roles: readonly string[], now: number): Promise<Result<ReadonlyMap<string, readonly Signer[]>, RepositoryError>> {
  const top = await topKeys(keys);
  if (!top.ok) return top;
  const there = await readAuthority(repository);
  if (!there.ok && there.error.code !== 'noRepository') return there;
  if (!there.ok) {
    const publicKeys = (role: keyof typeof counts) => top.value[role].map(({ key }) => key);
    const plain: Authority = {
      roles: { root: { keys: publicKeys('root'), threshold: 2 }, targets: { keys: publicKeys('targets'), threshold: 2 }, snapshot: { keys: publicKeys('snapshot'), threshold: 1 }, timestamp: { keys: publicKeys('timestamp'), threshold: 1 } },
      delegations: [],
    };
    const full = await withRoles(plain, keys, roles);
    if (!full.ok) return full;
    const founded = await foundRepository(repository, { authority: full.value.authority, rootSigners: top.value.root, targetsSigners: top.value.targets, demonstration: true, now });
    return founded.ok ? ok(full.value.signers) : founded;
  }
  const full = await withRoles(there.value.authority, keys, roles);
  if (!full.ok) return full;
  const changed = full.value.authority.delegations.length !== there.value.authority.delegations.length;
  if (changed) {
    const signed = await signChange({ folder: repository, top: there.value.top, next: full.value.authority, signers: top.value.targets, now });
    if (!signed.ok) return signed;
  }
  return ok(full.value.signers);
}

/** Whether these keys are the ones that the repository's root names. */
async function belongTogether(repository: RepositoryFolder, keys: RepositoryFolder): Promise<boolean> {
  const there = await readAuthority(repository);
  if (!there.ok) return false;
  const name = demonstrationKeyName('timestamp', 1);
  const file = parseKeyFile((await keys.read(name)) ?? new Uint8Array(), name);
  const [named] = authorityOf({ root: there.value.top.root.signed, targets: there.value.top.targets.signed }).roles.timestamp.keys;
  return file.ok && file.value.key.keyval.public === named?.keyval.public;
}

/** Moves a folder aside, so that a demonstration can begin anew without throwing anything away. */
async function setAside(path: string, now: number): Promise<void> {
  await rename(path, `${path}.before-${now}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Signs everything with demonstration keys and publishes it. */
export const contentDemonstrate: Command = {
  name: 'content demonstrate',
  summary: 'Signs all compiled content with demonstration keys and publishes it, for trying things out',
  options: {
    content: { type: 'string', value: 'DIR', help: 'folder of the compiled objects', default: '.build/content' },
    // Not the hub's own: what nobody signed in earnest must not come into a real office by itself.
    repository: { type: 'string', value: 'DIR', help: 'folder of the signed repository', default: '.build/repository' },
    keys: { type: 'string', value: 'DIR', help: 'folder of the demonstration keys, made where there are none', default: '.data/demonstration-keys' },
  },
  details: 'Never for a real office: the keys lie on this machine under a passphrase that everybody knows, and kiosks call what they sign a sample.',
  async run(call, terminal) {
    const paths = { content: '', repository: '', keys: '' };
    for (const name of ['content', 'repository', 'keys'] as const) paths[name] = resolve(terminal.cwd, call.text(name) ?? '');
    const done = await demonstrate(paths, terminal);
    return done.ok ? 0 : tellRefusal(terminal, done.error);
  },
};

async function demonstrate(paths: { readonly content: string; readonly repository: string; readonly keys: string }, terminal: Terminal): Promise<Result<void, RepositoryError>> {
  const now = terminal.now();
  const objects = await readCompiled(paths.content);
  if (!objects.ok) return objects;
  const [repository, keys] = [openFolder(paths.repository), openFolder(paths.keys, true)];
  if (!(await belongTogether(repository, keys))) {
    // A new repository begins to count at 1. Under the old keys, kiosks that know edition 7 would take that for a rollback.
    for (const [folder, path] of [[repository, paths.repository], [keys, paths.keys]] as const) {
      if ((await folder.list('')).length === 0) continue;
      await setAside(path, now);
      terminal.err(`${relative(terminal.cwd, path)} is without its other half; it was set aside, and a new demonstration begins.`);
    }
  }
  const roles = rolesOfObjects(objects.value.keys());
  const bar = startProgress(terminal, 'Signing', roles.length);
  try {
    const signers = await prepare(repository, keys, roles, now);
    if (!signers.ok) return signers;
    for (const [index, role] of roles.entries()) {
      const signed = await signRole({ folder: repository, role, objects: objects.value, signers: signers.value.get(role) ?? [], now });
      if (!signed.ok) return signed;
      bar.update(index + 1);
    }
  } finally {
    bar.stop();
  }
  const online = await readOnlineKeys(openFolder(`${paths.keys}/online`));
  if (!online.ok) return online;
  const report = await publish(repository, online.value, now);
  if (!report.ok) return report;
  tellPublished(terminal, report.value);
  return ok(undefined);
}
