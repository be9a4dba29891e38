import { describe, expect, test } from 'vitest';
import { fleetPaths, silentAfter } from '../../src/api/fleet.ts';
import type { TroubleCode } from '../../src/api/staff.ts';
import { troublesOf, urgency, type Served } from '../../src/hub/fleet/troubles.ts';
import { hubLimits } from '../../src/hub/limits.ts';
import { openFileStore, openMemoryStore } from '../../src/hub/store/sqlite.ts';
import type { FleetTerminal } from '../../src/hub/store/store.ts';
import { goodHealth, injectFetch, plainPng, StaffMember, testPassword } from '../fixtures/fleet.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { fleetWorld, lobby, origin } from './fleet-world.ts';
import { hub, temporaryFolder, writeRepository } from './hub.ts';

const now = Date.parse('2026-11-25T09:00:00Z');
const hour = 3_600_000;

/** A terminal that was heard a minute ago, with something about it. */
function heard(page: Parameters<typeof goodHealth>[1] = {}, machine: Parameters<typeof goodHealth>[2] = {}, rest: { readonly ago?: number; readonly clockAhead?: number; readonly says?: Partial<typeof lobby> } = {}): FleetTerminal {
  const at = now - (rest.ago ?? 60_000);
  const health = goodHealth({ ...lobby, ...rest.says }, { edition: 7, confirmed: new Date(now - hour).toISOString(), ...page }, machine);
  return { id: '0011223344556677', ...lobby, publicKey: 'ab'.repeat(32), enrolledAt: now - 1e9, moment: at, heard: { at, clockAhead: rest.clockAhead ?? 40, health: { ...health, clock: new Date(at).toISOString() } } };
}

const served: Served = { edition: 7, since: now - 24 * hour };
const codes = (terminal: FleetTerminal, what: Served | undefined = served): readonly TroubleCode[] => troublesOf(terminal, what, now).map(({ code }) => code);

describe('what is wrong with a terminal', () => {
  test('is nothing on a good day', () => {
    expect(codes(heard())).toEqual([]);
    expect(urgency([])).toBe(0);
  });

  const noPage = heard();
  const { page: _page, ...withoutPage } = noPage.heard!.health;
  test.each<[string, FleetTerminal, readonly TroubleCode[], 1 | 2]>([
    ['never heard of', { ...heard(), heard: undefined }, ['neverHeard'], 2],
    ['silent for longer than a few heartbeats', heard({}, {}, { ago: silentAfter + 1_000 }), ['silent'], 2],
    ['no page on its screen', { ...noPage, heard: { ...noPage.heard!, health: withoutPage } }, ['pageGone'], 2],
    ['a black screen', heard({ drawn: false }), ['blackScreen'], 2],
    ['no content', heard({ content: false }), ['noContent'], 2],
    ['a keyboard that was plugged in', heard({}, { foreignKeyboards: ['Keyboard'] }), ['foreignKeyboard'], 1],
    ['an older price list', heard({ edition: 6 }), ['editionBehind'], 1],
    ['a newer price list than the hub’s', heard({ edition: 8 }), ['editionAhead'], 1],
    ['a price list that was not confirmed for days', heard({ confirmed: new Date(now - 4 * 24 * hour).toISOString() }), ['unconfirmed'], 1],
    ['a clock that is ahead', heard({}, {}, { clockAhead: hour }), ['clockWrong'], 1],
    ['a clock that is behind', heard({}, {}, { clockAhead: -1_764_061_200_000 }), ['clockWrong'], 1],
    ['another name than it enrolled with', heard({}, {}, { says: { name: 'lobby-2' } }), ['placeDiffers'], 1],
    ['two machines in its name', { ...heard(), twinAt: now - 60_000 }, ['twoMachines'], 1],
    ['a display that was started often', heard({}, { uptime: 7_200, displayStarts: 9 }), ['displayRestarts'], 1],
    ['a full disk', heard({}, { disk: { free: 1e8, size: 32e9 } }), ['diskLow'], 1],
    ['full memory', heard({}, { memory: { free: 5e7, size: 4e9 } }), ['memoryLow'], 1],
    ['heat', heard({}, { temperature: 88 }), ['hot'], 1],
    ['faults that its page reports, each once', heard({ faults: ['cameraLost', 'cameraLost', 'hubUnreachable'] }), ['fault', 'fault'], 1],
    ['several things, the worst first', heard({ drawn: false, faults: ['cameraLost'] }, { temperature: 88 }, { ago: hour }), ['silent', 'blackScreen', 'hot', 'fault'], 2],
  ])('%s', (_what, terminal, expected, urgent) => {
    expect(codes(terminal)).toEqual(expected);
    expect(urgency(troublesOf(terminal, served, now))).toBe(urgent);
  });

  test.each([
    ['a start of the display in each night', heard({}, { uptime: 30 * 86_400, displayStarts: 31 })],
    ['a large disk with less than a twentieth free', heard({}, { disk: { free: 20e9, size: 1e12 } })],
    ['a new edition in its first half hour', heard({ edition: 6 }), { edition: 7, since: now - 10 * 60_000 }],
    ['a hub that has no content to compare with', heard({ edition: 6 }), null],
  ])('is not %s', (_what, terminal, what: Served | null = served) => {
    expect(troublesOf(terminal, what ?? undefined, now)).toEqual([]);
  });
});

