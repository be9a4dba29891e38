import { existsSync, readFileSync } from 'node:fs';

/** Whether the processor runs virtual machines itself. /dev/kvm alone says little: some hosts lend one that only their own kernels can use. */
export const hardware = existsSync('/dev/kvm') && /^flags\s*:.*\b(?:vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));

/** How much longer everything may take in a virtual machine. */
export const slowness = hardware ? 1 : 30;

/** Milliseconds between two questions to a virtual machine: asking costs an emulated one more than what is waited for. */
export const between = hardware ? 50 : 500;

/** Milliseconds that something may take where everything is emulated, too. */
export const within = (milliseconds: number): number => milliseconds * slowness;
