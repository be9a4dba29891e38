import type { Machine } from '../support/machine.ts';
import { browser, killGpuProcesses, pageRenderer, signal } from './processes.ts';
import type { Suite } from '../support/root.ts';
import type { Fault } from './recovery.ts';

/** A fault of the list, whether `npm test` tries it too, and on which Debian alone it can happen. */
export type Listed = Fault & { readonly short?: true; readonly only?: Suite };

const profile = '/var/lib/owso-kiosk/profile';
const restart = 'kill -KILL $(systemctl show -P MainPID owso-kiosk.service)';
/** Kills the display and changes its profile before it is back: what a power cut or a worn disk leaves. */
const damaged = (line: string) => (machine: Machine): Promise<string> => machine.sh(`systemctl stop owso-kiosk.service; cd ${profile} && ${line}; systemctl --no-block start owso-kiosk.service`);

/** Faults of programs. */
export const programs: readonly Listed[] = [
  { title: 'every renderer killed', short: true, page: 'new', inflict: (machine) => signal(machine, 'KILL', 'type=renderer') },
  { title: 'page frozen', short: true, page: 'new', inflict: async (machine) => machine.sh(`kill -STOP ${await pageRenderer(machine)}`) },
  { title: 'GPU process killed', page: 'either', blinks: true, inflict: (machine) => signal(machine, 'KILL', 'type=gpu-process') },
  { title: 'GPU process killed seven times in a row', page: 'either', inflict: (machine) => killGpuProcesses(machine, 7) },
  { title: 'GPU process frozen: nothing is drawn', page: 'either', inflict: (machine) => signal(machine, 'STOP', 'type=gpu-process') },
  { title: 'network service killed', page: 'either', inflict: (machine) => signal(machine, 'KILL', 'NetworkService') },
  { title: 'storage service killed', page: 'either', inflict: (machine) => signal(machine, 'KILL', 'StorageService') },
  { title: 'browser killed', page: 'new', inflict: async (machine) => machine.sh(`kill -KILL ${await browser(machine)}`) },
  { title: 'browser frozen', page: 'new', inflict: async (machine) => machine.sh(`kill -STOP ${await browser(machine)}`) },
  { title: 'compositor killed', short: true, page: 'new', inflict: (machine) => signal(machine, 'KILL', '^cage ') },
  { title: 'compositor frozen', page: 'new', inflict: (machine) => signal(machine, 'STOP', '^cage ') },
  { title: 'X server between compositor and browser killed', only: 'bookworm', page: 'new', inflict: (machine) => signal(machine, 'KILL', '^Xwayland') },
  { title: 'agent killed', page: 'same', inflict: (machine) => signal(machine, 'KILL', 'agent.js', 'owso-kiosk-agent') },
  {
    title: 'agent frozen',
    page: 'same',
    within: 30_000,
    because: 'systemd waits 20 s for the agent’s own watchdog; the page goes on meanwhile',
    inflict: (machine) => signal(machine, 'STOP', 'agent.js', 'owso-kiosk-agent'),
  },
];

/** Faults of what is kept. */
export const storage: readonly Listed[] = [
  { title: 'IndexedDB deleted while it is open', page: 'either', inflict: (machine) => machine.sh(`rm -rf ${profile}/Default/IndexedDB`) },
  { title: 'IndexedDB truncated', page: 'new', inflict: damaged('find Default/IndexedDB -type f -exec truncate -s 7 {} +') },
  { title: 'settings of the profile zeroed', page: 'new', inflict: damaged('for f in Default/Preferences "Local State" "Default/Secure Preferences"; do s=$(stat -c %s "$f"); head -c "$s" /dev/zero >"$f"; done') },
  {
    title: 'every file of the profile random',
    short: true,
    page: 'new',
    within: 30_000,
    because: 'the profile may have to be given up after starts that came to nothing',
    inflict: damaged('find . -type f -size +0 -exec sh -c \'for f; do s=$(stat -c %s "$f"); head -c "$s" /dev/urandom >"$f"; done\' - {} +'),
  },
  { title: 'profile a file instead of a folder', page: 'new', inflict: damaged('cd .. && rm -rf profile && echo nothing >profile') },
  { title: 'profile deleted while it is open', page: 'either', inflict: (machine) => machine.sh(`rm -rf ${profile}`) },
  {
    title: 'disk full while the page is shown',
    page: 'either',
    inflict: (machine) => machine.sh('head -c 1G /dev/zero >/var/lib/owso-kiosk/fill 2>/dev/null; [ "$(df --output=avail /var/lib/owso-kiosk | tail -n 1)" -eq 0 ]'),
  },
  { title: 'disk full at a start', page: 'new', inflict: (machine) => machine.sh(restart), mend: (machine) => machine.sh('rm -f /var/lib/owso-kiosk/fill') },
];
