import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { objectUrlPath, packedReleaseSchema, releaseSchema, sha256Hex, type Release } from '../../../src/trust/release.ts';

const root = resolve(import.meta.dirname, '../../..');

/** A copy of the built app and its content, for a test that publishes or breaks something. */
export interface BuildCopy {
  /** For {@link startHub}. */
  readonly environment: Readonly<Record<string, string>>;
  readonly contentDir: string;
  release(): Release;
  /** Publishes a release one version newer in which one service has another English title. Returns its version. */
  publishContent(title: string): Promise<number>;
  /** Publishes a new version of the app whose page carries a mark (`data-build` of the root element). */
  publishApp(mark: string): void;
  remove(): void;
}

/** Copies what `npm run build` has made. */
export function copyBuild(): BuildCopy {
  const folder = mkdtempSync(join(tmpdir(), 'owso-build-'));
  const contentDir = join(folder, 'content');
  const kioskDir = join(folder, 'kiosk');
  cpSync(resolve(root, process.env['CONTENT_DIR'] ?? '.build/content'), contentDir, { recursive: true });
  cpSync(resolve(root, process.env['KIOSK_DIR'] ?? '.build/kiosk'), kioskDir, { recursive: true });
  const release = (): Release => v.parse(releaseSchema, JSON.parse(readFileSync(join(contentDir, 'release.json'), 'utf8')));
  // The baseline and the hub's content may come from different builds: start from the same.
  const packed = v.parse(packedReleaseSchema, JSON.parse(readFileSync(join(kioskDir, 'baseline/packed.json'), 'utf8')));
  for (const [path, entry] of Object.entries(v.parse(releaseSchema, JSON.parse(packed.manifest)).objects)) write(join(contentDir, objectUrlPath(path, entry)), packed.objects[path] ?? '');
  write(join(contentDir, 'release.json'), packed.manifest);

  return {
    environment: { CONTENT_DIR: contentDir, KIOSK_DIR: kioskDir },
    contentDir,
    release,
    async publishContent(title) {
      const before = release();
      const path = Object.keys(before.objects).find((name) => name.startsWith('services/'));
      const entry = path === undefined ? undefined : before.objects[path];
      if (path === undefined || entry === undefined) throw new Error('the built content has no service');
      const service = JSON.parse(readFileSync(join(contentDir, objectUrlPath(path, entry)), 'utf8')) as { title: { en: string } };
      service.title.en = title;
      const text = JSON.stringify(service);
      const bytes = new TextEncoder().encode(text);
      const changed = { length: bytes.length, sha256: await sha256Hex(bytes) };
      const after: Release = { ...before, version: before.version + 1, objects: { ...before.objects, [path]: changed } };
      write(join(contentDir, objectUrlPath(path, changed)), text);
      // The manifest last and at once, as the compiler does.
      write(join(contentDir, 'release.json.new'), JSON.stringify(after));
      renameSync(join(contentDir, 'release.json.new'), join(contentDir, 'release.json'));
      return after.version;
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

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
