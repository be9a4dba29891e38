import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { pictureLimit, type OrderAction, type OrderResult } from '../../src/api/fleet.ts';
import type { ScreenKind } from '../../src/api/page-health.ts';
import { troublesOf } from '../../src/hub/fleet/troubles.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { systemClock } from '../../src/serve/clock.ts';
import { nextHeartbeat, runFleet } from '../../src/terminal/agent/fleet.ts';
import { hubState } from '../../src/terminal/agent/routes/panel.ts';
import { isWholePng } from '../../src/terminal/agent/orders.ts';
import { writeEnrolment } from '../../src/terminal/enrolment.ts';
import { enrol } from '../../src/terminal/fleet-client.ts';
import { keyFileName, openNextKey } from '../../src/terminal/key.ts';
import { plainPng } from '../fixtures/fleet.ts';
import { hub, plentiful, temporaryFolder, writeFiles } from '../hub/hub.ts';
import { agent, machine, well, type AgentOverrides } from './agent.ts';

const place = { office: '990101', name: 'lobby-1' };
/** The real clock, but nobody waits long for a minute; it counts how often somebody did. */
function hurriedClock() {
  const clock = {
    ...systemClock,
    waits: 0,
    wait: async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
      clock.waits += 1;
      await systemClock.wait(Math.min(milliseconds, 15), signal);
    },
    /** Resolves when the agent has been through so many waits. */
    rounds: async (count: number): Promise<void> => {
      const until = clock.waits + count;
      await vi.waitFor(() => expect(clock.waits).toBeGreaterThanOrEqual(until), { timeout: 10_000, interval: 5 });
    },
  };
  return clock;
}

/** A hub that listens, and an agent that is enrolled there and talks to it as fast as it can. */
async function world({ enrolled = true, ...overrides }: AgentOverrides & { readonly enrolled?: boolean } = {}) {
  const store = openMemoryStore();
  const app = await hub({ store, rates: plentiful });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const stateDir = overrides.stateDir ?? temporaryFolder();
  const key = await openNextKey(stateDir);
  let terminal = '';
  const enrolNow = async (code = 'ABCDEFGHJKMN'): Promise<void> => {
    await store.fleet.addCode(code, place, Date.now() + 60_000);
    const number = await enrol({ hub: url, fetch, now: Date.now }, key.signer, { code, ...place });
    if (!number.ok) throw new Error(`not enrolled: ${number.error.code}`);
    terminal = number.value;
    await key.keep();
    await writeEnrolment(stateDir, { hub: url, terminal });
  };
  if (enrolled) await enrolNow();
  const clock = hurriedClock();
  const running = await agent({ clock, stateDir, ...overrides, limits: { firstBeat: 30, restartEvery: 0, ...overrides.limits }, settings: { hub: url, ...overrides.settings } });
  const ended = new AbortController();
  const over = runFleet(running.context, { page: running.page, requests: running.requests, link: running.link, log: running.server.log }, ended.signal);
  onTestFinished(async () => {
    ended.abort();
    await over;
  });
  const heard = async () => (await store.fleet.terminal(terminal))?.heard;
  const order = async (action: OrderAction): Promise<number> => (await store.fleet.order(terminal, action, 'dara', Date.now(), Date.now() - 1)).id;
  const result = async (id: number): Promise<OrderResult> => {
    let found: OrderResult | undefined;
    await vi.waitFor(async () => {
      found = (await store.fleet.findOrder(id))?.result;
      expect(found).toBeDefined();
    }, { timeout: 20_000, interval: 10 });
    return found as OrderResult;
  };
  /** The page beats until the test is over. What it shows can be changed, and what it was asked to do is seen. */
  const browser = async (screen: ScreenKind = 'attract') => {
    const shown = { screen, page: well.page, orders: [] as string[], obeys: true };
    let stop = false;
    const beating = (async () => {
      while (!stop) {
        const answer = (await running.beat({ screen: shown.screen, page: shown.page })).json() as { readonly orders: readonly string[] };
        shown.orders.push(...answer.orders);
        if (answer.orders.includes('reload') && shown.obeys) shown.page = '00000000000000bb';
        await systemClock.wait(10);
      }
    })();
    onTestFinished(async () => {
      stop = true;
      await beating;
    });
    await vi.waitFor(() => expect(running.page.present?.screen).toBe(screen));
    return shown;
  };
  return { ...running, clock, store, app, url, enrolNow, heard, order, result, browser, terminal: () => terminal };
}

