import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { attached, root, say, step } from './process.mjs';

const reports = join(root, '.build/test');
const bin = (name) => join(root, 'node_modules/.bin', name);

/**
 * Counts of one vitest run from its JSON report. A file that could not even be
 * loaded, an error outside any test and a run without a test each count as a
 * failure: none of them may pass unseen.
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function countsOfReport(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + unloaded;
  if (failed === 0 && (exitCode !== 0 || passed === 0)) failed = 1;
  return { passed, failed, skipped: report.numPendingTests + report.numTodoTests };
}

async function vitest(project) {
  const file = join(reports, `${project}.json`);
  rmSync(file, { force: true });
  say(`• Tests: ${project} …`);
  const code = await attached(bin('vitest'), ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  return countsOfReport(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined, code);
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

  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  say('');
  for (const part of parts) say(`  ${part.name}: ${part.passed} passed, ${part.failed} failed${part.skipped > 0 ? `, ${part.skipped} skipped` : ''}`);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}
