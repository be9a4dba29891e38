import { until } from '../support/command.ts';
import type { Machine } from '../support/machine.ts';

/** Sends a signal to every process of a user whose command line fits. @throws if there is none */
export async function signal(machine: Machine, name: string, pattern: string, user = 'owso-kiosk'): Promise<void> {
  await machine.sh(`pkill -${name} -u ${user} -f -- '${pattern}'`);
}

/** The process that runs our page: of Chromium's renderers the one that works. */
export async function pageRenderer(machine: Machine): Promise<number> {
  const lines = await machine.sh("for pid in $(pgrep -u owso-kiosk -f type=renderer); do awk '{ print $14 + $15, $1 }' /proc/$pid/stat; done | sort -rn");
  const pid = Number(lines.split('\n')[0]?.split(' ')[1]);
  if (!Number.isInteger(pid)) throw new Error('no renderer');
  return pid;
}

/** Chromium's own process, which the compositor started. */
export async function browser(machine: Machine): Promise<number> {
  const pid = Number((await machine.sh('pgrep -P "$(systemctl show -P MainPID owso-kiosk.service)" -f ^/usr/lib/chromium/chromium')).split('\n')[0]);
  if (!Number.isInteger(pid)) throw new Error('no browser');
  return pid;
}

/** Kills the GPU process as often as it comes back, or until the browser has had enough of it. */
export async function killGpuProcesses(machine: Machine, times: number): Promise<void> {
  const first = await browser(machine);
  for (let time = 0; time < times; time++) {
    const killed = await until('a GPU process, or another browser', 20_000, async () => {
      if ((await machine.exec(`kill -0 ${first}`)).code !== 0) return 'the browser has ended';
      return (await machine.exec('pkill -KILL -u owso-kiosk -f type=gpu-process')).code === 0 ? 'killed' : undefined;
    });
    if (killed !== 'killed') return;
  }
}
