import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { productsFor } from '../../src/cli/bootstrap/build.mjs';
import { packagesAreInstalled } from '../../src/cli/bootstrap/install.mjs';
import { countsOfReport, failuresOfReport } from '../../src/cli/bootstrap/test.mjs';

/** A project folder with a lock file and npm's record of what it installed. */
function project(wanted: object, installed: object | undefined, withNode = true): string {
  const folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('package-lock.json', JSON.stringify({ packages: { '': {}, ...wanted } }));
  if (installed !== undefined) write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
  if (withNode) write('node_modules/.bin/node', '');
  return folder;
}

describe('whether packages have to be installed', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  test.each([
    ['nothing, when all are there', true, { 'node_modules/a': a }, { 'node_modules/a': a }],
    ['nothing, when only a build for another platform is missing', true, { 'node_modules/a': a, 'node_modules/b': { ...a, optional: true } }, { 'node_modules/a': a }],
    ['something, on a fresh clone', false, { 'node_modules/a': a }, undefined],
    ['something, when one is missing', false, { 'node_modules/a': a }, {}],
    ['something, when one has another version', false, { 'node_modules/a': a }, { 'node_modules/a': { ...a, version: '1.0.1' } }],
    ['something, when one has other bytes', false, { 'node_modules/a': a }, { 'node_modules/a': { ...a, integrity: 'sha512-b' } }],
  ])('%s', (_name, answer, wanted, installed) => {
    expect(packagesAreInstalled(project(wanted, installed))).toBe(answer);
  });

  test('something, when the project’s Node is gone', () => {
    expect(packagesAreInstalled(project({ 'node_modules/a': a }, { 'node_modules/a': a }, false))).toBe(false);
  });
});

describe('what an app is built of', () => {
  const names = (env: Readonly<Record<string, string>>): readonly string[] => productsFor(env).map(({ name }) => name);

  test('the sample content, also where a mirror’s root is set for the hub', () => {
    expect(names({})).toEqual(['content', 'repository', 'baseline', 'kiosk', 'studio']);
    expect(names({ TRUST_ROOT: 'root.json' })).toEqual(names({}));
  });

  test('a ministry’s own content, verified at every build from its own root; no demonstration is made', () => {
    const env = { CONTENT: '/stick/repository', TRUST_ROOT: '/stick/root.json' };
    expect(names(env)).toEqual(['baseline', 'kiosk', 'studio']);
    expect(productsFor(env)[0]).toMatchObject({ always: true, command: expect.arrayContaining(['--repository', '/stick/repository', '--root', '/stick/root.json']) });
    expect(() => productsFor({ CONTENT: '/stick/repository' })).toThrow(/Name with TRUST_ROOT the root\.json of the ceremony/);
  });
});

describe('the counts of a test run', () => {
  const file = (status: string, tests: number) => ({ status, assertionResults: Array.from({ length: tests }, () => ({})) });
  const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [file('passed', 7)] };
  test.each([
    ['all passed', report, 0, { passed: 7, failed: 0, skipped: 0 }],
    ['some failed', { ...report, numFailedTests: 2 }, 1, { passed: 7, failed: 2, skipped: 0 }],
    ['a file that could not be loaded is a failure', { ...report, testResults: [file('passed', 7), file('failed', 0)] }, 1, { passed: 7, failed: 1, skipped: 0 }],
    ['an error outside any test is a failure', report, 1, { passed: 7, failed: 1, skipped: 0 }],
    ['no test at all is a failure', { ...report, numPassedTests: 0, testResults: [] }, 0, { passed: 0, failed: 1, skipped: 0 }],
    ['a run that left no report is a failure', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
    ['skipped tests are told', { ...report, numPendingTests: 1, numTodoTests: 2 }, 0, { passed: 7, failed: 0, skipped: 3 }],
  ])('%s', (_name, given, exitCode, counts) => {
    expect(countsOfReport(given, exitCode)).toEqual(counts);
  });
});

describe('what failed, at the end of a run', () => {
  const at = (name: string): string => resolve(import.meta.dirname, name);
  test('is told with its file and the first line of its error, without colours', () => {
    const report = {
      testResults: [
        { name: at('a.test.ts'), status: 'failed', assertionResults: [{ status: 'passed', fullName: 'holds' }, { status: 'failed', fullName: 'price is shown', failureMessages: ['\u001B[31mexpected 5 to be 6\u001B[39m\n  at a.test.ts:3'] }] },
        { name: at('b.test.ts'), status: 'failed', assertionResults: [], message: 'Cannot find module' },
        { name: at('c.test.ts'), status: 'passed', assertionResults: [{ status: 'passed', fullName: 'holds' }] },
      ],
    };
    expect(failuresOfReport(report)).toEqual(['tests/cli/a.test.ts: price is shown: expected 5 to be 6', 'tests/cli/b.test.ts: Cannot find module']);
  });
  test('is also told if nothing was left to tell', () => {
    expect(failuresOfReport(undefined)).toEqual(['it ended without a report']);
  });
});

describe('a temporary folder of its own', () => {
  /** Asks for one in another process, lets it do something, and tells where the folder was. */
  function inAnother(parent: string, then: string): { readonly folder: string; readonly left: readonly string[] } {
    const module = resolve(import.meta.dirname, '../../src/cli/bootstrap/own-tmp.mjs');
    const script = `import { ownTmp } from ${JSON.stringify(module)}; import { tmpdir } from 'node:os'; import { writeFileSync } from 'node:fs'; const remove = ownTmp(); const folder = tmpdir(); writeFileSync(folder + '/left', ''); console.log(folder); ${then}`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { env: { ...process.env, TMPDIR: parent }, encoding: 'utf8' });
    return { folder: stdout.trim(), left: readdirSync(parent) };
  }
  const parentFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir().replace(/\/owso-tmp-.*$/, ''), 'bootstrap-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };

  test('takes everything with it that was left in it', () => {
    const parent = parentFolder();
    const { folder, left } = inAnother(parent, 'remove();');
    expect(dirname(folder)).toBe(parent);
    expect(left).toEqual([]);
  });

  test('of a run that was killed is removed by the next one, and nobody else’s is', () => {
    const parent = parentFolder();
    mkdirSync(join(parent, 'somebody-else'));
    mkdirSync(join(parent, `owso-tmp-${process.pid}-living`));
    expect(inAnother(parent, 'process.kill(process.pid, "SIGKILL");').left).toHaveLength(3);
    expect(inAnother(parent, 'remove();').left.toSorted()).toEqual([`owso-tmp-${process.pid}-living`, 'somebody-else']);
  });

  test('is made once for a run within a run', () => {
    const parent = parentFolder();
    const { left } = inAnother(parent, 'const first = tmpdir(); ownTmp()(); if (tmpdir() !== first) process.exit(1); remove();');
    expect(left).toEqual([]);
  });
});
