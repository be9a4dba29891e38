import type { Terminal } from '../../../console/command.ts';
import { startProgress } from '../../../console/progress.ts';
import type { Result } from '../../../model/result.ts';
import { consoleUnit } from '../../places.ts';
import { readBaseline } from '../baseline.ts';
import { askHub, askHubAsAgent } from '../hub.ts';
import type { Machine } from '../machine.ts';
import { readSettings } from '../settings-file.ts';
import { lastBeat, readAgentState, unitStates } from '../state.ts';
import type { Check, Examination, Finding } from './finding.ts';
import { checkCamera, checkClock, checkConsoles, checkFirewall, checkHub, checkInput, checkKey, checkPorts, checkRoom, checkSandbox } from './look-at-machine.ts';
import { checkAccounts, checkContent, checkFiles, checkFonts, checkPage, checkPolicies, checkServices, checkSettings } from './look-at-software.ts';
import type { Probed } from './probe.ts';

/** Every check, in the order of the table. */
const checks: readonly Check[] = [checkSettings, checkServices, checkPage, checkContent, checkHub, checkPolicies, checkSandbox, checkFonts, checkCamera, checkInput, checkClock, checkRoom, checkFirewall, checkPorts, checkConsoles, checkAccounts, checkKey, checkFiles];

/** Starts a Chromium and looks at what it shows. */
export type Probe = (machine: Machine) => Promise<Result<Probed, string>>;

/** Looks at everything and changes nothing. Steps that take long are shown as a bar. */
export async function examine(machine: Machine, terminal: Terminal, probe: Probe): Promise<readonly Finding[]> {
  const bar = startProgress(terminal, 'Examining', checks.length + 3);
  try {
    const settings = await readSettings(machine);
    const baseline = await readBaseline(machine);
    bar.update(1);
    const address = settings.ok ? settings.value?.hub : undefined;
    const hub = address === undefined ? undefined : machine.uid === 0 ? await askHubAsAgent(machine, terminal.signal) : await askHub(machine, address, terminal.now, terminal.signal);
    bar.update(2);
    const probed = await probe(machine);
    bar.update(3);
    const released = (await unitStates(machine, [consoleUnit]))?.[0]?.active === 'active';
    const examination: Examination = { machine, now: terminal.now(), settings, released, baseline, hub, probed, state: await readAgentState(machine), beat: await lastBeat(machine) };
    const found: Finding[] = [];
    for (const [index, check] of checks.entries()) {
      found.push(...(await check(examination)));
      bar.update(index + 4);
    }
    return found;
  } finally {
    bar.stop();
  }
}
