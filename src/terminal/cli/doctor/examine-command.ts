import { examinationLimits, findingStatuses, type ActionAnswer, type Examination } from '../../../api/agent.ts';
import type { Command } from '../../../console/command.ts';
import { oneLine } from '../../../console/one-line.ts';
import type { Machine } from '../machine.ts';
import { examine, type Probe } from './examine.ts';
import type { Finding } from './finding.ts';

/** What the panel is told of findings: those that are not well, the worst first, no longer than it takes. */
export function toldOf(found: readonly Finding[]): Examination {
  const bad = findingStatuses.flatMap((status) => found.filter((one) => one.status === status).map(({ check, says, mend = '' }) => ({ check, status, says: oneLine(says), mend: oneLine(mend) })));
  const findings = bad.slice(0, examinationLimits.findings);
  return { looked: found.length, findings, left: bad.length - findings.length };
}

/**
 * `owso-kiosk examine`: what the unit runs that carries out the panel's request.
 * Its one line of output is the answer to the panel (`actionAnswerSchema`). It
 * takes no input and ends with 0 whatever was found: the answer says it.
 */
export function examineCommand(machine: Machine, probe: Probe): Command {
  return {
    name: 'examine',
    summary: 'Examines the terminal for the operator’s panel; for the unit that the panel asks',
    options: {},
    details: 'Technicians use doctor instead, or the panel. Answers with one line of JSON.',
    async run(_call, terminal) {
      const answer: ActionAnswer = { result: 'done', examination: toldOf(await examine(machine, terminal, probe)) };
      terminal.out(JSON.stringify(answer));
      return 0;
    },
  };
}
