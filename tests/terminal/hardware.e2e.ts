import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './support/command.ts';
import { slowness, within } from './support/hardware.ts';
import { chord, drag, press, type } from './support/input.ts';
import { onAttract } from './support/on-attract.ts';
import { compare, decode, type Picture } from './support/picture.ts';
import { because, virtualMachineLacks } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import type { Finding } from '../../src/terminal/cli/doctor/finding.ts';
import { writeChapter, type Row } from './support/table.ts';
import { agentState, attractScreen, standalone } from './support/terminal.ts';
import { VirtualMachine } from './support/virtual-machine.ts';

const lacking = await virtualMachineLacks();

const functionKeys = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12'] as const;
/** By QEMU's names (`compose`: the key for menus), for keys that come from its USB keyboard. */
const usbChords: readonly (readonly string[])[] = [
  ['a'], ['ret'], ['esc'], ['spc'], ['f1'], ['f5'], ['f11'], ['f12'], ['compose'], ['meta_l'], ['print'],
  ['ctrl', 't'], ['ctrl', 'n'], ['ctrl', 'w'], ['ctrl', 'shift', 'i'], ['ctrl', 'l'], ['ctrl', 'o'], ['ctrl', 'p'], ['alt', 'f4'], ['alt', 'f2'], ['alt', 'tab'], ['meta_l', 'l'],
  ...functionKeys.map((key) => ['ctrl', 'alt', key.toLowerCase()]),
  ['ctrl', 'alt', 'delete'], ['ctrl', 'alt', 'backspace'], ['alt', 'sysrq', 'b'], ['alt', 'sysrq', 'o'], ['alt', 'sysrq', 'k'],
];

const buttons = ['power button', ...functionKeys.flatMap((key) => [`Ctrl+Alt+${key}`, `Alt+${key}`]), 'Alt+SysRq+B, O, K, R, E, I, S, U', 'Ctrl+Alt+Del eight times', 'keys for power, sleep, suspend, restart'];
const gestures = ['long press', 'two fingers apart', 'two fingers together', 'two fingers up', 'from each edge inwards', 'three fingers down', 'five fingers together', 'double tap at the upper edge'];
/** Rows of a run in which every test passed: no other is written down. */
const attempts = usbChords.length + buttons.length + gestures.length;

/** The brightest byte on the panel. */
const brightest = async (machine: VirtualMachine): Promise<number> => (await decode(await machine.picture())).pixels.reduce((most, byte) => Math.max(most, byte), 0);

/** Whether a panel shows a picture of another size: its colour at the edge, and as many bright pixels. */
function likeness(panel: Picture, picture: Picture): boolean {
  const edge = (of: Picture): string => of.pixels.subarray(0, 3).toString('hex');
  const bright = (of: Picture): number => {
    let count = 0;
    for (let at = 0; at < of.pixels.length; at += 3) if ((of.pixels[at] ?? 0) > 200) count++;
    return count / (of.width * of.height);
  };
  return edge(panel) === edge(picture) && bright(panel) > bright(picture) / 10;
}

/** The page's next heartbeat but one: what it had to do before is done. */
async function breath(machine: VirtualMachine): Promise<void> {
  for (let beats = 0; beats < 2; beats++) {
    const before = (await agentState(machine))?.page?.heard;
    await until('a heartbeat', within(10_000), async () => ((await agentState(machine))?.page?.heard === before ? undefined : true));
  }
}

/** What nothing that hands do at the machine may change. */
async function footing(machine: VirtualMachine): Promise<object> {
  await breath(machine);
  const said = await machine.sh('cat /proc/sys/kernel/random/boot_id /sys/class/tty/tty0/active; systemctl show -P MainPID -P NRestarts owso-kiosk.service; systemctl is-active owso-kiosk.service; systemctl is-active owso-kiosk-console.service owso-kiosk-fallback.service "getty@tty*" || true');
  return { machine: said, page: (await agentState(machine))?.page?.health.page };
}

const screenIs = (machine: VirtualMachine, screen: string): Promise<true> => until(`the ${screen} screen`, within(10_000), async () => ((await agentState(machine))?.page?.health.screen === screen ? true : undefined));

