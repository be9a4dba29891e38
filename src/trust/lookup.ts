import { limits } from './limits.ts';
import type { DelegatedRole, Targets } from './metadata.ts';
import { folderOf, pathMatches } from './path-pattern.ts';
import { refuse, trusted, type TrustResult } from './result.ts';
import { covers, type TrustedTarget } from './trusted-metadata.ts';

/**
 * Who speaks for a path (specification 5.6.7): one lookup through delegations,
 * for a single target and for a release as a whole alike.
 */

/** A delegation, perhaps by one pattern of several. */
interface Entry {
  /** Place among the delegations: they are asked in this order. */
  readonly position: number;
  readonly role: DelegatedRole;
  /** `undefined` where paths are delegated by their hashes. */
  readonly pattern: string | undefined;
}

/** Delegations of a file by the folder that their patterns keep to: of 1,900 offices' a path concerns one or none. */
const indexes = new WeakMap<Targets, ReadonlyMap<string, readonly Entry[]>>();

function indexOf(targets: Targets): ReadonlyMap<string, readonly Entry[]> {
  const known = indexes.get(targets);
  if (known !== undefined) return known;
  const index = new Map<string, Entry[]>();
  const add = (folder: string, entry: Entry): void => {
    const there = index.get(folder);
    if (there === undefined) index.set(folder, [entry]);
    else there.push(entry);
  };
  for (const [position, role] of (targets.delegations?.roles ?? []).entries()) {
    if (role.paths === undefined) add('', { position, role, pattern: undefined });
    for (const pattern of role.paths ?? []) add(folderOf(pattern), { position, role, pattern });
  }
  indexes.set(targets, index);
  return index;
}

/** The delegations of a file that cover a path, in their order. */
export async function coveringRoles(targets: Targets, path: string): Promise<readonly DelegatedRole[]> {
  const index = indexOf(targets);
  const found = new Map<number, DelegatedRole>();
  for (let end = 0; end !== -1; end = path.indexOf('/', end) + 1 || -1) {
    for (const { position, role, pattern } of index.get(path.slice(0, end)) ?? []) {
      if (pattern === undefined ? await covers(role, path) : pathMatches(path, pattern)) found.set(position, role);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, role]) => role);
}

/** Brings a delegated role's verified file; `undefined` where this client has no use for the role. */
export type LoadRole = (delegator: Targets, role: DelegatedRole) => Promise<TrustResult<Targets | undefined>>;

/**
 * 5.6.7: looks for a path in pre-order of delegations, each role once. Behind a
 * terminating delegation that covers the path nobody else is asked, and neither
 * behind a role without use: it may be the one that speaks for the path.
 * `notDelegated`: nobody does.
 */
export async function lookUp(top: Targets, path: string, load: LoadRole): Promise<TrustResult<TrustedTarget>> {
  let stack: { readonly name: string; readonly load: () => ReturnType<LoadRole> }[] = [{ name: 'targets', load: async () => trusted(top) }];
  const visited = new Set<string>();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (visited.has(next.name)) continue;
    if (visited.size > limits.delegations) return refuse('tooBig', path, `more than ${limits.delegations} delegations`);
    const loaded = await next.load();
    if (!loaded.ok) return loaded;
    const targets = loaded.value;
    if (targets === undefined) break;
    visited.add(next.name);
    const file = Object.hasOwn(targets.targets, path) ? targets.targets[path] : undefined;
    if (file !== undefined) return trusted({ path, file, role: next.name });
    const below: typeof stack = [];
    for (const role of await coveringRoles(targets, path)) {
      below.push({ name: role.name, load: () => load(targets, role) });
      if (!role.terminating) continue;
      stack = [];
      break;
    }
    stack.push(...below.reverse());
  }
  return refuse('notDelegated', path);
}

/**
 * Every target that anybody may speak of, by path: the release as a whole. Loads
 * the wanted roles, then looks up each path that one of them names as
 * {@link lookUp} does, so that a path named without a right to it is passed over.
 */
export async function collectTargets(
  top: Targets,
  load: (delegator: Targets, role: DelegatedRole) => Promise<TrustResult<Targets>>,
  wanted: (role: DelegatedRole) => boolean,
): Promise<TrustResult<ReadonlyMap<string, TrustedTarget>>> {
  const loaded = new Map<DelegatedRole, Targets>();
  const paths = new Set(Object.keys(top.targets));
  const walk = async (targets: Targets, above: readonly string[]): Promise<TrustResult<void>> => {
    if (above.length >= limits.depth) return trusted(undefined);
    for (const role of targets.delegations?.roles ?? []) {
      if (above.includes(role.name) || !wanted(role)) continue;
      if (loaded.size >= limits.roles) return refuse('tooBig', role.name, `more than ${limits.roles} roles`);
      const below = await load(targets, role);
      if (!below.ok) return below;
      loaded.set(role, below.value);
      for (const path of Object.keys(below.value.targets)) if (await covers(role, path)) paths.add(path);
      if (paths.size > limits.objects) return refuse('tooBig', role.name, `more than ${limits.objects} targets`);
      const walked = await walk(below.value, [...above, role.name]);
      if (!walked.ok) return walked;
    }
    return trusted(undefined);
  };
  const walked = await walk(top, []);
  if (!walked.ok) return walked;
  const found = new Map<string, TrustedTarget>();
  for (const path of paths) {
    const target = await lookUp(top, path, async (_, role) => trusted(loaded.get(role)));
    if (target.ok) found.set(path, target.value);
    else if (target.error.code !== 'notDelegated') return target;
  }
  return trusted(found);
}
