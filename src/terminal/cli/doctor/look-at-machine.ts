import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { machineLimits, machineTroublesOf } from '../../../api/machine-limits.ts';
import { machineHealth } from '../../machine/health.ts';
import { readInputDevices } from '../../machine/input-devices.ts';
import { places, users } from '../../places.ts';
import { accountOf, readText, saidBy, type Machine } from '../machine.ts';
import { unguarded } from '../hub.ts';
import { setClock } from '../set-clock.ts';
import { bytesText, spanText, unitStates } from '../state.ts';
import { fetchMissing, findings, installAgain, runAsRoot, type Check, type Finding } from './finding.ts';
import { processesOf, processNumbers } from './processes.ts';
import { openSockets, type OpenSocket } from './sockets.ts';

/** Chromium runs in its sandbox: its renderers filter system calls, in a user namespace of their own. */
export const checkSandbox: Check = async ({ machine, released }) => {
  const { ok, fault, unknown } = findings('sandbox');
  // Chromium has ended with the display; that is told of with the services.
  if (released) return [];
  const account = await accountOf(machine, users.display);
  const all = account === undefined ? [] : await processesOf(machine, account.uid);
  const browsers = all.filter(({ command }) => command[0]?.endsWith('/chromium') === true && !command.some((part) => part.startsWith('--type=')));
  const renderers = all.filter(({ command }) => command.includes('--type=renderer'));
  if (all.some(({ command }) => command.some((part) => /^--(?:no-sandbox|disable-(?:setuid|namespace|seccomp-filter)-sandbox)$/.test(part)))) return [fault('Chromium runs without its sandbox.', `Somebody added that to the command line. ${installAgain}`)];
  if (browsers.length === 0 || renderers.length === 0) return [unknown('Chromium does not run, or may not be looked at.', machine.uid === 0 ? 'Look again when the display runs.' : runAsRoot)];
  if (renderers.some(({ seccomp }) => seccomp !== '2')) return [fault('A page runs without a filter of system calls.', `Is kernel.unprivileged_userns_clone 1? See sysctl. ${installAgain}`)];
  const outside = browsers[0]?.userNamespace;
  if (outside === undefined) return [unknown('The namespaces of Chromium may not be looked at.', runAsRoot)];
  if (renderers.some(({ userNamespace }) => userNamespace === outside)) return [fault('A page runs in the same user namespace as the browser.', 'Is kernel.unprivileged_userns_clone 1, and user.max_user_namespaces above 0? See sysctl.')];
  return [ok(`Chromium’s sandbox is on: ${renderers.length} page process${renderers.length === 1 ? '' : 'es'}, each filtered and in namespaces of its own.`)];
};

/** There is a camera that the display may use. */
export const checkCamera: Check = async ({ machine }) => {
  const { ok, warning, fault } = findings('camera');
  const folder = machine.at('/sys/class/video4linux');
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^video\d+$/.test(name)).sort();
  // A camera has further nodes for its metadata; the picture comes from the first.
  const capture: { readonly node: string; readonly name: string }[] = [];
  for (const node of names) if ((await readText(machine, `/sys/class/video4linux/${node}/index`))?.trim() === '0') capture.push({ node, name: (await readText(machine, `/sys/class/video4linux/${node}/name`))?.trim() ?? node });
  if (capture.length === 0) return [warning('There is no camera: codes of receipts can be typed, but not scanned.', 'Plug the camera in, in another socket if need be.')];
  const video = (await readText(machine, '/etc/group'))?.split('\n').find((line) => line.startsWith('video:'))?.split(':');
  const device = await stat(machine.at(`/dev/${capture[0]?.node ?? ''}`)).catch(() => undefined);
  if (device === undefined) return [fault(`The camera ${capture[0]?.name ?? ''} has no device.`, 'Plug it out and in again.')];
  const open = (device.mode & 0o006) === 0o006 || ((device.mode & 0o060) === 0o060 && video?.[3]?.split(',').includes(users.display) === true && String(device.gid) === video[2]);
  if (!open) return [fault(`The display may not use the camera ${capture[0]?.name ?? ''}.`, `Run: usermod --append --groups video ${users.display}; udevadm trigger; systemctl restart owso-kiosk`)];
  return [ok(capture.map(({ name }) => name).join(', '))];
};

