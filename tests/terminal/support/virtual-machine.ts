import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import * as v from 'valibot';
import { must, until, type Ended } from './command.ts';
import { between, hardware } from './hardware.ts';
import type { InputStep } from './input.ts';
import type { Device, Machine, PanelSize } from './machine.ts';
import { Line } from './qmp.ts';
import { diskImages, home, type Files, type Layers } from './root.ts';

const agentPort = 'org.qemu.guest_agent.0';
const inputPort = 'owso.input';
const startedSchema = v.looseObject({ pid: v.number() });
const statusSchema = v.looseObject({ exited: v.boolean(), exitcode: v.optional(v.number()), 'out-data': v.optional(v.string()), 'err-data': v.optional(v.string()) });

const partSchema = v.looseObject({ 'buf-b64': v.string(), eof: v.boolean() });

/** What a virtual machine has beside what is being tested. */
function machineFiles(panel: PanelSize, varApart: boolean): Files {
  return {
    'etc/fstab': { content: `/dev/vda / ext4 errors=remount-ro 0 1\n${varApart ? '/dev/vdb /var ext4 defaults 0 2\n' : ''}` },
    'usr/lib/owso-test/devices.py': { content: readFileSync(join(import.meta.dirname, 'devices.py'), 'utf8') },
    'etc/systemd/system/owso-test-devices.service': { content: `[Service]\nExecStartPre=-/sbin/modprobe uinput\nExecStart=/usr/bin/python3 /usr/lib/owso-test/devices.py /dev/virtio-ports/${inputPort} ${panel.width} ${panel.height}\nRestart=always\n` },
    'etc/systemd/system/owso-kiosk.service.d/50-test-renderer.conf': { content: '[Service]\nEnvironment=WLR_RENDERER=pixman\n' },
    'etc/systemd/system/owso-kiosk-fallback.service.d/50-test-renderer.conf': { content: '[Service]\nEnvironment=WLR_RENDERER=pixman\n' },
  };
}

