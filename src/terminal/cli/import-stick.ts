import type { Command } from '../../console/command.ts';
import { importPlaces, importStick } from '../import-stick.ts';
import { places } from '../places.ts';
import type { Machine } from './machine.ts';

/**
 * `owso-kiosk import-stick`: what the unit that mounts a stick runs under the
 * agent's account. Its one line of output is the answer to the panel
 * (`actionAnswerSchema`); the exit code says the same.
 */
export function importStickCommand(machine: Machine): Command {
  return {
    name: 'import-stick',
    summary: 'Takes over the content of a mounted stick, verified; for the unit that mounts it',
    positionals: ['DIR'],
    options: {},
    details: 'Staff use the operator’s panel instead, which mounts the stick. Answers with one line of JSON.',
    async run(call, terminal) {
      const answer = await importStick(importPlaces(call.positionals[0] ?? '', (path) => machine.at(path), places), terminal.now());
      terminal.out(JSON.stringify(answer));
      return answer.result === 'done' ? 0 : 1;
    },
  };
}
