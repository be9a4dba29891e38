import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex, Readable, Writable } from 'node:stream';
import { must, run, until, type Ended } from './command.ts';
import { ControlGroup } from './control-group.ts';
import type { InputStep } from './input.ts';
import type { Device, Machine, PanelSize } from './machine.ts';
import { home, mountLayers, place, type Files, type Layers } from './root.ts';

/** Variables of the compositor's keymap, as the package's display script sets them: the panel asks the same library. */
const keymap = 'XKB_CONFIG_ROOT=/usr/share/owso-kiosk-terminal/xkb XKB_DEFAULT_RULES=owso XKB_DEFAULT_MODEL=any XKB_DEFAULT_LAYOUT=owso';
const onPanel = '[Unit]\nRequires=owso-test-panel.service\nAfter=owso-test-panel.service\n[Service]\nEnvironment=WLR_BACKENDS=wayland WLR_RENDERER=pixman WAYLAND_DISPLAY=/run/panel/display\n';

function panelFiles(panel: PanelSize): Files {
  return {
    'etc/systemd/system/owso-test-panel.service': {
      content: `[Service]\nEnvironment=${keymap}\nExecStart=/usr/bin/python3 /run/panel/panel.py /run/panel/display /run/panel/control ${panel.width} ${panel.height}\nExecStartPost=/bin/sh -c 'until [ -S /run/panel/control ]; do sleep 0.05; done'\nRestart=always\n`,
    },
    'etc/systemd/system/owso-kiosk.service.d/50-test-panel.conf': { content: onPanel },
    'etc/systemd/system/owso-kiosk-fallback.service.d/50-test-panel.conf': { content: onPanel },
  };
}

/** Copies standard input to a port of loopback and back. */
const relay = `import socket,sys,threading,os
s=socket.create_connection(('localhost',int(sys.argv[1])))
def up():
    while True:
        d=os.read(0,65536)
        if not d: break
        s.sendall(d)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=up,daemon=True).start()
while True:
    d=s.recv(65536)
    if not d: break
    while d: d=d[os.write(1,d):]
`;

/** Runs in Node on this machine's files and the container's network: takes connections to a port there and hands them to a socket's file here. */
const door = `const net = require('node:net'); const [port, at] = process.argv.slice(1);
net.createServer((inside) => { const outside = net.connect(at); inside.pipe(outside).pipe(inside); const end = () => { inside.destroy(); outside.destroy(); }; inside.on('error', end); outside.on('error', end); })
.listen(Number(port), '127.0.0.1', () => console.log('open'));`;

/** Removes what machines of runs that were killed left behind. */
async function sweep(): Promise<void> {
  const folder = join(home, 'machines');
  for (const name of readdirSync(folder)) {
    if (existsSync(`/proc/${name.split('-')[0]}`)) continue;
    await run('umount', [join(folder, name, 'root')]);
    await run('rm', ['-rf', '--one-file-system', join(folder, name)]);
  }
}

/**
 * A machine of systemd-nspawn: its own systemd, processes, users and loopback on
 * our kernel. Its panel is {@link ./panel.py}, on which cage shows itself: the
 * compositor, the browser and its sandbox are the real ones; kernel, libinput,
 * udev and seatd are left out. Starts in two seconds.
 */
export class Container implements Machine {
  readonly kind = 'container';
  readonly panel: PanelSize;
  readonly #work: string;
  readonly #root: string;
  readonly #shared: string;
  #process: ChildProcess | undefined;
  #leader: string | undefined;
  #control: Socket | undefined;
  #group: ControlGroup | undefined;

  private constructor(work: string, root: string, panel: PanelSize) {
    this.#work = work;
    this.#root = root;
    this.#shared = join(work, 'panel');
    this.panel = panel;
  }

