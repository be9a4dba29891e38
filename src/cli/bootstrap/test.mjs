import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildAll } from './build.mjs';
import { installForTerminals } from './install.mjs';
import { attached, projectEnvironment, root, say, step } from './process.mjs';

const reports = join(root, '.build/test');
const bin = (name) => join(root, 'node_modules/.bin', name);

/**
 * Counts of one vitest run from its JSON report. A file that could not even be
 * loaded, an error outside any test and a run without a test each count as a
 * failure: none of them may pass unseen. `maySkip`: a run of nothing but skipped
 * tests is none; each of them says why in its title.
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function countsOfReport(report, exitCode, maySkip = false) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  let failed = report.numFailedTests + unloaded;
  if (failed === 0 && (exitCode !== 0 || passed + (maySkip ? skipped : 0) === 0)) failed = 1;
  return { passed, failed, skipped };
}

/**
 * What failed in one vitest run, each with its file and the first line of its
 * error: the end of a long run's output is what is read, and often all of it that is kept.
 * @returns {string[]}
 */
export function failuresOfReport(report) {
  if (report === undefined) return ['it ended without a report'];
  return report.testResults.flatMap((file) => {
    const at = relative(root, file.name);
    const line = (text) => stripVTControlCharacters(text).split('\n')[0];
    if (file.status === 'failed' && file.assertionResults.length === 0) return [`${at}: ${line(file.message ?? '')}`];
    return file.assertionResults.filter(({ status }) => status === 'failed').map((test) => `${at}: ${test.fullName}: ${line(test.failureMessages?.[0] ?? '')}`);
  });
}

async function vitest(project, maySkip = false, environment = {}) {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  say(`• Tests: ${project} …`);
  const code = await attached(bin('vitest'), ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], projectEnvironment(environment));
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const counts = countsOfReport(report, code, maySkip);
  return { ...counts, failures: counts.failed > 0 ? failuresOfReport(report) : [] };
}

/**
 * The terminal's package, installed on machines of its own. What this machine
 * cannot run is skipped with the reason. `whole`: everything, for half an hour or
 * more, and the tables of what was tried are written anew.
 */
async function terminals(whole = false) {
  await installForTerminals(whole);
  const packed = await step('Packing the terminal and the hub', bin('node'), ['src/package/main.ts']);
  return [
    { name: 'packages', passed: packed.code === 0 ? 1 : 0, failed: packed.code === 0 ? 0 : 1, skipped: 0 },
    { name: 'terminal', ...(await vitest('terminal', true, whole ? { TERMINAL_TESTS: 'whole' } : {})) },
  ];
}

/** A line of counts for each part, then what failed in it. */
function tell(parts) {
  for (const part of parts) {
    say(`  ${part.name}: ${part.passed} passed, ${part.failed} failed${part.skipped > 0 ? `, ${part.skipped} skipped` : ''}`);
    for (const failure of part.failures ?? []) say(`    ✗ ${failure}`);
  }
}

/** `npm run test:terminal`. @returns {Promise<number>} exit status */
export async function testTerminals() {
  mkdirSync(reports, { recursive: true });
  const parts = await terminals(true);
  tell(parts);
  return parts.every((part) => part.failed === 0) ? 0 : 1;
}

/** Runs everything; one line of counts at the end. @returns {Promise<number>} exit status */
export async function test() {
  mkdirSync(reports, { recursive: true });
  const parts = [];
  const single = (name, ok) => parts.push({ name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

  single('types', (await step('Checking the types', bin('tsc'), [])).code === 0);
  single('lint', (await step('Checking the rules of the rooms', bin('oxlint'), ['--deny-warnings'])).code === 0);
  for (const result of await buildAll()) single(`build of ${result.name}`, result.ok);
  for (const project of ['unit', 'browser']) parts.push({ name: project, ...(await vitest(project)) });
  parts.push(...(await terminals()));

  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  say('');
  tell(parts);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}
