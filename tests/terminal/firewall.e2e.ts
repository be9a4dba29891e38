import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './support/command.ts';
import { Container } from './support/container.ts';
import { because, containerLacks, triedSuites } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { attractScreen } from './support/terminal.ts';

const lacking = await containerLacks();
const node = '/usr/lib/owso-kiosk-terminal/node';
/** Two machines of the test's own, in namespaces of its own: the terminal, and beyond a cable the hub's. */
const terminal = '192.0.2.1';
const hub = '192.0.2.2';

/** Listens on ports of the hub's machine and says `hub` to whoever asks. */
const hubServer = `for (const port of [8443, 9999, 53, 80]) require('node:http').createServer((_, answer) => answer.end('hub')).listen(port, '${hub}')`;

describe.skipIf(lacking !== undefined).each(triedSuites)(`the firewall of a terminal on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;

  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), {
      'etc/owso-kiosk/terminal.yaml': { content: `kiosk: lobby-1\noffice: "990101"\nhub: http://${hub}:8443\n` },
      'root/cable': {
        content: `set -e\nip netns add hub\nip link add h0 type veth peer name h1 netns hub\nip addr add ${terminal}/30 dev h0\nip link set h0 up\nip -n hub addr add ${hub}/30 dev h1\nip -n hub link set h1 up\nip -n hub link set lo up\n`,
      },
      'root/hub.cjs': { content: hubServer },
      // Another program of the machine, which the display must not reach either.
      'root/other.cjs': { content: "require('node:http').createServer((_, answer) => answer.end('other')).listen(8600, '127.0.0.1')" },
    });
    await machine.start();
    await machine.sh('sh /root/cable && systemd-run --quiet ip netns exec hub ' + node + ' /root/hub.cjs && systemd-run --quiet ' + node + ' /root/other.cjs');
    await attractScreen(machine, 30_000);
    await until('the hub\'s machine listens', 10_000, async () => ((await machine.exec('ip netns exec hub ss -Hltn')).stdout.includes(':8443') ? true : undefined));
    await machine.sh('systemctl start owso-kiosk-firewall-hub.service');
  }, 900_000);
  afterAll(() => machine?.remove());

  /** What a user of the terminal gets from an address: the answer, or the kind of refusal. */
  async function ask(user: string, address: string): Promise<string> {
    const line = `fetch('http://${address}/', { signal: AbortSignal.timeout(4000), headers: { host: '${address}' } }).then((a) => a.text()).then((t) => console.log(t.slice(0, 40)), (e) => console.log('refused', e.cause?.code ?? e.name))`;
    return (await machine.exec(`cd / && ${node} -e "${line}"`, { user, timeout: 20_000 })).stdout.trim();
  }

  it('lets the agent out to the hub\'s port, and to nothing else of that machine', async () => {
    expect(await ask('owso-kiosk-agent', `${hub}:8443`)).toBe('hub');
    for (const port of [9999, 80, 53]) expect(await ask('owso-kiosk-agent', `${hub}:${port}`), String(port)).toMatch(/^refused/);
  });

  it('lets the display reach the agent, and neither the hub nor another program of the machine', async () => {
    expect(await ask('owso-kiosk', 'localhost:8480')).toMatch(/^<!doctype html>/i);
    for (const address of [`${hub}:8443`, `${hub}:80`, 'localhost:8600', '127.0.0.1:8600', `${terminal}:8480`]) expect(await ask('owso-kiosk', address), address).toMatch(/^refused/);
  });

  it('lets no other user out, not even root', async () => {
    for (const user of ['root', 'daemon', 'backup']) for (const port of [8443, 80]) expect(await ask(user, `${hub}:${port}`), `${user} ${port}`).toMatch(/^refused/);
  });

  it('lets nobody in: no port of the terminal answers from the network', async () => {
    const knocked = await machine.sh(
      `ip netns exec hub ${node} -e "const n = require('node:net'); const open = []; let left = 0; for (const port of [22, 80, 443, 3389, 5900, 8080, 8443, 8480, 8600, 9222]) { left++; const s = n.connect({ port, host: '${terminal}', timeout: 1500 }); const done = (yes) => { if (yes) open.push(port); s.destroy(); if (--left === 0) console.log(JSON.stringify(open)); }; s.once('connect', () => done(true)); s.once('error', () => done(false)); s.once('timeout', () => done(false)); }"`,
    );
    expect(knocked.trim()).toBe('[]');
  });

  it('listens nowhere but where the documentation says', async () => {
    const listening = (await machine.sh('ss -Hltun')).trim().split('\n').map((line) => line.trim().split(/\s+/)[4] ?? '');
    // The other program of the machine is this test's own.
    expect(listening.filter((address) => !address.endsWith(':8600')).sort()).toEqual(['127.0.0.1:8480', '[::1]:8480']);
  });

  it('opens for updates only as long as it is told', async () => {
    expect(await ask('root', `${hub}:80`)).toMatch(/^refused/);
    await machine.sh('/usr/lib/owso-kiosk-terminal/firewall open-for-updates');
    expect(await ask('root', `${hub}:80`)).toBe('hub');
    expect(await ask('owso-kiosk', `${hub}:80`)).toMatch(/^refused/);
    await machine.sh('/usr/lib/owso-kiosk-terminal/firewall close-for-updates');
    expect(await ask('root', `${hub}:80`)).toMatch(/^refused/);
  });

  it('closes by itself where the command that opened it was killed', async () => {
    await machine.sh('/usr/lib/owso-kiosk-terminal/firewall open-for-updates');
    // Two elements, root and apt, each with the time that it has left.
    const set = await machine.sh('nft --json list set inet owso_kiosk updaters');
    expect(set.match(/"expires": \d+/g), set).toHaveLength(2);
    await machine.sh('/usr/lib/owso-kiosk-terminal/firewall open-for-updates 1s');
    await until('the firewall is closed', 10_000, async () => ((await ask('root', `${hub}:80`)).startsWith('refused') ? true : undefined));
  });

  it('lets no other user of the machine speak to the agent as if it were the page', async () => {
    for (const user of ['daemon', 'backup']) for (const address of ['localhost:8480', '127.0.0.1:8480']) expect(await ask(user, address), `${user} ${address}`).toMatch(/^refused/);
    expect(await ask('daemon', '127.0.0.1:8600')).toBe('other');
  });

  it('lets whatever keeps the address renew it, whoever it runs as', async () => {
    const renew = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("${terminal}", 68)); s.sendto(b"renew", ("${hub}", 67)); print("sent")`;
    for (const rights of ['', '--reuid systemd-network --regid systemd-network --clear-groups --inh-caps +net_bind_service --ambient-caps +net_bind_service']) {
      expect((await machine.exec(`setpriv ${rights} -- python3 -c '${renew}'`)).stdout.trim(), rights).toBe('sent');
    }
    // Only who may have that port at all.
    expect((await machine.exec(`setpriv --reuid daemon --regid daemon --clear-groups -- python3 -c '${renew}'`)).stdout.trim()).toBe('');
  });

  it('is loaded, and finds the hub, whatever name servers the network tells', async () => {
    await machine.sh("cp /etc/resolv.conf /root/resolv; printf 'nameserver ::ffff:192.0.2.2\\nnameserver 999.1\\nnameserver fe80::1%%h0\\n' >/etc/resolv.conf");
    await machine.sh('/usr/lib/owso-kiosk-terminal/firewall close 2>/dev/null');
    expect(await ask('owso-kiosk-agent', `${hub}:8443`)).toBe('hub');
    await machine.sh('cp /root/resolv /etc/resolv.conf; /usr/lib/owso-kiosk-terminal/firewall close');
  });

  it('says once of each name of a hub that it cannot be looked up, however often it tries, and once that it can', async () => {
    // More often than systemd grants within ten seconds, and never by its timer between two lines of this test.
    const lookUp = (): Promise<string> => machine.sh('systemctl reset-failed owso-kiosk-firewall-hub.service && systemctl start owso-kiosk-firewall-hub.service');
    const written = async (): Promise<string[]> => (await machine.sh('journalctl --unit=owso-kiosk-firewall-hub.service --output=cat --no-pager')).split('\n').filter((line) => /looked up|stays as it was|again/.test(line));
    await machine.sh('systemctl stop owso-kiosk-firewall-hub.timer owso-kiosk-firewall-hub.service; cp /run/owso-kiosk-settings/hub /root/hub-before; cp /etc/resolv.conf /root/resolv; echo "nameserver fe80::1::2" >/etc/resolv.conf; echo "hub.invalid 443" >/run/owso-kiosk-settings/hub');
    for (let tries = 0; tries < 3; tries++) await lookUp();
    await machine.sh('echo "other.invalid 443" >/run/owso-kiosk-settings/hub');
    for (let tries = 0; tries < 2; tries++) await lookUp();
    await machine.sh('cp /root/hub-before /run/owso-kiosk-settings/hub; cp /root/resolv /etc/resolv.conf');
    for (let tries = 0; tries < 2; tries++) await lookUp();
    expect(await written()).toEqual([
      expect.stringContaining('The set names6 stays as it was'),
      expect.stringContaining('hub.invalid cannot be looked up'),
      expect.stringContaining('other.invalid cannot be looked up'),
      expect.stringContaining('The set names6 is up to date again'),
      expect.stringContaining(`${hub} can be looked up again`),
    ]);
    expect(await ask('owso-kiosk-agent', `${hub}:8443`)).toBe('hub');
    await machine.sh('systemctl start owso-kiosk-firewall-hub.timer');
  });

  it('is closed before the network is up, and stays closed when its service is stopped', async () => {
    expect(await machine.sh('systemctl show -p Before --value owso-kiosk-firewall.service')).toContain('network-pre.target');
    await machine.sh('systemctl stop owso-kiosk-firewall.service');
    expect(await ask('root', `${hub}:80`)).toMatch(/^refused/);
  });
});
