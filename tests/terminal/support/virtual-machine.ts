import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { must, until, type Ended } from './command.ts';
import { hardware } from './hardware.ts';
import type { InputStep } from './input.ts';
import type { Device, Machine, PanelSize } from './machine.ts';
import { Line } from './qmp.ts';
import { diskImage, home, type Files, type Layers } from './root.ts';

const agentPort = 'org.qemu.guest_agent.0';
const inputPort = 'owso.input';
const startedSchema = v.looseObject({ pid: v.number() });
const statusSchema = v.looseObject({ exited: v.boolean(), exitcode: v.optional(v.number()), 'out-data': v.optional(v.string()), 'err-data': v.optional(v.string()) });

/** What a virtual machine has beside what is being tested. */
function machineFiles(panel: PanelSize): Files {
  return {
    'etc/fstab': { content: '/dev/vda / ext4 rw,errors=remount-ro 0 1\n' },
    'usr/lib/owso-test/devices.py': { content: readFileSync(join(import.meta.dirname, 'devices.py'), 'utf8') },
    'etc/systemd/system/owso-test-devices.service': { content: `[Service]\nExecStartPre=-/sbin/modprobe uinput\nExecStart=/usr/bin/python3 /usr/lib/owso-test/devices.py /dev/virtio-ports/${inputPort} ${panel.width} ${panel.height}\nRestart=always\n` },
    'etc/systemd/system/owso-kiosk.service.d/50-test-renderer.conf': { content: '[Service]\nEnvironment=WLR_RENDERER=pixman\n' },
    'etc/systemd/system/owso-kiosk-fallback.service.d/50-test-renderer.conf': { content: '[Service]\nEnvironment=WLR_RENDERER=pixman\n' },
  };
}

/** An emulated processor has no other's flaws to mitigate, and its clock is our own. */
const emulated = ' mitigations=off tsc=reliable nowatchdog no_timer_check';
/** Without hardware's help, everything is emulated, thirty times slower: what is killed for being slow always would be, Chromium's own processes too. */
const patient = { content: '[Service]\nTimeoutStartSec=400\nWatchdogSec=0\nEnvironment=OWSO_CHROMIUM_EXTRA=--ipc-connection-timeout=600\n' };
const patience: Files = hardware ? {} : Object.fromEntries(['owso-kiosk', 'owso-kiosk-agent', 'owso-kiosk-firewall', 'owso-kiosk-settings'].map((unit) => [`etc/systemd/system/${unit}.service.d/55-test-patience.conf`, patient]));

/**
 * A machine of QEMU with Debian's kernel, a disk, a graphics card and a USB bus:
 * keys, contacts and sticks go through kernel, udev, libinput and seatd as those
 * of a real terminal do.
 */
export class VirtualMachine implements Machine {
  readonly kind = 'virtual machine';
  readonly panel: PanelSize;
  readonly #work: string;
  readonly #kernel: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;
  #monitor: Line | undefined;
  #agent: Line | undefined;
  #devices: Line | undefined;

  private constructor(work: string, kernel: string, panel: PanelSize, options: readonly string[]) {
    this.#work = work;
    this.#kernel = kernel;
    this.#options = options;
    this.panel = panel;
  }

