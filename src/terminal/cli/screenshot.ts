import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pictureLimit } from '../../api/fleet.ts';
import type { ScreenKind } from '../../api/page-health.ts';
import type { Command, Terminal } from '../../console/command.ts';
import { waitingFor } from '../../console/progress.ts';
import { tellRefusal, type Refusal } from '../../console/refusal.ts';
import { isWholePng } from '../agent/orders.ts';
import { places, screenshotUnit } from '../places.ts';
import { readPlain } from '../read-plain.ts';
import type { Machine } from './machine.ts';
import { cannotBegin } from './refusals.ts';
import { readAgentState } from './state.ts';

/** Milliseconds between two looks, until a picture must be there, and until the page must have said what it shows. */
const times = { look: 100, picture: 20_000, page: 15_000 } as const;

/** Looks until something is there. */
async function until<T>(look: () => Promise<T | undefined>, limit: number, signal: AbortSignal): Promise<T | undefined> {
  const end = performance.now() + limit;
  while (!signal.aborted && performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(times.look);
  }
  return undefined;
}

/** The kind of screen that the page told of after a moment. @param after ms since 1970 */
function screenAfter(machine: Machine, after: number, signal: AbortSignal): Promise<ScreenKind | undefined> {
  return until(
    async () => {
      const page = (await readAgentState(machine))?.page;
      return page !== undefined && Date.parse(page.heard) > after ? page.health.screen : undefined;
    },
    times.page,
    signal,
  );
}

const isPrivate: Refusal = { code: 'private', message: 'No picture: a code or the status of somebody’s application is on the screen.', mend: 'Try again when the visit has ended.' };
const silent: Refusal = { code: 'pageSilent', message: 'No picture: the page does not say what it shows, so it might be somebody’s status.', mend: 'owso-kiosk status and doctor say more.' };

/**
 * Has the picture taken by the unit that takes it for the agent. It is asked of
 * systemd: the agent's folder of requests is not for root to write in, since what
 * stands there could be a link to any file of the machine.
 */
async function takePicture(machine: Machine, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const path = machine.at(join(places.results, 'screenshot.png'));
  await rm(path, { force: true });
  const ran = await machine.run('systemctl', ['start', screenshotUnit], { limit: times.picture, signal });
  const picture = ran.kind === 'ended' && ran.code === 0 ? await readPlain(path, pictureLimit) : undefined;
  await rm(path, { force: true });
  return picture !== undefined && isWholePng(picture) ? picture : undefined;
}

/** `owso-kiosk screenshot`. */
export function screenshotCommand(machine: Machine): Command {
  return {
    name: 'screenshot',
    summary: 'Takes a picture of what the screen really shows, never of somebody’s status',
    optionals: ['FILE'],
    options: {},
    async run(call, terminal) {
      const refused = await cannotBegin(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      const file = call.positionals[0] ?? `owso-kiosk-${new Date(terminal.now()).toISOString().slice(0, 19).replaceAll(':', '')}.png`;
      const picture = await waitingFor(terminal, 'Taking a picture', () => pictureOfNobody(machine, terminal));
      if (!(picture instanceof Uint8Array)) return tellRefusal(terminal, picture);
      await writeFile(resolve(terminal.cwd, file), picture, { mode: 0o600 });
      terminal.out(file);
      return 0;
    },
  };
}

/**
 * A picture before and after which nobody's status was shown. The page calls a
 * screen private if it was so at any moment since its last heartbeat, and the
 * agent writes a change down within a second.
 */
async function pictureOfNobody(machine: Machine, terminal: Terminal): Promise<Uint8Array | Refusal> {
  const before = await screenAfter(machine, terminal.now() - 8_000, terminal.signal);
  if (before === undefined) return silent;
  if (before === 'private') return isPrivate;
  const picture = await takePicture(machine, terminal.signal);
  if (picture === undefined) return { code: 'noPicture', message: 'No picture came.', mend: 'Is the screen on? owso-kiosk logs says what grim says.' };
  const after = await screenAfter(machine, terminal.now(), terminal.signal);
  if (after === undefined) return silent;
  return after === 'private' ? isPrivate : picture;
}
