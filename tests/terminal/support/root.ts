import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { must, run } from './command.ts';

/**
 * Roots of Debian systems, made once and kept in `.build/terminal` by the hash of
 * what they are made from, as layers of an overlay:
 *
 * 1. `clean`: what debootstrap makes, with systemd; nothing else;
 * 2. `tools`: programs that the tests need, and everything that the terminal's
 *    package depends on, so that `terminal` takes seconds;
 * 3. `kernel`, for virtual machines alone;
 * 4. `terminal`: the package, installed by apt.
 */
export const suites = ['bookworm', 'trixie'] as const;
export type Suite = (typeof suites)[number];

/** Folders of an overlay, the uppermost first. */
export type Layers = readonly string[];

const project = resolve(import.meta.dirname, '../../..');
/** Where roots, disks and what machines write are kept. */
export const home = join(project, '.build/terminal');

const systemPackages = ['systemd', 'systemd-sysv', 'dbus', 'udev', 'libpam-systemd', 'ca-certificates', 'kmod', 'iproute2', 'procps'];
/** For both machines: the language of the panel and of the input devices. */
export const toolPackages = ['python3-minimal', 'libpython3-stdlib'];
/** For a virtual machine: a kernel with every driver, a way in, file systems of sticks. */
const kernelPackages = ['linux-image-amd64', 'initramfs-tools', 'zstd', 'qemu-guest-agent', 'e2fsprogs', 'dosfstools'];

/** Where this machine has its Debian packages from: one place for the suite, one for its security updates. */
export async function mirrors(): Promise<{ readonly main: string; readonly security: string | undefined }> {
  const lines = (await must('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE)', 'Created-By: Packages'])).stdout.trim().split('\n');
  const sites = lines.map((line) => line.split(' ')).map(([site = '', release = '']) => ({ site, security: release.endsWith('-security') }));
  const main = sites.find(({ security }) => !security)?.site;
  if (main === undefined) throw new Error('this machine has no source of Debian packages');
  return { main, security: sites.find(({ security }) => security)?.site };
}

async function sources(suite: Suite): Promise<string> {
  const { main, security } = await mirrors();
  return ['', '-updates'].map((part) => `deb ${main} ${suite}${part} main\n`).join('') + (security === undefined ? '' : `deb ${security} ${suite}-security main\n`);
}