  /** Makes a machine of layers; it is not started yet. */
  static async create(layers: Layers, files: Files = {}, panel: PanelSize = { width: 1080, height: 1920 }): Promise<Container> {
    // Beside the layers, not in /tmp: what is written goes to the same disk, and nobody tidies up there.
    mkdirSync(join(home, 'machines'), { recursive: true });
    await sweep();
    const work = mkdtempSync(join(home, 'machines', `${process.pid}-`));
    const root = join(work, 'root');
    await mountLayers(layers, root, join(work, 'written'));
    const machine = new Container(work, root, panel);
    mkdirSync(machine.#shared, { mode: 0o755 });
    copyFileSync(join(import.meta.dirname, 'panel.py'), join(machine.#shared, 'panel.py'));
    place({ ...panelFiles(panel), ...files }, root);
    return machine;
  }

  async start(): Promise<void> {
    const name = `owso-${randomBytes(4).toString('hex')}`;
    this.#group = await ControlGroup.create(name);
    // Processes of its own, which end with us: nspawn that is killed would leave the
    // machine behind, and a dozen of those take every file watch of the host.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...this.#group.enter, 'unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', 'systemd-nspawn', `--directory=${this.#root}`, '--boot', '--register=no', '--keep-unit', '--private-network', '--console=pipe', `--machine=${name}`, `--bind=${this.#shared}:/run/panel`], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' } });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    this.#process = child;
    this.#leader = await until(`the container's systemd (${said})`, 20_000, async () => {
      if (child.exitCode !== null) throw new Error(`systemd-nspawn ended with ${child.exitCode}: ${said}`);
      const nspawn = (await run('pgrep', ['-P', String(child.pid), '-x', 'systemd-nspawn'])).stdout.trim();
      // Its first child only prepares the second, which becomes the machine's first process.
      return nspawn === '' ? undefined : (await run('pgrep', ['-P', nspawn, '-x', 'systemd'])).stdout.trim().split('\n')[0] || undefined;
    });
    await until('the container is up', 240_000, async () => {
      const state = await this.exec('systemctl is-system-running');
      return /^(?:running|degraded|starting)/.test(state.stdout) && (await this.exec('systemctl is-active multi-user.target')).code === 0 ? true : undefined;
    });
  }

  exec(line: string, options: { readonly user?: string; readonly timeout?: number } = {}): Promise<Ended> {
    if (this.#leader === undefined) throw new Error('the machine is off');
    const as = options.user === undefined || options.user === 'root' ? [] : ['setpriv', `--reuid=${options.user}`, `--regid=${options.user}`, '--init-groups', 'env', `HOME=/var/lib/${options.user}`];
    return run('nsenter', ['-t', this.#leader, '-a', 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', ...as, 'sh', '-c', line], options.timeout === undefined ? {} : { timeout: options.timeout });
  }

  async sh(line: string, options: { readonly user?: string; readonly timeout?: number } = {}): Promise<string> {
    const ended = await this.exec(line, options);
    if (ended.code !== 0) throw new Error(`${line}: ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  async write(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    await must('nsenter', ['-t', this.#leader ?? '', '-a', 'sh', '-c', 'mkdir -p "$(dirname "$0")" && cat >"$0" && chmod "$1" "$0"', path, mode.toString(8)], { input: content });
  }

  async read(path: string): Promise<Buffer> {
    const ended = await this.exec(`cat '${path}'`);
    if (ended.code !== 0) throw new Error(ended.stderr);
    return ended.bytes;
  }

  async picture(): Promise<Buffer> {
    const taken = await this.exec('XDG_RUNTIME_DIR=/run/owso-kiosk-display WAYLAND_DISPLAY=$(cd /run/owso-kiosk-display && ls | grep -m1 "^wayland-[0-9]*$") grim -l 1 -', { user: 'owso-kiosk', timeout: 10_000 });
    if (taken.code !== 0) throw new Error(`no picture: ${taken.stderr}`);
    return taken.bytes;
  }

  async input(steps: readonly InputStep[]): Promise<void> {
    await this.#say(steps);
  }

  async unplug(device: Device): Promise<void> {
    await this.#say([{ unplug: device }]);
  }

  async plug(device: Device): Promise<void> {
    await this.#say([{ plug: device }]);
  }

  async #say(steps: readonly object[]): Promise<void> {
    if (this.#control === undefined || this.#control.destroyed) {
      const socket = createConnection(join(this.#shared, 'control'));
      await new Promise((done, fail) => socket.once('connect', done).once('error', fail));
      this.#control = socket;
    }
    const socket = this.#control;
    const answer = new Promise<string>((done, fail) => {
      const gone = (): void => fail(new Error('the panel has gone'));
      socket.once('close', gone);
      socket.once('data', (chunk: Buffer) => {
        socket.off('close', gone);
        done(chunk.toString());
      });
    });
    socket.write(`${JSON.stringify(steps)}\n`);
    const line = await answer;
    if (!line.includes('"done"')) throw new Error(`the panel did not do it: ${line}`);
  }

  connect(port: number): Duplex {
    const child = spawn('nsenter', ['-t', this.#leader ?? '', '-a', 'python3', '-c', relay, String(port)], { stdio: ['pipe', 'pipe', 'ignore'] });
    return Duplex.from({ readable: Readable.toWeb(child.stdout), writable: Writable.toWeb(child.stdin) });
  }

  /** Takes what knocks at a port of the machine's own loopback: the machine has no network, but for what `answer` is to it. @returns the way to end it */
  async serve(port: number, answer: (socket: Socket) => void): Promise<() => void> {
    const at = join(this.#work, `port-${port}`);
    const server = createServer(answer);
    await new Promise<void>((done) => server.listen(at, done));
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'nsenter', '-t', this.#leader ?? '', '-n', process.execPath, '-e', door, String(port), at], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((open, fail) => child.stdout.once('data', open).once('close', () => fail(new Error(`port ${port} of the machine did not open`))));
    return () => {
      child.kill();
      server.close();
    };
  }

  /** A line that somebody types on a screen of this machine: its program has a terminal for input and output. */
  console(line: string): ChildProcessWithoutNullStreams {
    const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'TERM=linux'];
    return spawn('nsenter', ['-t', this.#leader ?? '', '-a', 'env', '-i', '--chdir=/root', ...environment, 'script', '--quiet', '--return', '--command', `stty rows 25 cols 80; ${line}`, '/dev/null']);
  }

  async cutPower(): Promise<void> {
    this.#control?.destroy();
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    if (this.#leader !== undefined) await run('kill', ['-KILL', this.#leader]);
    child.kill('SIGKILL');
    await gone;
    await this.#group?.remove();
    this.#leader = undefined;
  }

  async remove(): Promise<void> {
    await this.cutPower();
    // The kernel lets go of the tree when the last process has ended.
    await until('the container\'s tree is free', 10_000, async () => ((await run('umount', [this.#root])).code === 0 ? true : undefined));
    if (existsSync(this.#work)) rmSync(this.#work, { recursive: true, force: true });
  }
}