describe('an enrolled terminal', () => {
  test('tells the hub how machine and page are', async () => {
    const { heard, browser } = await world();
    await vi.waitFor(async () => expect((await heard())?.health).toMatchObject({ ...place, machine: { version: '1.2.3' } }));
    expect((await heard())?.health.page).toBeUndefined();
    await browser('visit');
    await vi.waitFor(async () => expect((await heard())?.health.page).toMatchObject({ screen: 'visit', edition: 1 }));
  });

  test('that has just started says nothing before its page has spoken: staff would read that it is gone', async () => {
    const { heard, browser, clock } = await world({ limits: { firstBeat: 20_000 } });
    await clock.rounds(5);
    expect(await heard()).toBeUndefined();
    await browser();
    await vi.waitFor(async () => expect((await heard())?.health.page).toMatchObject({ screen: 'attract' }));
  });

  test('whose screen is off by its hours says so: a page that is gone at night is no trouble', async () => {
    const { heard, context, store, terminal } = await world();
    await vi.waitFor(async () => expect((await heard())?.health).toMatchObject({ machine: {} }));
    const troubles = async (): Promise<readonly string[]> => {
      const known = await store.fleet.terminal(terminal());
      return known === undefined ? [] : troublesOf(known, undefined, Date.now()).map(({ code }) => code);
    };
    expect(await troubles()).toContain('pageGone');
    writeFileSync(join(context.runDir, 'screen-off'), '');
    await vi.waitFor(async () => expect(await heard()).toMatchObject({ health: { screenOff: true } }));
    expect(await troubles()).not.toContain('pageGone');
  });

  test('that is enrolled while it runs begins without a restart', async () => {
    const { heard, enrolNow } = await world({ enrolled: false });
    await enrolNow();
    await vi.waitFor(async () => expect(await heard()).toBeDefined());
  });

  test('says nothing to another hub than the one at which it enrolled', async () => {
    const { heard, context, terminal, link, clock } = await world({ enrolled: false });
    await writeEnrolment(context.stateDir, { hub: 'https://other.example.org', terminal: '0123456789abcdef' });
    await clock.rounds(5);
    expect([await heard(), terminal(), link.failure]).toEqual([undefined, '', undefined]);
  });

  test('that was retired says so once in its log, and goes on', async () => {
    const { store, terminal, heard, log, clock } = await world();
    await vi.waitFor(async () => expect(await heard()).toBeDefined());
    await store.fleet.remove(terminal());
    await vi.waitFor(() => expect(log.text).toContain('"failure":"notEnrolled"'));
    await clock.rounds(5);
    expect(log.text.match(/does not take the heartbeat/g)).toHaveLength(1);
  });

  test('that was retired does not pass for enrolled in front of staff, though its hub answers everything else, until it is enrolled anew', async () => {
    const { store, terminal, heard, link, context, enrolNow } = await world();
    const enrolled = async (): Promise<boolean> => (await hubState(link, context.stateDir)).enrolled;
    await vi.waitFor(async () => expect(await heard()).toBeDefined());
    expect(await enrolled()).toBe(true);
    await store.fleet.remove(terminal());
    await vi.waitFor(async () => expect(await enrolled()).toBe(false));
    link.heard();
    expect(await enrolled()).toBe(false);
    await enrolNow('NMKJHGFEDCBA');
    await vi.waitFor(async () => expect(await enrolled()).toBe(true));
  });

  test('whose key is damaged says so, and serves its page all the same', async () => {
    const { log, ask, context } = await world({ enrolled: false });
    writeFileSync(join(context.stateDir, keyFileName), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    await writeEnrolment(context.stateDir, { hub: context.settings.hub ?? '', terminal: '0123456789abcdef' });
    await vi.waitFor(() => expect(log.text).toContain('its key cannot be read'));
    expect((await ask('/')).status).toBe(200);
  });

  test('keeps its key for itself', async () => {
    const { context } = await world();
    expect(statSync(join(context.stateDir, keyFileName)).mode & 0o777).toBe(0o600);
    expect(statSync(join(context.stateDir, 'enrolment.json')).mode & 0o777).toBe(0o600);
  });

  test('beats every minute, a fifth more or less', () => {
    expect([nextHeartbeat(0), nextHeartbeat(0.5), nextHeartbeat(1)]).toEqual([48_000, 60_000, 72_000]);
  });
});

describe('orders of the staff', () => {
  test('“reload” is done when the page was loaded anew', async () => {
    const { order, result, browser } = await world();
    const shown = await browser('visit');
    expect(await result(await order('reload'))).toBe('done');
    expect(shown.orders).toEqual(['reload']);
  });

  test('“reload” that the page does not carry out has failed', async () => {
    const { order, result, browser } = await world({ limits: { reload: 200 } });
    (await browser()).obeys = false;
    expect(await result(await order('reload'))).toBe('failed');
  });

  test('“sync now” is done when the page has taken it over', async () => {
    const { order, result, browser } = await world();
    const shown = await browser();
    expect(await result(await order('syncNow'))).toBe('done');
    expect(shown.orders).toEqual(['syncNow']);
  });

  test.each(['reload', 'syncNow', 'screenshot'] as const)('“%s” is not done where there is no page, and says so', async (action) => {
    const { order, result } = await world({ limits: { nextBeat: 100 } });
    expect(await result(await order(action))).toBe('noPage');
  });

  test('wait for the first word of the page where the agent has just started', async () => {
    const { order, result, browser, log } = await world();
    const id = await order('syncNow');
    await vi.waitFor(() => expect(log.text).toContain('hands on an order'));
    await browser();
    expect(await result(id)).toBe('done');
  });

  test('“restart” waits while somebody is there, two minutes at most', async () => {
    const { order, result, browser, context, clock, log } = await world({ limits: { restartPatience: 700 } });
    const taken = machine(context.runDir);
    const shown = await browser('visit');
    const id = await order('restart');
    await vi.waitFor(() => expect(log.text).toContain('hands on an order'));
    await clock.rounds(10);
    expect(taken).toEqual([]);
    shown.screen = 'attract';
    expect(await result(id)).toBe('done');
    expect(taken).toEqual(['restart-machine']);
    shown.screen = 'visit';
    const second = await order('restart');
    expect(await result(second)).toBe('done');
    expect(taken).toEqual(['restart-machine', 'restart-machine']);
  });

  test('a restart is told after it, and not done again', async () => {
    const stateDir = temporaryFolder();
    mkdirSync(stateDir, { recursive: true });
    // The machine went down right after the request: all that is left is on the disk.
    writeFileSync(join(stateDir, 'orders.json'), '[{"id":1,"result":"done"}]');
    const { order, result, context, browser } = await world({ stateDir });
    const taken = machine(context.runDir);
    await browser();
    const id = await order('restart');
    expect(id).toBe(1);
    expect(await result(id)).toBe('done');
    expect(taken).toEqual([]);
  });

  test('a restart is on the disk before the machine is asked for it', async () => {
    const { order, browser, context } = await world();
    let kept = '';
    machine(context.runDir, () => {
      kept = readFileSync(join(context.stateDir, 'orders.json'), 'utf8');
    });
    await browser();
    const id = await order('restart');
    await vi.waitFor(() => expect(kept).not.toBe(''));
    expect(JSON.parse(kept)).toEqual([{ id, result: 'done' }]);
  });

  test('a restart that cannot be written down, since the disk is full, is not done and has failed', async () => {
    const stateDir = temporaryFolder();
    // Nothing can be put in the place of a folder.
    mkdirSync(join(stateDir, 'orders.json'), { recursive: true });
    const { order, result, context, browser } = await world({ stateDir });
    const taken = machine(context.runDir);
    await browser();
    expect(await result(await order('restart'))).toBe('failed');
    expect(taken).toEqual([]);
    expect(await result(await order('syncNow'))).toBe('done');
  });

  test('a restart soon after the machine’s start is not done, and says so: no hub keeps a terminal from its public by one after the other', async () => {
    const { order, result, context, browser } = await world({ limits: { restartEvery: 600_000 } });
    writeFiles(context.systemRoot, { 'proc/uptime': '599.00 1.0\n' });
    const taken = machine(context.runDir);
    await browser();
    expect(await result(await order('restart'))).toBe('tooSoon');
    writeFiles(context.systemRoot, { 'proc/uptime': '601.00 1.0\n' });
    expect(await result(await order('restart'))).toBe('done');
    expect(taken).toEqual(['restart-machine']);
  });

  test('a restart that the machine does not take up has failed', async () => {
    const { order, result, browser } = await world({ limits: { requestTaken: 100 } });
    await browser();
    expect(await result(await order('restart'))).toBe('failed');
  });
});

describe('a picture of the screen', () => {
  const png = Buffer.from(plainPng(40, 30, [11, 42, 91]));
  const leave = (runDir: string, bytes: Uint8Array = png): void => writeFileSync(join(runDir, 'results/screenshot.png'), bytes);

  test('is taken and reaches the staff', async () => {
    const { order, result, browser, context } = await world();
    const taken = machine(context.runDir, () => leave(context.runDir));
    await browser('visit');
    const id = await order('screenshot');
    expect(await result(id)).toBe('done');
    expect(taken).toEqual(['screenshot']);
  });

  test('is not even taken while somebody’s status is shown', async () => {
    const { order, result, browser, context } = await world();
    const taken = machine(context.runDir, () => leave(context.runDir));
    await browser('private');
    expect(await result(await order('screenshot'))).toBe('private');
    expect(taken).toEqual([]);
  });

  test('is thrown away where a status came onto the screen while it was taken', async () => {
    const { order, result, browser, context, store } = await world();
    const shown = await browser('visit');
    machine(context.runDir, () => {
      shown.screen = 'private';
      leave(context.runDir);
    });
    const id = await order('screenshot');
    expect(await result(id)).toBe('private');
    expect((await store.fleet.findOrder(id))?.result).toBe('private');
  });

  test('is thrown away where a status was there for a moment in between', async () => {
    const { order, result, browser, context } = await world();
    const shown = await browser('visit');
    machine(context.runDir, () => {
      shown.screen = 'private';
      setTimeout(() => {
        shown.screen = 'visit';
        leave(context.runDir);
      }, 120);
    });
    expect(await result(await order('screenshot'))).toBe('private');
  });

  test('is thrown away where the page fell silent: it may show anything', async () => {
    const { order, result, beat, context } = await world({ limits: { nextBeat: 150 } });
    machine(context.runDir, () => leave(context.runDir));
    await beat({ screen: 'visit' });
    expect(await result(await order('screenshot'))).toBe('noPage');
  });

  test('is waited for until it is whole', async () => {
    const { order, result, browser, context } = await world();
    machine(context.runDir, () => {
      leave(context.runDir, png.subarray(0, png.length - 6));
      setTimeout(() => leave(context.runDir), 120);
    });
    await browser('attract');
    expect(await result(await order('screenshot'))).toBe('done');
  });

  test.each([
    ['a web page', (path: string) => writeFileSync(path, '<!doctype html>')],
    ['something too long', (path: string) => writeFileSync(path, Buffer.concat([png.subarray(0, 8), Buffer.alloc(pictureLimit), png.subarray(-8)]))],
    ['a link to another picture', (path: string) => {
      const elsewhere = join(temporaryFolder(), 'other.png');
      writeFileSync(elsewhere, png);
      symlinkSync(elsewhere, path);
    }],
  ])('is not %s', async (_name, put) => {
    const { order, result, browser, context } = await world({ limits: { screenshot: 200 } });
    let links = 0;
    machine(context.runDir, () => {
      links += 1;
      if (links === 1) put(join(context.runDir, 'results/screenshot.png'));
    });
    await browser('attract');
    expect(await result(await order('screenshot'))).toBe('failed');
  });

  test('is whole only with its end', () => {
    expect([isWholePng(png), isWholePng(png.subarray(0, -1)), isWholePng(png.subarray(1)), isWholePng(new Uint8Array())]).toEqual([true, false, false, false]);
  });
});
