import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { percentIn } from '../../src/terminal/cli/update/apt.ts';
import { fixtureMachine, says, type FixtureMachine, type Program } from './fixture-machine.ts';
import { session } from './session.ts';

const bytes = '!<arch>\ndebian-binary';
const sha256 = createHash('sha256').update(bytes).digest('hex');

/** A package that says this of itself. */
const dpkgDeb =
  (fields: Readonly<Record<string, string>> = {}): Program =>
  () => says(Object.entries({ Package: 'owso-kiosk-terminal', Version: '0.2.0', Architecture: 'amd64', ...fields }).map(([name, value]) => `${name}: ${value}\n`).join(''));

const dpkg: Program = (args) => (args[0] === '--print-architecture' ? says('amd64\n') : says('', Number(args[1]?.split('.')[1]) > Number(args[3]?.split('.')[1]) ? 0 : 1));

async function machineWith(programs: Readonly<Record<string, Program>> = {}): Promise<FixtureMachine> {
  const machine = await fixtureMachine({
    content: false,
    files: { '/new.deb': bytes },
    programs: { 'dpkg-deb': dpkgDeb(), dpkg, 'dpkg-query': () => says('installed 0.1.0'), env: (_args, { onLine }) => (onLine?.('pmstatus:owso-kiosk-terminal:50.0:Unpacking'), says('')), systemctl: () => says(''), nft: () => says('nftables v1.0.6\n'), ...programs },
  });
  return machine;
}

/** The same machine with a firewall's program that answers. */
function withFirewall(machine: FixtureMachine, closes = true): FixtureMachine {
  const firewall = machine.at('/usr/lib/owso-kiosk-terminal/firewall');
  return {
    ...machine,
    run: async (program, args, options) => {
      if (program !== firewall) return machine.run(program, args, options);
      machine.ran.push(`firewall ${args.join(' ')}`);
      return says('', args[0] === 'close-for-updates' && !closes ? 1 : 0);
    },
  };
}

const apt = ({ ran }: FixtureMachine): readonly string[] => ran.filter((line) => line.includes('apt-get')).map((line) => line.replace(/ --option=\S+| --yes| --no-install-recommends/g, ''));