describe('a terminal whose disk was copied', () => {
  test('is told of while both machines report, and of no machine that was only started anew', async () => {
    const { terminal, staff, pass } = await fleetWorld();
    const { client, id } = await terminal();
    const told = async (): Promise<readonly TroubleCode[]> => (await staff.terminals()).terminals.find((one) => one.id === id)?.troubles.map(({ code }) => code) ?? [];
    const beat = async (uptime: number): Promise<void> => {
      pass(60_000);
      expect(await client.heartbeat(goodHealth(lobby, {}, { uptime }))).toMatchObject({ ok: true });
    };
    await beat(86_400);
    await beat(86_460);
    // Started anew: it is younger, and grows older by the minute.
    await beat(20);
    await beat(80);
    expect(await told()).not.toContain('twoMachines');
    await beat(200_000);
    expect(await told()).toContain('twoMachines');
    await beat(200);
    await beat(200_120);
    expect(await told()).toContain('twoMachines');
    // One of them was enrolled anew.
    for (let minute = 1; minute <= 15; minute += 1) await beat(200_120 + 60 * minute);
    expect(await told()).not.toContain('twoMachines');
  });

  test('is not told of because the hub’s own clock was set back', async () => {
    const { store, terminal, now, pass } = await fleetWorld();
    const { client, id } = await terminal();
    expect(await client.heartbeat(goodHealth(lobby, {}, { uptime: 86_400 }))).toMatchObject({ ok: true });
    pass(60_000 - 7 * 3_600_000);
    await store.fleet.heard(id, { ...goodHealth(lobby, {}, { uptime: 86_460 }), clock: new Date(now()).toISOString() }, now());
    expect(await store.fleet.terminal(id)).not.toHaveProperty('twinAt');
  });
});

describe('a terminal that shows an older edition than the hub serves', () => {
  test('is told of at the first look of staff, if it had half an hour to change', async () => {
    const contentDir = temporaryFolder();
    const { staff, terminal, pass } = await fleetWorld({ contentDir });
    const { client } = await terminal();
    writeRepository(contentDir, await TestRepository.build());
    const beat = async (): Promise<void> => {
      expect(await client.heartbeat(goodHealth(lobby, { edition: 0 }))).toMatchObject({ ok: true });
    };
    await beat();
    pass(31 * 60_000);
    await beat();
    await staff.signIn('dara', testPassword);
    expect((await staff.terminals()).terminals[0]?.troubles.map(({ code }) => code)).toContain('editionBehind');
  });
});

