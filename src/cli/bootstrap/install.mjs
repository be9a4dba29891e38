import { existsSync, mkdirSync, readFileSync } from 'node:fs';
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

/** Installs what the tests need and the machine does not have. */
export async function installForTests() {
  await installBrowser();
  await unpackWebServer();
}

/** Debian packages with which a test makes machines of its own. */
const machines = [
  { name: 'debootstrap', file: '/usr/sbin/debootstrap' },
  { name: 'systemd-container', file: '/usr/bin/systemd-nspawn' },
];
const virtualMachines = [
  { name: 'qemu-system-x86', file: '/usr/bin/qemu-system-x86_64' },
  { name: 'qemu-utils', file: '/usr/bin/qemu-img' },
  { name: 'mtools', file: '/usr/bin/mformat' },
];

/**
 * Installs what the tests of the terminal need, if this machine lets us; what is
 * still missing then is a reason to skip them, not a failure. Only as root: they
 * cannot run otherwise.
 */
export async function installForTerminals(whole) {
  const missing = [...machines, ...(whole ? virtualMachines : [])].filter((entry) => !existsSync(entry.file)).map((entry) => entry.name);
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  await readPackageLists();
  await step(`Installing ${missing.join(', ')}`, 'apt-get', ['install', '-y', '--no-install-recommends', ...missing], debianEnvironment);
}

const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
const aptGet = [...asRoot, 'apt-get'];
const debianEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

async function readPackageLists() {
  const [command, ...args] = aptGet;
  const update = await step('Reading the list of Debian packages', command, [...args, 'update'], debianEnvironment);
  if (update.code !== 0) say('  going on with the list that is there');
}

/** Installs Debian's Chromium, if there is none. */
async function installBrowser() {
  const missing = debian.filter((entry) => !existsSync(entry.file)).map((entry) => entry.name);
  if (missing.length === 0) return;
  await readPackageLists();
  const [command, ...args] = aptGet;
  const { code } = await step(`Installing ${missing.join(', ')}`, command, [...args, 'install', '-y', '--no-install-recommends', ...missing], debianEnvironment);
  if (code !== 0) throw new StepFailed(`Debian's ${missing.join(', ')} could not be installed: run \`${aptGet.join(' ')} install ${missing.join(' ')}\` and see why.`);
}

/**
 * Unpacks Debian's nginx, if there is none. Installed, it would begin to serve
 * on port 80 of this machine; the tests need the program alone. What it links
 * with is on every Debian.
 */
async function unpackWebServer() {
  const folder = join(root, '.build/debian');
  if (existsSync('/usr/sbin/nginx') || existsSync(join(folder, 'usr/sbin/nginx'))) return;
  mkdirSync(folder, { recursive: true });
  const unpack = () => step('Unpacking nginx', 'sh', ['-c', 'cd "$0" && rm -f nginx_*.deb && apt-get download nginx && dpkg-deb -x nginx_*.deb .', folder], debianEnvironment);
  let { code } = await unpack();
  if (code !== 0) {
    await readPackageLists();
    ({ code } = await unpack());
  }
  if (code !== 0) throw new StepFailed('Debian\'s nginx could not be fetched: run `apt-get download nginx` and see why.');
}
