import * as v from 'valibot';
import { actionAnswerSchema, type ActionAnswer } from '../../../src/api/agent.ts';
import { until } from './command.ts';
import { between, within } from './hardware.ts';
import { agentState } from './terminal.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const result = '/run/owso-kiosk/results/import-stick.json';
/** What the agent asks root for. */
export const asked = `rm -f ${result}; setpriv --reuid=owso-kiosk-agent --regid=owso-kiosk-agent --init-groups touch /run/owso-kiosk/requests/import-stick`;
/** Mounts of USB storage that anybody but the importer could see; nothing if there are none. */
export const mounted = 'findmnt -rno SOURCE | grep "^/dev/sd" || true';

/** Plugs a stick in, and waits until udev has seen it and its partitions. */
export async function plugIn(machine: VirtualMachine, image: string, bytesPerSecond?: number): Promise<void> {
  await machine.insertStick(image, bytesPerSecond);
  await until('the stick', within(10_000), async () => ((await machine.exec('udevadm settle; lsblk -ndo TRAN | grep -q usb')).code === 0 ? true : undefined), between);
}

/** Takes the content of a stick that is plugged in, as staff do in the operator's panel. */
export async function importStick(machine: VirtualMachine): Promise<ActionAnswer> {
  await machine.sh(asked);
  return until('the answer', within(30_000), async () => {
    const text = await machine.read(result).then((bytes) => bytes.toString('utf8'), () => '');
    return text === '' ? undefined : v.parse(v.pipe(v.string(), v.parseJson(), actionAnswerSchema), text);
  }, between);
}

/** Waits until the page shows an edition. */
export async function showsEdition(machine: VirtualMachine, edition: number | undefined): Promise<void> {
  await until(`edition ${edition} on the page`, within(30_000), async () => ((await agentState(machine))?.page?.health.edition === edition ? true : undefined), between);
}