  /** Makes a machine of layers with a kernel; it is not started yet. `options` are QEMU's. */
  static async create(layers: Layers, files: Files = {}, panel: PanelSize = { width: 576, height: 1024 }, options: readonly string[] = []): Promise<VirtualMachine> {
    const image = await diskImage(layers, { ...machineFiles(panel), ...patience, ...files });
    mkdirSync(join(home, 'machines'), { recursive: true });
    const work = mkdtempSync(join(home, 'machines', `${process.pid}-`));
    await must('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image, '-F', 'raw', join(work, 'disk.qcow2')]);
    const folder = layers.map((layer) => join(layer, 'boot')).find((boot) => {
      try {
        return readdirSync(boot).some((name) => name.startsWith('vmlinuz-'));
      } catch {
        return false;
      }
    });
    if (folder === undefined) throw new Error('these layers have no kernel');
    const kernel = readdirSync(folder).find((name) => name.startsWith('vmlinuz-')) ?? '';
    return new VirtualMachine(work, join(folder, kernel), panel, options);
  }

  /** @param options.clock what the board's clock says at the start; the time of day unless told */
  async start(options: { readonly clock?: string } = {}): Promise<void> {
    const socket = (name: string): string => join(this.#work, name);
    const acceleration = hardware ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'max,-la57'];
    const child = spawn('setpriv', [
      '--pdeathsig', 'KILL', 'qemu-system-x86_64', '-machine', 'q35', ...acceleration, '-smp', '2', '-m', '2560', '-nodefaults', '-display', 'none', '-vga', 'none', '-no-reboot',
      '-kernel', this.#kernel, '-initrd', this.#kernel.replace('vmlinuz-', 'initrd.img-'), '-append', `root=/dev/vda rw quiet console=ttyS0${hardware ? '' : emulated}`,
      '-serial', `file:${socket('console')}`, '-drive', `file=${socket('disk.qcow2')},if=virtio,format=qcow2,cache=writeback`,
      '-device', `virtio-gpu-pci,xres=${this.panel.width},yres=${this.panel.height}`, '-device', 'qemu-xhci,id=usb', '-device', 'virtio-serial-pci',
      '-chardev', `socket,id=agent,path=${socket('agent')},server=on,wait=off`, '-device', `virtserialport,chardev=agent,name=${agentPort}`,
      '-chardev', `socket,id=input,path=${socket('input')},server=on,wait=off`, '-device', `virtserialport,chardev=input,name=${inputPort}`,
      '-chardev', `socket,id=monitor,path=${socket('monitor')},server=on,wait=off`, '-mon', 'chardev=monitor,mode=control', '-rtc', `base=${options.clock ?? 'utc'}`, ...this.#options,
    ], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
    child.once('exit', (code) => {
      if (code !== null && code !== 0) process.stderr.write(`qemu ended with ${code}: ${said}\n`);
    });
    this.#process = child;
    this.#monitor = await Line.open(socket('monitor'));
    await this.#monitor.execute('qmp_capabilities');
    this.#devices = await Line.open(socket('input'));
    const agent = await Line.open(socket('agent'));
    this.#agent = agent;
    await until('the machine\'s guest agent', hardware ? 90_000 : 400_000, async () => agent.execute('guest-ping', {}, 2_000).then(() => true, () => undefined));
    await until('the machine is up', hardware ? 90_000 : 400_000, async () => ((await this.exec('systemctl is-active basic.target && systemctl start owso-test-devices.service')).code === 0 ? true : undefined));
  }

  async exec(line: string, options: { readonly user?: string; readonly timeout?: number } = {}): Promise<Ended> {
    const agent = this.#agent;
    if (agent === undefined) throw new Error('the machine is off');
    const as = options.user === undefined || options.user === 'root' ? [] : ['setpriv', `--reuid=${options.user}`, `--regid=${options.user}`, '--init-groups', '--'];
    const { pid } = v.parse(startedSchema, await agent.execute('guest-exec', { path: '/usr/bin/env', arg: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', ...as, 'sh', '-c', line], 'capture-output': true }));
    const status = await until(line, options.timeout ?? 120_000, async () => {
      const asked = v.parse(statusSchema, await agent.execute('guest-exec-status', { pid }));
      return asked.exited ? asked : undefined;
    });
    const bytes = Buffer.from(status['out-data'] ?? '', 'base64');
    return { code: status.exitcode ?? 128, bytes, stdout: bytes.toString('utf8'), stderr: Buffer.from(status['err-data'] ?? '', 'base64').toString('utf8') };
  }

  async sh(line: string, options: { readonly user?: string; readonly timeout?: number } = {}): Promise<string> {
    const ended = await this.exec(line, options);
    if (ended.code !== 0) throw new Error(`${line}: ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  async write(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    const encoded = Buffer.from(content).toString('base64');
    await this.sh(`mkdir -p "$(dirname '${path}')" && printf %s '${encoded}' | base64 -d >'${path}' && chmod ${mode.toString(8)} '${path}'`);
  }

  async read(path: string): Promise<Buffer> {
    const ended = await this.exec(`cat '${path}'`);
    if (ended.code !== 0) throw new Error(ended.stderr);
    return ended.bytes;
  }

  async picture(): Promise<Buffer> {
    const file = join(this.#work, 'panel.png');
    await this.monitor('screendump', { filename: file, format: 'png' });
    return readFileSync(file);
  }

  async input(steps: readonly InputStep[]): Promise<void> {
    const waits = steps.reduce((sum, step) => sum + ('wait' in step ? step.wait : 0), 0);
    const line = await this.#devices?.say(steps, 60_000 + waits);
    if (line === undefined || !line.includes('"done"')) throw new Error(`the devices did not do it: ${line ?? 'the machine is off'}`);
  }

  /** Plugs a USB keyboard in; its keys are pressed by {@link usbKeys}. */
  async plug(device: Device): Promise<void> {
    if (device !== 'keyboard') throw new Error(`no ${device} to plug in`);
    await this.monitor('device_add', { driver: 'usb-kbd', id: 'usb-keyboard', bus: 'usb.0' });
  }

  async unplug(device: Device): Promise<void> {
    if (device !== 'keyboard') throw new Error(`no ${device} to unplug`);
    await this.monitor('device_del', { id: 'usb-keyboard' });
  }

  /** Presses keys of the USB keyboard that was plugged in, all together, by QEMU's names. */
  async usbKeys(...names: readonly string[]): Promise<void> {
    const events = (down: boolean): object[] => (down ? names : [...names].reverse()).map((name) => ({ type: 'key', data: { down, key: { type: 'qcode', data: name } } }));
    await this.monitor('input-send-event', { events: events(true) });
    await this.monitor('input-send-event', { events: events(false) });
  }

  /** Plugs a USB stick in that has the bytes of a file; nothing is written to the file. */
  async insertStick(image: string): Promise<void> {
    await this.monitor('blockdev-add', { driver: 'raw', 'node-name': 'stick', 'read-only': true, file: { driver: 'file', filename: image } });
    await this.monitor('device_add', { driver: 'usb-storage', id: 'usb-stick', bus: 'usb.0', drive: 'stick', removable: true });
  }

  async pullStick(): Promise<void> {
    await this.monitor('device_del', { id: 'usb-stick' });
    await until('the stick is free', 10_000, async () => this.monitor('blockdev-del', { 'node-name': 'stick' }).then(() => true as const, () => undefined));
  }

  /** A command of QEMU's monitor: devices that are plugged in, power buttons, the disk. */
  async monitor(command: string, args: object = {}): Promise<unknown> {
    if (this.#monitor === undefined) throw new Error('the machine is off');
    return this.#monitor.execute(command, args);
  }

  /** Keeps everything, memory too, under a name; {@link recall} is quicker than a start. */
  async remember(name: string): Promise<void> {
    await this.#human(`savevm ${name}`);
  }

  async recall(name: string): Promise<void> {
    await this.#human(`loadvm ${name}`);
  }

  async #human(line: string): Promise<void> {
    const said = v.parse(v.string(), await this.monitor('human-monitor-command', { 'command-line': line }));
    if (said.trim() !== '') throw new Error(`${line}: ${said}`);
  }

  connect(): Duplex {
    throw new Error('a virtual machine is not looked into');
  }

  async cutPower(): Promise<void> {
    const child = this.#process;
    for (const line of [this.#monitor, this.#agent, this.#devices]) line?.close();
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.cutPower();
    rmSync(this.#work, { recursive: true, force: true });
  }
}
