import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { places, units } from '../places.ts';
import type { Machine } from './machine.ts';
import { writePin } from './provision/apply.ts';
import { askPin, pinRefusal } from './provision/questions.ts';
import { cannotChange, settingsOrRefusal } from './refusals.ts';

/** `owso-kiosk pin`. @param input reads what is piped into the program */
export function pinCommand(machine: Machine, input: () => Promise<string>): Command {
  return {
    name: 'pin',
    summary: 'Sets the PIN of the operator’s panel, and forgets how often a wrong one was typed',
    options: {
      'from-input': { type: 'boolean', help: 'reads the PIN from the input instead of asking twice' },
      remove: { type: 'boolean', help: 'takes the PIN away: the panel opens for nobody' },
    },
    async run(call, terminal) {
      const refused = await cannotChange(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      const settings = await settingsOrRefusal(machine);
      if (!settings.ok) return tellRefusal(terminal, settings.error);
      if (call.flag('remove')) {
        await rm(machine.at(places.pin), { force: true });
        terminal.out('The PIN was taken away: the operator’s panel opens for nobody.');
        return 0;
      }
      if (!call.flag('from-input') && terminal.ask === undefined) return tellRefusal(terminal, { code: 'nobodyToAsk', message: 'Nobody sits here who could type a PIN.', mend: 'Give it on the input: owso-kiosk pin --from-input' });
      const pin = terminal.ask === undefined || call.flag('from-input') ? (await input()).trim() : ((await askPin(terminal, terminal.ask, settings.value.office, undefined)) ?? '');
      const why = pinRefusal(pin, settings.value.office);
      if (why !== undefined) return tellRefusal(terminal, { code: 'badPin', message: why, mend: 'Nothing was changed.' });
      await writePin(machine, pin);
      // Whoever may set the PIN may end the wait after wrong ones, too: the agent counts anew from its file.
      await rm(machine.at(join(places.state, 'pin-delay.json')), { force: true });
      await machine.run('systemctl', ['try-restart', units.agent]);
      terminal.out('The PIN was set.');
      return 0;
    },
  };
}
