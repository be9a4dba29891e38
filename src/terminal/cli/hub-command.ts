import type { Command } from '../../console/command.ts';
import { waitingFor } from '../../console/progress.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { users } from '../places.ts';
import { askHub, askHubAsAgent, hubLines } from './hub.ts';
import { accountOf, type Machine } from './machine.ts';
import { settingsOrRefusal } from './refusals.ts';

/** `owso-kiosk hub`. */
export function hubCommand(machine: Machine): Command {
  return {
    name: 'hub',
    summary: 'Asks the hub whether it answers, through the firewall as the agent does',
    options: { json: { type: 'boolean', help: 'answers in JSON' } },
    async run(call, terminal) {
      const settings = await settingsOrRefusal(machine);
      if (!settings.ok) return tellRefusal(terminal, settings.error);
      const { hub } = settings.value;
      if (hub === undefined) return tellRefusal(terminal, { code: 'noHub', message: 'This terminal was set up to work without a hub.', mend: 'Name one: owso-kiosk provision' });
      const agent = await accountOf(machine, users.agent);
      const question = (): ReturnType<typeof askHub> => (machine.uid === 0 && agent !== undefined ? askHubAsAgent(machine, terminal.signal) : askHub(machine, hub, terminal.now, terminal.signal));
      const answer = call.flag('json') ? await question() : await waitingFor(terminal, `Asking ${hub}`, question);
      if (call.flag('json')) terminal.out(JSON.stringify(answer));
      else if (answer.ok) for (const line of hubLines(answer.value)) terminal.out(line);
      else terminal.err(answer.error);
      return answer.ok ? 0 : 1;
    },
  };
}
