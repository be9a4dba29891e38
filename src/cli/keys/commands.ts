import type { Call, Command, Terminal } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { pathsOf, readAuthority, rolesOf, thresholdOf, withDelegation, withoutKey, type Authority } from '../../repository/authority.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { openFolder } from '../../repository/folder.ts';
import { readableKeyId } from '../../repository/key-file.ts';
import { keyId, type PublicKey } from '../../trust/keys.ts';
import { topLevelRoles, type TopLevelRole } from '../../trust/metadata.ts';
import { repositoryOf, repositoryOption } from '../hub-settings.ts';
import { changeOptions, findKey, readPublicKey, runChange, runRenewal } from './change.ts';

const roleName = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*|\d{2}|\d{4}|\d{6})$/;
const isTopLevel = (name: string): name is TopLevelRole => (topLevelRoles as readonly string[]).includes(name);

async function delegated(call: Call, terminal: Terminal, before: Authority, role: string): Promise<Result<Authority, RepositoryError>> {
  if (!roleName.test(role) || isTopLevel(role) || (/^\d+$/.test(role) && ![2, 4, 6].includes(role.length))) return failure('badCall', `"${role}" is neither an authority nor an office.`, 'Write the authority’s folder name (moi), catalogue, or the office’s code of 2, 4 or 6 digits.');
  const keys: PublicKey[] = [];
  for (const name of call.texts('public')) {
    const key = await readPublicKey(terminal, name);
    if (!key.ok) return key;
    keys.push(key.value);
  }
  const threshold = thresholdOf(role);
  if (new Set(await Promise.all(keys.map(keyId))).size < Math.max(keys.length, threshold)) return failure('fewSignatures', `${role} needs ${threshold} different ${threshold === 1 ? 'key' : 'keys'}, and ${keys.length} ${keys.length === 1 ? 'is' : 'are'} named.`, 'Name the public file of each holder with --public: for an authority those of the editor and of the official who approves.');
  return ok(withDelegation(before, { name: role, paths: pathsOf(role), threshold, keys }));
}

/** Gives an authority or an office the right to speak for its own paths. */
export const keysDelegate: Command = {
  name: 'keys delegate',
  summary: 'Gives an authority, the catalogue or an office the right to speak for its own texts',
  options: {
    role: { type: 'string', value: 'ROLE', help: 'authority (moi), catalogue, or office code (9901)' },
    public: { type: 'string', value: 'FILE', multiple: true, help: 'public file of a holder; two or more for an authority (2 must sign), one or more for an office (1 must sign)' },
    ...changeOptions,
  },
  details: 'Signed by two targets keys. Given again, it replaces the keys of the role.',
  async run(call, terminal) {
    const role = call.text('role');
    if (role === undefined) {
      terminal.err('Name the authority or office with --role.');
      return 2;
    }
    return runChange(call, terminal, (before) => delegated(call, terminal, before, role));
  },
};

async function replacement(call: Call, terminal: Terminal): Promise<Result<PublicKey | undefined, RepositoryError>> {
  const name = call.text('new');
  return name === undefined ? ok(undefined) : readPublicKey(terminal, name);
}

const newOption = { type: 'string', value: 'FILE', help: 'public file of the key that takes its place' } as const;

async function rotated(call: Call, terminal: Terminal, before: Authority, role: string): Promise<Result<Authority, RepositoryError>> {
  const old = await findKey(before, call.text('old') ?? '');
  if (!old.ok) return old;
  const fresh = await replacement(call, terminal);
  if (!fresh.ok) return fresh;
  const id = await keyId(old.value);
  const of = rolesOf(before).find(({ name }) => name === role);
  if (of === undefined) return failure('notDelegated', `There is no role "${role}".`, 'Look at keys list.');
  const ids = await Promise.all(of.keys.map(keyId));
  if (!ids.includes(id)) return failure('wrongKey', `The key ${readableKeyId(id)} is none of ${role}.`, 'Look at keys list.');
  if (fresh.value !== undefined && ids.includes(await keyId(fresh.value))) return failure('badCall', `The new key is one of ${role} already.`, 'Make a new one (keys make).');
  if (isTopLevel(role)) return ok({ ...before, roles: { ...before.roles, [role]: withoutKey(before.roles[role], old.value, fresh.value) } });
  return ok({ ...before, delegations: before.delegations.map((one) => (one.name === role ? withoutKey(one, old.value, fresh.value) : one)) });
}