const acceleration = hardware ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi,tb-size=512', '-cpu', 'max,-la57'];
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
  readonly #initrd: string;
  readonly #hasVar: boolean;
  /** Where {@link keep} puts a machine like this one. */
  readonly #kept: string;
  #process: ChildProcess | undefined;
  #monitor: Line | undefined;
  #agent: Line | undefined;
  #devices: Line | undefined;

  private constructor(work: string, boot: { readonly kernel: string; readonly initrd: string }, panel: PanelSize, hasVar: boolean, kept: string) {
    this.#work = work;
    this.#kernel = boot.kernel;
    this.#initrd = boot.initrd;
    this.#hasVar = hasVar;
    this.#kept = kept;
    this.panel = panel;
  }

  /** Makes a machine of layers with a kernel; it is not started yet. `varApart`: /var is a disk of its own. */
  static async create(layers: Layers, files: Files = {}, options: { readonly panel?: PanelSize; readonly varApart?: boolean } = {}): Promise<VirtualMachine> {
    const panel = options.panel ?? { width: 576, height: 1024 };
    const disks = await diskImages(layers, { ...machineFiles(panel, options.varApart === true), ...patience, ...files }, options.varApart);
    mkdirSync(join(home, 'machines'), { recursive: true });
    const work = mkdtempSync(join(home, 'machines', `${process.pid}-`));
    for (const [name, image] of Object.entries(disks)) if (image !== undefined) await must('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image, '-F', 'raw', join(work, `${name}.qcow2`)]);
    // A layer may have made another initrd for the kernel of one below it.
    const newest = (start: string): string => {
      const found = layers.map((layer) => join(layer, 'boot')).flatMap((boot) => (existsSync(boot) ? readdirSync(boot).filter((name) => name.startsWith(start)).map((name) => join(boot, name)) : []))[0];
      if (found === undefined) throw new Error(`these layers have no ${start}`);
      return found;
    };
    const version = (await must('qemu-system-x86_64', ['--version'])).stdout;
    const like = createHash('sha256').update(JSON.stringify([disks, panel, version, acceleration])).digest('hex').slice(0, 12);
    return new VirtualMachine(work, { kernel: newest('vmlinuz-'), initrd: newest('initrd.img-') }, panel, disks.var !== undefined, disks.root.replace(/-root\.raw$/, `-kept-${like}`));
  }

  get isOn(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /**
   * @param options.clock what the board's clock says at the start; the time of day unless told
   * @param options.kernel words for the kernel's command line
   */
  async start(options: { readonly clock?: string; readonly kernel?: string } = {}): Promise<void> {
    await this.#powerOn(options);
    const agent = this.#agent;
    await until('the machine\'s guest agent', hardware ? 90_000 : 400_000, async () => agent?.execute('guest-ping', {}, 2_000).then(() => true, () => undefined), between);
    await until('the machine is up', hardware ? 90_000 : 400_000, async () => ((await this.exec('systemctl is-active basic.target && systemctl start owso-test-devices.service')).code === 0 ? true : undefined));
  }

  async #powerOn(options: { readonly clock?: string; readonly kernel?: string }, more: readonly string[] = []): Promise<void> {
    const socket = (name: string): string => join(this.#work, name);
    const disk = (name: string): string[] => ['-drive', `file=${socket(`${name}.qcow2`)},if=virtio,format=qcow2,cache=writeback`];
    const child = spawn('setpriv', [
      '--pdeathsig', 'KILL', 'qemu-system-x86_64', '-machine', 'q35', ...acceleration, '-smp', '2', '-m', '2560', '-nodefaults', '-display', 'none', '-vga', 'none', '-no-reboot',
      // As Debian's boot loader starts it: the root is mounted for reading, and systemd makes it writable.
      '-kernel', this.#kernel, '-initrd', this.#initrd, '-append', `root=/dev/vda ro quiet console=ttyS0${hardware ? '' : emulated} ${options.kernel ?? ''}`,
      '-serial', `file:${socket('console')}`, ...disk('root'), ...(this.#hasVar ? disk('var') : []),
      '-device', `virtio-gpu-pci,xres=${this.panel.width},yres=${this.panel.height}`, '-device', 'qemu-xhci,id=usb', '-device', 'virtio-serial-pci',
      '-chardev', `socket,id=agent,path=${socket('agent')},server=on,wait=off`, '-device', `virtserialport,chardev=agent,name=${agentPort}`,
      '-chardev', `socket,id=input,path=${socket('input')},server=on,wait=off`, '-device', `virtserialport,chardev=input,name=${inputPort}`,
      '-chardev', `socket,id=monitor,path=${socket('monitor')},server=on,wait=off`, '-mon', 'chardev=monitor,mode=control', '-rtc', `base=${options.clock ?? 'utc'}`, ...more,
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
    this.#agent = await Line.open(socket('agent'));
  }

  /**
   * Keeps disks and memory as they are now, for {@link resume} of machines like
   * this one, of this run and later ones: where everything is emulated, a start
   * takes minutes. Does nothing where it does not, or was done.
   */
  async keep(): Promise<void> {
    if (hardware || existsSync(this.#kept)) return;
    await this.monitor('stop');
    const said = await this.monitor('human-monitor-command', { 'command-line': 'savevm kept' });
    const folder = mkdtempSync(join(home, '.kept-'));
    for (const name of this.#disks) await must('cp', ['--sparse=always', join(this.#work, name), join(folder, name)]);
    await this.monitor('human-monitor-command', { 'command-line': 'delvm kept' });
    await this.monitor('cont');
    if (said !== '') throw new Error(`savevm: ${String(said)}`);
    if (!existsSync(this.#kept)) renameSync(folder, this.#kept);
    rmSync(folder, { recursive: true, force: true });
  }

  /** Goes on where {@link keep} was said. @returns whether it ever was */
  async resume(): Promise<boolean> {
    if (!existsSync(this.#kept)) return false;
    for (const name of this.#disks) await must('cp', ['--sparse=always', join(this.#kept, name), join(this.#work, name)]);
    await this.#powerOn({}, ['-loadvm', 'kept']);
    await this.monitor('cont');
    await until('the machine\'s guest agent', 60_000, async () => this.#agent?.execute('guest-ping', {}, 2_000).then(() => true, () => undefined), between);
    // For it, no time has passed.
    await this.sh(`date -s @${Math.round(Date.now() / 1000)}`);
    return true;
  }

  get #disks(): readonly string[] {
    return ['root.qcow2', ...(this.#hasVar ? ['var.qcow2'] : [])];
  }

  async exec(line: string, options: { readonly user?: string; readonly timeout?: number } = {}): Promise<Ended> {
    const agent = this.#agent;
    if (agent === undefined) throw new Error('the machine is off');
    const as = options.user === undefined || options.user === 'root' ? [] : ['setpriv', `--reuid=${options.user}`, `--regid=${options.user}`, '--init-groups', '--'];
    const { pid } = v.parse(startedSchema, await agent.execute('guest-exec', { path: '/usr/bin/env', arg: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', ...as, 'sh', '-c', line], 'capture-output': true }));
    const status = await until(line, options.timeout ?? 120_000, async () => {
      const asked = v.parse(statusSchema, await agent.execute('guest-exec-status', { pid }));
      return asked.exited ? asked : undefined;
    }, between);
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

  /** By the guest agent itself: a program for each look would keep an emulated machine from what is being waited for. */
  async read(path: string): Promise<Buffer> {
    const agent = this.#agent;
    if (agent === undefined) throw new Error('the machine is off');
    const handle = v.parse(v.number(), await agent.execute('guest-file-open', { path, mode: 'r' }));
    const parts: Buffer[] = [];
    for (;;) {
      const part = v.parse(partSchema, await agent.execute('guest-file-read', { handle, count: 1 << 20 }));
      parts.push(Buffer.from(part['buf-b64'], 'base64'));
      if (part.eof) break;
    }
    await agent.execute('guest-file-close', { handle });
    return Buffer.concat(parts);
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

  /** Plugs a USB stick in that has the bytes of a file; nothing is written to the file. @param bytesPerSecond how slow it is */
  async insertStick(image: string, bytesPerSecond?: number): Promise<void> {
    const file = { driver: 'raw', 'read-only': true, file: { driver: 'file', filename: image } };
    if (bytesPerSecond === undefined) {
      await this.monitor('blockdev-add', { ...file, 'node-name': 'stick' });
    } else {
      await this.monitor('object-add', { 'qom-type': 'throttle-group', id: 'slow', limits: { 'bps-total': bytesPerSecond } });
      await this.monitor('blockdev-add', { driver: 'throttle', 'node-name': 'stick', 'throttle-group': 'slow', 'read-only': true, file });
    }
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
