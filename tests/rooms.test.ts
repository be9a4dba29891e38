import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Which rooms each room may import: the map of the house. */
const may: Readonly<Record<string, readonly string[]>> = {
  model: [],
  trust: [],
  api: ['model'],
  ui: ['model'],
  kiosk: ['model', 'trust', 'api', 'ui'],
  check: ['model', 'trust', 'api', 'ui'],
  studio: ['model', 'trust', 'api', 'ui'],
  setup: ['model', 'api'],
  repository: ['model', 'trust'],
  serve: ['model', 'trust', 'api', 'repository'],
  hub: ['model', 'trust', 'api', 'repository', 'serve'],
  console: [],
  terminal: ['model', 'trust', 'api', 'repository', 'serve', 'console'],
  cli: ['model', 'trust', 'api', 'repository', 'console'],
  package: ['ui'],
};
const rooms = Object.keys(may);

/** Folders with a rule of their own, which must hold everything that their room's rule holds. */
const corners = ['kiosk/content', 'kiosk/scan', 'kiosk/search', 'ui/i18n', 'hub/store'];
const places = [...rooms, ...corners];

/** The one owner of a dependency. */
const owners: Readonly<Record<string, string>> = {
  dexie: 'kiosk/content',
  'html5-qrcode': 'kiosk/scan',
  'barcode-detector/ponyfill': 'kiosk/scan',
  'node:sqlite': 'hub/store',
  i18next: 'ui/i18n',
  minisearch: 'kiosk/search',
  'workbox-precaching': 'kiosk/sw.ts',
  'cli-progress': 'console',
};

interface Case {
  readonly name: string;
  readonly file: string;
  readonly source: string;
  /** The rule that must bite; none for an allowed import. */
  readonly rule: string | undefined;
}

const cases: Case[] = [];
const restricted = 'eslint(no-restricted-imports)';

function add(name: string, folder: string, source: string, rule: string | undefined): void {
  cases.push({ name, file: `src/${folder}/case-${cases.length}.ts`, source, rule });
}

/** How a file below `src/` writes the path of another one. */
function from(folder: string, target: string): string {
  const path = relative(`src/${folder}`, `src/${target}`);
  return path.startsWith('.') ? path : `./${path}`;
}

const forms: readonly ((specifier: string) => string)[] = [
  (specifier) => `import { x } from '${specifier}';\nexport const y = x;\n`,
  (specifier) => `import type { X } from '${specifier}';\nexport type Y = X;\n`,
  (specifier) => `export { x } from '${specifier}';\n`,
  (specifier) => `export const y = (): Promise<unknown> => import('${specifier}');\n`,
];

for (const place of places) {
  const room = place.split('/')[0] ?? '';
  for (const other of rooms) {
    if (other === room) continue;
    const allowed = may[room]?.includes(other) === true;
    for (const depth of ['', '/deep']) {
      const folder = place + depth;
      forms.forEach((form, index) => {
        // The model stands for every allowed form once; the forbidden ones all bite.
        if (allowed && index > 0) return;
        add(`src/${place} ${allowed ? 'may' : 'may not'} import ${other}`, folder, form(from(folder, `${other}/thing.ts`)), allowed ? undefined : restricted);
      });
    }
  }
  add(`src/${place} may not import from tests`, place, `export { x } from '${from(place, '../tests/thing.ts')}';\n`, restricted);
  add(`src/${place} has no default export`, place, 'export default 1;\n', 'import(no-default-export)');
  for (const [dependency, owner] of Object.entries(owners)) {
    forms.forEach((form) => add(`src/${place} ${owner === place ? 'may' : 'may not'} import ${dependency}`, place, form(dependency), owner === place ? undefined : restricted));
  }
}
add('src/cli may open the hub’s store', 'cli', "export { x } from '../hub/store/sqlite.ts';\n", undefined);
add('src/cli may read the hub’s settings', 'cli', "export { x } from '../hub/config.ts';\n", undefined);
add('src/cli may not reach into the hub’s routes', 'cli', "export { x } from '../hub/routes/health.ts';\n", restricted);
add('src/setup may use the kiosk’s scanner', 'setup', "export { x } from '../kiosk/scan/camera.ts';\n", undefined);
add('src/setup may not reach into the kiosk’s screens', 'setup', "export { x } from '../kiosk/screens/home.ts';\n", restricted);
add('src/setup uses no Node', 'setup', "export { x } from 'node:fs';\n", restricted);
add('src/model uses no Node', 'model', "export { x } from 'node:fs';\n", restricted);
add('src/check uses no Node', 'check', "export { x } from 'node:fs';\n", restricted);
add('src/kiosk uses no Node', 'kiosk', "export { x } from 'node:fs';\n", restricted);
add('src/setup writes nothing to the console', 'setup', "console.log('x');\n", 'eslint(no-console)');
add('src/kiosk writes nothing to the console', 'kiosk', "console.log('x');\n", 'eslint(no-console)');
cases.push({ name: 'the service worker may use Workbox', file: 'src/kiosk/sw.ts', source: "export { x } from 'workbox-precaching';\n", rule: undefined });
cases.push({ name: 'a cycle of two files', file: 'src/model/cycle-a.ts', source: "import { b } from './cycle-b.ts';\nexport const a = (): number => b();\n", rule: 'import(no-cycle)' });

const reportSchema = v.object({ diagnostics: v.array(v.object({ code: v.optional(v.string()), filename: v.string() })) });

let folder = '';
let found: ReadonlyMap<string, ReadonlySet<string>> = new Map();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  cpSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const { file, source } of cases) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), source);
  }
  writeFileSync(join(folder, 'src/model/cycle-b.ts'), "import { a } from './cycle-a.ts';\nexport const b = (): number => a();\n");
  const output = await new Promise<string>((done) => {
    execFile(join(root, 'node_modules/.bin/oxlint'), ['-f', 'json'], { cwd: folder, maxBuffer: 50_000_000 }, (_error, stdout) => done(stdout));
  });
  const bites = new Map<string, Set<string>>();
  for (const { filename, code } of v.parse(v.pipe(v.string(), v.parseJson(), reportSchema), output).diagnostics) {
    const file = filename.startsWith('/') ? relative(folder, filename) : filename;
    const codes = bites.get(file) ?? new Set();
    bites.set(file, codes.add(code ?? ''));
  }
  found = bites;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The cases of one rule together: every form and depth in which it can be broken. */
const byName = [...Map.groupBy(cases, (one) => one.name)].map(([name, group]) => ({ name, group }));
const bad = ({ group }: { readonly group: readonly Case[] }): boolean => group.every((one) => one.rule !== undefined);

describe('the rule of the rooms bites', () => {
  test.each(byName.filter(bad))('$name', ({ group }) => {
    for (const { file, source, rule } of group) expect([...(found.get(file) ?? [])], `${file}: ${source}`).toContain(rule);
  });
});

describe('the rule of the rooms lets through', () => {
  test.each(byName.filter((one) => !bad(one)))('$name', ({ group }) => {
    for (const { file, source } of group) expect([...(found.get(file) ?? [])], `${file}: ${source}`).toEqual([]);
  });
});
