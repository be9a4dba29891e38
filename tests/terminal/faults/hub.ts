import type { Machine } from '../support/machine.ts';
import type { Files } from '../support/root.ts';
import type { Fault } from './recovery.ts';

const hub = '192.0.2.2';
const node = '/usr/lib/owso-kiosk-terminal/node';

/** A terminal with a hub beyond a cable, which takes every connection and never says a word. */
export const withSilentHub: Files = {
  'etc/owso-kiosk/terminal.yaml': { content: `kiosk: lobby-1\noffice: "990101"\nhub: http://${hub}:8443\n` },
  'root/cable': { content: `set -e\nip netns add hub\nip link add h0 type veth peer name h1 netns hub\nip addr add 192.0.2.1/30 dev h0\nip link set h0 up\nip -n hub addr add ${hub}/30 dev h1\nip -n hub link set h1 up\n` },
  'root/hub.cjs': { content: `require('node:net').createServer(() => {}).listen(8443, '${hub}')` },
};

const kill = 'kill -KILL $(systemctl show -P MainPID owso-kiosk.service)';
const startHub = `systemd-run --quiet --unit=test-hub ip netns exec hub ${node} /root/hub.cjs`;

/** Faults of the hub and of the way to it. */
export const hubs: readonly Fault[] = [
  { title: 'display started anew without a network', page: 'new', inflict: (machine: Machine) => machine.sh(kill) },
  { title: 'display started anew with a hub that takes connections and says nothing', page: 'new', inflict: (machine) => machine.sh(`sh /root/cable && ${startHub} && ${kill}`) },
  { title: 'hub killed', page: 'same', inflict: (machine) => machine.sh('systemctl kill -s KILL test-hub; systemctl stop test-hub') },
  { title: 'cable pulled', page: 'same', inflict: (machine) => machine.sh('ip link set h0 down') },
];