describe('a terminal whose clock is wrong', () => {
  test.each([
    ['stands at 1970, as after its battery died', 0],
    ['is nine hours behind', -9 * hour],
    ['is a year ahead', 365 * 24 * hour],
  ])('%s, and is heard all the same: staff see by how much', async (what, off) => {
    const { terminal, staff } = await fleetWorld();
    const clock = what.includes('1970') ? () => 1_000 : () => Date.now() + off;
    const { client } = await terminal(lobby, { now: clock });
    for (let beat = 0; beat < 3; beat += 1) expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    const [seen] = (await staff.terminals()).terminals;
    expect(seen?.troubles.map(({ code }) => code)).toEqual(['clockWrong']);
    expect(Math.abs((seen?.clockAhead ?? 0) - (clock() - Date.now()))).toBeLessThan(60_000);
  });

  test('is heard again after it was set back by years while it ran', async () => {
    const { terminal } = await fleetWorld();
    let off = 0;
    const { client } = await terminal(lobby, { now: () => Date.now() + off });
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    off = -40 * 365 * 24 * hour;
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
  });

  test('is heard again after the hub’s own clock was ahead and set right', async () => {
    const { terminal, pass } = await fleetWorld();
    const { client } = await terminal();
    pass(48 * hour);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    pass(-48 * hour);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
  });
});

describe('an order', () => {
  test('comes with every heartbeat until its result is there, and the same order twice is one', async () => {
    const { terminal, staff } = await fleetWorld();
    const { client, id } = await terminal();
    const first = await staff.order(id, 'restart');
    expect(first.state).toBe('waiting');
    expect((await staff.order(id, 'restart')).id).toBe(first.id);
    for (let beat = 0; beat < 2; beat += 1) expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true, value: { orders: [{ id: first.id, action: 'restart' }] } });
    expect((await staff.terminals()).terminals[0]?.order?.state).toBe('fetched');
    expect(await client.result(first.id, 'done')).toEqual({ ok: true, value: undefined });
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true, value: { orders: [] } });
    expect((await staff.terminals()).terminals[0]?.order).toMatchObject({ action: 'restart', by: 'dara', state: 'done' });
  });

  test('keeps its first result', async () => {
    const { terminal, staff, store } = await fleetWorld();
    const { client, id } = await terminal();
    const { id: order } = await staff.order(id, 'reload');
    await client.result(order, 'failed');
    expect(await client.result(order, 'done')).toMatchObject({ ok: true });
    expect((await store.fleet.findOrder(order))?.result).toBe('failed');
  });

  test('that nobody fetched in time is not carried out hours later', async () => {
    const { terminal, staff, pass } = await fleetWorld();
    const { client, id } = await terminal();
    await staff.order(id, 'restart');
    pass(hubLimits.order + 1);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true, value: { orders: [] } });
    expect((await staff.terminals()).terminals[0]?.order?.state).toBe('expired');
    expect((await staff.order(id, 'restart')).state).toBe('waiting');
  });

  test('for a picture is done when the picture is there', async () => {
    const { terminal, staff } = await fleetWorld();
    const { client, id } = await terminal();
    const { id: order } = await staff.order(id, 'screenshot');
    expect(await client.picture(order, plainPng(4, 4, [9, 9, 9]))).toEqual({ ok: true, value: undefined });
    const [seen] = (await staff.terminals()).terminals;
    expect(seen?.order?.state).toBe('done');
    expect(seen?.picture).toBeDefined();
  });
});

