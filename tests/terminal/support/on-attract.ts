import { within } from './hardware.ts';
import { attractScreen } from './terminal.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Has a machine on its attract screen: as it is, as one like it was kept, or by a start. */
export async function onAttract(machine: VirtualMachine): Promise<void> {
  if (machine.isOn || (await machine.resume())) return;
  await machine.start();
  await attractScreen(machine, within(60_000));
  await machine.keep();
}
