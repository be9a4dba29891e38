import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './support/command.ts';
import { Container } from './support/container.ts';
import { containerLacks, triedSuites } from './support/requirements.ts';
import { toolsRoot } from './support/root.ts';
import { attractScreen, standalone } from './support/terminal.ts';

const built = resolve(import.meta.dirname, '../../.build/packages');
const names = ['terminal', 'hub'] as const;
type Name = (typeof names)[number];

/** The package as `npm run package` made it. */
function packageOf(name: Name): string {
  const file = readdirSync(built).filter((entry) => entry.startsWith(`owso-kiosk-${name}_`) && entry.endsWith('_amd64.deb')).sort().at(-1);
  if (file === undefined) throw new Error('run `npm run package`');
  return join(built, file);
}

/** The same package under another version: what an upgrade brings. */
function versionOf(name: Name, version: string, folder: string): string {
  const tree = mkdtempSync(join(folder, 'tree-'));
  execFileSync('dpkg-deb', ['-R', packageOf(name), tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  const program = join(tree, `usr/lib/owso-kiosk-${name}/package.json`);
  writeFileSync(program, readFileSync(program, 'utf8').replace(/"version": "[^"]+"/, `"version": "${version}"`));
  const file = join(folder, `owso-kiosk-${name}_${version}_amd64.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', tree, file]);
  rmSync(tree, { recursive: true });
  return file;
}

/** A package that wants the place of both, and then cannot be installed. */
function rival(folder: string): string {
  const tree = mkdtempSync(join(folder, 'tree-'));
  mkdirSync(join(tree, 'DEBIAN'));
  const both = names.map((name) => `owso-kiosk-${name}`).join(', ');
  writeFileSync(join(tree, 'DEBIAN/control'), `Package: rival\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@localhost>\nDescription: fails\nConflicts: ${both}\nReplaces: ${both}\nProvides: ${both}\n`);
  writeFileSync(join(tree, 'DEBIAN/preinst'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const file = join(folder, 'rival_1.0_all.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, file]);
  rmSync(tree, { recursive: true });
  return file;
}

/** Everything on the machine but what its own services write all the time. */
async function filesOf(machine: Container): Promise<readonly string[]> {
  const listed = await machine.sh(
    "find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /root -o -path /var/log -o -path /var/tmp -o -path /var/cache -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/lib/systemd/random-seed -o -path /var/lib/systemd/timesync -o -path /var/lib/systemd/catalog -o -name __pycache__ \\) -prune -o -printf '%y %m %u:%g %p\\n'",
  );
  return listed.trim().split('\n').sort();
}

/** A shell line that asks the hub on a port of the machine's own loopback. */
const ask = (port: number): string => `/usr/lib/owso-kiosk-hub/node -e "fetch('http://localhost:${port}/api/v1/health').then((answer) => answer.text()).then(console.log)"`;

const version = (name: Name): string => execFileSync('dpkg-deb', ['-f', packageOf(name), 'Version'], { encoding: 'utf8' }).trim();
const lacking = await containerLacks();

/** Highest exposure that `systemd-analyze security` may tell, by unit: of 10. What is left over is in the units' comments. */
const exposure: Readonly<Record<string, number>> = {
  'owso-kiosk.service': 4.5,
  'owso-kiosk-agent.service': 2,
  'owso-kiosk-fallback.service': 3.5,
  'owso-kiosk-settings.service': 5,
  'owso-kiosk-firewall.service': 6,
  'owso-kiosk-firewall-hub.service': 6,
  'owso-kiosk-hub.service': 1.5,
  'owso-kiosk-hub-backup.service': 1,
};

describe.each(triedSuites)(`the packages on Debian %s${lacking === undefined ? '' : ` – skipped: ${lacking}`}`, (suite) => {
  let machine: Container;
  let before: readonly string[];
  let accounts: string;
  let folder: string;

  /** Installs packages as apt does after it has fetched what they depend on. Rejects with what dpkg said where it fails. */
  async function install(...files: readonly string[]): Promise<string> {
    const inside: string[] = [];
    for (const file of files) {
      const path = `/root/${file.split('/').at(-1)}`;
      await machine.write(path, readFileSync(file));
      inside.push(path);
    }
    return machine.sh(`DEBIAN_FRONTEND=noninteractive dpkg -i ${inside.join(' ')} 2>&1 </dev/null; code=$?; rm -f ${inside.join(' ')}; exit $code`, { timeout: 120_000 });
  }

  beforeAll(async () => {
    if (lacking !== undefined) return;
    folder = mkdtempSync(join(tmpdir(), 'owso-packages-'));
    machine = await Container.create(await toolsRoot(suite));
    await machine.start();
    before = await filesOf(machine);
    accounts = await machine.sh('cat /etc/passwd /etc/group | sort');
    await install(packageOf('terminal'), packageOf('hub'));
  }, 900_000);
  afterAll(async () => {
    await machine?.remove();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(lacking !== undefined)('belong to root, and nobody else may write to them', async () => {
    const shipped = (await machine.sh('for p in owso-kiosk-terminal owso-kiosk-hub; do dpkg -L $p; done')).trim().split('\n');
    const listed = await machine.sh(`xargs -d '\\n' stat -c '%F|%a|%U:%G|%n'`.replace('xargs', `printf '%s\\n' ${shipped.filter((path) => path.includes('owso')).map((path) => `'${path}'`).join(' ')} | xargs`));
    for (const line of listed.trim().split('\n')) {
      const [kind, mode, owner] = line.split('|');
      expect(`${line}: ${owner}`).toBe(`${line}: root:root`);
      if (kind !== 'symbolic link') expect(Number.parseInt(mode ?? '', 8) & 0o6022, line).toBe(0);
    }
  });

  it.skipIf(lacking !== undefined)('make service users without a shell, without a password and without a way to one', async () => {
    const shadow = await machine.sh('cat /etc/shadow');
    for (const user of ['owso-kiosk', 'owso-kiosk-agent', 'owso-hub']) {
      expect(await machine.sh(`getent passwd ${user}`)).toMatch(/:\/usr\/sbin\/nologin$/m);
      expect(shadow).toMatch(new RegExp(`^${user}:!\\*?:`, 'm'));
    }
    // Screen and camera; the graphics card; nothing else.
    expect((await machine.sh('id -nG owso-kiosk')).trim().split(' ').sort()).toEqual(['owso-kiosk', 'render', 'video']);
    expect((await machine.sh('id -nG owso-kiosk-agent')).trim()).toBe('owso-kiosk-agent');
    expect((await machine.exec('ls /etc/sudoers.d 2>/dev/null; grep -rl owso /etc/sudoers /etc/polkit-1 2>/dev/null')).stdout).not.toContain('owso');
  });

  it.skipIf(lacking !== undefined)('bring units in which systemd finds no fault, each with less power than it could have', async () => {
    const units = (await machine.sh("for p in owso-kiosk-terminal owso-kiosk-hub; do dpkg -L $p; done | grep -E '/systemd/system/owso-[^/]+[.](service|path|timer|target)$' | xargs -n1 basename")).trim().split('\n').flatMap((unit) => (unit.includes('request@.') ? ['screenshot', 'examine'].map((name) => unit.replace('@.', `@${name}.`)) : unit));
    const verified = await machine.exec(`systemd-analyze verify ${units.join(' ')} 2>&1`);
    // Debian 13's word, which Debian 12's systemd ignores: see the unit.
    expect(verified.stdout.split('\n').filter((line) => line.includes('owso') && !/owso-kiosk\.service:\d+: Unknown key (?:name )?'RestartMode'/.test(line))).toEqual([]);
    for (const [unit, most] of Object.entries(exposure)) {
      const said = await machine.sh(`systemd-analyze security --no-pager ${unit} | tail -n 1`);
      const level = Number(/: ([\d.]+) /.exec(said)?.[1]);
      expect(level, said).toBeLessThanOrEqual(most);
    }
  });

  it.skipIf(lacking !== undefined)('leave the machine as it was until it is provisioned: no screen, no firewall, no listening port of the terminal', async () => {
    expect((await machine.exec('systemctl is-active owso-kiosk.service owso-kiosk-agent.service')).stdout.trim().split('\n')).toEqual(['inactive', 'inactive']);
    expect((await machine.exec('ss -Hltn')).stdout).not.toContain(':8480');
  });

  it.skipIf(lacking !== undefined)('run the hub, which listens on loopback alone and has no account', async () => {
    await until('the hub answers', 20_000, async () => ((await machine.exec(ask(8080))).stdout.includes('"status":"ok"') ? true : undefined));
    const listening = await machine.sh('ss -Hltn');
    expect(listening.trim().split('\n').map((line) => line.trim().split(/\s+/)[3]).filter((address) => !/^(?:127\.|\[::1\])/.test(address ?? ''))).toEqual([]);
    expect((await machine.sh('owso-kiosk-hub accounts list 2>&1')).toLowerCase()).toMatch(/no account|none/);
  });

  it.skipIf(lacking !== undefined)('carry content on, by a mirror and by a stick of root’s own, without an option, and believe none of it unproven', async () => {
    const health = (release: number) => until(`the hub serves edition ${release}`, 30_000, async () => ((await machine.exec(ask(8080))).stdout.includes(`"release":${release}`) ? true : undefined));
    await machine.sh('mkdir -p -m 700 /media/stick');
    const none = await machine.exec('owso-kiosk-hub content export /media/stick');
    expect(none.stderr).toMatch(/^There is no published content in \/var\/lib\/owso-kiosk-hub\/content\. .*content import/);
    expect(await machine.sh('owso-kiosk-hub content export --help')).toMatch(/^Usage: owso-kiosk-hub content export DIR[^]*owso-kiosk-hub content import DIR takes it over/);

    // The terminal's package has the content that the hub's was built with.
    await machine.sh('systemd-run --quiet --unit=upstream --setenv=PORT=8099 --setenv=DATA_DIR=/run/upstream --setenv=CONTENT_DIR=/usr/share/owso-kiosk-terminal/content --setenv=TERMINAL_FILE=/etc/owso-kiosk-hub/terminal.yaml --setenv=KIOSK_DIR=/usr/share/owso-kiosk-hub/app --setenv=STUDIO_DIR=/usr/share/owso-kiosk-hub/studio /usr/lib/owso-kiosk-hub/node /usr/lib/owso-kiosk-hub/hub.js');
    await until('the national hub answers', 20_000, async () => ((await machine.exec(ask(8099))).stdout.includes('"status":"ok"') ? true : undefined));
    await machine.sh('cp -p /etc/owso-kiosk-hub/hub.env /root/hub.env && echo UPSTREAM_URL=http://localhost:8099 >>/etc/owso-kiosk-hub/hub.env && systemctl restart owso-kiosk-hub');
    const edition = Number(/"release":(\d+)/.exec((await machine.exec(ask(8099))).stdout)?.[1]);
    await health(edition);
    await machine.sh('systemctl stop upstream && mv /root/hub.env /etc/owso-kiosk-hub/hub.env && systemctl restart owso-kiosk-hub');
    expect(await machine.sh('owso-kiosk-hub content export /media/stick')).toMatch(new RegExp(`^The stick has edition ${edition}\\b`));

    // The same machine as one without a network that has no content yet.
    await machine.sh('rm -r /var/lib/owso-kiosk-hub/content');
    expect(await machine.sh('cd /media/stick && owso-kiosk-hub content import .')).toMatch(new RegExp(`^Took over edition ${edition}\\b`));
    await health(edition);
    expect(await machine.sh('find /var/lib/owso-kiosk-hub/content ! -user owso-hub')).toBe('');
    expect(await machine.sh('owso-kiosk-hub keys list')).toContain('timestamp: 1 of 1');

    // Another root, as the hub's own settings name it.
    await machine.sh('echo TRUST_ROOT=/etc/owso-kiosk-hub/root.json >>/etc/owso-kiosk-hub/hub.env');
    expect((await machine.exec('owso-kiosk-hub content import /media/stick')).stderr).toMatch(/^There is no root metadata at \/etc\/owso-kiosk-hub\/root\.json/);
    await machine.sh('sed -i /TRUST_ROOT/d /etc/owso-kiosk-hub/hub.env');
    // A stick on which a price was changed, and one that leads elsewhere.
    await machine.sh('rm -rf /var/lib/owso-kiosk-hub/content /media/stick/owso-content/changes && for f in /media/stick/owso-content/targets/services/*/*.json; do sed -i s/riel/reel/ "$f"; done');
    expect((await machine.exec('owso-kiosk-hub content import /media/stick')).stderr).toMatch(/Nothing was taken from it\./);
    await machine.sh('rm -r /media/stick/owso-content && mkdir /media/elsewhere && ln -s /media/elsewhere /media/stick/owso-content');
    expect((await machine.exec('owso-kiosk-hub content export /media/stick')).stderr).toContain('owso-content on the stick is a link');
    expect(await machine.sh('ls /media/elsewhere')).toBe('');
    await machine.sh('rm -r /media/stick /media/elsewhere');
  }, 180_000);

  it.skipIf(lacking !== undefined)('stay as they are, and go on running, where the backup before an upgrade does not fit on the disk', async () => {
    await machine.sh('mount -t tmpfs -o size=64k,mode=0750,uid=$(id -u owso-hub),gid=$(id -g owso-hub) none /var/backups/owso-kiosk-hub');
    try {
      await expect(install(versionOf('hub', '9.0', folder))).rejects.toThrow(/could not be written to \/var\/backups\/owso-kiosk-hub: .*[^]*the backup before the upgrade failed, so nothing was changed/);
      expect(await machine.sh('ls -A /var/backups/owso-kiosk-hub')).toBe('');
    } finally {
      await machine.sh('umount /var/backups/owso-kiosk-hub');
    }
    expect(await machine.sh("dpkg-query --show --showformat='${db:Status-Status} ${Version}' owso-kiosk-hub")).toBe(`installed ${version('hub')}`);
    await until('the hub answers', 20_000, async () => ((await machine.exec(ask(8080))).stdout.includes(`"version":"${version('hub')}"`) ? true : undefined));
  }, 120_000);

  it.skipIf(lacking !== undefined)('are upgraded with settings and data kept, and the terminal shows itself again', async () => {
    for (const [path, { content }] of Object.entries(standalone)) await machine.write(`/${path}`, content);
    await machine.sh('systemctl start owso-kiosk-settings owso-kiosk-firewall owso-kiosk-agent && systemctl --no-block start owso-kiosk');
    const page = await attractScreen(machine, 60_000);
    // As systemd reads it: a blank in a value is no word of a shell's.
    await machine.write('/etc/owso-kiosk-hub/hub.env', 'PORT=8081\nTRUST_PROXY=127.0.0.1, 10.0.0.2\n');
    await install(versionOf('terminal', '9.0', folder), versionOf('hub', '9.0', folder));
    expect(await attractScreen(machine, 60_000, page)).not.toBe(page);
    expect(await machine.sh('cat /etc/owso-kiosk/terminal.yaml')).toContain('lobby-1');
    await until('the hub answers on its own port, as the new version', 20_000, async () => ((await machine.exec(ask(8081))).stdout.includes('"version":"9.0"') ? true : undefined));
    expect(await machine.sh('owso-kiosk-hub backup list')).toContain(`end-of-${version('hub')} `);
  }, 300_000);

  it.skipIf(lacking !== undefined)('go back, with the data as the older version left it and the newer one\'s kept', async () => {
    // What a newer version does to a database that an older one cannot read.
    await machine.sh(`setpriv --reuid owso-hub --regid owso-hub --clear-groups /usr/lib/owso-kiosk-hub/node -e "const { DatabaseSync } = require('node:sqlite'); new DatabaseSync('/var/lib/owso-kiosk-hub/hub.sqlite').exec(\\"INSERT INTO migrations VALUES (999, 'of the future', '2030-01-01')\\")"`);
    await machine.sh('systemctl restart owso-kiosk-hub');
    await until('the hub refuses a database of the future', 20_000, async () => ((await machine.exec('journalctl -u owso-kiosk-hub --no-pager | tail -n 20')).stdout.includes('cannot be opened') ? true : undefined));
    const said = await install(packageOf('hub'));
    expect(said).toContain('the data is as version');
    await until('the older hub answers', 20_000, async () => ((await machine.exec(ask(8081))).stdout.includes(`"version":"${version('hub')}"`) ? true : undefined));
    expect(await machine.sh('owso-kiosk-hub backup list')).toContain('end-of-9.0 ');
    expect(await machine.sh('owso-kiosk-hub --help')).toMatch(/^ {2}backup make .*\n {2}backup list .*\n {2}backup restore /m);
    expect(await machine.sh('owso-kiosk-hub backup restore --help')).toMatch(/^Usage: owso-kiosk-hub backup restore NAME /);
  }, 120_000);

  it.skipIf(lacking !== undefined)('bring a backup back while the hub runs, and have it running again afterwards', async () => {
    await machine.sh('owso-kiosk-hub backup make --name wanted && owso-kiosk-hub backup restore wanted');
    await until('the hub answers', 20_000, async () => ((await machine.exec(ask(8081))).stdout.includes('"status":"ok"') ? true : undefined));
    expect((await machine.exec('owso-kiosk-hub backup restore nowhere 2>&1')).stdout).toContain('There is no backup');
    for (const moment of ['0.1', '0.2', '0.3', '0.4', '0.6', '0.8']) await machine.exec(`timeout --signal=INT ${moment} owso-kiosk-hub backup restore wanted`);
    await until('the hub answers after Ctrl+C, too', 20_000, async () => ((await machine.exec(ask(8081))).stdout.includes('"status":"ok"') ? true : undefined));
  });

  it.skipIf(lacking !== undefined)('run again where what was to take their place could not be installed', async () => {
    const page = await attractScreen(machine, 60_000);
    await expect(install(rival(folder))).rejects.toThrow(/pre-installation script/);
    expect(await attractScreen(machine, 60_000, page)).not.toBe(page);
    await until('the hub answers', 20_000, async () => ((await machine.exec(ask(8081))).stdout.includes('"status":"ok"') ? true : undefined));
    expect(await machine.sh('nft list tables')).toContain('owso');
    expect((await machine.exec('systemctl is-active owso-kiosk-hub-backup.timer owso-kiosk-requests.target owso-kiosk-firewall-hub.timer')).stdout.trim().split('\n')).toEqual(['active', 'active', 'active']);
  }, 180_000);

  it.skipIf(lacking !== undefined)('are removed with settings and data kept, and let the network go', async () => {
    await machine.sh('DEBIAN_FRONTEND=noninteractive dpkg --remove owso-kiosk-terminal owso-kiosk-hub', { timeout: 120_000 });
    expect((await machine.exec('pgrep -u owso-kiosk,owso-kiosk-agent,owso-hub')).stdout).toBe('');
    expect((await machine.exec('nft list tables')).stdout).not.toContain('owso');
    expect((await machine.exec('ls /etc/owso-kiosk/terminal.yaml /var/lib/owso-kiosk-hub/hub.sqlite')).code).toBe(0);
  }, 120_000);

  it.skipIf(lacking !== undefined)('are installed again after that, and everything runs as before', async () => {
    await install(packageOf('terminal'), packageOf('hub'));
    expect((await machine.exec("systemctl list-unit-files --state=masked --no-legend 'owso-kiosk*'")).stdout).toBe('');
    await attractScreen(machine, 60_000);
    await until('the hub answers', 20_000, async () => ((await machine.exec(ask(8081))).stdout.includes('"status":"ok"') ? true : undefined));
    expect((await machine.exec('systemctl is-active owso-kiosk-hub-backup.timer owso-kiosk-requests.target owso-kiosk-firewall-hub.timer')).stdout.trim().split('\n')).toEqual(['active', 'active', 'active']);
  }, 300_000);

  it.skipIf(lacking !== undefined)('are purged without a trace', async () => {
    await machine.sh('DEBIAN_FRONTEND=noninteractive dpkg --purge owso-kiosk-terminal owso-kiosk-hub', { timeout: 120_000 });
    const after = await filesOf(machine);
    const known = new Set(before);
    const left = new Set(after);
    // Lists that Debian's own programs write anew at each account.
    const ownFiles = /\/etc\/(?:passwd|group|shadow|gshadow|subuid|subgid|\.pwd\.lock)-?$/;
    expect(after.filter((line) => !known.has(line) && !ownFiles.test(line))).toEqual([]);
    expect(before.filter((line) => !left.has(line) && !ownFiles.test(line))).toEqual([]);
    expect(await machine.sh('cat /etc/passwd /etc/group | sort')).toBe(accounts);
    expect((await machine.exec("systemctl list-unit-files 'owso-kiosk*' --no-legend")).stdout).toBe('');
  }, 120_000);
});
