import { existsSync, readFileSync } from 'node:fs';

/** Whether the processor runs virtual machines itself. /dev/kvm alone says little: some hosts lend one that only their own kernels can use. */
export const hardware = existsSync('/dev/kvm') && /^flags\s*:.*\b(?:vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));

/** How much longer everything may take in a virtual machine. */
export const slowness = hardware ? 1 : 30;
