import { existsSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentPaths } from '../../src/api/agent.ts';
import { errorOf } from '../hub/hub.ts';
import { agent, movableClock, well } from './agent.ts';

/** An agent whose monotonic clock can be moved on, and whether a heartbeat fed the display's watchdog. */
async function watched() {
  const clock = movableClock();
  const running = await agent({ clock });
  const file = join(running.context.runDir, 'heartbeat');
  const long = new Date(1_000_000);
  const feeds = async (health: Parameters<typeof running.beat>[0] = {}): Promise<boolean> => {
    if (existsSync(file)) utimesSync(file, long, long);
    expect((await running.beat(health)).status).toBe(200);
    return existsSync(file) && statSync(file).mtimeMs > long.getTime();
  };
  return { ...running, clock, feeds };
}

describe('the display’s watchdog', () => {
  test('is fed by a page that draws and shows content', async () => {
    const { feeds } = await watched();
    expect(await feeds()).toBe(true);
    expect(await feeds({ screen: 'private', faults: ['hubUnreachable'] })).toBe(true);
  });

  test('is not fed by a black screen', async () => {
    const { feeds } = await watched();
    await feeds();
    expect(await feeds({ drawn: false })).toBe(false);
  });

  test('waits half a minute for the content of a page that has just started, and no longer', async () => {
    const { feeds, clock } = await watched();
    expect(await feeds({ content: false })).toBe(true);
    clock.move(29_000);
    expect(await feeds({ content: false })).toBe(true);
    clock.move(2_000);
    expect(await feeds({ content: false })).toBe(false);
    expect(await feeds()).toBe(true);
    // Loaded anew it has its time again.
    expect(await feeds({ content: false, page: '00000000000000bb' })).toBe(true);
  });

  test('is not kept fed by a page that loads itself over and over without content', async () => {
    const { feeds, clock } = await watched();
    const fed: boolean[] = [];
    for (let load = 10; load < 15; load++) {
      fed.push(await feeds({ content: false, page: `00000000000000${load}` }));
      clock.move(9_000);
    }
    expect(fed).toEqual([true, true, true, true, false]);
  });

  test('gives a page four seconds to mend content that it lost: with the watchdog’s six it is ten', async () => {
    const { feeds, clock } = await watched();
    await feeds();
    clock.move(3_500);
    expect(await feeds({ content: false })).toBe(true);
    clock.move(1_000);
    expect(await feeds({ content: false })).toBe(false);
    expect(await feeds()).toBe(true);
  });

  test.each([
    ['a field of a citizen', { ...well, code: '990101-ABCDEFGH-12' }],
    ['no screen', { ...well, screen: undefined }],
    ['an unknown screen', { ...well, screen: 'desktop' }],
    ['a number for a page', { ...well, page: 12 }],
    ['nothing', {}],
  ])('is not fed by a heartbeat with %s', async (_name, json) => {
    const { ask, context } = await watched();
    const answer = await ask(agentPaths.heartbeat, { json });
    expect([answer.status, errorOf(answer.text)]).toEqual([400, 'badRequest']);
    expect(existsSync(join(context.runDir, 'heartbeat'))).toBe(false);
  });
});

describe('what the page is asked to do', () => {
  test('comes with the answer to its next heartbeat, once', async () => {
    const { beat, page } = await watched();
    page.order('syncNow');
    page.order('reload');
    page.order('syncNow');
    expect((await beat()).json()).toEqual({ orders: ['syncNow', 'reload'] });
    expect((await beat()).json()).toEqual({ orders: [] });
  });
});

describe('a page that is silent', () => {
  test('counts as gone when the watchdog gives it up', async () => {
    const { beat, page, clock } = await watched();
    await beat();
    expect(page.idle).toBe(true);
    clock.move(5_900);
    expect(page.present).toMatchObject({ screen: 'attract' });
    clock.move(200);
    expect([page.present, page.idle]).toEqual([undefined, false]);
  });
});
