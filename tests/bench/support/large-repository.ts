import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { compileContent } from '../../../src/cli/content/compile.ts';
import { KeptTrust } from '../../../src/kiosk/content/kept-trust.ts';
import { TrustClient } from '../../../src/trust/client.ts';
import { stableJson } from '../../../src/trust/compose.ts';
import { seal, sealedBytes } from '../../../src/trust/sealed.ts';
import { withStatements } from '../../../src/trust/statement.ts';
import { TestRepository, roleOfPath } from '../../fixtures/repository.ts';
import { serveFiles } from '../../fixtures/served-files.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Objects of the shipped content, with sister services made around the real ones until there are so many. */
export async function manyServices(count: number): Promise<Record<string, string>> {
  const { compiled } = await compileContent({ root: join(root, 'kiosk-config/content'), cwd: root, now: Date.now() });
  if (compiled === undefined) throw new Error('the shipped content has faults');
  const objects: Record<string, string> = Object.fromEntries(compiled.objects);
  const real = Object.keys(objects).filter((path) => path.startsWith('services/'));
  for (let i = 0; i < count - real.length; i++) {
    const path = real[i % real.length] ?? '';
    const round = Math.floor(i / real.length) + 2;
    const service = JSON.parse(objects[path] ?? '') as { identifier: string; title: { km: string; en: string } };
    service.identifier = `${service.identifier}-${round}`;
    service.title = { km: `${service.title.km} ${round}`, en: `${service.title.en} (${round})` };
    objects[path.replace(/\.json$/, `-${round}.json`)] = stableJson(service);
  }
  return objects;
}

/** A service whose first posted price is another one. */
export function withAnotherPrice(text: string, riel: number): string {
  return text.replace(/"riel":\d+/, `"riel":${riel}`).replace(/"description":\{"en":"/, `"description":{"en":"${riel} `);
}

/** A service with signed statements of its fees, as a ministry publishes it; any other object as it is. */
async function stated(repository: TestRepository, path: string, text: string): Promise<string> {
  const authority = roleOfPath(path);
  const role = repository.keys.get(authority);
  if (!path.startsWith('services/') || role === undefined) return text;
  const before = repository.texts[path];
  const parse = (json: string): Readonly<Record<string, unknown>> => JSON.parse(json) as Readonly<Record<string, unknown>>;
  const made = await withStatements(parse(text), before === undefined ? undefined : parse(before), repository.edition + 1, { authority, role: { keys: role.signers.map(({ key }) => key), threshold: role.threshold }, signers: role.signers });
  if (!made.ok) throw new Error(`${made.error.code} ${made.error.detail}`);
  return stableJson(made.value);
}

/** A signed repository on disk, with a copy of the built app that carries its first edition. */
export interface LargeRepository {
  readonly repository: TestRepository;
  readonly contentDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Publishes what was put, fees stated anew, and writes the files: objects before metadata, the timestamp last. */
  publish(changes?: Readonly<Record<string, string>>): Promise<number>;
  /** Puts this edition into the app as its baseline; `empty`: an app that carries none. */
  packBaseline(empty?: boolean): Promise<void>;
  remove(): void;
}

/** Builds it. The app must have been built before. */
export async function largeRepository(objects: Readonly<Record<string, string>>): Promise<LargeRepository> {
  const folder = mkdtempSync(join(tmpdir(), 'owso-large-'));
  const contentDir = join(folder, 'content');
  const kioskDir = join(folder, 'kiosk');
  cpSync(join(root, '.build/kiosk'), kioskDir, { recursive: true });
  const repository = await TestRepository.build({ objects: {}, roles: Object.keys(objects).map(roleOfPath), now: Date.now() - 60_000, demonstration: true });
  const put = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(texts)) repository.put(path, await stated(repository, path, text));
  };
  await put(objects);
  await repository.publish();
  const written = new Map<string, Uint8Array>();
  const write = (): void => {
    const last = (name: string): number => (name === 'metadata/timestamp.json' ? 3 : name.endsWith('.snapshot.json') ? 2 : name.startsWith('metadata/') ? 1 : 0);
    for (const [name, bytes] of [...repository.files].sort(([a], [b]) => last(a) - last(b))) {
      if (written.get(name) === bytes) continue;
      mkdirSync(dirname(join(contentDir, name)), { recursive: true });
      writeFileSync(join(contentDir, name), bytes);
      written.set(name, bytes);
    }
  };
  write();
  return {
    repository,
    contentDir,
    environment: { CONTENT_DIR: contentDir, KIOSK_DIR: kioskDir, DEMO: '0' },
    async publish(changes = {}) {
      await put(changes);
      repository.now += 1000;
      await repository.publish();
      write();
      return repository.edition;
    },
    async packBaseline(empty = false) {
      const kept = await KeptTrust.fromRelease(repository.anchor, new Uint8Array());
      if (!kept.ok) throw new Error(kept.error.code);
      const client = await TrustClient.open({ store: kept.value, fetcher: serveFiles(repository.files).fetcher, now: Date.now() });
      if (!client.ok) throw new Error(client.error.code);
      for (const step of [await client.value.refresh(), await client.value.allTargets()]) if (!step.ok) throw new Error(`${step.error.code} ${step.error.path}`);
      const packed = { manifest: new TextDecoder().decode(sealedBytes(seal(kept.value, client.value))), objects: repository.texts };
      writeFileSync(join(kioskDir, 'baseline/packed.json'), empty ? '{}' : JSON.stringify(packed));
      writeFileSync(join(kioskDir, 'baseline/root.json'), repository.anchor);
      // The hub reads the app's files again when the page is newer.
      const page = join(kioskDir, 'index.html');
      cpSync(page, `${page}.new`);
      renameSync(`${page}.new`, page);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

