import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { execFileSync } from 'node:child_process';
import { readSettings } from '../read-settings.ts';
import { derivedFiles } from './derived.ts';

/**
 * `apply-settings.js`: writes what follows from the settings, at each start of
 * the machine and after each `owso-kiosk provision`. Run as root.
 */
const settings = readSettings();
if (!settings.ok) {
  process.stderr.write(`${settings.error}\n`);
  process.exit(1);
}

/** @returns whether the file is another one now */
function write(path: string, text: string): boolean {
  let before: string | undefined;
  try {
    before = readFileSync(path, 'utf8');
  } catch {
    // Not there yet.
  }
  if (before === text) return false;
  if (text === '') {
    rmSync(path, { force: true });
    return before !== undefined;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o644 });
  renameSync(`${path}.new`, path);
  return true;
}

const changed = derivedFiles(settings.value).filter(({ path, text }) => write(path, text)).map(({ path }) => path);
for (const path of changed) process.stderr.write(`${path} was written.\n`);
if (changed.some((path) => path.startsWith('/etc/udev/'))) {
  try {
    execFileSync('udevadm', ['control', '--reload'], { stdio: 'ignore' });
    execFileSync('udevadm', ['trigger', '--subsystem-match=input', '--action=change'], { stdio: 'ignore' });
  } catch {
    // Before udev runs, or where there is none: the rule is read when it starts.
  }
}
