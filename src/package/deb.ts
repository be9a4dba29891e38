import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Processors that packages are built for, in Debian's words. */
export const architectures = ['amd64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** One Debian package: where its files were laid out, and its folder `debian` with the control file and scripts. */
export interface Deb {
  readonly name: string;
  readonly tree: string;
  readonly debian: string;
  readonly version: string;
  readonly architecture: Architecture;
}

const scripts = ['preinst', 'postinst', 'prerm', 'postrm'];

/** Rights of what is shipped: a checkout's own say nothing but whether a file is a program. */
function settle(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  if (stat.isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path)) settle(join(path, name));
  } else {
    chmodSync(path, (stat.mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function kilobytes(path: string): number {
  const stat = lstatSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + kilobytes(join(path, name)), 4) : Math.ceil(stat.size / 1024);
}

/** Files of a tree, relative to it, sorted. */
function files(tree: string, below = tree): string[] {
  return readdirSync(below, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(tree, join(below, entry.name)) : [relative(tree, join(below, entry.name))]))
    .sort();
}

/**
 * Builds the package with dpkg-deb. Owner of all is root; the same inputs give
 * the same bytes.
 * @param out folder for the package
 * @returns path of the package
 */
export function buildDeb(deb: Deb, out: string): string {
  const control = join(deb.tree, 'DEBIAN');
  mkdirSync(control, { recursive: true });
  for (const name of [...scripts, 'conffiles']) if (existsSync(join(deb.debian, name))) cpSync(join(deb.debian, name), join(control, name));
  settle(deb.tree);
  const size = kilobytes(deb.tree) - kilobytes(control);
  const fields = readFileSync(join(deb.debian, 'control'), 'utf8').trimEnd();
  writeFileSync(
    join(control, 'control'),
    `${fields.replace(/^Package: .*$/m, (line) => `${line}\nVersion: ${deb.version}\nArchitecture: ${deb.architecture}\nMaintainer: OWSO Kiosk developers <owso-kiosk@localhost>\nInstalled-Size: ${size}`)}\n`,
  );
  const shipped = files(deb.tree).filter((path) => !path.startsWith('DEBIAN/') && !lstatSync(join(deb.tree, path)).isSymbolicLink());
  const sums = execFileSync('md5sum', ['--', ...shipped], { cwd: deb.tree, encoding: 'utf8', maxBuffer: 1 << 26 });
  writeFileSync(join(control, 'md5sums'), sums);
  mkdirSync(out, { recursive: true });
  const file = join(out, `${deb.name}_${deb.version}_${deb.architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z12', '--build', deb.tree, file], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, SOURCE_DATE_EPOCH: process.env['SOURCE_DATE_EPOCH'] ?? '1735689600' } });
  return file;
}
