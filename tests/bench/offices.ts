import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paths } from '../../src/api/paths.ts';
import { timestampName } from '../../src/repository/names.ts';
import { sha256Hex } from '../../src/trust/bytes.ts';
import { objectUrlPath } from '../../src/trust/release.ts';
import { startHub } from '../e2e/support/hub.ts';
import { startNginx } from '../fixtures/nginx.ts';
import { TestRepository, type Content } from '../fixtures/repository.ts';
import { writeRepository } from '../hub/hub.ts';
import { reconnect, type LoadFigures, type Question } from './support/office-load.ts';

/** Offices that come back after an outage, at one hub process with SQLite and at nginx serving the same folder. */
export interface OfficesBench {
  readonly offices: number;
  /** They come back within this many milliseconds, as after a power cut of a province. */
  readonly within: number;
  readonly hub: LoadFigures;
  readonly nginx: LoadFigures;
  /** All in the same instant: what the carrier can do at most. */
  readonly hubAtOnce: LoadFigures;
  readonly nginxAtOnce: LoadFigures;
  /** Each office also sends what went wrong meanwhile, which the hub writes into SQLite. */
  readonly hubWithReports: LoadFigures;
}

const codeOf = (index: number): string => String(100_000 + index);

function nation(offices: number): Record<string, Content> {
  const objects: Record<string, Content> = { 'catalogue/pack.json': { identifier: 'load' } };
  for (let i = 0; i < 100; i++) objects[`services/moi/service-${i}.json`] = { identifier: `service-${i}`, riel: 400 + i, text: 'ក'.repeat(500) };
  for (let i = 0; i < offices; i++) objects[`offices/${codeOf(i)}/office.json`] = { identifier: codeOf(i), opens: '07:30', text: 'ខ'.repeat(100) };
  return objects;
}

/** What an office asks after an outage: every second one missed one edition, the others so many that no file of changes reaches back. */
async function questionsOf(repository: TestRepository, office: number, changed: string): Promise<Question[]> {
  const content = paths.content.slice(1);
  const file = (name: string): Question => ({ path: content + name, status: 200, sha256: createHash('sha256').update(repository.bytes(name)).digest('hex') });
  const object = async (path: string): Promise<Question> => file(`targets/${objectUrlPath(path, { sha256: await sha256Hex(new TextEncoder().encode(repository.texts[path])) })}`);
  const common: Question[] = [{ path: `${content}metadata/2.root.json`, status: 404 }, { ...file(timestampName), headers: { 'if-none-match': '"an older one"' } }];
  if (office % 2 === 0) return [...common, file(`changes/1-${repository.edition}.json`)];
  return [...common, file(repository.fileOf('snapshot')), file(repository.fileOf('moi')), file(repository.fileOf(codeOf(office))), await object(changed), await object(`offices/${codeOf(office)}/office.json`)];
}

/** An office behind its own address, as the hub sees it behind a proxy: with one address for all, the limit of reports would rightly bite. */
const report = (office: number): Question => ({
  path: paths.reports.slice(1),
  status: 204,
  headers: { 'x-forwarded-for': `10.${office >> 16}.${(office >> 8) & 255}.${office & 255}`, 'x-kiosk-id': `office-${office}` },
  post: JSON.stringify({ kiosk: `office-${office}`, reports: [{ code: 'hubUnreachable', at: '2026-11-23T00:00:00Z', detail: 'TypeError' }] }),
});

/** Runs all of it; takes about as long as three times `within`, and ends by itself. */
export async function benchOffices(offices = 1_900, within = 10_000): Promise<OfficesBench> {
  const folder = mkdtempSync(join(tmpdir(), 'owso-offices-'));
  const changed = 'services/moi/service-7.json';
  const repository = await TestRepository.build({ objects: nation(offices) });
  repository.put(changed, { identifier: 'service-7', riel: 500, text: 'ក'.repeat(500) });
  await repository.publish();
  writeRepository(folder, repository);
  const questions: Question[][] = [];
  for (let office = 0; office < offices; office++) questions.push(await questionsOf(repository, office, changed));
  const hub = await startHub({ CONTENT_DIR: folder, TRUST_PROXY: '127.0.0.1,::1' });
  const nginx = await startNginx(folder);
  try {
    const [byHub, byNginx] = [new URL(hub.url), new URL('/', nginx.url)];
    return {
      offices,
      within,
      hub: await reconnect(byHub, questions, within),
      nginx: await reconnect(byNginx, questions, within),
      hubAtOnce: await reconnect(byHub, questions, 0),
      nginxAtOnce: await reconnect(byNginx, questions, 0),
      hubWithReports: await reconnect(byHub, questions.map((asked, office) => [...asked, report(office)]), within),
    };
  } finally {
    await nginx.stop();
    await hub.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
