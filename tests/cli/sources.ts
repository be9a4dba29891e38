import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** Files of a content folder: path inside it to text. */
export type Sources = Readonly<Record<string, string>>;

/** Noon in Cambodia on 23 November 2026. */
export const now = Date.parse('2026-11-23T05:00:00Z');

/** The smallest content with one of each kind, without a fault and without a warning. */
export function soundSources(): Record<string, string> {
  return {
    'pack.yaml': `identifier: test
title: { km: កញ្ចប់, en: Pack }
sample: true
statement: { km: គំរូ, en: Sample }
editedOn: 2026-11-20
recourse: { km: សូមសួរ, en: Ask }
events: [child]
`,
    'topics.yaml': `- { identifier: family, title: { km: គ្រួសារ, en: Family }, icon: family }
`,
    'sectors.yaml': `- { identifier: civil, title: { km: អត្រានុកូលដ្ឋាន, en: Civil registration } }
`,
    'organisations.yaml': `- { identifier: moi, title: { km: ក្រសួងមហាផ្ទៃ, en: Ministry of Interior } }
`,
    'calendar.yaml': `years:
  - year: 2026
    legalBasis: { km: អនុក្រឹត្យ, en: Sub-Decree }
    holidays:
      - { date: 2026-11-09, identifier: independence, title: { km: ឯករាជ្យ, en: Independence Day } }
`,
    'synonyms.yaml': `- [កំណើត, birth, komnert]
`,
    'evidence/common.yaml': `- identifier: birth-certificate
  title: { km: សំបុត្រកំណើត, en: Birth certificate }
  outputOf: birth
- identifier: photo
  title: { km: រូបថត, en: Photo }
`,
    'legal/common.yaml': `- identifier: prakas-1
  type: prakas
  number: '1'
  date: 2016-12-29
  title: { km: ប្រកាស, en: Prakas }
`,
    'services/moi/birth.yaml': `identifier: birth
title: { km: ចុះបញ្ជីកំណើត, en: Birth registration }
competentAuthority: moi
thematicArea: family
sector: civil
channels:
  - level: commune
questions:
  - kind: choice
    identifier: when
    text: { km: ពេលណា, en: 'When?' }
    options:
      - { identifier: in-time, label: { km: ទាន់ពេល, en: In time } }
      - { identifier: late, label: { km: យឺត, en: Late } }
  - kind: count
    identifier: sheets
    text: { km: ប៉ុន្មានសន្លឹក, en: 'How many sheets?' }
    unit: { km: សន្លឹក, en: sheet }
    max: 20
costs:
  - identifier: in-time
    title: { km: ទាន់ពេល, en: In time }
    appliesTo: { when: [in-time] }
    amount: { kind: free }
    reviewBy: 2027-06-30
    legalResource: prakas-1
    source: { confidence: high }
  - identifier: late
    title: { km: យឺត, en: Late }
    appliesTo: { when: [late] }
    amount: { kind: fixed, price: { currency: KHR, riel: 2500 } }
    unit: { km: ក្នុងមួយសន្លឹក, en: per sheet }
    quantity: sheets
    reviewBy: 2027-06-30
    legalResource: prakas-1
    source: { confidence: high }
outputs:
  - { identifier: birth-certificate, title: { km: សំបុត្រកំណើត, en: Birth certificate } }
evidence:
  - anyOf: [{ type: photo, copies: 2 }]
legalResources: [prakas-1]
certification:
  khmerWording: composed
  sources: [{ url: https://example.org/list, confidence: high }]
`,
    'events/child.yaml': `identifier: child
type: LifeEvent
title: { km: មានកូន, en: Having a child }
description: { km: ពីកំណើត, en: From birth on }
icon: family
stations:
  - { identifier: register, service: birth, answers: { when: in-time, sheets: '2' }, evidence: [photo, birth-certificate] }
`,
    'offices/990101.yaml': `identifier: '990101'
level: commune
title: { km: ឃុំគំរូ, en: Sample Commune }
place: { km: គំរូ, en: Sample }
sample: true
hours:
  - { days: [monday], opens: '07:30', closes: '11:30' }
`,
  };
}

/** Replaces a text that must be there, so that a test cannot pass by missing it. */
export function edited(sources: Sources, path: string, from: string, to: string): Record<string, string> {
  const text = sources[path];
  if (text === undefined || !text.includes(from)) throw new Error(`${path} has no "${from}"`);
  return { ...sources, [path]: text.replace(from, to) };
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: Sources): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** All files below a folder with their texts. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name)).sort();
  return Object.fromEntries(await Promise.all(files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const)));
}

/** What a command answered. */
export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as the shell would, without a process. */
export async function run(cwd: string, args: readonly string[], options: { readonly now?: number; readonly signal?: AbortSignal; readonly onOut?: (line: string) => void; readonly onErr?: (line: string) => void } = {}): Promise<Answer> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    cwd,
    now: () => options.now ?? now,
    out: (line) => {
      out.push(line);
      options.onOut?.(line);
    },
    err: (line) => {
      err.push(line);
      options.onErr?.(line);
    },
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** Checks sources in a folder of their own. */
export async function check(sources: Sources): Promise<Answer> {
  const folder = await temporaryFolder();
  await writeFiles(join(folder, 'content'), sources);
  return run(folder, ['content', 'check', '--content', 'content']);
}
