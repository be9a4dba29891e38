import { expect } from 'vitest';
import { foundRepository, pathsOf, readAuthority, signChange, thresholdOf, withDelegation, type Authority } from '../../src/repository/authority.ts';
import { memoryFolder, type RepositoryFolder } from '../../src/repository/folder.ts';
import type { Result } from '../../src/model/result.ts';
import { publish, type OnlineSigners, type PublishReport } from '../../src/repository/publish.ts';
import { signRole, type SignReport } from '../../src/repository/sign.ts';
import type { RepositoryError } from '../../src/repository/error.ts';
import { utf8, utf8Text } from '../../src/trust/bytes.ts';
import { TrustClient, type MetadataStore } from '../../src/trust/client.ts';
import { stableJson } from '../../src/trust/compose.ts';
import { checkObject, objectsOf, objectUrlPath } from '../../src/trust/release.ts';
import { refuse, trusted, type TrustResult } from '../../src/trust/result.ts';
import { generateKeyPair, signerOf, type Signer } from '../../src/trust/signer.ts';

/** Noon in Cambodia on 23 November 2026. */
export const start = Date.parse('2026-11-23T05:00:00Z');
export const hour = 3_600_000;
export const day = 24 * hour;

/** The value of a result that has to be one. */
export function value<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The code of an error that has to be one. */
export function code(result: Result<unknown, RepositoryError> | TrustResult<unknown>): string {
  return result.ok ? 'accepted' : result.error.code;
}

export async function makeSigner(): Promise<Signer> {
  return signerOf(await generateKeyPair(false));
}

/** A service with one fixed price, as the compiler writes it as far as a statement reads it. */
export function service(authority: string, identifier: string, riel: number): Uint8Array {
  return utf8(stableJson({ identifier, competentAuthority: authority, title: { km: 'សេវា', en: identifier }, costs: [{ identifier: 'service', amount: { kind: 'fixed', price: { currency: 'KHR', riel } } }] }));
}

export const birth = 'services/moi/birth.json';

/** Compiled objects: two authorities, a catalogue, two offices. */
export function compiled(riel = 400): Map<string, Uint8Array> {
  return new Map([
    [birth, service('moi', 'birth', riel)],
    ['services/moi/marriage.json', service('moi', 'marriage', 5_000)],
    ['services/mpwt/licence.json', service('mpwt', 'licence', 50_000)],
    ['catalogue/pack.json', utf8('{"identifier":"sample"}')],
    ['offices/9901/office.json', utf8('{"identifier":"9901","opens":"07:30"}')],
    ['offices/990101/office.json', utf8('{"identifier":"990101","opens":"08:00"}')],
  ]);
}

export const roles = ['moi', 'mpwt', 'catalogue', '9901', '990101'] as const;

/** A whole publishing house in memory: all keys, a repository, and the steps between them. */
export interface Ministry {
  readonly folder: RepositoryFolder;
  readonly keys: ReadonlyMap<string, readonly Signer[]>;
  readonly online: OnlineSigners;
  authority(): Promise<Authority>;
  /** Signs the objects of a role; by all of its keys unless others are given. */
  sign(role: string, objects: ReadonlyMap<string, Uint8Array>, options?: { readonly by?: readonly Signer[]; readonly now?: number; readonly anew?: boolean }): Promise<Result<SignReport, RepositoryError>>;
  publish(now?: number): Promise<Result<PublishReport, RepositoryError>>;
  /** Signs and publishes everything. */
  release(objects: ReadonlyMap<string, Uint8Array>, now?: number): Promise<PublishReport>;
  /** Changes who may sign, by these keys. */
  change(next: Authority, by: readonly Signer[], now?: number): ReturnType<typeof signChange>;
}

