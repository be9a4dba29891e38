import { dispatch, type Command, type ExitCode, type Terminal } from '../../console/command.ts';
import { runHere } from '../../console/run-here.ts';
import { doctorCommand } from './doctor/command.ts';
import { examineCommand } from './doctor/examine-command.ts';
import type { Probe } from './doctor/examine.ts';
import { probeChromium } from './doctor/probe.ts';
import { enrolCommand } from './enrol.ts';
import { hubCommand } from './hub-command.ts';
import { importStickCommand } from './import-stick.ts';
import { lockCommand, releaseCommand } from './lock.ts';
import { logsCommand } from './logs.ts';
import { thisMachine, type Machine } from './machine.ts';
import { pinCommand } from './pin-command.ts';
import { provisionCommand } from './provision/command.ts';
import { screenshotCommand } from './screenshot.ts';
import { readSetupWithChromium, type ReadSetup } from './setup-code/reader.ts';
import { statusCommand } from './status.ts';
import { updateCommand } from './update/command.ts';

/** Longest input that is read, characters: answers in a file. */
const longestInput = 100_000;

/** What the commands need beside the terminal that they are typed on. */
export interface Surroundings {
  readonly machine: Machine;
  /** Reads what is piped into the program. */
  readonly input: () => Promise<string>;
  readonly probe: Probe;
  /** Starts a Chromium and has it look for the staff page's code. */
  readonly readSetup: ReadSetup;
}

/** Every command of a terminal, in the order of the help. */
export function commandsFor({ machine, input, probe, readSetup }: Surroundings): readonly Command[] {
  return [
    provisionCommand(machine, input, readSetup),
    doctorCommand(machine, probe),
    statusCommand(machine),
    logsCommand(machine),
    screenshotCommand(machine),
    releaseCommand(machine),
    lockCommand(machine),
    updateCommand(machine),
    pinCommand(machine, input),
    enrolCommand(machine, input),
    hubCommand(machine),
    importStickCommand(machine),
    examineCommand(machine, probe),
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

/** Runs the command that the arguments name. */
export async function main(args: readonly string[], terminal: Terminal, surroundings: Surroundings): Promise<ExitCode> {
  return dispatch({ name: 'owso-kiosk', commands: commandsFor(surroundings) }, args, terminal);
}

if (import.meta.main) await runHere((args, terminal) => main(args, terminal, { machine: thisMachine(), input: readInput, probe: probeChromium, readSetup: readSetupWithChromium }));