describe('the list', () => {
  test('compares with the edition that the hub serves', async () => {
    const contentDir = temporaryFolder();
    writeRepository(contentDir, await TestRepository.build());
    const { terminal, staff, pass } = await fleetWorld({ contentDir });
    const { client } = await terminal();
    const edition = (await staff.terminals()).served?.edition ?? 0;
    expect(edition).toBeGreaterThan(0);
    for (let part = 0; part < 2; part += 1) {
      pass(hour / 3);
      await staff.ask('GET', '/api/v1/staff/session', undefined, { 'x-staff-active': '1' });
    }
    await client.heartbeat(goodHealth(lobby, { edition: edition - 1 }));
    expect((await staff.terminals()).terminals[0]?.troubles).toEqual([{ code: 'editionBehind' }]);
    await client.heartbeat(goodHealth(lobby, { edition }));
    expect((await staff.terminals()).terminals[0]?.troubles).toEqual([]);
  });

  test('survives a restart of the hub', async () => {
    const folder = temporaryFolder();
    const first = await fleetWorld({ store: openFileStore(folder) });
    const { id, client } = await first.terminal();
    await client.heartbeat(goodHealth(lobby, { screen: 'visit' }));
    await first.app.close();
    const store = openFileStore(folder);
    const second = await hub({ store });
    const staff = new StaffMember(injectFetch(second), origin);
    await staff.signIn('dara', testPassword);
    expect((await staff.terminals()).terminals[0]).toMatchObject({ id, ...lobby, page: { screen: 'visit' } });
  });

  test.each([
    ['%E1%9E%80', 'a Khmer letter'],
    ["lobby' OR 1=1 --", 'SQL'],
    ['%', 'a wildcard'],
    ['(.*)+', 'a pattern'],
  ])('looks for %s as it stands (%s)', async (text) => {
    const { terminal, staff } = await fleetWorld();
    await terminal();
    expect((await staff.terminals(`?text=${encodeURIComponent(text)}`)).found).toBe(0);
    expect((await staff.terminals('?text=LOBBY')).found).toBe(1);
  });

  test.each(['?page=-1', '?page=99999', '?area=1204010', '?area=x', '?state=bad', `?text=${'a'.repeat(81)}`, '?other=1'])('refuses the question %s', async (query) => {
    const { staff } = await fleetWorld();
    expect((await staff.ask('GET', `/api/v1/staff/terminals${query}`)).status).toBe(400);
  });

  test('of 2,000 terminals is answered in a fraction of a second, page by page, each terminal once', async () => {
    const store = openMemoryStore();
    const { staff } = await fleetWorld({ store });
    const count = 2_000;
    for (let index = 0; index < count; index += 1) {
      const place = { office: String(100_101 + index * 37).padStart(6, '0'), name: `lobby-${index % 3}` };
      const code = `MADEUPC${Array.from(String(index).padStart(5, '0'), (digit) => 'ABCDEFGHJK'[Number(digit)]).join('')}`;
      await store.fleet.addCode(code, place, Date.now() + hour);
      const enrolled = await store.fleet.enrol(code, place, index.toString(16).padStart(64, '0'), Date.now());
      await store.fleet.heard(enrolled!.id, { ...goodHealth(place, index % 10 === 0 ? { drawn: false } : {}), clock: new Date().toISOString() }, Date.now() - (index % 7 === 0 ? hour : 1_000));
    }
    const times: number[] = [];
    const ids = new Set<string>();
    let urgencies = '';
    for (let page = 0; page < count / 50; page += 1) {
      const from = performance.now();
      const answer = await staff.terminals(`?page=${page}`);
      times.push(performance.now() - from);
      for (const { id, troubles } of answer.terminals) {
        ids.add(id);
        urgencies += String(urgency(troubles));
      }
      expect([answer.found, answer.counts.all]).toEqual([count, count]);
    }
    expect(ids.size).toBe(count);
    expect(urgencies).toMatch(/^2+0+$/);
    const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
    process.stderr.write(`      a page of 2,000 terminals: median ${median.toFixed(0)} ms\n`);
    expect(median).toBeLessThan(250);
  });
});

describe('a heartbeat', () => {
  test('that a newer terminal has put something into is refused with a hint, and the hub stays up', async () => {
    const { terminal, app } = await fleetWorld();
    const { client } = await terminal();
    const odd = { ...goodHealth(lobby), surprise: true };
    expect(await client.heartbeat(odd)).toMatchObject({ ok: false, error: { why: 'badRequest' } });
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    expect((await app.inject({ method: 'POST', url: fleetPaths.heartbeat, headers: { 'content-type': 'text/plain' }, payload: 'x' })).statusCode).toBe(400);
  });
});
