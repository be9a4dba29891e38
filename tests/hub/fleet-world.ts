import type { HubContext } from '../../src/hub/context.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { systemClock } from '../../src/serve/clock.ts';
import { addOperator, enrolTerminal, injectFetch, StaffMember, testPassword } from '../fixtures/fleet.ts';
import { hub, Log } from './hub.ts';

/** Where the hub of these tests seems to be. */
export const origin = 'http://hub.test';
/** Where terminals stand unless a test says otherwise. */
export const lobby = { office: '990101', name: 'lobby-1' };

/** A hub with one operator, signed in, and a clock that can be moved. */
export async function fleetWorld(overrides: Partial<HubContext> = {}) {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const store = overrides.store ?? openMemoryStore();
  await addOperator(store);
  const log = new Log();
  const app = await hub({ clock: { ...systemClock, now, wait: async () => undefined }, log: { level: 'debug', stream: log }, ...overrides, store });
  const requests: { readonly url: string; readonly init: RequestInit }[] = [];
  const fetch = injectFetch(app, (request) => requests.push(request));
  const staff = new StaffMember(fetch, origin);
  await staff.signIn('dara', testPassword);
  const deps = { hub: origin, fetch, now };
  return {
    app, store, log, requests, fetch, staff, deps, now,
    pass: (ms: number) => {
      ahead += ms;
    },
    /** Enrols a terminal with a new code. */
    terminal: async (place = lobby, own: Partial<typeof deps> = {}) => enrolTerminal({ ...deps, ...own }, (await staff.code(place)).code, place),
  };
}
