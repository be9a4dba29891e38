import { dispatch, type Command, type ExitCode, type Terminal } from '../../console/command.ts';
import { runHere } from '../../console/run-here.ts';
import { enrolCommand } from './enrol.ts';
import { hubCommand } from './hub-command.ts';
import { importStickCommand } from './import-stick.ts';
import { lockCommand, releaseCommand } from './lock.ts';
import { logsCommand } from './logs.ts';
import { thisMachine, type Machine } from './machine.ts';
import { pinCommand } from './pin-command.ts';
import { provisionCommand } from './provision/command.ts';
import { screenshotCommand } from './screenshot.ts';
import { statusCommand } from './status.ts';

/** Longest input that is read, characters: answers in a file. */
const longestInput = 100_000;

/** Every command of a terminal, in the order of the help. @param input reads what is piped into the program */
export function commandsFor(machine: Machine, input: () => Promise<string>): readonly Command[] {
  return [
    provisionCommand(machine, input),
    statusCommand(machine),
    logsCommand(machine),
    screenshotCommand(machine),
    releaseCommand(machine),
    lockCommand(machine),
    pinCommand(machine, input),
    enrolCommand(machine, input),
    hubCommand(machine),
    importStickCommand(machine),
  ];
}

async function readInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > longestInput) break;
  }
  return text;
}

/** Runs the command that the arguments name, on a machine. */
export async function main(args: readonly string[], terminal: Terminal, machine: Machine, input: () => Promise<string> = readInput): Promise<ExitCode> {
  return dispatch({ name: 'owso-kiosk', commands: commandsFor(machine, input) }, args, terminal);
}

if (import.meta.main) await runHere((args, terminal) => main(args, terminal, thisMachine()));
