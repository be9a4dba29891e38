import { chmod, mkdir, symlink, utimes } from 'node:fs/promises';
import type { PageHealth } from '../../src/api/page-health.ts';
import { ok, type Result } from '../../src/model/result.ts';
import { doctorCommand } from '../../src/terminal/cli/doctor/command.ts';
import type { Finding } from '../../src/terminal/cli/doctor/finding.ts';
import type { Measures } from '../../src/terminal/cli/doctor/khmer.ts';
import type { Probed } from '../../src/terminal/cli/doctor/probe.ts';
import { dispatch } from '../../src/console/command.ts';
import { fixtureMachine, says, type FixtureMachine, type Program } from './fixture-machine.ts';

/** The project's own content is signed when it is built: a moment after that. */
export const later = Date.now() + 60_000;

export const health: PageHealth = { page: '0123456789abcdef', screen: 'attract', drawn: true, content: true, app: '0.1.0', edition: 1_000_000, confirmed: new Date(later - 86_400_000).toISOString(), sample: false, faults: [] };

const m = (width: number, above: number, below: number) => ({ width, above, below });
/** As Kantumruy Pro measures in Chromium. */
export const shaped: Measures = { ស: m(93, 60, 1), រ: m(32, 60, 1), ស្ត: m(93, 60, 27), ស្រ: m(121, 60, 27), សី: m(93, 89, 1), ស្ត្រី: m(121, 89, 27) };
/** As a font without Khmer does. */
export const boxes: Measures = { ស: m(50, 90, 33), រ: m(50, 90, 33), ស្ត: m(150, 90, 33), ស្រ: m(150, 90, 33), សី: m(100, 90, 33), ស្ត្រី: m(300, 90, 33) };

export const probed: Probed = {
  shipped: { DeveloperToolsAvailability: 2, URLBlocklist: ['*'] },
  shown: ok({ DeveloperToolsAvailability: { value: 1 }, URLBlocklist: { value: ['*'] } }),
  khmer: ok({ 'kantumruy-pro': shaped }),
};

const firewall = `table inet owso_kiosk {
	set updaters { type uid
	}
	chain input {
		type filter hook input priority filter; policy drop;
	}
	chain output {
		type filter hook output priority filter; policy drop;
	}
}`;

/** systemd, of which some units are another way. */
export const systemctlWith =
  (otherwise: Readonly<Record<string, string>> = {}): Program =>
  (args) =>
    says(
      args
        .slice(args.indexOf('--') + 1)
        .map((unit) => {
          const idle = /getty|fallback|console|dark|ctrl-alt-del/.test(unit);
          const active = otherwise[unit] ?? (idle ? 'inactive' : 'active');
          return `Id=${unit}\nLoadState=loaded\nActiveState=${active}\nUnitFileState=${unit === 'ctrl-alt-del.target' ? 'masked' : 'enabled'}\nNRestarts=0`;
        })
        .join('\n\n'),
    );

const tcpHeader = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
/** A line of `/proc/net/tcp`. @param at address and port in hex, as the kernel writes them */
export const listening = (at: string, inode = 12345): string => `${tcpHeader}   0: ${at} 00000000:0000 0A 00000000:00000000 00:00000000 00000000   991        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;

const process = (uid: number, seccomp: number): string => `Name:\tchromium\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nSeccomp:\t${seccomp}\n`;

/** A terminal on which everything is as it must be. */
export async function wellTerminal(files: Readonly<Record<string, string>> = {}, given: Omit<Parameters<typeof fixtureMachine>[0] & object, 'files'> = {}): Promise<FixtureMachine> {
  const hubAnswer = { ok: true, value: { health: { status: 'ok', version: '0.1.0', now: new Date(later).toISOString(), release: 7, demonstration: false }, clockDifference: 40 } };
  const machine = await fixtureMachine({
    ...given,
    files: {
      '/etc/owso-kiosk/terminal.yaml': "office: '990101'\nkiosk: lobby-1\nhub: https://hub.example.org\nkeyboards: ['0c2e:0200', '046d:c31c']\n",
      '/etc/group': 'video:x:44:owso-kiosk\n',
      '/etc/shadow': 'root:$y$j9T$x:20000::::::\nowso-kiosk:!*:20000::::::\nowso-kiosk-agent:!*:20000::::::\n',
      '/run/owso-kiosk/heartbeat': '',
      '/run/owso-kiosk/state.json': JSON.stringify({ written: new Date(later).toISOString(), page: { heard: new Date(later).toISOString(), health }, hub: { address: 'https://hub.example.org', enrolled: true, answered: new Date(later - 20_000).toISOString() } }),
      '/proc/meminfo': 'MemTotal:        4000000 kB\nMemAvailable:    2500000 kB\n',
      '/proc/sys/kernel/sysrq': '0\n',
      '/proc/net/tcp': listening('0100007F:2120'),
      '/proc/net/tcp6': listening('00000000000000000000000001000000:2120'),
      '/proc/net/udp': '',
      '/proc/net/udp6': '',
      '/proc/100/cmdline': '/usr/lib/chromium/chromium\0--kiosk\0',
      '/proc/100/status': process(990, 0),
      '/proc/101/cmdline': '/usr/lib/chromium/chromium --type=renderer --lang=km\0',
      '/proc/101/status': process(990, 2),
      '/sys/class/video4linux/video0/index': '0\n',
      '/sys/class/video4linux/video0/name': 'HD Webcam C270\n',
      '/sys/class/video4linux/video1/index': '1\n',
      '/dev/video0': '',
      ...files,
    },
    programs: {
      systemctl: systemctlWith(),
      nft: () => says(firewall),
      setpriv: () => says(JSON.stringify(hubAnswer)),
      'fc-list': () => says('Khmer OS\nKhmer OS System\n'),
      dpkg: () => says(''),
      udevadm: () => says('LIBINPUT_IGNORE_DEVICE=1\n'),
      ...given.programs,
    },
  });
  await utimes(machine.at('/run/owso-kiosk/heartbeat'), new Date(later - 500), new Date(later - 500));
  await chmod(machine.at('/dev/video0'), 0o666);
  await mkdir(machine.at('/var/lib'), { recursive: true });
  for (const [pid, namespace] of [['100', 'user:[1]'], ['101', 'user:[2]']] as const) {
    await mkdir(machine.at(`/proc/${pid}/ns`), { recursive: true });
    await symlink(namespace, machine.at(`/proc/${pid}/ns/user`));
  }
  await machine.put('/etc/owso-kiosk/pin', 'scrypt$…', 0o640);
  return machine;
}

export interface Examined {
  readonly code: number;
  readonly findings: readonly Finding[];
  /** Findings of one check. */
  of(check: string): readonly Finding[];
}

/** Has the doctor look at a machine. */
export async function examine(machine: FixtureMachine, probe: Result<Probed, string> = ok(probed), at = later): Promise<Examined> {
  const out: string[] = [];
  const command = doctorCommand(machine, async () => probe);
  const code = await dispatch({ name: 'owso-kiosk', commands: [command] }, ['doctor', '--json'], { cwd: machine.root, now: () => at, out: (line) => void out.push(line), err: () => undefined, signal: new AbortController().signal });
  const { findings } = JSON.parse(out.join('\n')) as { findings: readonly Finding[] };
  return { code, findings, of: (check) => findings.filter((one) => one.check === check) };
}