/** Mounts layers as one tree, with a folder to write to if there is one. Gives the way to unmount it. */
export async function mountLayers(layers: Layers, at: string, upper?: string): Promise<() => Promise<void>> {
  mkdirSync(at, { recursive: true });
  const lower = `lowerdir=${layers.join(':')}`;
  if (upper === undefined) {
    // An overlay without an upper folder needs two lower ones.
    const empty = join(home, 'empty');
    mkdirSync(empty, { recursive: true });
    await must('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${empty}:${layers.join(':')}`, at]);
  } else {
    const work = `${upper}.work`;
    mkdirSync(upper, { recursive: true });
    mkdirSync(work, { recursive: true });
    await must('mount', ['-t', 'overlay', 'overlay', '-o', `${lower},upperdir=${upper},workdir=${work}`, at]);
  }
  return async () => {
    await must('umount', [at]);
    if (upper !== undefined) rmSync(`${upper}.work`, { recursive: true, force: true });
  };
}

/** Runs `work` with a root's /proc, /sys, /dev and our package cache mounted, and no service started by packages. */
async function withSystem(at: string, work: () => Promise<void>): Promise<void> {
  // Two runs at a time must not fetch into one folder: `install` takes turns.
  const archives = join(home, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const mounts = [
    ['-t', 'proc', 'proc', join(at, 'proc')],
    ['-t', 'sysfs', '-o', 'ro', 'sys', join(at, 'sys')],
    ['--bind', '/dev', join(at, 'dev')],
    ['--bind', archives, join(at, 'var/cache/apt/archives')],
  ];
  const policy = join(at, 'usr/sbin/policy-rc.d');
  const done: string[] = [];
  try {
    for (const args of mounts) {
      await must('mount', args);
      done.unshift(args[args.length - 1] ?? '');
    }
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    await work();
  } finally {
    rmSync(policy, { force: true });
    for (const point of done) await must('umount', [point]);
  }
}

/** Installs packages into a root by its own apt, by name or as files of that root. */
export async function install(at: string, packages: readonly string[]): Promise<void> {
  await withSystem(at, async () => {
    const environment = ['DEBIAN_FRONTEND=noninteractive', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C.UTF-8'];
    const apt = (...args: readonly string[]) => must('flock', [join(home, 'apt.lock'), 'setpriv', '--pdeathsig', 'KILL', 'env', '-i', ...environment, 'chroot', at, 'apt-get', '-q', '-o', 'Acquire::Retries=3', ...args], { timeout: 900_000 });
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', ...packages);
  });
}

/** A layer on others, made by `build` in the mounted tree unless it is there from the same inputs. */
async function layer(name: string, inputs: unknown, below: Layers, build: (at: string) => Promise<void>): Promise<Layers> {
  const hash = createHash('sha256').update(JSON.stringify([inputs, below.map((folder) => folder.slice(home.length))])).digest('hex').slice(0, 12);
  const folder = join(home, `${name}-${hash}`);
  if (existsSync(folder)) return [folder, ...below];
  mkdirSync(home, { recursive: true });
  const work = mkdtempSync(join(home, `.${name}-`));
  const upper = join(work, 'upper');
  process.stderr.write(`• Making the Debian root “${name}” (once, a minute or so) …\n`);
  if (below.length === 0) {
    await build(upper);
  } else {
    const unmount = await mountLayers(below, join(work, 'root'), upper);
    try {
      await build(join(work, 'root'));
    } finally {
      await unmount();
    }
  }
  // Another run may have been as quick.
  if (!existsSync(folder)) renameSync(upper, folder);
  rmSync(work, { recursive: true, force: true });
  for (const old of readdirSync(home)) {
    if (old.startsWith(`${name}-`) && join(home, old) !== folder) await forget(join(home, old));
  }
  return [folder, ...below];
}

/** Removes a layer of another time, unless somebody has it mounted. */
async function forget(folder: string): Promise<void> {
  if (readFileSync('/proc/mounts', 'utf8').includes(folder)) return;
  await run('rm', ['-rf', '--one-file-system', folder]);
}

/** A Debian without anything of ours: what a technician begins with. */
export function cleanRoot(suite: Suite): Promise<Layers> {
  return layer(`clean-${suite}`, [systemPackages, 2], [], async (at) => {
    await must('debootstrap', ['--variant=minbase', `--include=${systemPackages.join(',')}`, suite, at, (await mirrors()).main], { timeout: 900_000 });
    writeFileSync(join(at, 'etc/apt/sources.list'), await sources(suite));
    writeFileSync(join(at, 'etc/hostname'), 'kiosk\n');
    // What the installer writes and debootstrap does not.
    writeFileSync(join(at, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1 kiosk\n::1 localhost ip6-localhost ip6-loopback\n');
    writeFileSync(join(at, 'etc/machine-id'), '');
  });
}

/** Packages that ours depends on, as its control file says. */
function dependencies(name: 'terminal' | 'hub'): string[] {
  const control = readFileSync(join(project, 'kiosk-config', name, 'debian/control'), 'utf8');
  const list = /^Depends: (.*)$/m.exec(control)?.[1] ?? '';
  return list.split(',').map((entry) => (entry.split('|')[0] ?? '').replace(/\(.*\)/, '').trim()).filter((entry) => entry !== '');
}

/** {@link cleanRoot} with what the tests need beside the terminal. */
export async function toolsRoot(suite: Suite): Promise<Layers> {
  const packages = [...toolPackages, ...dependencies('terminal')];
  return layer(`tools-${suite}`, packages, await cleanRoot(suite), (at) => install(at, packages));
}

/** {@link toolsRoot} that can start on a machine of its own. */
async function kernelRoot(suite: Suite): Promise<Layers> {
  return layer(`kernel-${suite}`, kernelPackages, await toolsRoot(suite), async (at) => {
    // The drivers of a virtual machine's disk alone: a start without searching.
    mkdirSync(join(at, 'etc/initramfs-tools/conf.d'), { recursive: true });
    writeFileSync(join(at, 'etc/initramfs-tools/conf.d/owso-test.conf'), 'MODULES=list\nCOMPRESS=zstd\n');
    writeFileSync(join(at, 'etc/initramfs-tools/modules'), 'virtio_pci\nvirtio_blk\next4\n');
    await install(at, kernelPackages);
  });
}

/** The terminal's package as `npm run package` made it, if it did. */
export function terminalPackage(): string | undefined {
  const folder = join(project, '.build/packages');
  const file = existsSync(folder) ? readdirSync(folder).filter((name) => /^owso-kiosk-terminal_.*_amd64\.deb$/.test(name)).sort().at(-1) : undefined;
  return file === undefined ? undefined : join(folder, file);
}

/** A Debian with the terminal's package installed by apt, as a technician would; `bootable`: with a kernel of its own. */
export async function terminalRoot(suite: Suite, bootable = false): Promise<Layers> {
  const file = terminalPackage();
  if (file === undefined) throw new Error('there is no package: run `npm run package`');
  const bytes = readFileSync(file);
  return layer(`terminal${bootable ? '-bootable' : ''}-${suite}`, createHash('sha256').update(bytes).digest('hex'), await (bootable ? kernelRoot : toolsRoot)(suite), async (at) => {
    writeFileSync(join(at, 'owso.deb'), bytes);
    await install(at, ['/owso.deb']);
    rmSync(join(at, 'owso.deb'));
  });
}

/** Files to put over a root: content and mode by path. */
export type Files = Readonly<Record<string, { readonly content: string; readonly mode?: number }>>;

/** Writes files into a mounted root. */
export function place(files: Files, at: string): void {
  for (const [path, { content, mode }] of Object.entries(files)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), content, { mode: mode ?? 0o644 });
  }
}

/**
 * {@link terminalRoot} of a bootable terminal whose root cannot be written to, by
 * the recipe of the terminal's documentation, word for word.
 */
export async function readOnlyRoot(suite: Suite): Promise<Layers> {
  const recipe = readFileSync(join(project, 'kiosk-config/terminal/README.md'), 'utf8');
  const [, names] = /`apt install (overlayroot[^`]*)`/.exec(recipe) ?? [];
  const [, line, file] = /write `(overlayroot=[^`]+)` into `([^`]+)`/.exec(recipe) ?? [];
  if (names === undefined || line === undefined || file === undefined) throw new Error('the documentation does not say how the root is made read-only');
  return layer(`overlayroot-${suite}`, [names, line, file], await terminalRoot(suite, true), async (at) => {
    await install(at, names.split(' '));
    writeFileSync(join(at, file), `${line}\n`);
  });
}

/** Images of file systems, for the disks of a virtual machine. */
export interface Disks {
  readonly root: string;
  /** What lies in /var, where that is a disk of its own. */
  readonly var: string | undefined;
}

/** The part of a name that all disks with the same package of ours share. */
const family = (layers: Layers): string => layers.map((folder) => basename(folder)).find((name) => name.startsWith('terminal-')) ?? 'none';

/** Removes disks with another package than these, and what machines kept of them, unless one runs. */
async function forgetDisks(layers: Layers): Promise<void> {
  for (const old of readdirSync(home)) {
    if (old.startsWith('disk-') && !old.startsWith(`disk-${family(layers)}-`) && (await run('fuser', ['-s', join(home, old)])).code !== 0) rmSync(join(home, old), { recursive: true, force: true });
  }
}

/** File system images of layers with files over them, for a virtual machine; kept like layers. @param varApart /var is a disk of its own */
export async function diskImages(layers: Layers, files: Files, varApart = false): Promise<Disks> {
  const hash = createHash('sha256').update(JSON.stringify([layers, files, varApart])).digest('hex').slice(0, 12);
  const image = (part: string): string => join(home, `disk-${family(layers)}-${hash}-${part}.raw`);
  const disks = { root: image('root'), var: varApart ? image('var') : undefined };
  if (existsSync(disks.root)) return disks;
  // What machines kept goes with the very bytes of the disk before.
  for (const name of readdirSync(home)) if (name.startsWith(`disk-${family(layers)}-${hash}-kept-`)) rmSync(join(home, name), { recursive: true });
  const work = mkdtempSync(join(home, '.disk-'));
  const root = join(work, 'root');
  process.stderr.write('• Making the disk of a virtual machine …\n');
  const unmount = await mountLayers(layers, root, join(work, 'upper'));
  const fill = async (from: string, size: string, to: string): Promise<void> => {
    await must('truncate', ['-s', size, join(work, 'disk')]);
    await must('mke2fs', ['-q', '-t', 'ext4', '-d', from, join(work, 'disk')]);
    renameSync(join(work, 'disk'), to);
  };
  try {
    place(files, root);
    if (disks.var !== undefined) {
      await fill(join(root, 'var'), '2G', disks.var);
      for (const name of readdirSync(join(root, 'var'))) rmSync(join(root, 'var', name), { recursive: true });
    }
    await fill(root, '6G', disks.root);
  } finally {
    await unmount();
  }
  rmSync(work, { recursive: true, force: true });
  await forgetDisks(layers);
  return disks;
}
