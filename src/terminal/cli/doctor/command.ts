import type { Command, ExitCode, Terminal } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import { startProgress } from '../../../console/progress.ts';
import type { Result } from '../../../model/result.ts';
import { readBaseline } from '../baseline.ts';
import { askHub, askHubAsAgent } from '../hub.ts';
import type { Machine } from '../machine.ts';
import { readSettings } from '../settings-file.ts';
import { lastBeat, readAgentState } from '../state.ts';
import type { Check, Examination, Finding, Status } from './finding.ts';
import { checkCamera, checkClock, checkConsoles, checkFirewall, checkHub, checkInput, checkKey, checkPorts, checkRoom, checkSandbox } from './look-at-machine.ts';
import { checkAccounts, checkContent, checkFiles, checkFonts, checkPage, checkPolicies, checkServices, checkSettings } from './look-at-software.ts';
import type { Probed } from './probe.ts';

/** Every check, in the order of the table. */
const checks: readonly Check[] = [checkSettings, checkServices, checkPage, checkContent, checkHub, checkPolicies, checkSandbox, checkFonts, checkCamera, checkInput, checkClock, checkRoom, checkFirewall, checkPorts, checkConsoles, checkAccounts, checkKey, checkFiles];

const marks: Readonly<Record<Status, string>> = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ', unknown: '?      ' };

/** 0: all is as it must be. 1: something is not. 2: something cannot be told. */
function exitCode(found: readonly Finding[]): ExitCode {
  if (found.some(({ status }) => status === 'fault')) return 1;
  return found.some(({ status }) => status === 'unknown') ? 2 : 0;
}

/** Looks at everything. Steps that take long are shown as a bar. */
async function examine(machine: Machine, terminal: Terminal, probe: (machine: Machine) => Promise<Result<Probed, string>>): Promise<readonly Finding[]> {
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
    const examination: Examination = { machine, now: terminal.now(), settings, baseline, hub, probed, state: await readAgentState(machine), beat: await lastBeat(machine) };
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

/** `owso-kiosk doctor`. @param probe starts a Chromium and looks at what it shows */
export function doctorCommand(machine: Machine, probe: (machine: Machine) => Promise<Result<Probed, string>>): Command {
  return {
    name: 'doctor',
    summary: 'Examines whether the terminal is locked and well; changes nothing',
    options: { json: { type: 'boolean', help: 'answers in JSON, one object a finding' } },
    details: 'Ends with 0 if all is as it must be (warnings may remain), 1 if something is not, 2 if something cannot be told.',
    async run(call, terminal) {
      const found = await examine(machine, terminal, probe);
      const code = exitCode(found);
      if (call.flag('json')) {
        terminal.out(JSON.stringify({ result: code === 0 ? 'ok' : code === 1 ? 'fault' : 'unknown', findings: found }, undefined, 2));
        return code;
      }
      const width = Math.max(...found.map(({ check }) => check.length));
      for (const { check, status, says, mend } of found) {
        terminal.out(`${marks[status]}  ${check.padEnd(width)}  ${oneLine(says)}`);
        if (mend !== undefined) terminal.out(`${' '.repeat(width + 11)}→ ${oneLine(mend)}`);
      }
      const count = (status: Status): number => found.filter((one) => one.status === status).length;
      terminal.out('');
      terminal.out(`${found.length} findings: ${count('fault')} faults, ${count('warning')} warnings, ${count('unknown')} that cannot be told.`);
      return code;
    },
  };
}
