import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say, step, StepFailed } from './process.mjs';

/** Debian packages that the real-browser tests need, each with the file that tells it is there. */
const debian = [{ name: 'chromium', file: '/usr/bin/chromium' }];

function lockedPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/**
 * Whether node_modules holds what the lock file says. npm keeps its own record
 * of what it installed beside it; a package for another platform is rightly
 * missing there.
 */
export function packagesAreInstalled(folder = root) {
  const wanted = lockedPackages(join(folder, 'package-lock.json'));
  const installed = lockedPackages(join(folder, 'node_modules/.package-lock.json'));
  if (wanted === undefined || installed === undefined || !existsSync(join(folder, 'node_modules/.bin/node'))) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** Installs the packages of the lock file, if they are not there. */
export async function installPackages() {
  if (Number(process.versions.node.split('.')[0]) < 20) throw new StepFailed(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  if (packagesAreInstalled()) return;
  // Not `npm ci`: it refuses a lock file made where the registry has no builds
  // for other platforms, and it throws away what is already there.
  const { code } = await step('Installing packages (half a minute to a few)', 'npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], process.env);
  if (code !== 0 || !packagesAreInstalled()) throw new StepFailed('The packages could not be installed: the lines above say why. Is the npm registry reachable?');
}

/** Installs Debian's Chromium, if there is none. */
export async function installBrowser() {
  const missing = debian.filter((entry) => !existsSync(entry.file)).map((entry) => entry.name);
  if (missing.length === 0) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  const [command, ...args] = [...asRoot, 'apt-get'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await step('Reading the list of Debian packages', command, [...args, 'update'], environment);
  if (update.code !== 0) say('  going on with the list that is there');
  const { code } = await step(`Installing ${missing.join(', ')}`, command, [...args, 'install', '-y', '--no-install-recommends', ...missing], environment);
  if (code !== 0) throw new StepFailed(`Debian's ${missing.join(', ')} could not be installed: run \`${[...asRoot, 'apt-get'].join(' ')} install ${missing.join(' ')}\` and see why.`);
}
