import type { Command, ExitCode } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import type { Machine } from '../machine.ts';
import { examine, type Probe } from './examine.ts';
import type { Finding, Status } from './finding.ts';

const marks: Readonly<Record<Status, string>> = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ', unknown: '?      ' };

/** 0: all is as it must be. 1: something is not. 2: something cannot be told. */
function exitCode(found: readonly Finding[]): ExitCode {
  if (found.some(({ status }) => status === 'fault')) return 1;
  return found.some(({ status }) => status === 'unknown') ? 2 : 0;
}

/** `owso-kiosk doctor`. @param probe starts a Chromium and looks at what it shows */
export function doctorCommand(machine: Machine, probe: Probe): Command {
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