/** There is a touch screen, and nothing types that was not let in. */
export const checkInput: Check = async ({ machine, settings }) => {
  const text = await readText(machine, '/proc/bus/input/devices');
  const [touch, keys] = [findings('touch'), findings('keyboards')];
  if (text === undefined) return [touch.unknown('Input devices cannot be looked at.', 'Is this a real machine, with a kernel of its own?')];
  const devices = readInputDevices(text);
  const screens = devices.filter(({ touches }) => touches);
  const found: Finding[] = [screens.length === 0 ? touch.fault('There is no touch screen.', 'Plug in the cable between the panel and the machine, for USB as well as for the picture.') : touch.ok(screens.map(({ name }) => name).join(', '))];
  const allowed = (settings.ok ? settings.value?.keyboards : undefined) ?? [];
  const typing = devices.filter(({ types }) => types);
  const foreign = typing.filter(({ usb }) => usb === undefined || !allowed.includes(usb));
  for (const { name, event } of foreign) {
    const udev = event === undefined ? undefined : await saidBy(machine, 'udevadm', ['info', '--query=property', `--name=/dev/input/${event}`]);
    const ignored = udev?.split('\n').includes('LIBINPUT_IGNORE_DEVICE=1');
    if (ignored === true) found.push(keys.warning(`"${name}" types and is not one of the terminal’s. It is ignored.`, 'Unplug it. If it is the barcode scanner: owso-kiosk provision'));
    else if (ignored === false) found.push(keys.fault(`"${name}" types, and reaches the display.`, `Unplug it: the package’s rules for udev do not hold. ${installAgain}`));
    else found.push(keys.warning(`"${name}" types and is not one of the terminal’s.`, 'Unplug it. If it is the barcode scanner: owso-kiosk provision'));
  }
  for (const usb of allowed.filter((one) => !typing.some((device) => device.usb === one))) found.push(keys.warning(`The barcode scanner ${usb} is not plugged in.`, 'Plug it in; if there is another one now: owso-kiosk provision'));
  if (foreign.length === 0) found.push(keys.ok('Nothing types that was not let in.'));
  return found;
};

/** The clock can be right, and something sets it. */
export const checkClock: Check = async ({ machine, now, baseline, hub, settings }) => {
  const { ok, warning, fault } = findings('clock');
  const signed = baseline.ok ? baseline.value.release.confirmed : undefined;
  const text = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
  const set = `If it is wrong again after a power cut, change the battery of the board. Set it: ${setClock}`;
  if (signed !== undefined && now < signed - 86_400_000) return [fault(`The clock says ${text} UTC, which is before the package’s content was signed.`, set)];
  if (hub?.ok === true) {
    const { clockDifference } = hub.value;
    if (Math.abs(clockDifference) > machineLimits.clock) return [fault(`The clock is ${spanText(Math.abs(clockDifference))} ${clockDifference > 0 ? 'ahead of' : 'behind'} the hub’s.`, set)];
    return [ok(`${text} UTC, as the hub says.`)];
  }
  const { clockSynchronized } = await machineHealth({ systemRoot: machine.at('/'), stateDir: machine.at('/'), version: machine.version, keyboards: [] });
  if (clockSynchronized === true) return [ok(`${text} UTC, set by the network.`)];
  const alone = settings.ok && settings.value !== undefined && settings.value.hub === undefined;
  return [warning(`${text} UTC; nothing has set or confirmed it since the machine started.`, alone ? `Compare it with your own, and set it if need be: ${setClock}` : 'Mend the way to the hub, or compare it with your own clock.')];
};