/** Puts a new key in the place of one that is given up or lost. */
export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Puts a new key in the place of one that is given up or lost',
  options: {
    role: { type: 'string', value: 'ROLE', help: 'root, targets, snapshot, timestamp, an authority, catalogue, or an office code' },
    old: { type: 'string', value: 'KEY', help: 'first digits of the key that goes' },
    new: newOption,
    ...changeOptions,
  },
  details: 'A key of root, targets, snapshot or timestamp makes a new root, signed by two root keys; any other makes new targets, signed by two targets keys. A new root key signs too.',
  async run(call, terminal) {
    const role = call.text('role');
    if (role === undefined || call.text('old') === undefined || call.text('new') === undefined) {
      terminal.err('Name the role with --role, the key that goes with --old, and the public file of the new one with --new.');
      return 2;
    }
    return runChange(call, terminal, (before) => rotated(call, terminal, before, role));
  },
};

async function revoked(call: Call, terminal: Terminal, before: Authority): Promise<Result<Authority, RepositoryError>> {
  const [typed, names] = [call.texts('key-id'), call.texts('new')];
  if (names.length > 0 && names.length !== typed.length) return failure('badCall', `${typed.length} stolen keys are named, and ${names.length} new ones.`, 'Name for each stolen key (--key-id) the one that takes its place (--new), in the same order; or no new one at all.');
  let next = before;
  for (const [index, digits] of typed.entries()) {
    const old = await findKey(next, digits);
    if (!old.ok) return old;
    const name = names[index];
    const fresh = name === undefined ? ok(undefined) : await readPublicKey(terminal, name);
    if (!fresh.ok) return fresh;
    if (fresh.value !== undefined) {
      const id = await keyId(fresh.value);
      for (const role of rolesOf(next)) {
        if ((await Promise.all(role.keys.map(keyId))).includes(id)) return failure('badCall', `The new key ${readableKeyId(id)} (${name}) is one of ${role.name} already.`, 'Make a new one (keys make): whoever has a key twice would still be one person.');
      }
    }
    const without = <T extends Authority['roles']['root']>(role: T): T => withoutKey(role, old.value, fresh.value);
    const { root, targets, snapshot, timestamp } = next.roles;
    next = { roles: { root: without(root), targets: without(targets), snapshot: without(snapshot), timestamp: without(timestamp) }, delegations: next.delegations.map(without) };
  }
  return ok(next);
}

/** Takes stolen keys out of every role. */
export const keysRevoke: Command = {
  name: 'keys revoke',
  summary: 'Takes stolen keys out of every role that they could sign for',
  options: {
    'key-id': { type: 'string', value: 'KEY', multiple: true, help: 'first digits of the stolen key; repeat it to take out several by one signature' },
    new: { ...newOption, multiple: true, help: `${newOption.help}; as often as --key-id, in the same order` },
    ...changeOptions,
  },
  details: 'What only the stolen key and too few others signed must be signed again; the command says what.',
  async run(call, terminal) {
    if (call.texts('key-id').length === 0) {
      terminal.err('Name the stolen key with --key-id.');
      return 2;
    }
    return runChange(call, terminal, (before) => revoked(call, terminal, before));
  },
};

/** Signs root and targets anew before they expire. */
export const keysRenew: Command = {
  name: 'keys renew',
  summary: 'Signs root and targets anew once half of their life is over',
  options: Object.fromEntries(Object.entries(changeOptions).filter(([name]) => name !== 'dry-run')),
  details: 'Name two root keys and two targets keys, as far as the file is due.',
  run: runRenewal,
};

/** Shows who may sign what. */
export const keysList: Command = {
  name: 'keys list',
  summary: 'Shows every role with its keys, and how many of them must sign',
  options: { repository: repositoryOption },
  async run(call, terminal) {
    const repository = repositoryOf(call, terminal);
    if (repository === undefined) return 1;
    const read = await readAuthority(openFolder(repository));
    if (!read.ok) return tellRefusal(terminal, read.error);
    const { top, authority } = read.value;
    terminal.out(`root version ${top.root.signed.version}, until ${top.root.signed.expires.slice(0, 10)}; targets version ${top.targets.signed.version}, until ${top.targets.signed.expires.slice(0, 10)}`);
    for (const { name, keys, threshold } of rolesOf(authority)) {
      terminal.out(`${name}: ${threshold} of ${keys.length}`);
      for (const key of keys) terminal.out(`  ${readableKeyId(await keyId(key))}`);
    }
    return 0;
  },
};
