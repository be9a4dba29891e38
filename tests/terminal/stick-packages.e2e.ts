import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { must, run } from './support/command.ts';
import { because } from './support/requirements.ts';

const script = resolve(import.meta.dirname, '../../kiosk-config/terminal/files/usr/lib/owso-kiosk-terminal/packages-from-stick');

/** Why no stick can be pretended here; undefined if one can. */
async function lacks(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root, for a loop device';
  if (!existsSync('/usr/sbin/mke2fs') && !existsSync('/sbin/mke2fs')) return 'mke2fs is not installed (e2fsprogs)';
  if ((await run('sh', ['-c', 'losetup --find'])).code !== 0) return 'has no loop devices';
  return (await run('sh', ['-c', 'unshare --mount true'])).code === 0 ? undefined : 'may not make a mount namespace';
}
const lacking = await lacks();

/**
 * Runs the script over a stick with these files, in a mount namespace of its own
 * in which the stick is the one block device, on USB. @returns what it said and the files that it took
 */
async function takeFrom(fill: (stick: string) => void): Promise<{ readonly said: string; readonly taken: Readonly<Record<string, string>> }> {
  const work = mkdtempSync(join(tmpdir(), 'owso-stick-'));
  onTestFinished(() => rmSync(work, { recursive: true, force: true }));
  const [content, image, out, devices] = ['content', 'image', 'out', 'devices'].map((name) => join(work, name)) as [string, string, string, string];
  for (const folder of [content, out, devices]) mkdirSync(folder);
  fill(content);
  await must('truncate', ['--size=8M', image]);
  await must('mke2fs', ['-q', '-t', 'ext4', '-d', content, image]);
  const device = (await must('losetup', ['--find', '--show', image])).stdout.trim();
  onTestFinished(async () => void (await run('losetup', ['--detach', device])));
  const name = basename(device);
  mkdirSync(join(work, 'usb1', name), { recursive: true });
  symlinkSync(join(work, 'usb1', name), join(devices, name));
  const { stdout } = await must('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'mount -t tmpfs none /run && mount --bind "$1" /sys/block && exec sh "$2" "$3"', 'sh', devices, script, out]);
  return { said: stdout, taken: Object.fromEntries(readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')])) };
}

describe.skipIf(lacking !== undefined)(`packages on a USB stick${because(lacking)}`, () => {
  it('are taken from the top folder and from owso-packages, those for this machine alone', async () => {
    const architecture = (await must('dpkg', ['--print-architecture'])).stdout.trim();
    const { said, taken } = await takeFrom((stick) => {
      mkdirSync(join(stick, 'owso-packages'));
      writeFileSync(join(stick, `owso-kiosk-terminal_0.2.0_${architecture}.deb`), 'two');
      writeFileSync(join(stick, `owso-packages/owso-kiosk-terminal_0.3.0_${architecture}.deb`), 'three');
      writeFileSync(join(stick, 'owso-kiosk-terminal_0.4.0_mips.deb'), 'other');
      writeFileSync(join(stick, `hello_1.0_${architecture}.deb`), 'hello');
    });
    expect(taken).toEqual({ [`owso-kiosk-terminal_0.2.0_${architecture}.deb`]: 'two', [`owso-kiosk-terminal_0.3.0_${architecture}.deb`]: 'three' });
    expect(said).toMatch(/^stick /);
  });

  it('that are links to files of this machine are left', async () => {
    const architecture = (await must('dpkg', ['--print-architecture'])).stdout.trim();
    const { taken } = await takeFrom((stick) => symlinkSync('/etc/passwd', join(stick, `owso-kiosk-terminal_9.0.0_${architecture}.deb`)));
    expect(taken).toEqual({});
  });

  it('that are not there are told from a stick that is not there', async () => {
    const { said, taken } = await takeFrom(() => undefined);
    expect([said, taken]).toEqual([expect.stringMatching(/^stick \w+\n$/), {}]);
  });
});