/** Room on the disk and in memory for what the terminal does. */
export const checkRoom: Check = async ({ machine }) => {
  const [disk, memory, heat] = [findings('disk'), findings('memory'), findings('temperature')];
  const health = await machineHealth({ systemRoot: machine.at('/'), stateDir: machine.at('/var/lib'), version: machine.version, keyboards: [] });
  const low = machineTroublesOf(health);
  const diskText = `${bytesText(health.disk.free)} of ${bytesText(health.disk.size)} free.`;
  const memoryText = `${bytesText(health.memory.free)} of ${bytesText(health.memory.size)} free.`;
  const restart = 'Restart the machine; if it comes again, owso-kiosk logs says what grew.';
  const clean = 'Look what fills it: du -xh / | sort -h | tail; journalctl --vacuum-size=100M; apt-get clean';
  return [
    health.disk.size === 0 ? disk.unknown('Cannot be told.', 'Is /var/lib there?') : health.disk.free < 200e6 ? disk.fault(diskText, clean) : low.includes('diskLow') ? disk.warning(diskText, clean) : disk.ok(diskText),
    health.memory.size === 0 ? memory.unknown('Cannot be told.', 'Is /proc there?') : health.memory.free < 150e6 ? memory.fault(memoryText, restart) : low.includes('memoryLow') ? memory.warning(memoryText, restart) : health.memory.size < 1.8e9 ? memory.warning(memoryText, 'A terminal needs 2 GB of memory or more.') : memory.ok(memoryText),
    ...(low.includes('hot') ? [heat.warning(`${health.temperature} °C inside.`, 'Clean the air vents; keep the panel out of the sun.')] : []),
  ];
};

