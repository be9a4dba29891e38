import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/terminal/cli/doctor/finding.ts';
import { writeHardwareTable, type HardwareRow } from './faults/table.ts';
import { until } from './support/command.ts';
import { within } from './support/hardware.ts';
import { inPage, lookedInto } from './support/looked-into.ts';
import { onAttract } from './support/on-attract.ts';
import { because, virtualMachineLacks, whole } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { agentState, attractScreen } from './support/terminal.ts';
import { VirtualMachine } from './support/virtual-machine.ts';

const lacking = await virtualMachineLacks();

/** A script for the page: walks from the attract screen to what a tile opens, in English, and does what follows. */
const behindTile = (tile: string, then: string): string => `(async () => {
  const wait = async (selector) => {
    for (;;) {
      const found = document.querySelector(selector);
      if (found !== null) return found;
      await new Promise((next) => setTimeout(next, 100));
    }
  };
  (await wait('.attract__language[lang=en]')).click();
  await wait('.home__tiles');
  document.querySelector('.tile[aria-labelledby=tile-${tile}]').click();
  ${then}
})()`;
/** @returns the rows that the price list draws first */
const readPrices = behindTile('prices', `
  await wait('.prices__row');
  return [...document.querySelectorAll('.prices__row')].slice(0, 6).map((row) => row.innerText);`);
/** @returns what is said where a receipt is held before the camera, once the camera is `state` and a place to type, or a picture, is there */
const cameraSays = (state: 'absent' | 'lost' | 'scanning'): string => `(async () => {
  const isThere = () => document.querySelector('.camera--${state}') !== null && ${state === 'scanning' ? "document.querySelector('.camera video')?.videoWidth > 0" : "document.querySelector('#code') !== null"};
  while (!isThere()) await new Promise((next) => setTimeout(next, 100));
  return document.querySelector('.camera__words').innerText;
})()`;
const doctorsClock = async (machine: VirtualMachine): Promise<string | undefined> => {
  const { stdout } = await machine.exec('owso-kiosk doctor --json', { timeout: within(90_000) });
  return (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings.find(({ check }) => check === 'clock')?.status;
};

describe.skipIf(lacking !== undefined)(`the limits of a machine of its own${because(lacking)}`, () => {
  let machine: VirtualMachine;
  const rows: HardwareRow[] = [];
  beforeAll(async () => {
    machine = await VirtualMachine.create(await terminalRoot('bookworm', true), lookedInto);
  }, 900_000);
  afterAll(async () => {
    if (whole && rows.length === 3) writeHardwareTable('clock, camera and memory', rows);
    await machine?.remove();
  });

  it('shows its content and its fees though the clock says 1970', async () => {
    const startAnew = async (): Promise<void> => {
      const before = (await agentState(machine))?.page?.health.page;
      await machine.sh('touch /run/owso-kiosk/requests/restart-display');
      await attractScreen(machine, within(30_000), before);
    };
    // The page compares clocks when it first asks for content, a moment after it came up.
    const toldOfClock = (): Promise<true> => until('the wrong clock in a heartbeat', within(10_000), async () => ((await agentState(machine))?.page?.health.faults.includes('clockWrong') === true ? true : undefined));
    // A board without a battery. systemd puts the clock forward to its own release, no further.
    await machine.start({ clock: '1970-01-01T00:00:00' });
    await attractScreen(machine, within(60_000));
    expect(await doctorsClock(machine)).toBe('fault');
    await toldOfClock();
    const atStart = await inPage(machine, readPrices);
    // And a clock that really says it.
    await machine.sh("date -s '1970-01-01 00:10:00'");
    await startAnew();
    expect((await machine.sh('date +%Y')).trim()).toBe('1970');
    await toldOfClock();
    const in1970 = await inPage(machine, readPrices);
    await machine.sh(`date -s @${Math.round(Date.now() / 1000)}`);
    await startAnew();
    const today = await inPage(machine, readPrices);
    // Only now: a page that has just come up has not compared clocks yet.
    expect((await agentState(machine))?.page?.health.faults).not.toContain('clockWrong');
    expect(today).toHaveLength(6);
    expect(JSON.stringify(today)).toMatch(/riel|Free/i);
    expect([atStart, in1970]).toEqual([today, today]);
    rows.push({ fault: 'clock of the board in 1970', happened: 'the page came up with its content and the same fees, and told of the wrong clock' });
  }, within(400_000));

  it('reads by a camera that is plugged in while it runs, lets the code be typed when it is pulled, and reads on when it is back', async () => {
    await onAttract(machine);
    const standing = 'cat /proc/sys/kernel/random/boot_id; systemctl show -P MainPID owso-kiosk.service owso-kiosk-agent.service';
    const before = await machine.sh(standing);
    const words = { absent: 'There is no camera here.', lost: 'The camera was disconnected.', scanning: 'Hold the receipt inside the frame' };
    expect(await inPage(machine, behindTile('status', `return ${cameraSays('absent')};`))).toContain(words.absent);
    await machine.sh('modprobe vivid n_devs=1 node_types=0x1; udevadm settle', { timeout: within(30_000) });
    expect(await inPage(machine, cameraSays('scanning'))).toBe(words.scanning);
    const driver = '/sys/bus/platform/drivers/vivid';
    await machine.sh(`echo vivid.0 >${driver}/unbind`);
    expect(await inPage(machine, cameraSays('lost'))).toContain(words.lost);
    await until('the lost camera in a heartbeat', within(10_000), async () => ((await agentState(machine))?.page?.health.faults.includes('cameraLost') === true ? true : undefined));
    await machine.sh(`echo vivid.0 >${driver}/bind; udevadm settle`);
    expect(await inPage(machine, cameraSays('scanning'))).toBe(words.scanning);
    expect(await machine.sh(standing)).toBe(before);
    rows.push({ fault: 'camera pulled while somebody holds a receipt before it', happened: 'the page went on: it said that the camera was disconnected and let the code be typed; the camera was at work again when it was back' });
  }, within(200_000));

  it('ends a page that eats the memory at the limit of its unit, and is back on the attract screen', async () => {
    await onAttract(machine);
    const before = await agentState(machine);
    const others = 'cat /proc/sys/kernel/random/boot_id; systemctl show -P MainPID owso-kiosk-agent.service seatd.service';
    const standing = await machine.sh(others);
    // Outside the script's own heap, which has a limit of its own.
    await inPage(machine, 'void setTimeout(() => { globalThis.all = []; for (;;) globalThis.all.push(new Uint8Array(8 << 20).fill(1)); }, 500)');
    expect(await attractScreen(machine, within(60_000), before?.page?.health.page)).not.toBe(before?.page?.health.page);
    const kernel = await machine.sh('dmesg');
    expect(kernel).toMatch(/oom-kill:constraint=CONSTRAINT_MEMCG[^\n]*owso-kiosk\.service/);
    await until('the journal', within(5_000), async () => ((await machine.exec("journalctl -b --no-pager -u owso-kiosk.service | grep -q \"Failed with result 'oom-kill'\"")).code === 0 ? true : undefined));
    expect(await machine.sh(others)).toBe(standing);
    rows.push({ fault: 'a page that eats the machine’s memory', happened: 'the kernel ended it at its unit’s limit, four fifths of the memory; the display was started anew, and nothing else' });
  }, within(200_000));
});