/** Founds one; nothing is signed or published yet. */
export async function ministry(folder: RepositoryFolder = memoryFolder()): Promise<Ministry> {
  const keys = new Map<string, readonly Signer[]>();
  const make = async (role: string, count: number): Promise<readonly Signer[]> => {
    const made = await Promise.all(Array.from({ length: count }, makeSigner));
    keys.set(role, made);
    return made;
  };
  const holders = async (role: string, count: number, threshold: number) => ({ keys: (await make(role, count)).map(({ key }) => key), threshold });
  let authority: Authority = { roles: { root: await holders('root', 3, 2), targets: await holders('targets', 3, 2), snapshot: await holders('snapshot', 1, 1), timestamp: await holders('timestamp', 1, 1) }, delegations: [] };
  for (const role of roles) authority = withDelegation(authority, { name: role, paths: pathsOf(role), ...(await holders(role, thresholdOf(role), thresholdOf(role))) });
  const of = (role: string): readonly Signer[] => keys.get(role) ?? [];
  value(await foundRepository(folder, { authority, rootSigners: of('root').slice(0, 2), targetsSigners: of('targets').slice(0, 2), demonstration: false, now: start }));
  const online = { snapshot: of('snapshot'), timestamp: of('timestamp') };
  const self: Ministry = {
    folder,
    keys,
    online,
    authority: async () => value(await readAuthority(folder)).authority,
    sign: (role, objects, { by, now = start, anew = false } = {}) => signRole({ folder, role, objects, signers: by ?? of(role), now, anew }),
    publish: (now = start) => publish(folder, online, now),
    async release(objects, now = start) {
      for (const role of roles) value(await self.sign(role, objects, { now }));
      return value(await self.publish(now));
    },
    change: async (next, by, now = start) => signChange({ folder, top: value(await readAuthority(folder)).top, next, signers: by, now }),
  };
  return self;
}

/** A kiosk as far as trust goes: it keeps metadata, and shows the objects of the last edition that it accepted whole. */
export class TestKiosk {
  readonly #kept = new Map<string, Uint8Array>();
  #shown: ReadonlyMap<string, string> = new Map();

  private constructor(root: Uint8Array) {
    this.#kept.set('root.json', root);
  }

  static async fresh(folder: RepositoryFolder): Promise<TestKiosk> {
    const root = await folder.read('metadata/1.root.json');
    if (root === undefined) throw new Error('no root');
    return new TestKiosk(root);
  }

  /** Takes over what the folder offers, if all of it is believed. */
  async sync(folder: RepositoryFolder, now: number): Promise<TrustResult<void>> {
    const store: MetadataStore = { read: async (name) => this.#kept.get(name), write: async (name, bytes) => void this.#kept.set(name, bytes), remove: async (name) => void this.#kept.delete(name) };
    const get = async (name: string): Promise<TrustResult<Uint8Array>> => {
      const bytes = await folder.read(name);
      return bytes === undefined ? refuse('absent', name) : trusted(bytes);
    };
    const client = await TrustClient.open({ store, fetcher: { metadata: (name) => get(`metadata/${name}`) }, now });
    if (!client.ok) return client;
    const refreshed = await client.value.refresh();
    if (!refreshed.ok) return refreshed;
    const targets = await client.value.allTargets();
    if (!targets.ok) return targets;
    const objects = objectsOf(targets.value);
    if (!objects.ok) return objects;
    const texts = new Map<string, string>();
    for (const [path, entry] of Object.entries(objects.value)) {
      const bytes = await get(`targets/${objectUrlPath(path, entry)}`);
      if (!bytes.ok) return bytes;
      const checked = await checkObject({ objects: objects.value }, path, bytes.value);
      if (!checked.ok) return checked;
      texts.set(path, utf8Text(bytes.value) ?? '');
    }
    this.#shown = texts;
    return trusted(undefined);
  }

  /** What a citizen reads as the price of a birth certificate. */
  price(): number | undefined {
    const text = this.#shown.get(birth);
    return text === undefined ? undefined : Number(/"riel":(\d+)/.exec(text)?.[1]);
  }

  /** The text of an object that is shown. */
  text(path: string): string | undefined {
    return this.#shown.get(path);
  }

  paths(): readonly string[] {
    return [...this.#shown.keys()].sort();
  }
}

/** Everything in a folder, by name. */
export async function contents(folder: RepositoryFolder): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of await folder.list('')) files.set(name, utf8Text((await folder.read(name)) ?? new Uint8Array()) ?? '');
  return files;
}

/** A copy of a folder in memory: what a thief carries home, or an attacker serves. */
export async function copyOf(folder: RepositoryFolder): Promise<RepositoryFolder> {
  const files = new Map<string, Uint8Array>();
  for (const name of await folder.list('')) files.set(name, (await folder.read(name)) ?? new Uint8Array());
  return memoryFolder(files);
}

/** Expects a refusal with this code that tells what to do. */
export function expectRefusal(result: Result<unknown, RepositoryError>, expected: string): void {
  expect(code(result)).toBe(expected);
  if (!result.ok) {
    expect(result.error.message).toMatch(/[.?]$/);
    expect(result.error.mend).toMatch(/[.?]$/);
  }
}
