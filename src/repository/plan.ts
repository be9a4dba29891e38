import { stableJson, type KeyHolders } from '../trust/compose.ts';
import { keyId, type PublicKey } from '../trust/keys.ts';
import type { DelegatedRole, Targets } from '../trust/metadata.ts';
import { authorityOf, filesNeeded, rolesOf, type Authority } from './authority.ts';
import type { RepositoryFolder } from './folder.ts';
import { readableKeyId } from './key-file.ts';
import { delegatedSigners, delegationOf, newestTargets, nextVersion, type Top } from './state.ts';

/** What a change of authority would do, in sentences, before anybody signs it. */
export interface Plan {
  /** What changes, by file. */
  readonly changes: readonly string[];
  /** Which kiosks, mirrors and offices notice, and how. */
  readonly affected: readonly string[];
  /** Delegated roles whose newest file would not stand any more: they must be signed again. */
  readonly mustSign: readonly { readonly role: string; readonly threshold: number; readonly keyids: readonly string[] }[];
}

const list = async (keys: readonly PublicKey[]): Promise<string> => (await Promise.all(keys.map(async (key) => readableKeyId(await keyId(key))))).join('; ');

async function difference(before: KeyHolders | undefined, after: KeyHolders | undefined): Promise<string> {
  const has = (holders: KeyHolders | undefined, key: PublicKey): boolean => holders?.keys.some((other) => stableJson(other) === stableJson(key)) === true;
  const gone = (before?.keys ?? []).filter((key) => !has(after, key));
  const come = (after?.keys ?? []).filter((key) => !has(before, key));
  const parts: string[] = [];
  if (gone.length > 0) parts.push(`loses the key ${await list(gone)}`);
  if (come.length > 0) parts.push(`gets the key ${await list(come)}`);
  if (after !== undefined) parts.push(`needs ${after.threshold} of ${after.keys.length} signatures${before !== undefined && before.threshold !== after.threshold ? ` instead of ${before.threshold}` : ''}`);
  return parts.join(', ');
}

function whoNotices(role: string): string {
  if (role === 'catalogue') return 'Every kiosk: topics, life events and the calendar come under the new keys.';
  if (/^\d+$/.test(role)) return `The kiosks of office ${role}, and those of the offices above and below it; no other.`;
  return `Every kiosk that shows services of ${role}: they come under the new keys. What a kiosk shows stays until they have signed.`;
}

const topLevelEffects: Readonly<Record<string, string>> = {
  root: 'Every kiosk and mirror follows to the new root by itself at its next sync; none has to be touched.',
  targets: 'Every kiosk and mirror follows to the new root by itself; authorities and offices need not sign again.',
  snapshot: 'The hub must have the new snapshot key before it publishes again; until then kiosks go on with what they have.',
  timestamp: 'The hub must have the new timestamp key before it publishes again; until then kiosks go on with what they have, as not confirmed.',
};

async function mustSignAgain(folder: RepositoryFolder, before: Targets, next: Authority): Promise<Plan['mustSign']> {
  const roles: { role: string; threshold: number; keyids: readonly string[] }[] = [];
  for (const delegation of next.delegations) {
    const old = delegationOf(before, delegation.name);
    if (old === undefined || (await nextVersion(folder, delegation.name)) === 1) continue;
    const had = (await newestTargets(folder, delegation.name, delegatedSigners(before, old))).file;
    const keys = Object.fromEntries(await Promise.all(delegation.keys.map(async (key) => [await keyId(key), key] as const)));
    const role: DelegatedRole = { ...old, keyids: Object.keys(keys), threshold: delegation.threshold };
    const stands = (await newestTargets(folder, delegation.name, { keys, role })).file;
    // Without `had` it waits since the change before this one, and goes on waiting.
    if (stands === undefined || stands.signed.version < (had?.signed.version ?? 0)) roles.push({ role: delegation.name, threshold: delegation.threshold, keyids: role.keyids });
  }
  return roles;
}

/** Describes a change. Reads, and writes nothing. */
export async function planOf(folder: RepositoryFolder, top: Top, next: Authority): Promise<Plan> {
  const before = authorityOf({ root: top.root.signed, targets: top.targets.signed });
  const needed = filesNeeded(before, next);
  const versions = { root: await nextVersion(folder, 'root'), targets: await nextVersion(folder, 'targets') };
  const changes: string[] = [];
  const affected: string[] = [];
  const [was, is] = [new Map(rolesOf(before).map((role) => [role.name, role])), new Map(rolesOf(next).map((role) => [role.name, role]))];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(name), is.get(name)];
    if (stableJson(old) === stableJson(now)) continue;
    const inRoot = Object.hasOwn(before.roles, name);
    const what = old === undefined ? `${name} may speak for ${(next.delegations.find((role) => role.name === name)?.paths ?? []).join(', ')}; it ` : now === undefined ? `${name} may speak for nothing any more; it ` : `${name} `;
    changes.push(`${inRoot ? `root version ${versions.root}` : `targets version ${versions.targets}`}: ${what}${await difference(old, now)}.`);
    affected.push(inRoot ? (topLevelEffects[name] ?? '') : whoNotices(name));
  }
  if (needed.root && stableJson(before.roles.targets) !== stableJson(next.roles.targets) && !needed.delegations) changes.push(`targets version ${versions.targets}: signed anew where the keys that signed it are gone.`);
  return { changes, affected: [...new Set(affected)], mustSign: await mustSignAgain(folder, top.targets.signed, next) };
}
