import * as v from 'valibot';
import { utf8, utf8Text } from '../../trust/bytes.ts';
import { roleFileName, type MetadataStore } from '../../trust/client.ts';
import { releaseVersion } from '../../trust/release.ts';
import type { TrustResult } from '../../trust/result.ts';
import { issuedAt, parseSealed, rootFrom, type KeptMetadata, type Sealed } from '../../trust/sealed.ts';
import { hubKeysRevoked, TrustedMetadata } from '../../trust/trusted-metadata.ts';

const noteSchema = v.strictObject({ roots: v.array(v.string()), files: v.record(v.string(), v.string()) });

/**
 * The metadata that this kiosk has come to trust: ahead of what it shows while a
 * newer release is on its way, and what keeps anybody from leading it back. Lives
 * in memory; its text is kept in the database.
 */
export class KeptTrust implements MetadataStore, KeptMetadata {
  readonly #roots: string[];
  readonly #files: Map<string, string>;
  #changed = false;

  private constructor(roots: readonly string[], files: ReadonlyMap<string, string>, root: TrustedMetadata) {
    this.#roots = [...roots];
    this.#files = new Map(files).set('root.json', utf8Text(root.rootBytes) ?? '');
  }

  /**
   * What was kept in the database. The chain of roots is proven from the anchor
   * first: the error says that what was kept does not belong to this app.
   */
  static async fromNote(anchor: Uint8Array, note: string): Promise<TrustResult<KeptTrust>> {
    let json: unknown;
    try {
      json = JSON.parse(note);
    } catch {
      json = undefined;
    }
    const kept = v.safeParse(noteSchema, json);
    const root = await rootFrom(anchor, kept.success ? kept.output.roots : []);
    if (!root.ok) return root;
    return { ok: true, value: kept.success ? new KeptTrust(kept.output.roots, new Map(Object.entries(kept.output.files)), root.value) : new KeptTrust([], new Map(), root.value) };
  }

  /**
   * What a sealed release was proven with, under the newest root that is known:
   * one that was kept stays trusted whatever became of the rest (5.3.8), or keys
   * that it took away from a thief would be believed again.
   * @param keptRoots roots after the anchor that were kept apart from the release
   */
  static async fromRelease(anchor: Uint8Array, manifest: Uint8Array, keptRoots: readonly string[] = []): Promise<TrustResult<KeptTrust>> {
    const sealed = parseSealed(manifest);
    const { roots, files } = sealed.ok ? unsealed(sealed.value) : { roots: [], files: new Map<string, string>() };
    const [root, kept] = await Promise.all([rootFrom(anchor, roots), rootFrom(anchor, keptRoots)]);
    if (!root.ok) return root;
    if (!kept.ok || kept.value.root.version <= root.value.root.version) return { ok: true, value: new KeptTrust(roots, files, root.value) };
    if (hubKeysRevoked(root.value.root, kept.value.root)) for (const name of ['timestamp.json', 'snapshot.json']) files.delete(name);
    return { ok: true, value: new KeptTrust(keptRoots, files, kept.value) };
  }

  get roots(): readonly string[] {
    return this.#roots;
  }
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const text = this.#files.get(name);
    return text === undefined ? undefined : utf8(text);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const text = utf8Text(bytes);
    if (text === undefined) return;
    if (name === 'root.json') this.#roots.push(text);
    this.#files.set(name, text);
    this.#changed = true;
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(name);
    this.#changed = true;
  }

  /** Which release the kept timestamp names, and when that was signed (ms), proven by the kept root; expiry is left out. */
  async newest(): Promise<{ readonly version: number; readonly issued: number | undefined } | undefined> {
    const [root, timestamp] = [await this.read('root.json'), await this.read('timestamp.json')];
    if (root === undefined || timestamp === undefined) return undefined;
    const set = await TrustedMetadata.begin(root, undefined);
    if (!set.ok || !(await set.value.updateTimestamp(timestamp)).ok) return undefined;
    const named = set.value.timestamp;
    return named === undefined ? undefined : { version: releaseVersion(set.value.root.version, named.meta['snapshot.json'].version), issued: issuedAt(named) };
  }

  /** The text to keep, if anything has changed since it was last asked for. */
  takeNote(): string | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return JSON.stringify({ roots: this.#roots, files: Object.fromEntries(this.#files) });
  }
}

function unsealed(sealed: Sealed): { readonly roots: readonly string[]; readonly files: Map<string, string> } {
  return {
    roots: sealed.roots,
    files: new Map([
      ['timestamp.json', sealed.timestamp],
      ['snapshot.json', sealed.snapshot],
      ['targets.json', sealed.targets],
      ...Object.entries(sealed.roles).map(([role, text]): [string, string] => [`${roleFileName(role)}.json`, text]),
    ]),
  };
}
