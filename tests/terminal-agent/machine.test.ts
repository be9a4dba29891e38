import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { machineHealthSchema } from '../../src/api/agent.ts';
import { clockBelieved, machineHealth } from '../../src/terminal/machine/health.ts';
import { isStickThere } from '../../src/terminal/machine/sticks.ts';
import { temporaryFolder, writeFiles } from '../hub/hub.ts';
import { inputDevices } from '../terminal-cli/fixture-machine.ts';

const healthy = {
  'proc/uptime': '93600.42 180000.10\n',
  'proc/meminfo': 'MemTotal:        3906252 kB\nMemFree:          204812 kB\nMemAvailable:    2246093 kB\n',
  'proc/bus/input/devices': inputDevices,
  'sys/class/thermal/thermal_zone0/temp': '47250\n',
  'sys/class/hwmon/hwmon0/temp1_input': '51000\n',
  'run/systemd/timesync/synchronized': '',
  'run/owso-kiosk-settings/display-starts': '..',
};

const moment = Date.UTC(2026, 10, 25, 3);

/** What a machine of these files says of itself. */
async function healthOf(files: Readonly<Record<string, string>>, keyboards: readonly string[] = []) {
  const root = temporaryFolder();
  writeFiles(root, files);
  return machineHealth({ systemRoot: root, stateDir: root, version: '1.2.3', keyboards });
}

describe('a machine’s account of itself', () => {
  test('is read from its kernel', async () => {
    expect(await healthOf(healthy, ['0c2e:0200', '046d:c31c'])).toMatchObject({
      version: '1.2.3',
      uptime: 93_600,
      displayStarts: 2,
      memory: { free: 2_246_093 * 1024, size: 3_906_252 * 1024 },
      clockSynchronized: true,
      temperature: 51,
    });
  });

  test('tells how much room there is where data is kept', async () => {
    const { disk } = await healthOf(healthy);
    expect(disk.size).toBeGreaterThan(disk.free);
    expect(disk.free).toBeGreaterThan(0);
  });

  test('names what types and was not let in, and not the power button', async () => {
    const names = (await healthOf(healthy, ['0c2e:0200'])).foreignKeyboards;
    expect(names).toContain('Logitech USB Keyboard');
    expect(names).not.toContain('Honeywell Scanner 1250g');
    expect(names).not.toContain('Power Button');
    expect((await healthOf(healthy)).foreignKeyboards).toContain('Honeywell Scanner 1250g');
  });

  test('stays short enough for a heartbeat, however many keyboards with whatever names are plugged in', async () => {
    const keyboard = inputDevices.split('\n\n').find((block) => block.includes('Logitech USB Keyboard')) ?? '';
    const many = Array.from({ length: 300 }, (_, index) => keyboard.replace('Logitech USB Keyboard', `${index} ${'x'.repeat(400)}`)).join('\n\n');
    const health = await healthOf({ ...healthy, 'proc/bus/input/devices': `${many}\n\n` });
    expect(health.foreignKeyboards).toHaveLength(20);
    expect(v.is(machineHealthSchema, health)).toBe(true);
  });

  test('says that a clock was not set yet, and nothing where another program keeps it', async () => {
    const { 'run/systemd/timesync/synchronized': _mark, ...without } = healthy;
    expect((await healthOf({ ...without, 'run/systemd/timesync/.keep': '' })).clockSynchronized).toBe(false);
    expect('clockSynchronized' in (await healthOf(without))).toBe(false);
  });

  test.each([
    ['the network has set it', {}, true],
    ['the board has kept it', { 'run/systemd/timesync/synchronized': undefined, 'run/systemd/timesync/.keep': '', 'sys/class/rtc/rtc0/since_epoch': `${moment / 1_000 - 900}\n` }, true],
    ['the board’s battery is empty', { 'run/systemd/timesync/synchronized': undefined, 'run/systemd/timesync/.keep': '', 'sys/class/rtc/rtc0/since_epoch': '1200\n' }, false],
    ['there is no board’s clock', { 'run/systemd/timesync/synchronized': undefined, 'run/systemd/timesync/.keep': '' }, false],
    ['another program keeps it', { 'run/systemd/timesync/synchronized': undefined }, true],
  ])('believes its clock, or not: %s', async (_what, changed, expected) => {
    const root = temporaryFolder();
    writeFiles(root, Object.fromEntries(Object.entries({ ...healthy, ...changed }).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))));
    expect(await clockBelieved(root, moment)).toBe(expected);
  });

  test('passes over a sensor that tells nonsense', async () => {
    expect((await healthOf({ ...healthy, 'sys/class/hwmon/hwmon0/temp2_input': '-128000', 'sys/class/thermal/thermal_zone1/temp': '999999', 'sys/class/thermal/thermal_zone2/temp': 'x' })).temperature).toBe(51);
  });

  test('is there on a machine that tells nothing', async () => {
    expect(await healthOf({})).toMatchObject({ uptime: 0, displayStarts: 0, memory: { free: 0, size: 0 }, foreignKeyboards: [] });
  });
});

describe('a stick', () => {
  /** A machine with these disks. */
  function machineWith(disks: Readonly<Record<string, { readonly removable: number; readonly size: number; readonly bus?: string }>>, mounts = ''): string {
    const root = temporaryFolder();
    mkdirSync(join(root, 'sys/block'), { recursive: true });
    mkdirSync(join(root, 'proc'), { recursive: true });
    writeFileSync(join(root, 'proc/mounts'), mounts);
    for (const [name, { removable, size, bus = 'ata1' }] of Object.entries(disks)) {
      const at = join(root, `sys/devices/pci0000:00/${bus}/block/${name}`);
      mkdirSync(at, { recursive: true });
      writeFileSync(join(at, 'removable'), `${removable}\n`);
      writeFileSync(join(at, 'size'), `${size}\n`);
      symlinkSync(at, join(root, 'sys/block', name));
    }
    return root;
  }

  test.each([
    ['a stick on USB', { sdb: { removable: 1, size: 30_000_000, bus: 'usb1/1-1' } }, '', true],
    ['a disk on USB that calls itself fixed', { sdb: { removable: 0, size: 30_000_000, bus: 'usb2/2-1' } }, '', true],
    ['a card', { mmcblk1: { removable: 1, size: 30_000_000 } }, '', true],
    ['the machine’s own disk alone', { sda: { removable: 0, size: 250_000_000 }, nvme0n1: { removable: 0, size: 1 } }, '', false],
    ['the stick that the machine runs from', { sda: { removable: 1, size: 30_000_000, bus: 'usb1/1-1' } }, '/dev/sda2 / ext4 ro 0 0\n', false],
    ['the card that the machine runs from', { mmcblk0: { removable: 1, size: 30_000_000 } }, '/dev/mmcblk0p2 / ext4 rw 0 0\n', false],
    ['a card reader without a card', { sdb: { removable: 1, size: 0, bus: 'usb1/1-1' } }, '', false],
    ['loop devices and memory', { loop0: { removable: 1, size: 100 }, zram0: { removable: 1, size: 100 }, sr0: { removable: 1, size: 100 } }, '', false],
    ['nothing', {}, '', false],
  ])('%s', async (_name, disks, mounts, there) => {
    expect(await isStickThere(machineWith(disks, mounts))).toBe(there);
  });

  test('is not there on a machine that tells nothing', async () => {
    expect(await isStickThere(temporaryFolder())).toBe(false);
  });
});
