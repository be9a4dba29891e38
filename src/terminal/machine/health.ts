import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { foreignKeyboardLimits, type MachineHealth } from '../../api/agent.ts';
import { foreignKeyboards, readInputDevices } from './input-devices.ts';

/** Reads a text of the kernel or of systemd; `undefined` if there is none to read. */
async function textOf(root: string, path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined);
}

const entriesOf = async (root: string, path: string): Promise<readonly string[]> => readdir(join(root, path)).catch(() => []);

/** Seconds since the machine started; 0 if that cannot be told. @param root what `/proc` is below */
export async function machineUptime(root: string): Promise<number> {
  return Math.floor(Number((await textOf(root, 'proc/uptime'))?.split(' ')[0] ?? 0)) || 0;
}

/** Bytes of memory that can still be used, and of how many. */
async function memory(root: string): Promise<MachineHealth['memory']> {
  const text = (await textOf(root, 'proc/meminfo')) ?? '';
  const line = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { free: line('MemAvailable'), size: line('MemTotal') };
}

/** Free bytes for this account where data is kept, and of how many. */
async function disk(dir: string): Promise<MachineHealth['disk']> {
  const found = await statfs(dir).catch(() => undefined);
  return found === undefined ? { free: 0, size: 0 } : { free: found.bavail * found.bsize, size: found.blocks * found.bsize };
}

/**
 * Whether systemd-timesyncd has set the clock since the start: it leaves a file.
 * Where another program keeps the clock this cannot be told.
 */
async function clockSynchronized(root: string): Promise<boolean | undefined> {
  const at = join(root, 'run/systemd/timesync');
  if ((await stat(join(at, 'synchronized')).catch(() => undefined)) !== undefined) return true;
  return (await stat(at).catch(() => undefined)) === undefined ? undefined : false;
}

/** Most by which the board's clock may go another way than the machine's, ms: an hour of summer time in the firmware. */
const boardDifference = 3_600_000;

/**
 * Whether somebody's word stands behind this machine's clock: the network's since the
 * start, or the board's, whose battery has kept it. With an empty one systemd lets the
 * clock go on from where it stood when the power went, which looks right and is not.
 * Where another program than systemd-timesyncd keeps the clock, that one is believed.
 * @param now the machine's clock, ms
 */
export async function clockBelieved(root: string, now: number): Promise<boolean> {
  if ((await clockSynchronized(root)) !== false) return true;
  const board = Number((await textOf(root, 'sys/class/rtc/rtc0/since_epoch')) ?? Number.NaN) * 1_000;
  return Math.abs(board - now) <= boardDifference;
}

/** Highest temperature of a sensor, °C. Sensors that tell nonsense are passed over. */
async function temperature(root: string): Promise<number | undefined> {
  const zones = (await entriesOf(root, 'sys/class/thermal')).filter((name) => name.startsWith('thermal_zone')).map((name) => `sys/class/thermal/${name}/temp`);
  const chips: string[] = [];
  for (const chip of await entriesOf(root, 'sys/class/hwmon')) {
    for (const name of await entriesOf(root, `sys/class/hwmon/${chip}`)) if (/^temp\d+_input$/.test(name)) chips.push(`sys/class/hwmon/${chip}/${name}`);
  }
  const read = await Promise.all([...zones, ...chips].map(async (path) => Number((await textOf(root, path)) ?? Number.NaN) / 1000));
  const sane = read.filter((value) => value > 0 && value < 150);
  return sane.length === 0 ? undefined : Math.round(Math.max(...sane) * 10) / 10;
}

/** Starts of the display: its unit leaves one byte a start in a file that is gone with a restart of the machine. */
async function displayStarts(root: string): Promise<number> {
  return (await stat(join(root, 'run/owso-kiosk-settings/display-starts')).catch(() => undefined))?.size ?? 0;
}

/** Where the machine's own account of itself is found. */
export interface HealthPlaces {
  /** What `/proc`, `/sys` and `/run` are below. */
  readonly systemRoot: string;
  readonly stateDir: string;
  readonly version: string;
  /** USB devices that may type. */
  readonly keyboards: readonly string[];
}

/** How the machine is, as its kernel tells. Never fails: what cannot be read is 0 or absent. */
export async function machineHealth({ systemRoot, stateDir, version, keyboards }: HealthPlaces): Promise<MachineHealth> {
  const [synchronized, heat] = [await clockSynchronized(systemRoot), await temperature(systemRoot)];
  const devices = readInputDevices((await textOf(systemRoot, 'proc/bus/input/devices')) ?? '');
  return {
    version,
    uptime: await machineUptime(systemRoot),
    displayStarts: await displayStarts(systemRoot),
    disk: await disk(stateDir),
    memory: await memory(systemRoot),
    ...(synchronized === undefined ? {} : { clockSynchronized: synchronized }),
    foreignKeyboards: [...new Set(foreignKeyboards(devices, keyboards).map(({ name }) => name.slice(0, foreignKeyboardLimits.name)))].slice(0, foreignKeyboardLimits.count),
    ...(heat === undefined ? {} : { temperature: heat }),
  };
}