/** The firewall lets nobody in and nobody out but to the hub. */
export const checkFirewall: Check = async ({ machine }) => {
  const { ok, warning, fault, unknown } = findings('firewall');
  const ran = await machine.run('nft', ['list', 'table', 'inet', 'owso_kiosk']);
  const load = 'Run: systemctl restart owso-kiosk-firewall';
  if (ran.kind === 'absent') return [fault('There is no nftables on this machine.', `${fetchMissing}. Where its old rules still keep Debian out, start the machine anew first`)];
  if (ran.kind === 'stopped' || /not permitted/i.test(ran.err)) return [unknown('The firewall may not be looked at.', runAsRoot)];
  if (ran.code !== 0) return [fault('The firewall is not loaded: everybody may come in and out.', load)];
  const chains = ['input', 'output'].filter((chain) => !new RegExp(`hook ${chain} [^}]*?policy drop`).test(ran.out));
  if (chains.length > 0) return [fault(`The firewall does not close ${chains.join(' and ')}.`, load)];
  if (/set updaters \{[^}]*elements = \{/.test(ran.out)) return [warning('The firewall is open for Debian’s updates.', 'If no update runs now: /usr/lib/owso-kiosk-terminal/firewall close-for-updates')];
  return [ok('Nobody comes in; only the hub is let out to.')];
};

/** Sockets that a machine on a network cannot do without: answers to DHCP. */
const needed: ReadonlySet<number> = new Set([68, 546]);

/** Name of the program that holds a socket, if we may look. */
async function holderOf(machine: Machine, inode: string): Promise<string | undefined> {
  for (const pid of await processNumbers(machine)) {
    const folder = machine.at(join('/proc', pid, 'fd'));
    for (const fd of await readdir(folder).catch(() => [])) {
      if ((await readlink(join(folder, fd)).catch(() => '')) === `socket:[${inode}]`) return (await readText(machine, `/proc/${pid}/comm`))?.trim();
    }
  }
  return undefined;
}

/** Nothing listens but on loopback. */
export const checkPorts: Check = async ({ machine }) => {
  const { ok, warning, fault, unknown } = findings('ports');
  const tables = await Promise.all((['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (name) => ({ protocol: name.startsWith('tcp') ? ('tcp' as const) : ('udp' as const), text: await readText(machine, `/proc/net/${name}`) })));
  if (tables[0]?.text === undefined) return [unknown('Open ports cannot be looked at.', 'Is /proc there?')];
  const open = tables.flatMap(({ protocol, text }) => openSockets(protocol, text ?? '')).filter(({ loopback, protocol, port }) => !loopback && !(protocol === 'udp' && needed.has(port)));
  const tell = async ({ protocol, address, port, inode }: OpenSocket): Promise<Finding> => {
    const holder = await holderOf(machine, inode);
    const text = `${holder ?? 'A program'} listens on ${address}:${port} (${protocol}).`;
    // What systemd itself holds is for a service that starts when somebody comes.
    const off = holder === undefined ? '; ss -lnp shows what it is' : holder === 'systemd' ? ': systemctl list-sockets shows its name, then systemctl disable --now NAME.socket' : `: systemctl disable --now ${holder}`;
    const mend = `Switch it off${off}. The firewall lets nobody in, but there should be nothing to let in to.`;
    return protocol === 'tcp' ? fault(text, mend) : warning(text, mend);
  };
  return open.length === 0 ? [ok('Nothing listens but on the machine itself.')] : Promise.all(open.map(tell));
};

/** No console waits on a virtual terminal, and no chord of the kernel's does anything. */
export const checkConsoles: Check = async ({ machine }) => {
  const { ok, warning, fault, unknown } = findings('consoles');
  const gettys = [1, 2, 3, 4, 5, 6].map((number) => `getty@tty${number}.service`);
  const states = await unitStates(machine, [...gettys, 'ctrl-alt-del.target']);
  const sysrq = (await readText(machine, '/proc/sys/kernel/sysrq'))?.trim();
  const found: Finding[] = [];
  if (sysrq !== undefined && sysrq !== '0') found.push(fault('The kernel’s magic keys are on: a plugged-in keyboard can restart the machine.', 'Run: sysctl --system'));
  if (states === undefined) return [...found, unknown('Consoles cannot be looked at: systemd does not answer.', 'Is this a terminal that runs?')];
  for (const { name, active } of states.filter(({ name: unit }) => unit.startsWith('getty@'))) if (active === 'active') found.push(fault(`A console waits on ${name.slice(6, 10)}.`, `Run: systemctl stop ${name}`));
  const del = states.find(({ name }) => name === 'ctrl-alt-del.target');
  if (del !== undefined && del.loaded && del.file !== 'masked') found.push(warning('Ctrl+Alt+Del on a console would restart the machine.', 'Run: systemctl mask ctrl-alt-del.target'));
  return found.length === 0 ? [ok('No console waits; the kernel’s magic keys are off.')] : found;
};

/** Milliseconds after which a hub that did not answer is told of. */
const silentAfter = 300_000;

/** The hub answers, and the terminal is enrolled there. */
export const checkHub: Check = async ({ settings, state, hub, now }) => {
  const { ok, warning, fault, unknown } = findings('hub');
  if (!settings.ok || settings.value === undefined) return [];
  const { hub: address } = settings.value;
  if (address === undefined) return [ok('This terminal works without a hub.')];
  const found: Finding[] = [];
  const open = unguarded(address);
  if (open !== undefined) found.push(warning(open, 'Put TLS before the hub, and name it by its https address: owso-kiosk provision'));
  if (hub?.ok === true) found.push(ok(`${address} answers: version ${hub.value.health.version}, ${hub.value.health.release === null ? 'no content' : `edition ${hub.value.health.release}`}.`));
  else if (hub !== undefined) found.push(fault(hub.error, 'Citizens are served with what the terminal has. Mend the network, or bring content on a stick.'));
  if (state === undefined) return [...found, unknown('The agent has not said how it gets on with the hub.', 'Is it running? systemctl status owso-kiosk-agent')];
  if (!state.hub.enrolled) found.push(warning('This terminal is not enrolled: the staff page does not know it.', 'Have a code made on the staff page, and run: owso-kiosk enrol'));
  const { answered, failure } = state.hub;
  if (answered === undefined || now - Date.parse(answered) > silentAfter) found.push(warning(`The agent last heard of the hub ${answered === undefined ? 'never since it started' : `${spanText(now - Date.parse(answered))} ago`}${failure === undefined ? '' : ` (${failure})`}.`, 'Mend the network, or bring content on a stick.'));
  return found;
};

/** The agent's key is the agent's alone. */
export const checkKey: Check = async ({ machine }) => {
  const { ok, fault, unknown } = findings('key');
  const file = await stat(machine.at(join(places.state, 'key.pem'))).catch((error: NodeJS.ErrnoException) => error.code);
  if (file === 'EACCES') return [unknown('The terminal’s key may not be looked at.', runAsRoot)];
  if (file === undefined || typeof file === 'string') return [];
  return [(file.mode & 0o077) === 0 ? ok('The terminal’s key can be read by its agent alone.') : fault('The terminal’s key can be read by others than its agent.', 'Have a code made on the staff page, and enrol with a new key: owso-kiosk enrol')];
};
