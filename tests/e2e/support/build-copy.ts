import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { demonstrationKeyName, demonstrationPassphrase } from '../../../src/cli/content/demonstrate.ts';
import type { Result } from '../../../src/model/result.ts';
import { thresholdOf } from '../../../src/repository/authority.ts';
import type { RepositoryError } from '../../../src/repository/error.ts';
import { openFolder } from '../../../src/repository/folder.ts';
import { openKeyFile, parseKeyFile } from '../../../src/repository/key-file.ts';
import { readOnlineKeys } from '../../../src/repository/online-keys.ts';
import { packRepository } from '../../../src/repository/pack.ts';
import { publish } from '../../../src/repository/publish.ts';
import { signRole } from '../../../src/repository/sign.ts';
import { packedReleaseSchema, type Release } from '../../../src/trust/release.ts';
import { openSealed, parseSealed } from '../../../src/trust/sealed.ts';
import type { Signer } from '../../../src/trust/signer.ts';

const root = resolve(import.meta.dirname, '../../..');
const keysDir = join(root, '.data/demonstration-keys');

/** A copy of the built app and its signed content, for a test that publishes or breaks something. */
export interface BuildCopy {
  /** For {@link startHub}. */
  readonly environment: Readonly<Record<string, string>>;
  /** The repository's folder. */
  readonly contentDir: string;
  /** The edition that the repository's timestamp names, and its objects as texts. */
  release(): Promise<{ readonly release: Release; readonly texts: Readonly<Record<string, string>> }>;
  /** Signs and publishes objects, by path, with the demonstration's keys. @returns the release's version */
  publish(changed: Readonly<Record<string, string>>): Promise<number>;
  /** {@link BuildCopy.publish} of one service with another English title. */
  publishContent(title: string): Promise<number>;
  /** Publishes a new version of the app whose page carries a mark (`data-build` of the root element). */
  publishApp(mark: string): void;
  remove(): void;
}

function there<T>(result: Result<T, RepositoryError>): T {
  if (!result.ok) throw new Error(`${result.error.message} ${result.error.mend}`);
  return result.value;
}

/** The demonstration's keys of a role. */
async function signersOf(role: string): Promise<readonly Signer[]> {
  const signers: Signer[] = [];
  for (let index = 1; index <= thresholdOf(role); index++) {
    const name = demonstrationKeyName(role, index);
    const file = there(parseKeyFile(readFileSync(join(keysDir, name)), name));
    signers.push(there(await openKeyFile(file, name, async () => demonstrationPassphrase)));
  }
  return signers;
}

const roleOf = (path: string): string => (path.startsWith('catalogue/') ? 'catalogue' : (path.split('/')[1] ?? ''));

/** Copies what `npm run build` has made. */
export function copyBuild(): BuildCopy {
  const folder = mkdtempSync(join(tmpdir(), 'owso-build-'));
  const contentDir = join(folder, 'content');
  const kioskDir = join(folder, 'kiosk');
  cpSync(resolve(root, process.env['CONTENT_DIR'] ?? '.build/repository'), contentDir, { recursive: true });
  cpSync(resolve(root, process.env['KIOSK_DIR'] ?? '.build/kiosk'), kioskDir, { recursive: true });
  const repository = openFolder(contentDir);

  const release: BuildCopy['release'] = async () => {
    const baseline = there(await packRepository(repository, Date.now()));
    const packed = v.parse(packedReleaseSchema, JSON.parse(new TextDecoder().decode(baseline.packed)));
    const sealed = parseSealed(new TextEncoder().encode(packed.manifest));
    const opened = sealed.ok ? await openSealed(baseline.root, sealed.value) : sealed;
    if (!opened.ok) throw new Error(`${opened.error.code} ${opened.error.path}`);
    return { release: opened.value, texts: packed.objects };
  };
  const publishObjects: BuildCopy['publish'] = async (changed) => {
    const { texts } = await release();
    const objects = new Map(Object.entries({ ...texts, ...changed }).map(([path, text]) => [path, new TextEncoder().encode(text)]));
    // A moment later than the edition before, as its own publication is.
    const now = Date.now();
    for (const role of new Set(Object.keys(changed).map(roleOf))) there(await signRole({ folder: repository, role, objects, signers: await signersOf(role), now }));
    there(await publish(repository, there(await readOnlineKeys(openFolder(join(keysDir, 'online')))), now));
    return (await release()).release.version;
  };

  return {
    environment: { CONTENT_DIR: contentDir, KIOSK_DIR: kioskDir },
    contentDir,
    release,
    publish: publishObjects,
    async publishContent(title) {
      const [path, text] = Object.entries((await release()).texts).find(([name]) => name.startsWith('services/')) ?? [];
      if (path === undefined || text === undefined) throw new Error('the built content has no service');
      const service = JSON.parse(text) as { title: { en: string } };
      service.title.en = title;
      return publishObjects({ [path]: JSON.stringify(service) });
    },
    publishApp(mark) {
      const page = join(kioskDir, 'index.html');
      const worker = join(kioskDir, 'sw.js');
      writeFileSync(page, readFileSync(page, 'utf8').replace('<html', `<html data-build="${mark}"`));
      const script = readFileSync(worker, 'utf8');
      const changed = script.replace(/("revision":")[^"]*("[^{}]*"url":"index\.html")/, `$1${mark}$2`);
      if (changed === script) throw new Error('the service worker does not name index.html');
      writeFileSync(`${worker}.new`, changed);
      renameSync(`${worker}.new`, worker);
      // The hub reads its files again when the page is newer.
      writeFileSync(`${page}.new`, readFileSync(page, 'utf8'));
      renameSync(`${page}.new`, page);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
