import { Buffer } from 'node:buffer';
import { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { journalSchema, staffPaths } from '../../src/api/staff.ts';
import { hubLimits, signInDelays } from '../../src/hub/limits.ts';
import { SignIn } from '../../src/hub/staff/sign-in.ts';
import { SqliteAccounts } from '../../src/hub/store/accounts.ts';
import { migrate } from '../../src/hub/store/migrations.ts';
import { passingSecret } from '../../src/hub/store/secret.ts';
import { tokenCost } from '../../src/serve/secret-hash.ts';
import { sha256Hex, utf8 } from '../../src/trust/bytes.ts';
import { addOperator, goodHealth, injectFetch, plainPng, StaffMember, testPassword } from '../fixtures/fleet.ts';
import { fleetWorld, lobby, origin } from '../hub/fleet-world.ts';
import { errorOf, hub, plentiful } from '../hub/hub.ts';

describe('somebody who is not signed in', () => {
  test.each([
    ['GET', staffPaths.terminals],
    ['GET', staffPaths.session],
    ['GET', staffPaths.journal],
    ['DELETE', staffPaths.session],
    ['POST', staffPaths.enrolments, lobby],
    ['GET', `${staffPaths.terminal}0123456789abcdef/picture`],
    ['DELETE', `${staffPaths.terminal}0123456789abcdef`],
    ['GET', `${staffPaths.terminal}0123456789abcdef`],
    ['POST', `${staffPaths.terminal}0123456789abcdef/orders`, { action: 'restart' }],
  ])('%s %s: nothing', async (method, path, body?: unknown) => {
    const { fetch } = await fleetWorld();
    const answer = await new StaffMember(fetch, origin).ask(method, path, body);
    expect([answer.status, errorOf(await answer.text())]).toEqual([401, 'notSignedIn']);
  });

  test('orders nothing, though they know the terminal', async () => {
    const { fetch, terminal } = await fleetWorld();
    const { id, client } = await terminal();
    const stranger = new StaffMember(fetch, origin);
    stranger.cookie = `owso-staff=${'A'.repeat(43)}`;
    expect((await stranger.ask('POST', `${staffPaths.terminal}${id}/orders`, { action: 'restart' })).status).toBe(401);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true, value: { orders: [] } });
  });
});

