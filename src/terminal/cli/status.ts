import type { ScreenKind } from '../../api/page-health.ts';
import type { Command } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { todayInCambodia } from '../../model/day.ts';
import { machineHealth } from '../machine/health.ts';
import { consoleUnit, units } from '../places.ts';
import type { Machine } from './machine.ts';
import { settingsOrRefusal } from './refusals.ts';
import { bytesText, lastBeat, readAgentState, spanText, unitStates } from './state.ts';

const screens: Readonly<Record<ScreenKind, string>> = {
  attract: 'nobody is there',
  visit: 'somebody reads',
  private: 'somebody’s code or status is shown',
  operator: 'staff have opened the operator’s panel',
};

/** `owso-kiosk status`: one screen on what is shown and how the terminal is. */
export function statusCommand(machine: Machine): Command {
  return {
    name: 'status',
    summary: 'Shows what the terminal shows, its price list, its hub and how the machine is',
    options: { json: { type: 'boolean', help: 'answers in JSON' } },
    async run(call, terminal) {
      const settings = await settingsOrRefusal(machine);
      if (!settings.ok) return tellRefusal(terminal, settings.error);
      const { kiosk, office, hub, keyboards } = settings.value;
      const state = await readAgentState(machine);
      const beat = await lastBeat(machine);
      const health = await machineHealth({ systemRoot: machine.at('/'), stateDir: machine.at('/var/lib'), version: machine.version, keyboards });
      const services = await unitStates(machine, [...Object.values(units), consoleUnit]);
      if (call.flag('json')) {
        terminal.out(JSON.stringify({ kiosk, office, ...(state !== undefined && { agent: state }), ...(beat !== undefined && { beat: new Date(beat).toISOString() }), machine: health, units: services ?? [] }));
        return 0;
      }
      const since = (at: number | string): string => spanText(terminal.now() - (typeof at === 'number' ? at : Date.parse(at)));
      const page = state?.page?.health;
      const row = (name: string, text: string): void => terminal.out(`${name.padEnd(11)} ${oneLine(text)}`);
      row('Terminal', `${kiosk}, office ${office}, package ${machine.version}`);
      row('Page', beat === undefined ? 'not seen since the machine started' : `last well ${since(beat)} ago${page === undefined ? '' : `; ${screens[page.screen]}`}`);
      if (page !== undefined) {
        row('Price list', page.edition === undefined ? 'none is shown' : `edition ${page.edition}${page.confirmed === undefined ? '' : `, confirmed on ${todayInCambodia(Date.parse(page.confirmed))}`}${page.sample ? ', SAMPLE: signed with demonstration keys' : ''}`);
        row('Faults', page.faults.length === 0 ? 'none' : page.faults.join(', '));
      }
      row('Hub', hub === undefined ? 'none: content comes with the package and on sticks' : `${hub}${state === undefined ? '' : `; ${state.hub.enrolled ? 'enrolled' : 'not enrolled'}; ${state.hub.answered === undefined ? 'has not answered since the agent started' : `answered ${since(state.hub.answered)} ago`}${state.hub.failure === undefined ? '' : ` (${state.hub.failure})`}`}`);
      row('Machine', `up ${spanText(health.uptime * 1_000)}, disk ${bytesText(health.disk.free)} of ${bytesText(health.disk.size)} free, memory ${bytesText(health.memory.free)} of ${bytesText(health.memory.size)} free${health.temperature === undefined ? '' : `, ${health.temperature} °C`}`);
      if (services?.some(({ name, active }) => name === consoleUnit && active === 'active') === true) row('Lock', 'RELEASED: the screen shows a console. Lock it with: owso-kiosk lock');
      const notRunning = services?.filter(({ name, active }) => name !== consoleUnit && active !== 'active') ?? [];
      row('Services', services === undefined ? 'cannot be told: systemd does not answer' : `${notRunning.length === 0 ? 'all run' : notRunning.map(({ name, active }) => `${name} ${active}`).join(', ')}; display started ${health.displayStarts === 1 ? 'once' : `${health.displayStarts} times`} since then`);
      if (health.foreignKeyboards.length > 0) row('Keyboards', `foreign, and ignored: ${health.foreignKeyboards.join(', ')}`);
      return 0;
    },
  };
}
