import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

async function vitest(project, maySkip = false, environment = {}) {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  say(`• Tests: ${project} …`);
  const code = await attached(bin('vitest'), ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], projectEnvironment(environment));
  return countsOfReport(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code, maySkip);
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

/** `npm run test:terminal`. @returns {Promise<number>} exit status */
export async function testTerminals() {
  mkdirSync(reports, { recursive: true });
  const parts = await terminals(true);
  for (const part of parts) say(`  ${part.name}: ${part.passed} passed, ${part.failed} failed${part.skipped > 0 ? `, ${part.skipped} skipped` : ''}`);
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
  for (const part of parts) say(`  ${part.name}: ${part.passed} passed, ${part.failed} failed${part.skipped > 0 ? `, ${part.skipped} skipped` : ''}`);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}