describe('owso-kiosk update FILE', () => {
  test('installs a newer package without touching the firewall, and never asks on the way', async () => {
    const machine = await machineWith();
    const done = await session(machine, ['update', 'new.deb', '--sha256', sha256]);
    expect(done.code).toBe(0);
    expect(done.out).toContain('Version 0.2.0 is installed');
    expect(apt(machine)).toEqual([expect.stringMatching(/^env DEBIAN_FRONTEND=noninteractive apt-get install \/\S+\/checked-new\.deb$/)]);
    expect(machine.ran.find((line) => line.includes('apt-get'))).toContain('--force-confold');
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('owso-update-'))).toEqual([]);
  });

  test('where the lock is released, it says to lock again', async () => {
    const machine = await machineWith({ systemctl: () => says('Id=owso-kiosk-console.service\nLoadState=loaded\nActiveState=active\nUnitFileState=static\n') });
    expect((await session(machine, ['update', 'new.deb'])).out).toContain('owso-kiosk lock, then ‘Examine this terminal’');
  });

  test('shows the SHA-256 and asks for it where a person sits', async () => {
    const machine = await machineWith();
    const no = await session(machine, ['update', 'new.deb'], { typed: { 'SHA-256': 'no' } });
    expect(no.err).toContain(sha256);
    expect([no.code, apt(machine)]).toEqual([1, []]);
    expect((await session(machine, ['update', 'new.deb'], { typed: { 'SHA-256': 'yes' } })).code).toBe(0);
  });

  test.each([
    ['an older version', {}, { 'dpkg-deb': dpkgDeb({ Version: '0.0.9' }) }, [], 'older'],
    ['another package', {}, { 'dpkg-deb': dpkgDeb({ Package: 'hello' }) }, [], 'otherPackage'],
    ['a package for another machine', {}, { 'dpkg-deb': dpkgDeb({ Architecture: 'arm64' }) }, [], 'otherArchitecture'],
    ['no package at all', {}, { 'dpkg-deb': () => says('', 2, 'not a Debian format archive') }, [], 'noPackage'],
    ['another file than the one that was published', {}, {}, ['--sha256', '0'.repeat(64)], 'wrongHash'],
  ])('refuses %s, and installs nothing', async (_what, _files, programs, args, code) => {
    const machine = await machineWith(programs);
    const done = await session(machine, ['update', 'new.deb', ...args]);
    expect(done.code).toBe(1);
    expect(done.err).toContain(`[${code}]`);
    expect(apt(machine)).toEqual([]);
  });

  test('goes back to an older version only when that is wished', async () => {
    const machine = await machineWith({ 'dpkg-deb': dpkgDeb({ Version: '0.0.9' }) });
    expect((await session(machine, ['update', 'new.deb', '--allow-downgrade'])).code).toBe(0);
    expect(apt(machine)[0]).toContain('install --allow-downgrades ');
  });

  test('does nothing for the version that is there', async () => {
    const machine = await machineWith({ 'dpkg-query': () => says('installed 0.2.0') });
    const done = await session(machine, ['update', 'new.deb']);
    expect([done.code, apt(machine)]).toEqual([0, []]);
    expect(done.out).toContain('--again');
  });

  test('installs that version again when told to, with every file as it was shipped, and verified as ever', async () => {
    const machine = await machineWith({ 'dpkg-query': () => says('installed 0.2.0') });
    expect((await session(machine, ['update', 'new.deb', '--again', '--sha256', '0'.repeat(64)])).err).toContain('[wrongHash]');
    expect((await session(machine, ['update', 'new.deb', '--again'], { typed: { 'SHA-256': 'no' } })).code).toBe(1);
    expect(apt(machine)).toEqual([]);
    const done = await session(machine, ['update', 'new.deb', '--again', '--sha256', sha256]);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('Version 0.2.0 is installed')]);
    expect(apt(machine)).toEqual([expect.stringMatching(/apt-get install --reinstall \/\S+\/checked-new\.deb$/)]);
    const asked = machine.ran.find((line) => line.includes('apt-get'));
    for (const how of ['confask', 'confnew', 'confmiss']) expect(asked).toContain(`--force-${how}`);
    expect(asked).not.toContain('confold');
  });

  test('with --again goes back to no older version', async () => {
    const machine = await machineWith({ 'dpkg-deb': dpkgDeb({ Version: '0.0.9' }) });
    expect((await session(machine, ['update', 'new.deb', '--again'])).err).toContain('[older]');
    expect(apt(machine)).toEqual([]);
  });

  test('goes on with an update that a power cut broke off, and does not call it installed', async () => {
    const machine = await machineWith({ 'dpkg-query': () => says('unpacked 0.2.0') });
    const done = await session(machine, ['update', 'new.deb']);
    expect(done.out).toContain('Version 0.2.0 is installed');
    const steps = machine.ran.filter((line) => line.startsWith('env '));
    expect(steps.map((line) => /dpkg.* --configure --pending$|apt-get install/.exec(line)?.[0].replace(/ --force-\S+/g, ''))).toEqual(['dpkg --configure --pending', 'apt-get install']);
  });

  test('tells what apt says, and how to fetch what is missing', async () => {
    const machine = await machineWith({ env: () => says('', 100, 'E: Unmet dependencies: imv') });
    const done = await session(machine, ['update', 'new.deb']);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(/Unmet dependencies: imv.*--debian/);
  });

  test.each([[['update']], [['update', 'new.deb', '--from-stick']], [['update', 'absent.deb']]])('%j says what is missing', async (args) => {
    const done = await session(await machineWith(), args);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(/\[(?:badCall|noFile)\]/);
  });
});

