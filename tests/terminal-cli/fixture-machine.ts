import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Machine, Ran, RunOptions } from '../../src/terminal/cli/machine.ts';

/** Of a mini PC with a touch screen, a keyboard, a scanner, a mouse and a touch pad. */
export const inputDevices = `I: Bus=0019 Vendor=0000 Product=0001 Version=0000
N: Name="Power Button"
P: Phys=PNP0C0C/button/input0
S: Sysfs=/devices/LNXSYSTM:00/LNXSYBUS:00/PNP0C0C:00/input/input0
U: Uniq=
H: Handlers=kbd event0
B: PROP=0
B: EV=3
B: KEY=10000000000000 0

I: Bus=0003 Vendor=046d Product=c31c Version=0110
N: Name="Logitech USB Keyboard"
P: Phys=usb-0000:00:14.0-1/input0
S: Sysfs=/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/0003:046D:C31C.0001/input/input3
U: Uniq=
H: Handlers=sysrq kbd event3 leds
B: PROP=0
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe
B: MSC=10
B: LED=7

I: Bus=0003 Vendor=0c2e Product=0200 Version=0110
N: Name="Honeywell Scanner 1250g"
P: Phys=usb-0000:00:14.0-2/input0
S: Sysfs=/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:0C2E:0200.0002/input/input4
U: Uniq=
H: Handlers=sysrq kbd event4 leds
B: PROP=0
B: EV=120013
B: KEY=e080ffdf01cfffff fffffffffffffffe
B: MSC=10
B: LED=1f

I: Bus=0003 Vendor=222a Product=0001 Version=0110
N: Name="ILITEK ILITEK-TP"
P: Phys=usb-0000:00:14.0-3/input0
S: Sysfs=/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:222A:0001.0003/input/input5
U: Uniq=
H: Handlers=mouse0 event5
B: PROP=2
B: EV=1b
B: KEY=400 0 0 0 0 0
B: ABS=3273800000000003
B: MSC=20

I: Bus=0003 Vendor=046d Product=c077 Version=0111
N: Name="Logitech USB Optical Mouse"
P: Phys=usb-0000:00:14.0-4/input0
S: Sysfs=/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0/0003:046D:C077.0004/input/input6
U: Uniq=
H: Handlers=mouse1 event6
B: PROP=0
B: EV=17
B: KEY=ff0000 0 0 0 0
B: REL=1943
B: MSC=10

I: Bus=0011 Vendor=0002 Product=0007 Version=01b1
N: Name="SynPS/2 Synaptics TouchPad"
P: Phys=isa0060/serio1/input0
S: Sysfs=/devices/platform/i8042/serio1/input/input7
U: Uniq=
H: Handlers=mouse2 event7
B: PROP=5
B: EV=b
B: KEY=e520 10000 0 0 0 0
B: ABS=660800011000003
`;

/** Called for a program of the made-up machine. */
export type Program = (args: readonly string[], options: RunOptions) => Ran | Promise<Ran>;

/** A program that says something and ends well. */
export const says = (out: string, code = 0, err = ''): Ran => ({ kind: 'ended', code, out, err });

export interface FixtureMachine extends Machine {
  /** Its folder on the disk of this machine. */
  readonly root: string;
  /** Every program that was run, with its arguments, in order. */
  readonly ran: string[];
  /** Files that were given away, with their owner. */
  readonly owned: string[];
  put(path: string, text: string, mode?: number): Promise<void>;
}

/** A machine in a temporary folder, with made-up programs. Nothing of the real machine is read or run. */
export async function fixtureMachine(given: { readonly uid?: number; readonly files?: Readonly<Record<string, string>>; readonly programs?: Readonly<Record<string, Program>>; readonly fetch?: typeof fetch; readonly content?: boolean } = {}): Promise<FixtureMachine> {
  const root = await mkdtemp(join(tmpdir(), 'owso-terminal-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const at = (path: string): string => join(root, path);
  const ran: string[] = [];
  const owned: string[] = [];
  const put = async (path: string, text: string, mode = 0o644): Promise<void> => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
    await chmod(at(path), mode);
  };
  const passwd = 'root:x:0:0:root:/root:/bin/bash\nowso-kiosk:x:990:990::/var/lib/owso-kiosk:/usr/sbin/nologin\nowso-kiosk-agent:x:991:991::/var/lib/owso-kiosk-agent:/usr/sbin/nologin\n';
  for (const [path, text] of Object.entries({ '/etc/passwd': passwd, '/proc/bus/input/devices': inputDevices, ...given.files })) await put(path, text);
  if (given.content !== false) await cp(resolve(import.meta.dirname, '../../.build/baseline'), at('/usr/share/owso-kiosk-terminal/app/baseline'), { recursive: true });
  return {
    root,
    ran,
    owned,
    put,
    at,
    uid: given.uid ?? 0,
    version: '0.1.0',
    self: ['node', 'owso-kiosk.js'],
    fetch: given.fetch ?? (() => Promise.reject(new TypeError('no network'))),
    run: async (program, args, options = {}) => {
      ran.push([program, ...args].join(' '));
      const made = given.programs?.[program];
      return made === undefined ? { kind: 'absent' } : made(args, options);
    },
    chown: async (path, uid, gid) => void owned.push(`${path.slice(root.length).replace(/\/\.[^/]*$/, '/')} ${uid}:${gid}`),
  };
}
