import { ok, type Result } from '../model/result.ts';
import { composeRoot, composeTargets, stableJson, type Delegation, type KeyHolders } from '../trust/compose.ts';
import { keyId, type PublicKey } from '../trust/keys.ts';
import { topLevelRoles, type MetadataFile, type RoleKeys, type Root, type Targets, type TopLevelRole } from '../trust/metadata.ts';
import { isDemonstration } from '../trust/sealed.ts';
import type { Signer } from '../trust/signer.ts';
import { checkSignatures } from '../trust/trusted-metadata.ts';
import { failure, type RepositoryError } from './error.ts';
import type { RepositoryFolder } from './folder.ts';
import { readableKeyId } from './key-file.ts';
import { keepSigning, signDraft, type Draft, type Signing } from './pending.ts';
import { nextVersion, readTop, signersOf, type Top } from './state.ts';
import { expiryFrom, isDue } from './times.ts';

/** Who may sign what: the root and the top-level targets, as one plan that can be read, changed and signed. */
export interface Authority {
  /** 4.3: keys and thresholds of the top-level roles. */
  readonly roles: Readonly<Record<TopLevelRole, KeyHolders>>;
  /** 4.5: in the order in which they are asked. */
  readonly delegations: readonly Delegation[];
}

/** Paths that a delegated role speaks for, by its name alone: nobody can be given another's by mistake. */
export function pathsOf(role: string): readonly string[] {
  if (role === 'catalogue') return ['catalogue/*'];
  return [/^\d+$/.test(role) ? `offices/${role}/*` : `services/${role}/*`];
}

/** Fewest signatures of a delegated role: two people for whatever can name a price, one for an office's hours. */
export function thresholdOf(role: string): number {
  return /^\d+$/.test(role) ? 1 : 2;
}

function holdersOf({ keyids, threshold }: RoleKeys, keys: Readonly<Record<string, PublicKey>>): KeyHolders {
  return { threshold, keys: keyids.flatMap((id) => keys[id] ?? []) };
}

/** The plan that a repository's newest root and targets file carry out. */
export function authorityOf({ root, targets }: { readonly root: Root; readonly targets: Targets }): Authority {
  const role = (name: TopLevelRole): KeyHolders => holdersOf(root.roles[name], root.keys);
  return {
    roles: { root: role('root'), timestamp: role('timestamp'), snapshot: role('snapshot'), targets: role('targets') },
    delegations: (targets.delegations?.roles ?? []).map((delegated) => ({ name: delegated.name, paths: delegated.paths ?? [], ...holdersOf(delegated, targets.delegations?.keys ?? {}) })),
  };
}

/** Begins a repository: the first root and the first targets file. Only for a folder that has none. */
export async function foundRepository(folder: RepositoryFolder, given: { readonly authority: Authority; readonly rootSigners: readonly Signer[]; readonly targetsSigners: readonly Signer[]; readonly demonstration: boolean; readonly now: number }): Promise<Result<void, RepositoryError>> {
  if ((await folder.list('')).length > 0) return failure('alreadyThere', 'There is something in the folder of the repository already.', 'Name a new folder: a ceremony never replaces what kiosks may trust.');
  const { roles, delegations } = given.authority;
  const root = await composeRoot({ version: 1, expires: expiryFrom('root', given.now), roles, demonstration: given.demonstration });
  const targets = await composeTargets({ version: 1, expires: expiryFrom('targets', given.now), targets: {}, delegations });
  const rootRule = { keys: await keysById(roles.root.keys), role: await roleKeys(roles.root) };
  const targetsRule = { keys: await keysById(roles.targets.keys), role: await roleKeys(roles.targets) };
  const drafts: readonly Draft[] = [
    { folder, role: 'targets', type: 'targets', version: 1, signed: targets, signers: given.targetsSigners, rules: [targetsRule] },
    { folder, role: 'root', type: 'root', version: 1, signed: root, signers: given.rootSigners, rules: [rootRule] },
  ];
  for (const draft of drafts) {
    const signing = await signDraft(draft);
    if (!signing.ok) return signing;
    if (!signing.value.done) return failure('fewSignatures', `${draft.role} is signed by too few of its keys.`, 'Bring more key holders together.');
    await keepSigning(draft, signing.value);
  }
  return ok(undefined);
}

async function keysById(keys: readonly PublicKey[]): Promise<Record<string, PublicKey>> {
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [await keyId(key), key] as const)));
}

async function roleKeys({ keys, threshold }: KeyHolders): Promise<RoleKeys> {
  return { keyids: await Promise.all(keys.map(keyId)), threshold };
}

/** A change of who may sign what, before anybody signs it. */
export interface Change {
  readonly folder: RepositoryFolder;
  readonly top: Top;
  readonly next: Authority;
  readonly signers: readonly Signer[];
  readonly now: number;
  readonly anew?: boolean;
}

/** The files that a change needs, each with what became of it. */
export interface ChangeReport {
  readonly files: readonly { readonly role: 'root' | 'targets'; readonly version: number; readonly signing: Signing }[];
}

/** Which files a change makes necessary. */
export function filesNeeded(before: Authority, next: Authority): { readonly root: boolean; readonly delegations: boolean } {
  return { root: stableJson(before.roles) !== stableJson(next.roles), delegations: stableJson(before.delegations) !== stableJson(next.delegations) };
}