describe('owso-kiosk update --from-stick', () => {
  test('takes the newest package of the stick', async () => {
    const machine = await machineWith({
      unshare: async (args) => {
        for (const version of ['0.2.0', '0.3.0']) await writeFile(join(args.at(-1) ?? '', `owso-kiosk-terminal_${version}_amd64.deb`), bytes);
        return says('stick sda\n');
      },
      'dpkg-deb': (args) => dpkgDeb({ Version: /_([\d.]+)_/.exec(args[1] ?? '')?.[1] ?? '' })(args, {}),
    });
    const done = await session(machine, ['update', '--from-stick']);
    expect(done.out).toContain('Version 0.3.0 is installed');
    expect(machine.ran[0]).toMatch(/^unshare --mount --propagation private \S+\/packages-from-stick /);
  });

  test.each([['', 'noStick'], ['stick sda\n', 'noPackage']])('of a stick with nothing on it says so: %j', async (said, code) => {
    expect((await session(await machineWith({ unshare: () => says(said) }), ['update', '--from-stick'])).err).toContain(`[${code}]`);
  });
});

describe('owso-kiosk update --debian', () => {
  test('opens the firewall for apt alone, and closes it again', async () => {
    const machine = await machineWith();
    const done = await session(withFirewall(machine), ['update', '--debian']);
    expect(done.code).toBe(0);
    expect(machine.ran.map((line) => line.replace(/ --option=\S+| --yes| --no-install-recommends/g, ''))).toEqual([
      'env DEBIAN_FRONTEND=noninteractive dpkg --force-confold --force-confdef --configure --pending',
      'nft --version',
      'firewall open-for-updates',
      'env DEBIAN_FRONTEND=noninteractive apt-get update',
      'env DEBIAN_FRONTEND=noninteractive apt-get upgrade --with-new-pkgs',
      'firewall close-for-updates',
      expect.stringMatching(/^systemctl show .* owso-kiosk-console\.service$/),
      'systemctl try-restart owso-kiosk.service',
    ]);
  });

  test('fetches the firewall’s own program, too, where it is missing and nothing can be opened', async () => {
    const machine = await fixtureMachine({ content: false, files: { '/new.deb': bytes }, programs: { 'dpkg-deb': dpkgDeb(), dpkg, 'dpkg-query': () => says('installed 0.2.0'), env: () => says(''), systemctl: () => says('') } });
    const done = await session(withFirewall(machine), ['update', 'new.deb', '--again', '--debian']);
    expect([done.code, done.err]).toEqual([0, expect.not.stringContaining('DID NOT CLOSE')]);
    expect(apt(machine)).toEqual([expect.stringContaining('apt-get update'), expect.stringMatching(/apt-get install --reinstall --fix-broken --no-remove /)]);
    expect(machine.ran.filter((line) => line.startsWith('firewall'))).toEqual([]);
  });

  test('on a console of a released lock says to lock again, and that no display was started', async () => {
    const machine = await machineWith({ systemctl: () => says('Id=owso-kiosk-console.service\nLoadState=loaded\nActiveState=active\nUnitFileState=static\n') });
    expect((await session(withFirewall(machine), ['update', '--debian'])).out).toBe('Debian is up to date. Next: owso-kiosk lock, then ‘Examine this terminal’ in the operator’s panel');
  });

  test('closes it too when apt fails, and shouts when it does not close', async () => {
    const machine = await machineWith({ env: () => says('', 100, 'Temporary failure resolving packages.example.org') });
    const failed = await session(withFirewall(machine), ['update', '--debian']);
    expect(failed.err).toMatch(/resolving packages\.example\.org/);
    expect(machine.ran.at(-1)).toBe('firewall close-for-updates');
    expect((await session(withFirewall(await machineWith(), false), ['update', '--debian'])).err).toContain('DID NOT CLOSE');
  });
});

test('apt’s progress is read from its status lines', () => {
  expect(percentIn('pmstatus:chromium:42.5:Unpacking chromium (amd64)')).toBe(42.5);
  expect(percentIn('pmstatus:libc6:amd64:12.0:Configuring')).toBe(12);
  expect(percentIn('dlstatus:1:0.0:Retrieving file 1 of 2')).toBe(0);
  expect(percentIn('Reading package lists...')).toBeUndefined();
});