describe('a page of another origin', () => {
  test.each([
    ['http://evil.test'],
    ['https://hub.test.evil.test'],
    ['http://hub.test:8081'],
    ['null'],
  ])('%s cannot order anything with the cookie of somebody who is signed in', async (evil) => {
    const { staff, terminal } = await fleetWorld();
    const { id, client } = await terminal();
    const answer = await staff.ask('POST', `${staffPaths.terminal}${id}/orders`, { action: 'restart' }, { origin: evil });
    expect([answer.status, errorOf(await answer.text())]).toEqual([403, 'forbidden']);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true, value: { orders: [] } });
  });

  test('cannot sign somebody in as another', async () => {
    const { fetch } = await fleetWorld();
    const answer = await new StaffMember(fetch, origin).ask('POST', staffPaths.session, { name: 'dara', password: testPassword }, { origin: 'http://evil.test' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('gets no leave to read from any answer', async () => {
    const { staff } = await fleetWorld();
    const answer = await staff.ask('GET', staffPaths.terminals, undefined, { origin: 'http://evil.test' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect((await staff.ask('OPTIONS', staffPaths.terminals, undefined, { origin: 'http://evil.test', 'access-control-request-method': 'DELETE' })).ok).toBe(false);
  });
});

describe('a session', () => {
  test('has a cookie that no script reads, that no other site sends, and that no page for the public has', async () => {
    const { fetch } = await fleetWorld();
    const answer = await new StaffMember(fetch, origin).ask('POST', staffPaths.session, { name: 'dara', password: testPassword });
    expect(answer.headers.get('set-cookie')).toMatch(/^owso-staff=[\w-]{43}; Path=\/api\/v1\/staff; HttpOnly; SameSite=Strict$/);
  });

  test('has a cookie for https alone when it came by https', async () => {
    const { app } = await fleetWorld({ trustProxy: ['127.0.0.1'] });
    const answer = await app.inject({ method: 'POST', url: staffPaths.session, headers: { origin: 'https://hub.test', host: 'hub.test', 'x-forwarded-proto': 'https' }, payload: { name: 'dara', password: testPassword } });
    expect(answer.headers['set-cookie']).toMatch(/; Secure$/);
  });

  test('is over after signing out, whoever kept its cookie', async () => {
    const { staff } = await fleetWorld();
    const kept = staff.cookie;
    expect((await staff.ask('DELETE', staffPaths.session)).status).toBe(204);
    staff.cookie = kept;
    expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(401);
  });

  test('is over after half an hour in which nobody did anything, though the page goes on looking', async () => {
    const { staff, pass } = await fleetWorld();
    for (let minute = 0; minute < 29; minute += 1) {
      pass(60_000);
      expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(200);
    }
    pass(61_000);
    expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(401);
  });

  test('is over after twelve hours, whatever is done', async () => {
    const { staff, pass } = await fleetWorld();
    for (let hour = 0; hour < 12 * 3; hour += 1) {
      expect((await staff.ask('GET', staffPaths.terminals, undefined, { 'x-staff-active': '1' })).status).toBe(200);
      pass(20 * 60_000);
    }
    expect((await staff.ask('GET', staffPaths.terminals, undefined, { 'x-staff-active': '1' })).status).toBe(401);
  });

  test('is over when the hub’s clock is set back: nobody knows how long ago it was used, and it does not come alive again later', async () => {
    const { staff, fetch, pass } = await fleetWorld();
    pass(-60_000);
    expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(200);
    pass(-7 * 3_600_000);
    expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(401);
    await new StaffMember(fetch, origin).signIn('dara', testPassword);
    pass(7 * 3_600_000);
    expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(401);
  });

  test('is over with a new password, and with the account', async () => {
    const { staff, store, fetch } = await fleetWorld();
    await store.accounts.setPassword('dara', 'another good passphrase');
    expect((await staff.ask('GET', staffPaths.terminals)).status).toBe(401);
    const next = new StaffMember(fetch, origin);
    await next.signIn('dara', 'another good passphrase');
    await store.accounts.remove('dara');
    expect((await next.ask('GET', staffPaths.terminals)).status).toBe(401);
  });

  test('is kept in the database as a hash: who reads that has no session', async () => {
    const { staff, store } = await fleetWorld();
    const token = staff.cookie.split('=')[1] ?? '';
    expect(await store.accounts.session(Buffer.from(await sha256Hex(utf8(token)), 'hex').toString('base64url'), { now: Date.now(), openedAfter: 0, usedAfter: 0, use: false })).toBeUndefined();
  });
});

describe('somebody who guesses passwords', () => {
  const guess = async (fetch: typeof globalThis.fetch, name: string, password: string) => new StaffMember(fetch, origin).ask('POST', staffPaths.session, { name, password });

  test('waits longer and longer, and the right password does not help before the wait is over', async () => {
    const { fetch, pass, store } = await fleetWorld();
    for (let slip = 0; slip < signInDelays.name.free; slip += 1) expect((await guess(fetch, 'dara', `wrong number ${slip}`)).status).toBe(401);
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const refused = await guess(fetch, 'dara', testPassword);
      expect(refused.status).toBe(429);
      const wait = Number(refused.headers.get('retry-after'));
      waits.push(Math.round(wait / 30));
      pass(wait * 1000 + 1);
      expect((await guess(fetch, 'dara', 'still wrong, and long')).status).toBe(401);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect((await store.journal.latest(10)).map(({ action }) => action)).toContain('lockedOut');
    pass(signInDelays.name.most + 1);
    expect((await guess(fetch, 'dara', testPassword)).status).toBe(200);
  }, 30_000);

  test('does not shut out for good whom they keep waiting: at the own office’s address, only what was typed there counts', async () => {
    const { store, now, pass } = await fleetWorld();
    const signIn = new SignIn(store.accounts);
    const tries = async (password: string, address: string): Promise<'in' | 'wrong' | 'wait'> =>
      signIn.try('dara', password, address, now()).then(({ account }) => (account === undefined ? 'wrong' : 'in'), () => 'wait');
    const [office, elsewhere] = ['192.0.2.10', '203.0.113.99'];
    expect(await tries(testPassword, office)).toBe('in');
    for (let slip = 0; slip < signInDelays.name.free; slip += 1) expect(await tries(`wrong number ${slip}`, elsewhere)).toBe('wrong');
    for (let round = 0; round < 3; round += 1) {
      pass(signInDelays.name.most + 1);
      expect(await tries(`still wrong ${round}`, elsewhere)).toBe('wrong');
    }
    expect(await tries(testPassword, '198.51.100.7')).toBe('wait');
    expect(await tries(testPassword, office)).toBe('in');
    // It opens no other door: whoever guesses from there waits as anywhere, until it is unlocked.
    const statuses: string[] = [];
    for (let slip = 0; slip <= signInDelays.name.free; slip += 1) statuses.push(await tries(`wrong number ${slip}`, office));
    expect(statuses.slice(-2)).toEqual(['wrong', 'wait']);
    await store.accounts.clearFailures('dara');
    expect(await tries(testPassword, office)).toBe('in');
  }, 30_000);

  test('cannot tell a name that exists from one that does not', async () => {
    const { fetch } = await fleetWorld();
    const outcome = async (name: string): Promise<readonly string[]> => {
      const seen: string[] = [];
      for (let round = 0; round <= signInDelays.name.free; round += 1) {
        const answer = await guess(fetch, name, 'a wrong one, and long');
        seen.push(`${answer.status} ${(await answer.text()).replace(/"retryAfter":[\d.]+/, '')}`);
      }
      return seen;
    };
    expect(await outcome('nobody')).toEqual(await outcome('dara'));
  });

  test('gains nothing by many tries at the same moment', async () => {
    const { fetch, store } = await fleetWorld();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => guess(fetch, 'dara', `wrong number ${index}`)));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(signInDelays.name.free + hubLimits.passwordsAtOnce);
    expect((await store.accounts.failures('dara')).count).toBeLessThanOrEqual(signInDelays.name.free + hubLimits.passwordsAtOnce);
  });

  test('is held up by address, too, however many names are tried', async () => {
    const { fetch } = await fleetWorld();
    const statuses: number[] = [];
    for (let name = 0; name <= signInDelays.address.free; name += 1) statuses.push((await guess(fetch, `name-${name}`, 'a wrong one, and long')).status);
    expect(statuses.indexOf(429)).toBe(signInDelays.address.free);
  }, 30_000);

  test('is held up by line, too, however many of its addresses of IPv6 are used', async () => {
    const { app } = await fleetWorld();
    const from = async (remoteAddress: string, name: string) => (await app.inject({ method: 'POST', url: staffPaths.session, remoteAddress, headers: { origin, host: 'hub.test' }, payload: { name, password: 'a wrong one, and long' } })).statusCode;
    const statuses: number[] = [];
    for (let name = 0; name <= signInDelays.address.free; name += 1) statuses.push(await from(`2001:db8:0:1::${name}`, `name-${name}`));
    expect(statuses.indexOf(429)).toBe(signInDelays.address.free);
    expect(await from('2001:db8:0:2::1', 'name-a')).toBe(401);
  }, 30_000);

  test('waits for an account’s name also where ten thousand other names were tried more often', async () => {
    const database = new DatabaseSync(':memory:');
    migrate(database, new Date().toISOString());
    const secret = passingSecret();
    const accounts = new SqliteAccounts(database, secret, tokenCost);
    await accounts.add({ name: 'dara', role: 'operator', area: '', password: testPassword }, 0);
    const insert = database.prepare('INSERT INTO sign_in_failures VALUES (?, 9, 1000)');
    for (let name = 0; name < 10_000; name += 1) insert.run(secret.hashText('account name', `name ${name}`));
    const counts: number[] = [];
    for (let slip = 0; slip < 3; slip += 1) counts.push(await accounts.addFailure('dara', 2000, 0));
    expect(counts).toEqual([1, 2, 3]);
    await accounts.addFailure('nobody', 2000, 0);
    expect(database.prepare('SELECT count(*) AS kept FROM sign_in_failures').get()).toEqual({ kept: 10_001 });
  });

  test('holds nobody up by what others at the office get right: after slips the colleagues sign in one after another', async () => {
    const { fetch, store, pass } = await fleetWorld();
    for (const name of ['sokha', 'vanna']) await addOperator(store, name);
    for (let slip = 0; slip < signInDelays.address.free + 6; slip += 1) {
      expect((await guess(fetch, `name-${slip}`, 'a wrong one, and long')).status).toBe(401);
      pass(signInDelays.address.most + 1);
    }
    for (const name of ['dara', 'sokha', 'vanna']) {
      expect((await guess(fetch, name, testPassword)).status).toBe(200);
      pass(60_000);
    }
    // And no right password takes back what failed.
    expect((await guess(fetch, 'name-0', 'a wrong one, and long')).status).toBe(401);
    expect((await guess(fetch, 'dara', testPassword)).status).toBe(429);
  }, 30_000);

  test('leaves neither names nor passwords in the log or the journal', async () => {
    const { fetch, log, store } = await fleetWorld();
    await guess(fetch, 'my-secret-password', 'another secret word');
    const written = log.text + JSON.stringify(await store.journal.latest(100));
    expect(written).not.toContain('my-secret-password');
    expect(written).not.toContain('another secret word');
  });
});

describe('an account for one province', () => {
  test('sees, orders, enrols and retires nothing outside of it', async () => {
    const { store, fetch, terminal } = await fleetWorld();
    await addOperator(store, 'sokha', '12');
    const here = await terminal({ office: '1204', name: 'hall' });
    const there = await terminal();
    const sokha = new StaffMember(fetch, origin);
    await sokha.signIn('sokha', testPassword);
    expect((await sokha.terminals()).terminals.map(({ id }) => id)).toEqual([here.id]);
    for (const [method, path, body] of [
      ['POST', `${staffPaths.terminal}${there.id}/orders`, { action: 'restart' }],
      ['GET', `${staffPaths.terminal}${there.id}/picture`, undefined],
      ['GET', `${staffPaths.terminal}${there.id}`, undefined],
      ['DELETE', `${staffPaths.terminal}${there.id}`, undefined],
    ] as const) expect((await sokha.ask(method, path, body)).status).toBe(404);
    expect((await sokha.ask('POST', staffPaths.enrolments, lobby)).status).toBe(403);
    const journal = v.parse(v.object({ entries: v.array(v.object({ about: v.string() })) }), await (await sokha.ask('GET', staffPaths.journal)).json());
    expect(journal.entries.map(({ about }) => about).filter((about) => !/^(?:12|sokha)/.test(about))).toEqual([]);
  });

  test('reads in the journal what was done there, however much was done elsewhere meanwhile', async () => {
    const { store, fetch } = await fleetWorld();
    await addOperator(store, 'sokha', '12');
    const at = '2026-11-25T03:00:00.000Z';
    await store.journal.add({ at, by: 'dara', action: 'retired', about: '1204 hall' });
    for (let entry = 0; entry < 300; entry += 1) await store.journal.add({ at, by: 'dara', action: 'pictureSeen', about: '990101 lobby-1' });
    const sokha = new StaffMember(fetch, origin);
    await sokha.signIn('sokha', testPassword);
    const { entries } = v.parse(journalSchema, await (await sokha.ask('GET', staffPaths.journal)).json());
    expect(entries.map(({ action, about }) => `${action} ${about}`)).toEqual(['signedIn sokha', 'retired 1204 hall']);
  });
});

describe('an insider who would hide something', () => {
  test('cannot push it out of the journal by noise: the same order and the same picture are written down once, the rest has a limit', async () => {
    const { store, terminal, staff } = await fleetWorld();
    const { id, client } = await terminal();
    const order = await staff.order(id, 'screenshot');
    await client.picture(order.id, plainPng(8, 8, [1, 2, 3]));
    await staff.order(id, 'restart');
    const before = (await store.journal.latest(100)).length;
    for (let again = 0; again < 5; again += 1) {
      await staff.order(id, 'restart');
      await staff.ask('GET', `${staffPaths.terminal}${id}${staffPaths.picture}`);
    }
    expect((await store.journal.latest(100)).slice(0, -before).map(({ action }) => action)).toEqual(['pictureSeen']);
    const strict = injectFetch(await hub({ store, rates: { ...plentiful, staff: { perKiosk: 3, perAddress: 3, window: 60_000 } } }));
    const insider = new StaffMember(strict, origin);
    await insider.signIn('dara', testPassword);
    const statuses = [];
    for (let again = 0; again < 4; again += 1) statuses.push((await insider.ask('POST', staffPaths.enrolments, lobby)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});