/**
 * Whether these signatures would stand under another rule: a targets file that
 * the new root's keys did not sign has to be signed again, or kiosks would
 * refuse it from the moment on at which they see that root.
 */
async function stands(targets: MetadataFile<'targets'>, root: Root): Promise<boolean> {
  return (await checkSignatures(targets, signersOf(root, 'targets'), 'targets.json')).ok;
}

/**
 * Signs a change and puts it into the repository, or among the waiting files
 * until enough have signed. A new root is signed by the keys of the one before
 * and its own (specification 6.1, 5.3.4); the targets file is written first, so
 * that it is there when kiosks see the new root.
 */
export async function signChange({ folder, top, next, signers, now, anew }: Change): Promise<Result<ChangeReport, RepositoryError>> {
  const root = top.root.signed;
  const needed = filesNeeded(authorityOf({ root, targets: top.targets.signed }), next);
  const rootDue = isDue('root', root.expires, now);
  const nextRoot = needed.root || rootDue;
  const rootVersion = await nextVersion(folder, 'root');
  const signedRoot = await composeRoot({ version: rootVersion, expires: expiryFrom('root', now), roles: next.roles, demonstration: isDemonstration(root) });
  const ruleOf = async (role: 'root' | 'targets'): Promise<Draft['rules'][number]> => ({ keys: await keysById(next.roles[role].keys), role: await roleKeys(next.roles[role]) });

  const asRoot: Root = { ...root, keys: { ...root.keys, ...(await keysById(next.roles.targets.keys)) }, roles: { ...root.roles, targets: await roleKeys(next.roles.targets) } };
  const nextTargets = needed.delegations || isDue('targets', top.targets.signed.expires, now) || !(await stands(top.targets, asRoot));
  const drafts: Draft[] = [];
  const shared = { folder, ...(anew !== undefined && { anew }) };
  const of = (rules: Draft['rules']): readonly Signer[] => signers.filter(({ keyid }) => rules.some((rule) => rule.role.keyids.includes(keyid)));
  if (nextTargets) {
    const version = await nextVersion(folder, 'targets');
    const rules = [await ruleOf('targets')];
    drafts.push({ ...shared, role: 'targets', type: 'targets', version, signed: await composeTargets({ version, expires: expiryFrom('targets', now), targets: {}, delegations: next.delegations }), signers: of(rules), rules });
  }
  if (nextRoot) {
    const rules = [signersOf(root, 'root'), await ruleOf('root')];
    drafts.push({ ...shared, role: 'root', type: 'root', version: rootVersion, signed: signedRoot, signers: of(rules), rules });
  }
  if (drafts.length === 0) return ok({ files: [] });
  const used = new Set(drafts.flatMap((draft) => draft.signers.map(({ keyid }) => keyid)));
  const stranger = signers.find(({ keyid }) => !used.has(keyid));
  if (stranger !== undefined) return failure('wrongKey', `The key ${readableKeyId(stranger.keyid)} has no say in this change.`, `Use keys of ${drafts.map(({ role }) => role).join(' and ')}.`);

  const files: { role: 'root' | 'targets'; version: number; signing: Signing; draft: Draft }[] = [];
  for (const draft of drafts) {
    const signing = await signDraft(draft);
    if (!signing.ok) return signing;
    files.push({ role: draft.role === 'root' ? 'root' : 'targets', version: draft.version, signing: signing.value, draft });
  }
  // One of two that belong together never goes ahead of the other.
  const done = files.every(({ signing }) => signing.done);
  for (const { draft, signing } of files) await keepSigning(draft, done ? signing : { done: false, bytes: signing.bytes, open: [], missing: 0 });
  return ok({ files: files.map(({ role, version, signing }) => ({ role, version, signing })) });
}

/** Takes a key out of a role, and puts another in its place if one is given. */
export function withoutKey<T extends KeyHolders>(role: T, old: PublicKey, replacement: PublicKey | undefined): T {
  return { ...role, keys: role.keys.flatMap((key) => (stableJson(key) !== stableJson(old) ? [key] : replacement === undefined ? [] : [replacement])) };
}

/** Where an object of JavaScript would put a property of this name: numbers come first. */
const rank = (name: string): number => (/^[1-9]\d*$/.test(name) ? Number(name) : Infinity);

/**
 * Adds a delegation, or replaces the one of that name. Ours cover different
 * paths, so their order means nothing; it is the one in which tuf-js, which
 * keeps delegations as properties of an object and verifies what it writes from
 * that, gives them back.
 */
export function withDelegation(authority: Authority, delegation: Delegation): Authority {
  const others = authority.delegations.filter(({ name }) => name !== delegation.name);
  const delegations = [...others, delegation].sort((a, b) => (rank(a.name) === rank(b.name) ? (a.name < b.name ? -1 : 1) : rank(a.name) - rank(b.name)));
  return { ...authority, delegations };
}

/** Every role by its keys, top-level ones first. */
export function rolesOf(authority: Authority): readonly (KeyHolders & { readonly name: string })[] {
  return [...topLevelRoles.map((name) => ({ name, ...authority.roles[name] })), ...authority.delegations];
}

/** The current plan of a repository, with what it was read from. */
export async function readAuthority(folder: RepositoryFolder): Promise<Result<{ readonly top: Top; readonly authority: Authority }, RepositoryError>> {
  const top = await readTop(folder);
  return top.ok ? ok({ top: top.value, authority: authorityOf({ root: top.value.root.signed, targets: top.value.targets.signed }) }) : top;
}