describe.skipIf(lacking !== undefined)(`a terminal on a machine of its own${because(lacking)}`, () => {
  let machine: VirtualMachine;
  const tried: Row[] = [];
  const nothing = (...names: readonly string[]): void => names.forEach((name) => tried.push({ tried: name, happened: 'nothing: same page, same machine, same console', escape: false }));
  beforeAll(async () => {
    machine = await VirtualMachine.create(await terminalRoot('bookworm', true), standalone);
  }, 900_000);
  afterAll(() => machine?.remove());

  it('starts into the attract screen by itself', async () => {
    const began = performance.now();
    await machine.start();
    await attractScreen(machine, within(60_000));
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stderr.write(`• From power to the attract screen: ${seconds} s\n`);
    if (slowness === 1) expect(seconds).toBeLessThan(60);
    expect((await machine.sh('systemctl --failed --no-legend --plain')).trim()).toBe('');
    expect((await machine.sh('journalctl -b --no-pager -u owso-kiosk.service')).includes('/dev/dri/renderD128: Permission denied')).toBe(false);
    await machine.keep();
  }, within(180_000));

  describe('on its attract screen', () => {
    beforeAll(() => onAttract(machine), within(60_000));
    afterAll(() => {
      if (tried.length === attempts) writeChapter('ESCAPES.md', 'hardware', '## On a machine with a kernel of its own\n\nKernel, udev, libinput, seatd, graphics and USB are real ones, in QEMU.', [{ heading: 'Keyboards, buttons, fingers', how: 'By a USB keyboard that was plugged in, by a keyboard and a touch panel of the kernel, by the power button.', rows: tried }]);
    });

    it('gives the display the touch screen and nothing else that hands can move', async () => {
      const opened = 'for link in $(ls -l /proc/$(pgrep -x cage)/fd | grep -o "/dev/input/.*"); do cat /sys/class/input/${link##*/}/device/name; done';
      expect((await machine.sh(opened)).trim().split('\n')).toEqual(['Test touch screen']);
    }, within(180_000));

    it('does nothing for a keyboard that was plugged in', async () => {
      await machine.plug('keyboard');
      await until('udev has seen it', within(5_000), async () => ((await machine.exec('udevadm settle; grep -q "QEMU USB Keyboard" /proc/bus/input/devices')).code === 0 ? true : undefined));
      const node = (await machine.sh('for e in /sys/class/input/event*; do grep -q "QEMU USB Keyboard" $e/device/name && echo /dev/input/${e##*/}; done')).trim();
      expect(await machine.sh(`udevadm info -q property -n ${node}`)).toContain('LIBINPUT_IGNORE_DEVICE=1');
      // The kernel's own count of presses and releases (struct input_event: 24 bytes, its type 1): QEMU loses keys that come faster than they are fetched.
      await machine.sh(`setsid sh -c 'exec cat ${node} >/run/owso-test-keys' >/dev/null 2>&1 &`);
      const heard = async (): Promise<number> => {
        const events = await machine.read('/run/owso-test-keys');
        let keys = 0;
        for (let at = 0; at + 24 <= events.length; at += 24) if (events.readUInt16LE(at + 16) === 1 && events.readInt32LE(at + 20) < 2) keys++;
        return keys;
      };
      const before = await footing(machine);
      let sent = 0;
      for (const keys of usbChords) {
        await machine.usbKeys(...keys);
        sent += keys.length * 2;
        await until(`the kernel has heard ${keys.join('+')}`, within(5_000), async () => ((await heard()) >= sent ? true : undefined));
      }
      expect(await footing(machine)).toEqual(before);
      expect((await agentState(machine))?.page?.health.screen).toBe('attract');
      await machine.unplug('keyboard');
      nothing(...usbChords.map((keys) => `USB: ${keys.join('+')}`));
    }, within(60_000));

    it('does nothing for the power button, the magic keys of the kernel and every chord of a keyboard without a place on USB', async () => {
      const before = await footing(machine);
      await machine.monitor('system_powerdown');
      await until('logind has heard the power button', within(5_000), async () => ((await machine.exec('journalctl -b --no-pager -u systemd-logind.service | grep -q "Power key pressed"')).code === 0 ? true : undefined));
      for (const key of functionKeys) await machine.input([...chord('LEFTCTRL', 'LEFTALT', key), ...chord('LEFTALT', key)]);
      await machine.input(['B', 'O', 'K', 'R', 'E', 'I', 'S', 'U'].flatMap((key) => chord('LEFTALT', 'SYSRQ', key as 'B')));
      for (let again = 0; again < 8; again++) await machine.input(chord('LEFTCTRL', 'LEFTALT', 'DELETE'));
      await machine.input([...chord('POWER'), ...chord('SLEEP'), ...chord('SUSPEND'), ...chord('RESTART'), ...chord('WAKEUP'), ...type('A', 'ENTER', 'SPACE')]);
      expect(await footing(machine)).toEqual(before);
      expect((await agentState(machine))?.page?.health.screen).toBe('attract');
      nothing(...buttons);
    }, within(60_000));

    it('answers a finger, and its own picture of the screen is what the panel shows', async () => {
      const attract = await decode(await machine.picture());
      await machine.input(press([machine.panel.width / 2, machine.panel.height * 0.89]));
      await screenIs(machine, 'visit');
      await machine.sh('owso-kiosk screenshot /root/shot.png', { timeout: within(60_000) });
      const [shot, panel] = [await decode(await machine.read('/root/shot.png')), await decode(await machine.picture())];
      expect([shot.width, shot.height]).toEqual([panel.width, panel.height]);
      expect(compare(shot, panel).squares).toBeLessThan(20);
      expect(compare(attract, panel).squares).toBeGreaterThan(500);
    }, within(120_000));

    it('lets no gesture out of the page', async () => {
      const before = await footing(machine);
      const { width, height } = machine.panel;
      const [x, y] = [width / 2, height / 2];
      await machine.input([
        ...press([x, y], 1_500),
        ...drag([{ from: [x - 40, y], to: [x - 240, y] }, { from: [x + 40, y], to: [x + 240, y] }]),
        ...drag([{ from: [x - 240, y], to: [x - 40, y] }, { from: [x + 240, y], to: [x + 40, y] }]),
        ...drag([{ from: [x - 40, y + 200], to: [x - 40, y - 200] }, { from: [x + 40, y + 200], to: [x + 40, y - 200] }]),
        ...drag([{ from: [0, y], to: [x, y] }]), ...drag([{ from: [width - 1, y], to: [x, y] }]), ...drag([{ from: [x, 0], to: [x, y] }]), ...drag([{ from: [x, height - 1], to: [x, y] }]),
        ...drag([-100, 0, 100].map((dx) => ({ from: [x + dx, y - 150] as const, to: [x + dx, y + 150] as const }))),
        ...drag([-200, -100, 0, 100, 200].map((dx) => ({ from: [x + dx, y] as const, to: [x + dx / 4, y] as const }))),
        ...press([x, 20]), { wait: 60 }, ...press([x, 20]),
      ]);
      expect(await footing(machine)).toEqual(before);
      nothing(...gestures);
    }, within(60_000));

    it('finds a camera when there is one, and says so when it is pulled', async () => {
      const camera = async (): Promise<string | undefined> => {
        const { stdout } = await machine.exec('owso-kiosk doctor --json', { timeout: within(90_000) });
        return (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings.find(({ check }) => check === 'camera')?.status;
      };
      expect(await camera()).toBe('warning');
      await machine.sh('modprobe vivid n_devs=1 node_types=0x1; udevadm settle', { timeout: within(30_000) });
      expect(await camera()).toBe('ok');
      await machine.sh('until modprobe -r vivid; do sleep 0.2; done', { timeout: within(30_000) });
      expect(await camera()).toBe('warning');
    }, within(300_000));

    it('turns the panel off and on again', async () => {
      const before = (await agentState(machine))?.page?.health.page;
      await machine.sh('touch /run/owso-kiosk/requests/screen-off');
      await until('the display has ended', within(10_000), async () => ((await machine.exec('systemctl is-active owso-kiosk-dark.service')).code === 0 ? true : undefined));
      expect((await machine.exec('systemctl is-active owso-kiosk.service owso-kiosk-fallback.service')).stdout).not.toMatch(/^active$/m);
      expect((await machine.sh('cat /sys/class/drm/card*-*/dpms')).trim()).toBe('Off');
      // A console that was blanked lights up for any key; a panel that was switched off must not.
      await machine.input(type('A', 'ENTER', 'SPACE'));
      expect((await machine.sh('cat /sys/class/drm/card*-*/dpms')).trim()).toBe('Off');
      await machine.sh('touch /run/owso-kiosk/requests/screen-on');
      await attractScreen(machine, within(30_000), before);
      expect((await machine.sh('cat /sys/class/drm/card*-*/dpms')).trim()).toBe('On');
      expect(await brightest(machine)).toBeGreaterThan(100);
    }, within(120_000));

    it('gives the panel to a console when the lock was released, and takes it back', async () => {
      await machine.sh('touch /run/owso-kiosk/requests/release');
      await until('the console', within(15_000), async () => ((await machine.exec('grep -q "kiosk login:" /dev/vcs1')).code === 0 ? true : undefined));
      expect((await machine.sh('cat /sys/class/tty/tty0/active')).trim()).toBe('tty1');
      expect(await brightest(machine)).toBeGreaterThan(100);
      const before = (await agentState(machine))?.page?.health.page;
      await machine.sh('owso-kiosk lock', { timeout: within(90_000) });
      await attractScreen(machine, within(30_000), before);
      expect((await machine.exec('systemctl is-active owso-kiosk-console.service')).code).not.toBe(0);
    }, within(150_000));

    it('says that it is out of service when the display fails again and again', async () => {
      await machine.write('/run/systemd/system/owso-kiosk.service.d/70-test-broken.conf', '[Service]\nExecStart=\nExecStart=/bin/false\n');
      await machine.sh('systemctl daemon-reload; systemctl --no-block restart owso-kiosk.service');
      const before = (await agentState(machine))?.page?.health.page;
      const shipped = await decode(await machine.read('/usr/share/owso-kiosk-terminal/out-of-service.png'));
      await until('the picture', within(30_000), async () => {
        const panel = await decode(await machine.picture());
        return panel.width === machine.panel.width && likeness(panel, shipped) ? true : undefined;
      });
      // The viewer of the picture would end for a q of the scanner, and takes commands: nobody's keys reach it.
      expect(await machine.sh('ls -l /proc/$(pgrep -x cage)/fd | grep /dev/input || true')).toBe('');
      await machine.sh('rm /run/systemd/system/owso-kiosk.service.d/70-test-broken.conf; systemctl daemon-reload; systemctl reset-failed owso-kiosk.service; systemctl --no-block start owso-kiosk.service');
      expect(await attractScreen(machine, within(30_000), before)).not.toBe(before);
    }, within(120_000));
  });
});
